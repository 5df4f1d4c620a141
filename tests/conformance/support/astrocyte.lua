--- The astrocytes and synapses of examples 2 to 4 of Stimberg et al. 2018, as in onto_references.py.
local ln = require "lunate"
local second, umolar, mmolar = ln.second, ln.umolar, ln.mmolar

local M = {}

M.bound = [[
  dbound/dt = k_on*Y*(1 - bound) - k_off*(1 + zeta*ca/(ca + K_PKC))*bound : 1
  Y : mmolar
]]
M.gliotransmitter = [[
  dresource/dt = recycling*(1 - resource) : 1
  dG/dt = -clearance_G*G : mmolar
]]
M.release = { threshold = "ca > ca_th", refractory = "ca > ca_th",
  reset = "G += part*vesicles*resource; resource -= part*resource" }

--- A model: what makes its IP_3, further equations, other options and parameters.
function M.model(made, equations, options, parameters)
  local def = {
    equations = [[
      dip3/dt = ]] .. made .. [[ + by_delta - by_3K - r_5P*ip3 + exchange : mmolar
      by_delta = v_delta*ca**2/(ca**2 + K_delta**2)/(1 + ip3/k_delta) : mmolar/second
      by_3K = v_3K*ip3/(ip3 + K_3K)*ca**4/(ca**4 + K_D**4) : mmolar/second
      above = ip3 - bias : mmolar
      exchange = -0.5*v_ex*sign(above)*(1 + tanh((abs(above) - theta)/width)) : mmolar/second
      bias : mmolar (constant)
      dca/dt = (r_release*opening**3 + r_leak)*(total - (1 + ratio)*ca) - pump : mmolar
      opening = ip3/(ip3 + d_1)*ca/(ca + d_5)*h : 1
      pump = v_pump*ca**2/(ca**2 + K_pump**2) : mmolar/second
      dh/dt = (Q/(Q + ca) - h)*k_h*(Q + ca) : 1
      Q = d_2*(ip3 + d_1)/(ip3 + d_3) : mmolar
    ]] .. equations,
    method = "rk4", parameters = {
      v_pump = 0.9*umolar/second, K_pump = 0.05*umolar, total = 2*umolar, ratio = 0.18, r_release = 6/second,
      r_leak = 0.1/second, d_1 = 0.13*umolar, d_2 = 1.05*umolar, k_h = 0.2/umolar/second, d_3 = 0.9434*umolar,
      d_5 = 0.08*umolar, v_delta = 0.6*umolar/second, k_delta = 1.5*umolar, K_delta = 0.1*umolar, r_5P = 0.05/second,
      K_D = 0.7*umolar, K_3K = 1*umolar, v_3K = 4.5*umolar/second, v_ex = 2*umolar/second, theta = 0.3*umolar,
      width = 0.05*umolar, v_beta = 3.2*umolar/second, k_on = 0.3/umolar/second, k_off = 0.5/second, K_PKC = 0.5*umolar,
      zeta = 10, ca_th = 0.5*umolar, recycling = 0.6/second, part = 0.6, vesicles = 0.13*mmolar, clearance_G = 60/second,
    },
  }
  for key, value in pairs(options or {}) do def[key] = value end
  for key, value in pairs(parameters or {}) do def.parameters[key] = value end
  return ln.neuron(def)
end

--- Options of synapses whose release gliotransmitter modulates; `how`: "clock-driven" or "event-driven".
function M.sites(how, connect)
  return {
    name = "s", connect = connect, method = "exact",
    equations = ([[
      dY/dt = -clearance*Y : mmolar (clock-driven)
      dmodulated/dt = k_G*G*(1 - modulated) - r_G*modulated : 1 (clock-driven)
      du/dt = -facilitation*u : 1 (%s)
      dx/dt = depression*(1 - x) : 1 (%s)
      released : 1
      G : mmolar
    ]]):format(how, how),
    on_pre = [[
      u_now = (1 - modulated)*u_rest + alpha*modulated
      u += u_now*(1 - u)
      released = u*x
      x -= released
      Y += amount*released
    ]],
    parameters = { clearance = 40/second, k_G = 1.5/umolar/second, r_G = 0.5/(60*second), facilitation = 3.33/second,
      depression = 2/second, u_rest = 0.6, alpha = 0.0, amount = 2.5*mmolar },
  }
end

return M
