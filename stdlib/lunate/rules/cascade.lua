--- Metaplastic cascade: a synapse is weak or strong, and in each of the two at one of n depths. What would change it sends it to
-- the surface of the other side, the less likely the deeper it is; what would confirm it sends it deeper. Memories are stored as
-- easily as by the most plastic synapses, and fade by a power law instead of exponentially.
--
-- A synapse at depth d = 0 … n - 1 changes sides with probability x^d, x^(n - 1)/(1 - x) at the bottom, and goes down with
-- r x^(d + 1)/(1 - x), where r is the ratio of depressing to potentiating candidates, or its inverse where it is weak.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | n | depths | 10 |
-- | x | probabilities shrink by it from depth to depth | 0.5 |
-- | ratio | candidates for depression, by those for potentiation | 1 |
-- | theta | a spike that arrives is a candidate for potentiation where `post` is above, else for depression | 0.5 |
-- | w_min, w_max | weights of weak and strong synapses | 0, 1 |
--
-- `post` names what the target's state is told by: "v_post" with `theta = -55*mV` for the voltage, or another variable.
-- Variables: depth. Every arrival is a candidate: let only part of the sources fire, or few be taught.
-- Use: `net:project(a, b, { connect = …, transmit = "g += w*nS", w = "int(rand() < 0.5)",
-- rule = ln.rules.cascade { post = "v_post", theta = -55*mV } })`.
-- Reference: Fusi, Drew & Abbott 2005, Neuron 45:599-611.
-- @module lunate.rules.cascade

return {
  names = { post = "v_post" },
  define = function(_, name)
    return {
      equations = "depth : 1",
      on_pre = ([[
        up = int(%s > theta)
        strong = int(w > 0.5*(w_min + w_max))
        opposed = int(up + strong == 1)
        below = int(depth < n - 1.5)
        leave = where(below > 0.5, x**depth, x**depth/(1 - x))
        sink = where(up > 0.5, ratio, 1/ratio)*x**(depth + 1)/(1 - x)*below
        chance = rand()
        turn = opposed*int(chance < leave)
        depth = where(turn > 0.5, 0, depth + (1 - opposed)*int(chance < sink))
        w = where(turn > 0.5, where(up > 0.5, w_max, w_min), w)
      ]]):format(name.post),
      parameters = { n = 10, x = 0.5, ratio = 1, theta = 0.5, w_min = 0, w_max = 1 },
    }
  end,
}
