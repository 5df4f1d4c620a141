--- e-prop 1: gradient descent for recurrent networks of spiking neurons, with eligibility traces at the synapses and a
-- learning signal at each target instead of errors that travel back in time.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant of the target | 20 ms |
-- | tau_out | time constant of the readout | 20 ms |
-- | tau_a, beta | adapting targets: time constant and strength of the threshold's adaptation | 200 ms, 0.07 |
-- | eta | learning rate | 1e-3 |
-- | period | length of a trial, at whose end weights change (`every`) | 1 s |
--
-- Choices:
--
-- * `neuron`: "lif"; "alif", whose threshold is v_th + beta*a; "readout", a leaky readout that does not spike;
--   "feedback", a way back from readouts to neurons that changes as the synapses of the readout do.
-- * `optimiser`: "gradient", w -= eta*g; "adam", with its usual constants 0.9, 0.999 and 1e-8.
--
-- In each step the gradient g gains L*F: L is the target's learning signal, F the eligibility trace e as the readout
-- filters it, e = psi*(x - beta*eps), with x the source's spikes filtered by the membrane, psi the pseudo-derivative of
-- the target's spikes, and eps what the synapse has done to the threshold. The readout's gradient gains its error times
-- the source's filtered spikes. Time steps are those of the paper (1 ms) and part of the model. Voltages and weights
-- are plain numbers. The neurons are
--
--     dv/dt = -v/tau_m : 1                       transmit = "v += w"     threshold = "v > v_th + beta*a"
--     da/dt = -a/tau_a : 1                       (adapting ones)         reset = "v -= v_th; a += 1; z += 1"
--     dz/dt = -z/tau_out : 1                     (for "feedback" only)
--     L : 1
--     psi = 0.3/v_th*clip(1 - abs(v - v_th - beta*a)/v_th, 0, inf) : 1          (times int(not_refractory))
--
-- and the readouts, reached without delay, `dy/dt = -y/tau_out : 1` with `err = y - goal(t) : 1 (constant over dt)`, so
-- that the loss is half the sum of err**2 over the steps. The learning signal comes by a projection of readouts to
-- neurons, `drive = "L_post = w*err_pre : 1 (summed)"`: with the readout's weights (symmetric e-prop), which "feedback"
-- keeps so while both learn, or random ones. The names `signal`, `psi`, `error`, `back_error` and `filtered` are
-- "L_post", "psi_post", "err_post", "err_pre" and "z_post" by default.
-- Reference: Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein & Maass 2020, Nat Commun 11:3625.
-- @module lunate.rules.eprop
local ln = require "lunate"

-- The gradient's statements of a step. It is of the step before, as signal and F are; a trace has decayed since.
local steps = {
  lif = "g += {signal}*F\nF = exp(-dt/tau_out)*F + {psi}*x",
  alif = [[
    g += {signal}*F
    trace = {psi}*(x - beta*eps)
    F = exp(-dt/tau_out)*F + trace
    eps = exp(-dt/tau_a)*(eps + trace)
  ]],
  readout = "g += {error}*x*exp(dt/tau_out)",
  feedback = "g += {back_error}*{filtered}*exp(dt/tau_out)",
}

local variables = {
  lif = "dx/dt = -x/tau_m : 1 (pre)\nF : 1", alif = "dx/dt = -x/tau_m : 1 (pre)\nF : 1\neps : 1",
  readout = "dx/dt = -x/tau_out : 1 (pre)", feedback = "",
}

local apply = {
  gradient = { variables = "g : 1", statements = "w -= eta*g; g = 0" },
  adam = {
    variables = "g : 1\nm : 1\ns : 1\ntrials : 1",
    statements = [[
      m = 0.9*m + 0.1*g
      s = 0.999*s + 0.001*g**2
      trials += int(t > dt/2)
      n = max(trials, 1)
      w -= eta*m/(1 - 0.9**n)/(sqrt(s/(1 - 0.999**n)) + 1e-8)
      g = 0
    ]],
  },
}

local function parameters(neuron)
  local p = { tau_out = 20 * ln.ms, eta = 1e-3, period = 1 * ln.second }
  if neuron == "lif" or neuron == "alif" then p.tau_m = 20 * ln.ms end
  if neuron == "alif" then p.tau_a, p.beta = 200 * ln.ms, 0.07 end
  return p
end

return {
  choices = { neuron = { "lif", "alif", "readout", "feedback" }, optimiser = { "gradient", "adam" } },
  names = { signal = "L_post", psi = "psi_post", error = "err_post", back_error = "err_pre", filtered = "z_post" },
  define = function(choice, name)
    local how = apply[choice.optimiser]
    return {
      equations = variables[choice.neuron] .. "\n" .. how.variables, on_step = (steps[choice.neuron]:gsub("{([%w_]+)}", name)),
      pre_spike = choice.neuron ~= "feedback" and "x += 1" or nil, every = { 1 * ln.second, how.statements },
      parameters = parameters(choice.neuron),
    }
  end,
}
