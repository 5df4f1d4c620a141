--- A matrix: correlations of twenty membrane potentials. White is 0.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local trace = n.net:record(n.exc, "v", { every = 1*ln.ms })
n.net:run(500*ln.ms)

local function correlation(a, b)
  local x, y = a - a:mean(), b - b:mean()
  return (x*y):mean()/(a:sd()*b:sd())
end
local v, matrix = trace.v, {}
for i = 1, 20 do
  matrix[i] = {}
  for j = 1, 20 do matrix[i][j] = i == j and 0/0 or correlation(v:column(i), v:column(j)) end
end
ln.plot.heatmap(matrix, { xlabel = "neuron", ylabel = "neuron", zlabel = "correlation" })
  :save(arg[1] or "heatmap.png", { dpi = 180 })
