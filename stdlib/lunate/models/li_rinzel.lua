--- Li and Rinzel's model of calcium oscillations, as an astrocyte: IP3, raised by synapses, opens channels of the
-- endoplasmic reticulum; calcium above a threshold gives slow inward current to neighbouring neurons.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | Ca_tot | all free calcium, per volume of cytosol | 2 uM |
-- | ratio | volume of the reticulum to that of the cytosol | 0.185 |
-- | v_IP3R, v_L | rates of channels and leak | 6, 0.11 /second |
-- | v_SERCA | rate of the pump | 0.9 uM/second |
-- | K_SERCA | its half activation | 0.1 uM |
-- | d_1, d_2, d_3, d_5 | dissociation constants of the channel | 0.13, 1.049, 0.9434, 0.08234 uM |
-- | a_2 | binding of inhibiting calcium | 0.2 /uM/second |
-- | IP3_0, tau_IP3 | resting level of IP3 and decay to it | 0.16 uM, 7142 ms |
-- | SIC_th | calcium above which there is slow inward current | 0.19669 uM |
-- | Ca_event | an event is counted when Ca passes it upwards | 0.3 uM |
--
-- Variables: Ca, IP3 (mol/m^3 = mM), h (fraction of channels not inhibited), SIC (slow inward current as a number: times
-- 2.11 uA/cm^2 in Nadkarni & Jung). A synapse raises IP3 by `transmit = "IP3 += w"`; the current goes on to neurons by
-- `ln.synapses.rate { from = "SIC", to = "I_ext", w = 100*pA, unit = "amp", connect = … }`.
-- It oscillates where IP3 stays between 0.36 and 0.64 uM.
-- Use, dt = 10 ms, 120 s: `net:population(10, ln.models.li_rinzel { IP3_0 = 0.5*umolar })`
-- oscillates, Ca from 0.107 uM to 0.445 uM.
-- References: Li & Rinzel 1994, J Theor Biol 166:461-473; Nadkarni & Jung 2003, Phys Rev Lett 91:268101.
-- @module lunate.models.li_rinzel
local ln = require "lunate"

local uM, second = ln.umolar, ln.second

return {
  equations = [[
    dCa/dt = J_channel + J_leak - J_pump : mmolar
    dh/dt = a_2*d_2*(IP3 + d_1)/(IP3 + d_3)*(1 - h) - a_2*Ca*h : 1
    dIP3/dt = (IP3_0 - IP3) / tau_IP3 : mmolar
    Ca_ER = (Ca_tot - Ca) / ratio : mmolar
    J_channel = ratio*v_IP3R*(IP3/(IP3 + d_1))**3*(Ca/(Ca + d_5))**3*h**3*(Ca_ER - Ca) : mmolar/second
    J_leak = ratio*v_L*(Ca_ER - Ca) : mmolar/second
    J_pump = v_SERCA*Ca**2/(K_SERCA**2 + Ca**2) : mmolar/second
    SIC = log(clip((Ca - SIC_th)/nmolar, 1, inf)) : 1
  ]],
  threshold = "Ca > Ca_event", refractory = "Ca > Ca_event", method = "rk4",
  initial = { Ca = 0.073 * uM, h = 0.793, IP3 = "IP3_0" },
  parameters = { Ca_tot = 2 * uM, ratio = 0.185, v_IP3R = 6 / second, v_L = 0.11 / second, v_SERCA = 0.9 * uM / second,
    K_SERCA = 0.1 * uM, d_1 = 0.13 * uM, d_2 = 1.049 * uM, d_3 = 0.9434 * uM, d_5 = 0.08234 * uM, a_2 = 0.2 / uM / second,
    IP3_0 = 0.16 * uM, tau_IP3 = 7142 * ln.ms, SIC_th = 0.19669 * uM, Ca_event = 0.3 * uM },
}
