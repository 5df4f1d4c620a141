--- From the definition of a synapse to its intermediate representation: what spikes of sources and targets do, sums,
-- statements every so often, the variables that the projection gives.
-- @module lunate.compiler.analyse_synapse

local check = require "lunate.compiler.check"
local classify = require "lunate.compiler.classify"
local declare = require "lunate.compiler.analyse_declare"
local diagnose = require "lunate.compiler.diagnose"
local equations = require "lunate.compiler.analyse_equations"
local given_functions = require "lunate.compiler.given_functions"
local parse = require "lunate.compiler.parse"
local scope = require "lunate.compiler.scope"
local sweep = require "lunate.compiler.sweep"
local Q = require "lunate.quantity"

local none = Q.dimensionless
local label, sorted_keys, unit_text = declare.label, declare.sorted_keys, declare.unit_text

-- Variables that the projection's table gives: of the equations, or new ones.
local function add_given(ir, def)
  for _, name in ipairs(sorted_keys(def.variables or {})) do
    local given = def.variables[name]
    local declared = ir.by_name[name]
    if not declared then
      declare.check_identifier(name, "variable")
      local var = {
        name = name, kind = "parameter", dim = given.dim or none, type = given.type or "real", given = true,
        shared = given.shared or false, constant = false, unless_refractory = false, index = #ir.variables,
      }
      ir.by_name[name] = var
      ir.variables[#ir.variables + 1] = var
    elseif declared.held then
      diagnose.raise(declared.source, declared.pos, "'%s' is computed at the start of each step (constant over dt), so it "
        .. "cannot be given a value", name)
    elseif declared.kind == "subexpression" then
      diagnose.raise(declared.source, declared.pos, "'%s' is a subexpression, so it cannot be given a value", name)
    elseif given.dim and given.dim ~= declared.dim then
      diagnose.raise(declared.source, declared.pos, "'%s' is declared %s, but its value is %s", name,
        unit_text(declared.dim), unit_text(given.dim))
    else
      declared.of_projection = true
    end
  end
end

-- Events of the target, such as on_event = { burst = … }, are those of its model.
local function check_event(name, def, subject)
  local names, of_source = {}, (def.on_event or {})[name]
  for _, event in ipairs(def.post and def.post.events or {}) do
    if event.name == name then return end
    names[#names + 1] = event.name
  end
  for _, event in ipairs(def.pre and def.pre.events or {}) do
    if event.name == of_source then
      diagnose.raise(nil, nil, "%s: '%s' is an event of the sources: transmit it by a projection with event = \"%s\"",
        subject, of_source, of_source)
    end
  end
  diagnose.raise(nil, nil, "%s: %s has no event '%s'; %s", subject, def.post and def.post.name or "the target", tostring(name),
    names[1] and "there are " .. table.concat(names, ", ") or "events = { … } of ln.neuron makes some")
end

-- Signals that statements run on are the network's.
local function check_signal(name, def)
  local names = sorted_keys(def.signals or {})
  if type(name) == "string" and def.signals and def.signals[name] then return end
  diagnose.raise(nil, nil, "on_signal: there is no signal '%s'%s; %s", tostring(name),
    diagnose.did_you_mean(tostring(name), names), names[1] and "there are " .. table.concat(names, ", ")
      or "net:signal makes one")
end

-- What runs when: each pathway has parts `{ text, subject, rule =, once = }`, in order of execution.
local function pathways_of(def)
  local list, by_name = {}, {}
  local function add(name, side)
    if not by_name[name] then
      by_name[name] = { name = name, side = side, parts = {} }
      list[#list + 1] = by_name[name]
    end
    return by_name[name]
  end
  local function part(pathway, text, subject, rule, once)
    if text then pathway.parts[#pathway.parts + 1] = { text = text, subject = subject, rule = rule, once = once } end
  end
  local function named(texts, side, subject)
    if type(texts) == "table" then
      for _, name in ipairs(sorted_keys(texts)) do
        declare.check_identifier(name, "pathway")
        part(add(name, side), texts[name], subject .. " " .. name)
      end
    else
      part(add(side, side), texts, subject)
    end
  end
  local function events(texts, subject, rule)
    for _, name in ipairs(sorted_keys(texts or {})) do
      check_event(name, def, subject)
      local pathway = add(name, "post")
      if pathway.side ~= "post" or name == "post" or (#pathway.parts > 0 and not pathway.event) then
        diagnose.raise(nil, nil, "'%s' is an event of the target and the name of another pathway: rename the pathway", name)
      end
      pathway.event = name
      part(pathway, texts[name], subject .. " " .. name, rule)
    end
  end
  local function signals(texts, subject, rule)
    for _, name in ipairs(sorted_keys(texts or {})) do
      check_signal(name, def)
      local pathway = add("signal " .. name, "all")
      pathway.kind, pathway.signal = "signal", name
      part(pathway, texts[name], subject .. " " .. name, rule)
    end
  end
  named(def.transmit or "", "pre", "transmit")
  local main = list[1]
  if def.on_post then named(def.on_post, "post", "on_post") end
  for k, rule in ipairs(def.rules or {}) do
    part(main, rule.on_pre, "on_pre of the rule", k)
    if rule.on_post then part(add("post", "post"), rule.on_post, "on_post of the rule", k) end
  end
  events(def.on_event, "on_event")
  for k, rule in ipairs(def.rules or {}) do events(rule.on_event, ("on_event of the rule '%s'"):format(rule.name or k), k) end
  signals(def.on_signal, "on_signal")
  for k, rule in ipairs(def.rules or {}) do signals(rule.on_signal, "on_signal of the rule:", k) end
  local function every(items, subject, rule)
    for _, item in ipairs(items or {}) do
      local pathway = add(("every %d"):format(#list), "all")
      pathway.kind, pathway.period, pathway.item = "every", item[1], item
      part(pathway, item[2], subject, rule)
    end
  end
  every(def.every, "every")
  for k, rule in ipairs(def.rules or {}) do
    every(rule.every, "every of the rule", k)
    if rule.on_step then
      local pathway = add("on_step", "all")
      pathway.kind = "clock"
      part(pathway, rule.on_step, "on_step of the rule", k)
    end
    part(main, rule.pre_spike, "pre_spike", k, true)
    if rule.post_spike then part(add("post", "post"), rule.post_spike, "post_spike", k, true) end
  end
  return list
end

-- In the projection's own statements a bare name of the target that is a rule's variable as well may mean either.
local function refuse_ambiguous(statement, part, def)
  local function look(name, ref, pos)
    local var = not part.rule and ref and ref.kind == "variable" and ref.var
    if not (var and var.rule and def.post and def.post.by_name[name]) then return end
    diagnose.raise(statement.source, pos, "'%s' is a variable of the rule and of the target: write %s_post for the target's, or "
      .. "give the rule's another name", name, name)
  end
  local function walk(node)
    if node.tag == "name" then look(node.name, node.ref, node.pos) end
    for _, child in ipairs(node) do walk(child) end
  end
  look(statement.target, statement.ref, statement.pos)
  walk(statement.expr)
end

-- What is constant over dt is computed at all synapses at the start of each step, before statements every so often.
local function add_held(ir)
  if #ir.held == 0 then return end
  local pathway = { name = "constant over dt", side = "all", kind = "every", period = "step", parts = {}, held = {} }
  for k, var in ipairs(ir.held) do
    var.written = true
    pathway.held[k] = {
      op = "=", target = var.name, ref = { kind = "variable", var = var }, expr = var.expr, source = var.source, pos = var.pos,
      pathway = pathway,
    }
  end
  table.insert(ir.pathways, 2, pathway)
end

-- Statements of all parts in a row; temporaries of later parts get names of their own.
local function check_pathway(pathway, def, scope_of)
  pathway.statements = pathway.held or {}
  for number, part in ipairs(pathway.parts) do
    local list = parse.statements(part.text, label(part.subject, def))
    for _, statement in ipairs(equations.check_statements(list, scope_of(list.source, part.subject, part.rule))) do
      refuse_ambiguous(statement, part, def)
      statement.rule, statement.once, statement.subject = part.rule, part.once, part.subject
      statement.pathway = pathway
      if statement.declares and number > 1 then statement.ref.name = statement.ref.name .. "_" .. number end
      pathway.statements[#pathway.statements + 1] = statement
    end
  end
end

-- The rules' parameters beside the projection's: `ir.rules[k].parameters` by the rule's names.
local function add_rule_parameters(ir, def)
  ir.rules = {}
  for k, rule in ipairs(def.rules or {}) do
    local own = declare.new_ir("rule", def)
    declare.add_parameters(own, { name = rule.name, parameters = rule.parameters })
    for _, par in ipairs(own.parameters) do
      local name = par.name
      if ir.by_name[name] then
        diagnose.raise(nil, nil, "'%s' is a parameter of the rule and a variable of the synapse: give one another name",
          name)
      end
      while ir.parameter_by_name[par.name] do par.name = name .. "_rule" .. k end
      par.index, par.rule = #ir.parameters, k
      ir.parameters[#ir.parameters + 1], ir.parameter_by_name[par.name] = par, par
    end
    ir.rules[k] = { parameters = own.parameter_by_name, tables = own.table_by_name }
  end
end

-- A rule's variable that has the name of one of the projection's equations is another one, the rule's own: `x_rule1` to all
-- others. (Two rules cannot have the same name: one may be meant to read what the other makes.)
local function name_apart(item, ir, own)
  local taken = ir.by_name[item.name]
  if not own or not taken or taken.rule then return end
  local name = ("%s_rule%d"):format(item.name, item.rule)
  own[item.name], item.name = name, name
end

local function rule_name(def, k) return ("'%s'"):format(def.rules[k].name or "rule " .. k) end

-- Rules see each other's variables, so that two of them cannot have one of the same name.
local function refuse_two(item, ir, def)
  local other = ir.by_name[item.name]
  if not (item.rule and other and other.rule and other.rule ~= item.rule) then return end
  diagnose.raise(item.source, item.pos, "'%s' is defined twice, by the rules %s and %s: give it another name in one of them",
    item.name, rule_name(def, other.rule), rule_name(def, item.rule))
end

local function synapse_items(ir, def)
  local all, summed = {}, {}
  ir.own_names = {}
  local function add(text, what, rule)
    if rule then ir.own_names[rule] = {} end
    for _, item in ipairs(parse.equations(text or "", what)) do
      item.rule = rule
      if not item.flags.summed then name_apart(item, ir, ir.own_names[rule]) end
      if item.flags.summed then
        summed[#summed + 1] = item
      else
        refuse_two(item, ir, def)
        local var = declare.declare(item, ir)
        var.rule = rule
        var.clock = item.kind == "differential" and not (item.flags["event-driven"] or var.side)
        if var.side and item.flags["clock-driven"] then
          diagnose.raise(item.source, item.pos, "'%s' cannot be (%s) and (clock-driven): it is integrated from event to "
            .. "event, or in the equations of the neurons", var.name, var.side)
        end
        all[#all + 1] = item
      end
    end
  end
  add(def.equations, label("the equations", def))
  local before = #summed
  add(def.drive, label("drive", def))
  if def.drive and #summed == before then
    diagnose.raise(nil, nil, "%s must be a summed variable of the target, such as \"I_post = w*r_pre : amp (summed)\"",
      label("drive", def))
  end
  for k, rule in ipairs(def.rules or {}) do add(rule.equations, label("the equations of the rule", def), k) end
  return all, summed
end

-- `x_post = expression : unit (summed)`: the target's x is the sum over its synapses, anew each step.
local function check_summed(item, scope_of)
  declare.check_flags(item, "synapse")
  local sc = scope_of(item.source, "the sum of " .. item.name, item.rule)
  local ref = sc:find(item.name)
  local var = ref and ref.kind == "post" and ref.var
  if not var then
    local hint = item.name:find "_post$" and "" or (": write %s_post"):format(item.name)
    diagnose.raise(item.source, item.pos, "'%s' is summed, but it is not a variable of the target%s", item.name, hint)
  elseif var.kind ~= "parameter" or var.shared or var.constant or var.type ~= "real" then
    diagnose.raise(item.source, item.pos, "'%s' cannot be a sum over synapses: declare it in the target as "
      .. "'%s : %s', without an equation or flags", item.name, var.name, var.dim == none and "1" or tostring(var.dim))
  end
  local dim = declare.declared_unit(item)
  if dim ~= var.dim then
    diagnose.raise(item.source, item.unit.pos, "'%s' is declared %s here and %s in the target", item.name, unit_text(dim),
      unit_text(var.dim))
  end
  equations.refuse_noise(item.expr, item.source)
  local expr = check.expression(item.expr, sc)
  if not check.fits(expr, dim) then
    diagnose.raise(item.source, expr.pos, "'%s' is declared %s, but its expression is %s", item.name, unit_text(dim),
      unit_text(expr.dim))
  end
  local bound = sc:bind(equations.name_node(item.name, item.pos), ref).ref
  bound.slot.written = true
  return { op = "+=", target = item.name, ref = bound, expr = expr, source = item.source, pos = item.pos }
end

local function add_sweeps(ir, def, summed, scope_of)
  local pathway = { name = "summed", side = "all", kind = "summed", parts = {}, statements = {} }
  ir.summed = {}
  for _, item in ipairs(summed) do
    local statement = check_summed(item, scope_of)
    pathway.statements[#pathway.statements + 1] = statement
    ir.summed[#ir.summed + 1] = statement.ref.var.name
  end
  if #summed > 0 then ir.pathways[#ir.pathways + 1] = pathway end
  local clock = sweep.clock(ir, def.method)
  if clock then ir.pathways[#ir.pathways + 1] = clock end
end

--- Analyses a synapse: what spikes do.
-- @tparam table def `{ name, transmit, on_post, on_event, on_signal, drive, every, method, equations,
-- variables = { name = { dim, shared } }, parameters, rules, pre, post, precision, sizes = { N_pre =, N_post = },
-- first = { pre =, post = } (of a slice), slow = (its clock is slower than the network's),
-- order = { pathway = number } (see order.lua), degrees = { "N_incoming" where first values read it },
-- delays = { pathway = true where they differ between synapses } }`; transmit and
-- on_post: statements, or a table of them by pathway; rules: a list of
-- `{ equations, on_pre, on_post, on_event, on_signal, pre_spike, post_spike, parameters }`
-- @treturn table ir
local function synapse(def)
  declare.check_precision(def)
  local ir = declare.new_ir("synapse", def)
  ir.slow = def.slow
  given_functions.add(ir, def.functions, def.parameters)
  given_functions.inherit(ir, def.post)
  ir.post, ir.pre, ir.post_parameters, ir.pre_parameters, ir.signals, ir.noises = {}, {}, {}, {}, {}, {}
  ir.degrees = {}
  for _, name in ipairs(def.degrees or {}) do scope.degree(ir, name) end
  local items, summed = synapse_items(ir, def)
  declare.add_variables(ir, items, "differential")
  declare.add_variables(ir, items, "parameter")
  declare.add_variables(ir, items, "held")
  add_given(ir, def)
  declare.add_parameters(ir, def)
  add_rule_parameters(ir, def)
  local slots = scope.new_slots()
  local function scope_of(source, subject, rule)
    local sc = scope.synapse(ir, def.pre, def.post, slots, source, subject)
    sc.own_parameters = rule and ir.rules[rule].parameters
    sc.own_names = rule and ir.own_names[rule]
    sc.own_tables = rule and ir.rules[rule].tables
    sc.signals, sc.sizes, sc.first = def.signals, def.sizes, def.first
    sc.explain = function(name)
      return not def.pre and name:find "_pre$" and "the source has given spikes or events, and no variables that could be read"
    end
    return sc
  end
  if not def.transmit and #summed == 0 then
    diagnose.raise(nil, nil, "%s is missing: what a spike does, such as transmit = \"ge += w\"", label("transmit", def))
  end
  equations.check_equations(ir, items, function(var)
    local sc = scope_of(var.source, equations.subject_of(var), var.rule)
    sc.noise = var.clock
    return sc
  end)
  ir.pathways, ir.order = pathways_of(def), def.order
  add_held(ir)
  for k, pathway in ipairs(ir.pathways) do
    pathway.delays = k > 1 and pathway.side ~= "all" and def.delays and def.delays[pathway.name] or nil
  end
  for _, pathway in ipairs(ir.pathways) do check_pathway(pathway, def, scope_of) end
  ir.statements = ir.pathways[1].statements
  add_sweeps(ir, def, summed, scope_of)
  classify.classify(ir, def)
  return ir
end

return synapse
