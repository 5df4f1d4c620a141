-- What synapses read of both sides, timed arrays, pathways with delays of their own, random numbers in all of them, in both
-- precisions: prints what came out, bit by bit.
local ln = require "lunate"
local ms = ln.ms
local show = dofile((arg[0]:match "^.*/" or "") .. "digest.lua").print_bits

for _, precision in ipairs { "double", "single" } do
  local net = ln.network { dt = 0.1*ms, seed = 5 }
  local function cells(n, name, refractory)
    return net:population(n, ln.neuron {
      equations = [[
        dv/dt = (drive - v)/tau : 1 (unless refractory)
        drive : 1
        k : integer
        x : 1 (linked)
        g : 1
        total : 1
        slow = 0.01*(i + k*N) : 1
      ]],
      threshold = "v > 1", reset = "v = 0", refractory = refractory, parameters = { tau = 8*ms }, precision = precision,
    }, { name = name, drive = "1.1 + rand()", k = "i % 3" })
  end
  local store = net:population(61, ln.neuron { equations = "dy/dt = -y/(20*ms) : 1", precision = precision }, { y = "rand()" })
  local a, b = cells(61, "a", "2*ms + 0.1*k*ms"), cells(83, "b", "v > 0.9 and rand() < 0.5")
  local order = {}
  for k = 1, 83 do order[k] = k * 17 % 61 + 1 end
  a.x, b.x = store.y, ln.linked(store.y, order)
  local rows = {}
  for row = 1, 12 do
    rows[row] = {}
    for column = 1, 40 do rows[row][column] = math.sin(row * column) end
  end
  local parameters = { stim = ln.timed_array(rows, 1.7*ms) }
  local sides = { { a:slice(5, 60), b:slice(11, 70) }, { b, a } }
  for k, side in ipairs(sides) do
    local s = net:project(side[1], side[2], {
      connect = ln.fixed_indegree(7), name = "s" .. k, parameters = parameters,
      equations = [[
        total_post = slow_pre*x_post*stim(t, 3) : 1 (summed)
        w : 1
        z : 1
        c : 1
      ]],
      on_pre = {
        up = "v_post += 0.01*w*stim(t, j % 40)*x_post + 0.01*x_pre; z = 0.9*z + rand()*k_pre/N_pre",
        down = "g_post += (t - lastspike_pre)/ms*rand(); c += i - 2*j",
      },
      on_post = [[
        c += int(not_refractory_pre) + exp(-(t - lastspike_pre)/(5*ms)) + poisson(2)*binomial(3, 0.6)
        w = clip(w + 0.1*randn(), 0, 2)
      ]],
      every = { { 1*ms, "z += 0.1*rand()" } },
      w = ln.uniform(0, 1), z = 0, c = 0,
      delay = {
        down = ln.uniform(0.3*ms, 2*ms), up = "0.1*(1 + (i + j) % 5)*ms", post = ln.uniform(0*ms, 1*ms):truncated(0.06*ms),
      },
    })
    sides[k].s = s
  end
  net:project(ln.poisson_input { n = 5, rate = 20*ln.Hz }, b, { transmit = "g += 0.1*x*stim(t, 2)", parameters = parameters })
  local spikes = { net:record(a, "spikes"), net:record(b, "spikes") }
  net:run(20*ms)
  for k, side in ipairs(sides) do
    for _, name in ipairs { "w", "z", "c" } do show(("%s s%d.%s"):format(precision, k, name), side.s[name]:gather():raw()) end
    show("spikes", spikes[k]:gather().times:raw())
    for _, name in ipairs { "v", "g", "total" } do show(name, (k == 1 and a or b)[name]:gather():raw()) end
  end
end
