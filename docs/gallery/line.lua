--- Lines, with annotations: an alpha function and two exponentials.
local ln = require "lunate"
local ms = ln.ms
local t = ln.array.linspace(0*ms, 50*ms, 200)
local function current(f) return t:map(function(x) return f(x/(5*ms))*100*ln.pA end) end

ln.plot.line(t, {
  current(function(u) return math.exp(-u) end),
  current(function(u) return u*math.exp(1 - u) end),
  current(function(u) return (math.exp(-u/2) - math.exp(-u))*4 end),
}, { labels = { "exponential", "alpha", "difference" }, xlabel = "time since the spike", ylabel = "current",
  title = "Synaptic currents", annotations = { { x = 5*ms, text = "τ" } } }):save(arg[1] or "line.png", { dpi = 180 })
