--- The rhythm in the field potential of a cortical network grows with the rate of its input.
--
-- Mazzoni, Panzeri, Logothetis & Brunel 2008, PLoS Comput Biol 4:e1000239: 4,000 pyramidal cells and 1,000 interneurons,
-- joined with a probability of 0.2, each driven by Poisson spikes of its own, whose rate is a constant plus one slow noise
-- for all. The field potential is the sum of the sizes of all AMPA and GABA currents onto pyramidal cells. With constants of
-- 1.2 to 2.6 spikes/ms (2 s each, the paper's Figure 3) its spectrum has a peak in the gamma range, and it is
-- there that the network encodes the rate. Constants are those of the program of beim Graben & Rodrigues 2013, Front Comput
-- Neurosci 6:100, for the paper's network. A second proxy: the weighted sum of Mazzoni et al. 2015, PLoS Comput Biol
-- 11:e1004584, whose AMPA currents count 6 ms later and GABA ones 1.65-fold.
--
-- Saves mazzoni_2008_lfp.png: spikes and field potential of 250 ms at the lowest and the highest rate, and all spectra.
--
--   lunate mazzoni_2008_lfp.lua [--time 2] [--scale 0.2]    seconds at each rate; fewer neurons, as many inputs each
local ln = require "lunate"
local ms, mV, Hz, second = ln.ms, ln.mV, ln.Hz, ln.second
local option = ln.arguments { time = 2, scale = 1 }
local settle = math.min(option.time, 0.25)*second

local function lif(p)
  return ln.neuron {
    equations = [[
      dv/dt   = (I_A - I_G - v)/tau_m : volt (unless refractory)
      dI_A/dt = (x_A - I_A)/tau_d     : volt
      dx_A/dt = -x_A/tau_r            : volt
      dI_G/dt = (x_G - I_G)/(5*ms)    : volt
      dx_G/dt = -x_G/(0.25*ms)        : volt
      nu      : Hz (linked)
    ]],
    threshold = "v > 18*mV", reset = "v = 11*mV", refractory = p.refractory, precision = "single",
    every = { { 0.05*ms, "x_A += J_ext*tau_m/tau_r*poisson(clip(nu, 0*Hz, inf)*dt)" } },
    parameters = { tau_m = p.tau_m, tau_r = p.tau_r, tau_d = p.tau_d, J_ext = p.J_ext },
  }
end
local pyramidal = { tau_m = 20*ms, tau_r = 0.4*ms, tau_d = 2*ms, refractory = 2*ms,
  J_ext = 0.55*mV, J_A = 0.42*mV, J_G = 1.7*mV }
local interneuron = { tau_m = 10*ms, tau_r = 0.2*ms, tau_d = 1*ms, refractory = 1*ms,
  J_ext = 0.95*mV, J_A = 0.7*mV, J_G = 2.7*mV }

local n_exc = math.floor(4000*option.scale)

local function simulate(rate)
  local net = ln.network { dt = 0.05*ms, seed = 2008 }
  net:signal("nu", { initial = rate, parameters = { rate = rate },
    equations = "dnu/dt = (rate - nu)/(16*ms) + 0.4/ms*sqrt(2/(16*ms))*xi : Hz" })
  local exc = net:population(n_exc, lif(pyramidal), { name = "pyramidal cells", v = ln.uniform(11*mV, 18*mV) })
  local inh = net:population(n_exc//4, lif(interneuron), { name = "interneurons", v = ln.uniform(11*mV, 18*mV) })
  for target, p in pairs { [exc] = pyramidal, [inh] = interneuron } do
    local function join(source, transmit, w)
      net:project(source, target, { connect = ln.bernoulli(0.2/option.scale), transmit = transmit, w = w, delay = 1*ms })
    end
    join(exc, "x_A += w", p.J_A*p.tau_m/p.tau_r)
    join(inh, "x_G += w", p.J_G*p.tau_m/(0.25*ms))
  end
  net:run(settle)
  local spikes, ampa, gaba = { net:record(inh, "spikes"), net:record(exc, "spikes") }, {}, {}
  net:every(1*ms, function() ampa[#ampa + 1], gaba[#gaba + 1] = exc.I_A:mean(), exc.I_G:mean() end)
  net:run(option.time*second)
  return spikes, ln.array(ampa), ln.array(gaba)
end

local spectra, labels, shown, frequencies, first = {}, {}, { {}, {} }, nil, nil
print(("seconds at each rate: %g"):format(option.time))
print "input          rate in Hz                      peak in 40-100 Hz          power there, as a multiple of the first"
print "spikes/ms   pyramidal  interneurons    |AMPA| + |GABA|  weighted sum    |AMPA| + |GABA|  weighted sum"
for k, rate in ipairs { 1.2, 1.6, 2.0, 2.4 } do
  local spikes, ampa, gaba = simulate(rate/ms)
  local lfp, weighted = ampa + gaba, ln.analysis.lfp_weighted_sum(ampa, gaba, { step = 1*ms })
  local peak, power = {}, {}
  for p, signal in ipairs { lfp, weighted } do
    local density, f = ln.analysis.welch(signal, { step = 1*ms, segment = 0.8*settle })
    local gamma = density*(f/Hz):ge(40)*(f/Hz):le(100)
    local at = gamma:argmax()
    peak[p] = density[at] > density[at - 1] and ("%.0f Hz"):format(f[at]/Hz) or "none"
    power[p], frequencies = gamma:sum(), f
    if p == 1 then spectra[k], labels[k] = density, ("%.1f spikes/ms"):format(rate) end
  end
  first = first or power
  print(("%.1f %16.2f %13.2f %18s %13s %15.1f %15.1f"):format(rate, spikes[2]:rate()/Hz, spikes[1]:rate()/Hz,
    peak[1], peak[2], power[1]/first[1], power[2]/first[2]))
  if k == 1 or k == 4 then -- the lowest and the highest
    local from, to, column = spikes[1].to - settle, spikes[1].to, k == 1 and 1 or 2
    shown[1][column] = ln.plot.raster(spikes, { title = labels[k], from = from, to = to, neurons = 500,
      legend = column == 1 and "bottom right" })
    shown[2][column] = ln.plot.line((ln.array.range(#lfp) - 1)*ms + spikes[1].from, lfp, { xlim = { from, to }, xlabel = "time",
      ylabel = "LFP", ylim = { 0*mV, 130*mV } })
  end
end
print "paper: a gamma peak that grows with the rate of the input"
local density = ln.plot.line(frequencies, spectra, { labels = labels, log = "y", legend = "top right", xlabel = "frequency",
  ylabel = "power density", xlim = { 0*Hz, 150*Hz }, ylim = { 1e-8*ln.volt^2/Hz, 2e-5*ln.volt^2/Hz } })
ln.plot.panels { shown[1], shown[2], { density }, heights = { 3, 2, 4 } }:save "mazzoni_2008_lfp.png"
