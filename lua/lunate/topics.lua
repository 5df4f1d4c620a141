--- Pages of help on what stands inside equations and statements, where no value could be asked.
--
-- A topic has a page, and words that lead to it: `help "xi"` shows that on noise.
-- @module lunate.topics
local M = {}

local topics = {
  {
    "equations", words = { "differential equation", "subexpression", "unless refractory", "constant", "shared", "linked",
      "constant over dt", "event-driven", "clock-driven", "summed", "pre", "post" },
    text = [[
Equations, one a line (or several, where a line is unfinished), in the syntax of Brian2:

  dv/dt = (E_L - v)/tau : volt (unless refractory)   a differential equation: unit of v, flags
  I = g*(E - v) : amp                                a subexpression: computed where it is read
  tau : second (constant)                            a variable that the population sets, one value a neuron
  # a comment

Flags of neurons:  unless refractory (held while refractory), constant (does not change in a run), shared (one value for
all), linked (another population's variable), constant over dt (computed once a step).
Flags of synapses: event-driven (exact, from event to event), clock-driven (every step), summed (x_post = … : the target's
x is the sum over its synapses), pre and post (one value a source or target), constant, shared, constant over dt.

Names that are not declared come from `parameters`. See help "names", "functions", "methods", "noise", "statements".]],
  },
  {
    "statements", words = { "reset", "transmit", "on_pre", "on_post", "pre_spike", "post_spike", "on_signal", "on_event",
      "threshold", "refractory", "every", "events" },
    text = [[
Statements (reset, transmit, on_pre, on_post, every, …), one a line or separated by `;`:

  v = v_r            set; also += -= *= /=
  x_old = x          a name that is not declared is a temporary of this run of the statements
  ge_post += w       at synapses: _post (or nothing) is the target's, _pre the source's, which can only be read

Conditions (threshold, events, refractory): < <= > >= == !=, and, or, not; where(condition, a, b).
`refractory` is a time, an expression of one (drawn anew each spike) or a condition. Statements see variables as the step
has them by then: update, threshold, events, synapses, resets, what events do.]],
  },
  {
    "names", words = { "t", "dt", "t_in_timesteps", "i", "j", "N", "N_pre", "N_post", "lastspike", "not_refractory", "pi",
      "e", "inf" },
    text = [[
Names that equations, statements and expressions know beside what is declared:

  t, dt, t_in_timesteps          the time, the time step, how many steps have been
  i, N                           the neuron's number, from 1, and how many there are
  i, j, N_pre, N_post            at synapses: numbers of source and target, and how many of each there are
  lastspike, not_refractory      of a neuron; at synapses the target's, the source's with _pre
  pi, e, inf                     constants; units (mV, ms, nS, …) and physical constants by Brian2's names
  x_pre, x_post                  at synapses: a variable of the source, of the target]],
  },
  {
    "functions", words = { "timed array", "given functions" }, -- and all functions there are, see M.load
    text = [[
Functions of equations, statements and expressions:

  exp log log10 log2 expm1 log1p exprel sqrt      exprel(x) = (exp(x) - 1)/x
  sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh (also asin, acos, atan)
  abs sign floor ceil int                         int also of a condition: 0 or 1
  min max clip(x, low, high) where(condition, a, b) (also minimum, maximum)
  timestep(t, dt)                                 how many whole steps of dt are in t
  rand() randn() poisson(mean) binomial(n, p)     numbers drawn for each neuron or synapse, at each call
  stim(t), stim(t, i)                             a timed array given in parameters
  f(x, y)                                         of your own: functions = { f = { "x", "y", "x*exp(-y)" } }]],
  },
  {
    "noise", words = { "xi", "stochastic" },
    text = [[
White noise in differential equations: xi, and xi_name for further ones that are independent; unit s^-1/2.

  dv/dt = (E_L - v)/tau + sigma*sqrt(2/tau)*xi : volt

This v has the standard deviation sigma. Each neuron has noise of its own; equations of a neuron that name the same one share
it. Added noise is integrated by `euler` (Euler-Maruyama), noise that is multiplied by a state or the time by `heun` (in
Stratonovich's sense) or `milstein`. What is drawn depends on the seed, never on the number of ranks.]],
  },
  {
    "methods", words = { "method", "exact", "linear", "independent", "exponential_euler", "euler", "rk2", "rk4", "heun",
      "milstein", "rkf45", "method_options", "integration" },
    text = [[
Integration methods, `method = "…"` of ln.neuron; without it Lunate chooses as Brian2 does (the first that applies of exact,
euler, heun):

  exact               linear equations, by the matrix exponential (also called linear, independent)
  exponential_euler   linear in each variable, the others held over the step
  euler               of first order; with added noise Euler-Maruyama
  rk2, rk4            Runge-Kutta of second and fourth order
  heun, milstein      noise that is multiplied by a state or the time
  rkf45               stiff equations: as many steps within dt as each neuron needs; method_options = { tolerance = 1e-6,
                      absolute = { v = 1e-3*mV }, max_steps = 1000 }

A method that does not apply is refused with the term that forbids it.]],
  },
}

--- Registers the topics and the words that lead to them.
-- @param help `lunate.help`
function M.load(help)
  for _, topic in ipairs(topics) do
    help.register(topic[1], topic.text)
    for _, word in ipairs(topic.words) do help.alias(word, topic[1]) end
  end
  for name in pairs(require "lunate.compiler.functions") do help.alias(name, "functions") end
end

return M
