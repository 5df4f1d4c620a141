--- Pre-synaptic pool modification: a network learns to fire given spike trains without any gradient. Where a desired spike is
-- missing, synapses from a random part of the sources that have just fired grow by random steps; where a spike is too many,
-- they shrink. Besides, or instead, all synapses of a neuron scale with the error of its rate.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | largest step, as a part of w_max | 0.02 |
-- | part | part of the pool that changes | 0.5 |
-- | pool | a source belongs to the pool for so long after its spike arrived | 20 ms |
-- | beta | scaling: part by which weights change in a second, a hertz off | 0.02 |
-- | tau_h | time over which spikes are counted for it | 500 ms |
-- | period | between scalings (`every`) | 100 ms |
-- | w_min, w_max | bounds | -1, 1 |
--
-- Choice: `update`: "local" (pools), "homeostatic" (scaling), "both".
-- The target tells by its events `desired`, `missing` and `extra`: `ln.models.taught_lif`. Steps are uniform between 0 and eta.
-- Reference: Bagley, Bordelon, Moseley & Wessel 2020, PLoS ONE 15:e0229083 (sizes of steps are ours).
-- @module lunate.rules.pspm
local ln = require "lunate"

local step = "w = clip(w %s eta*w_max*rand()*int(rand() < part)*int(x > exp(-1)), w_min, w_max)"

return {
  choices = { update = { "local", "homeostatic", "both" } },
  define = function(choice)
    local def = { parameters = { w_min = -1, w_max = 1 }, on_event = {}, equations = "" }
    local p = def.parameters
    if choice.update ~= "homeostatic" then
      p.eta, p.part, p.pool = 0.02, 0.5, 20 * ln.ms
      def.equations, def.pre_spike = "dx/dt = -x/pool : 1 (pre)\n", "x = 1"
      def.on_event.missing, def.on_event.extra = step:format "+", step:format "-"
    end
    if choice.update ~= "local" then
      p.beta, p.tau_h, p.period = 0.02, 500 * ln.ms, 100 * ln.ms
      def.equations = def.equations .. "do/dt = -o/tau_h : Hz (post)\ndd/dt = -d/tau_h : Hz (post)"
      def.post_spike, def.on_event.desired = "o += 1/tau_h", "d += 1/tau_h"
      def.every = { p.period, "w = clip(w + abs(w)*beta*period*(d - o), w_min, w_max)" }
    end
    return def
  end,
}
