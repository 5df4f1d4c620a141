"""Brian2 on the same networks, in its fastest mode for one core (C++ standalone): prints "network Brian2 seconds", the wall
time of a second of the network. Usage: brian2_network.py cuba|coba|cobahh"""
import shutil
import sys
import tempfile

from brian2 import *  # noqa: F403

network = sys.argv[1]
folder = tempfile.mkdtemp()
set_device("cpp_standalone", directory=folder, build_on_run=False)
defaultclock.dt = 0.1 * ms
N = 4000

if network == "cuba":
    El, Vt, Vr, taum, taue, taui = -49 * mV, -50 * mV, -60 * mV, 20 * ms, 5 * ms, 10 * ms
    P = NeuronGroup(N, """dv/dt = (ge+gi-(v-El))/taum : volt (unless refractory)
                          dge/dt = -ge/taue : volt
                          dgi/dt = -gi/taui : volt""",
                    threshold="v>Vt", reset="v = Vr", refractory=5 * ms, method="exact")
    P.v = "Vr + rand() * (Vt - Vr)"
    we, wi = 1.62 * mV, -9 * mV
elif network == "coba":
    El, Vt, Vr, Ee, Ei = -60 * mV, -50 * mV, -60 * mV, 0 * mV, -80 * mV
    taum, taue, taui, gl = 20 * ms, 5 * ms, 10 * ms, 10 * nS
    P = NeuronGroup(N, """dv/dt = (gl*(El-v) + ge*(Ee-v) + gi*(Ei-v) + I) / (gl*taum) : volt (unless refractory)
                          dge/dt = -ge/taue : siemens
                          dgi/dt = -gi/taui : siemens
                          I : amp""",
                    threshold="v>Vt", reset="v = Vr", refractory=5 * ms, method="exponential_euler")
    P.v = "El + (randn() * 5 - 5)*mV"
    P.ge = "(randn() * 1.5 + 4) * 10.*nS"
    P.gi = "(randn() * 12 + 20) * 10.*nS"
    we, wi = 6 * nS, 67 * nS
else:
    area = 20000 * umetre**2
    Cm, gl = (1 * ufarad * cm**-2) * area, (5e-5 * siemens * cm**-2) * area
    g_na, g_kd = (100 * msiemens * cm**-2) * area, (30 * msiemens * cm**-2) * area
    El, EK, ENa, VT, Ee, Ei = -60 * mV, -90 * mV, 50 * mV, -63 * mV, 0 * mV, -80 * mV
    taue, taui = 5 * ms, 10 * ms
    P = NeuronGroup(N, """
        dv/dt = (gl*(El-v)+ge*(Ee-v)+gi*(Ei-v)-g_na*(m*m*m)*h*(v-ENa)-g_kd*(n*n*n*n)*(v-EK))/Cm : volt
        dm/dt = alpha_m*(1-m)-beta_m*m : 1
        dn/dt = alpha_n*(1-n)-beta_n*n : 1
        dh/dt = alpha_h*(1-h)-beta_h*h : 1
        dge/dt = -ge/taue : siemens
        dgi/dt = -gi/taui : siemens
        alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
        beta_m = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
        alpha_h = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
        beta_h = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
        alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
        beta_n = .5*exp((10*mV-v+VT)/(40*mV))/ms : Hz""",
                    threshold="v>-20*mV", refractory=3 * ms, method="exponential_euler")
    P.v = "El + (randn() * 5 - 5)*mV"
    P.ge = "(randn() * 1.5 + 4) * 10.*nS"
    P.gi = "(randn() * 12 + 20) * 10.*nS"
    we, wi = 6 * nS, 67 * nS

Ce = Synapses(P[:3200], P, on_pre="ge += we")
Ci = Synapses(P[3200:], P, on_pre="gi += wi")
for synapses in (Ce, Ci):
    synapses.connect(p=0.02)
    synapses.delay = 0.1 * ms
best = inf
seconds = []
run(100 * ms)
run(1 * second)
device.build(directory=folder, compile=True, run=False)
for _ in range(3):
    device.run(folder, with_output=False, run_args=[])
    best = min(best, device._last_run_time)
print(f"{network} Brian2 {best / 1.1:.4g}")
shutil.rmtree(folder)
