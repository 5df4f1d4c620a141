--- Conformance: Hodgkin-Huxley with units inside the equations, by Euler, Runge-Kutta and exponential Euler.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "hodgkin_huxley"
local ms, mV, nS, pA = ln.ms, ln.mV, ln.nS, ln.pA

for _, method in ipairs { "euler", "rk4", "exponential_euler" } do
  local net = ln.network { dt = 0.01*ms }
  local p = net:population(4, ln.neuron {
    equations = [[
      dv/dt = (g_L*(E_L - v) - g_Na*m**3*h*(v - E_Na) - g_K*n**4*(v - E_K) + I)/C : volt
      dm/dt = alpha_m*(1 - m) - beta_m*m : 1
      dn/dt = alpha_n*(1 - n) - beta_n*n : 1
      dh/dt = alpha_h*(1 - h) - beta_h*h : 1
      alpha_m = 1.28/exprel((13*mV - v + V_T)/(4*mV))/ms : Hz
      beta_m  = 1.4/exprel((v - V_T - 40*mV)/(5*mV))/ms : Hz
      alpha_n = 0.16/exprel((15*mV - v + V_T)/(5*mV))/ms : Hz
      beta_n  = 0.5*exp((10*mV - v + V_T)/(40*mV))/ms : Hz
      alpha_h = 0.128*exp((17*mV - v + V_T)/(18*mV))/ms : Hz
      beta_h  = 4/(1 + exp((40*mV - v + V_T)/(5*mV)))/ms : Hz
      I : amp (constant)
    ]],
    threshold = "v > -20*mV", reset = "", refractory = "v > -20*mV", method = method,
    parameters = {
      C = 200*ln.pF, g_L = 10*nS, E_L = -60*mV, g_Na = 20000*nS, E_Na = 50*mV, g_K = 6000*nS, E_K = -90*mV,
      V_T = -63*mV,
    },
  }, { name = method, v = -63*mV, h = 1, I = function(k) return 100*k*pA end })

  local spikes = net:record(p, "spikes")
  local states = net:record(p, { "v", "m", "n", "h" }, { every = 1*ms, neurons = { 1, 4 } })
  net:run(60*ms)

  case:spikes(method, spikes)
  case:trace(method, states, { "v", "m", "n", "h" })
  case:final(method, p, { "v", "m", "n", "h" })
end
case:finish()
