--- Conformance: Brian2's example frompapers/Stimberg_et_al_2018/example_2_gchi_astrocyte (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "gchi_astrocyte"
local ms, second, umolar, mmolar = ln.ms, ln.second, ln.umolar, ln.mmolar

local net = ln.network { dt = 1*ms }
local source = net:population(1, ln.neuron {
  equations = "dY/dt = -clearance*Y : mmolar", method = "exact", every = { { 1.5*second, "Y += release" } },
  parameters = { clearance = 40/second, release = 0.5*mmolar },
}, { name = "transmitter" })
local p = net:population(2, ln.neuron {
  equations = [[
    # receptors that transmitter has bound
    dbound/dt = k_on*Y*(1 - bound)
                - k_off*(1 + zeta*ca/(ca + K_PKC))*bound : 1
    # IP_3: made by PLC beta and delta, degraded by 3K and 5P, exchanged
    dip3/dt = v_beta*bound + by_delta - by_3K - r_5P*ip3 + exchange : mmolar
    by_delta = v_delta*ca**2/(ca**2 + K_delta**2)/(1 + ip3/k_delta) : mmolar/second
    by_3K = v_3K*ip3/(ip3 + K_3K)*ca**4/(ca**4 + K_D**4) : mmolar/second
    above = ip3 - bias : mmolar
    exchange = -0.5*v_ex*sign(above)*
               (1 + tanh((abs(above) - theta)/width)) : mmolar/second
    bias : mmolar (constant)
    # calcium: released through open channels, leaking, pumped back
    dca/dt = (r_release*opening**3 + r_leak)*(total - (1 + ratio)*ca) - pump : mmolar
    opening = ip3/(ip3 + d_1)*ca/(ca + d_5)*clip(h, 0, 1) : 1
    pump = v_pump*ca**2/(ca**2 + K_pump**2) : mmolar/second
    dh/dt = (h_inf - clip(h, 0, 1))/tau_h*(1 + noise*xi*sqrt(tau_h)) : 1
    Q = d_2*(ip3 + d_1)/(ip3 + d_3) : mmolar
    h_inf = Q/(Q + ca) : 1
    tau_h = 1/(k_h*(Q + ca)) : second
    Y : mmolar (linked)
    noise : 1 (constant)
  ]],
  method = "milstein", parameters = {
    v_pump = 0.9*umolar/second, K_pump = 0.1*umolar, total = 2*umolar, ratio = 0.18, r_release = 6/second,
    r_leak = 0.1/second, d_1 = 0.13*umolar, d_2 = 1.05*umolar, k_h = 0.2/umolar/second, d_3 = 0.9434*umolar,
    d_5 = 0.08*umolar, v_beta = 5*umolar/second, k_on = 0.3/umolar/second, k_off = 0.5/second, K_PKC = 0.5*umolar,
    zeta = 10, v_delta = 0.2*umolar/second, k_delta = 1.5*umolar, K_delta = 0.3*umolar, r_5P = 0.1/second,
    K_D = 0.5*umolar, K_3K = 1*umolar, v_3K = 4.5*umolar/second, v_ex = 0.09*umolar/second, theta = 0.3*umolar,
    width = 0.05*umolar,
  },
}, { name = "astrocytes", Y = ln.linked(source.Y, { 1, 1 }), h = 0.9, bias = { 0*umolar, 1*umolar } })
local variables = { "bound", "ip3", "ca", "h" }
local states = net:record(p, variables, { every = 100*ms })
net:run(10*second)

case:trace("astrocytes", states, variables)
case:final("astrocytes", p, variables)
case:finish()
