--- Conformance: ln.models.urbanczik_senn, with the same equations in Brian2; its spikes, by chance, leave the states alone.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "urbanczik_senn", spikes = false, duration = 200*ln.ms, values = { I_ext = { 2*ln.nA, 2*ln.nA } },
  inputs = { g_exc = 40*ln.nS, g_inh = 30*ln.nS, I_d = 0.3*ln.nA }, variables = { "v", "v_d", "I_d", "rate", "rate_star" },
}
