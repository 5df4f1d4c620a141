# Wrong input to networks on several ranks, where often one rank alone finds it: one message, exit code 1, soon.
. "$(dirname "$0")/check.bash"

net='local ln = require "lunate" local ms, mV = ln.ms, ln.mV
local net = ln.network { dt = 0.1*ms, seed = 1 }
local model = ln.neuron { name = "cell", equations = "dv/dt = (I - v)/(10*ms) : volt\nI : volt", threshold = "v > 10*mV", reset = "v = 0*mV" }
local pop = net:population(60, model, { name = "pop", I = 20*mV })
'
rank="$net local rank = ln.rank
" # the next line is line 6
last='neuron 60|element 60|60'

# what a callback, or a function called for a rank's own elements, throws on one rank only
fails 2 "a callback that throws" "$net net:every(1*ms, function(t) if t > 2*ms then error('mine') end end)
net:run(5*ms)" '^lunate: script.lua:5: mine$'
fails 3 "a callback that throws on one rank" "$rank net:every(1*ms, function(t) if t > 2*ms and rank == 2 then error('mine') end end)
net:run(5*ms)" '^lunate: script.lua:6: mine$'
fails 3 "a callback that throws on one rank, caught" "$rank net:at(1*ms, function(t) if rank == 1 then error('mine') end end)
pcall(net.run, net, 5*ms) net:run(5*ms)" '^lunate: script.lua:6: mine$|diverged'
fails 3 "a value's function that throws" "$net
pop.v = function(i) if i == 59 then error('mine') end return i*mV end
net:run(1*ms)" '^lunate: script.lua:6: mine$'
fails 3 "a value's function that gives nothing" "$net
pop.v = function(i) if i < 59 then return i*mV end end
net:run(1*ms)" '^lunate: script.lua:6: v of pop: the function gave a nil for element 59'
fails 3 "a value's function that gives another unit" "$net
pop.v = function(i) return i == 1 and 1*ms or 1*mV end" '^lunate: script.lua:6: v of pop: .*element 1.* in s, expected V'
fails 3 "a part by a condition of another unit" "$net
pop.v['I > 3*ms'] = 1*mV" "^lunate: script.lua:6: cannot compare 'I' "
fails 3 "a part's function that throws" "$net
pop.v['i > 58'] = function(i) if i == 59 then error('mine') end return i*mV end
net:run(1*ms)" '^lunate: script.lua:6: mine$'
fails 2 "a part on one rank only" "$rank if rank == 0 then pop.v['i > 58'] = 1*mV end
net:run(1*ms)" 'diverged'
fails 3 "a rate in time that becomes negative for one target" "$net
net:project(ln.poisson_input { rate = '1*Hz*(59.5 - i*int(t > 1*ms))' }, pop, { transmit = 'v += 1*mV', name = 'input' })
net:run(9*ms)" '^lunate: script.lua:7: input: -.* arrivals a step on average at neuron 60'
fails 3 "a connector's function that throws" "$net
net:project(pop, pop, { connect = function(j) if j == 60 then error('mine') end return { j } end, transmit = 'v += 1*mV' })
net:run(1*ms)" '^lunate: script.lua:6: mine$'
fails 2 "a connector's function that names a source that does not exist" "$net
net:project(pop, pop, { connect = function(j) return { j + 1 } end, transmit = 'v += 1*mV' })
net:run(1*ms)" '^lunate: script.lua:6: connect: the function gave source 61 for target 60'
fails 3 "a weight's function that throws" "$net
net:project(pop, pop, { connect = ln.one_to_one(), transmit = 'v += w', w = function(i, j)
  if j == 60 then error('mine') end
  return 1*mV end })
net:run(1*ms)" '^lunate: script.lua:7: mine$'
fails 3 "a delay that is negative for one synapse" "$net
net:project(pop, pop, { name = 'p', connect = ln.one_to_one(), transmit = 'v += 1*mV', delay = '1*ms*(59.5 - i)' })
net:run(1*ms)" '^lunate: script.lua:7: .*p.*delay.*-0.5 ms'
fails 3 "a delay that rounds to zero for one synapse" "$net
net:project(pop, pop, { name = 'p', connect = ln.one_to_one(), transmit = 'v += 1*mV', delay = '1*ms*(60.04 - i)' })
net:run(1*ms)" '^lunate: script.lua:7: .*p.*delay.*0.04 ms'

# what the kernel finds on one rank
for n in 1 3; do
  fails $n "a state that is no number on the last rank" "$net
local bad = net:population(60, ln.neuron { name = 'runaway', equations = 'dx/dt = x**2/ms : 1', method = 'euler' }, { name = 'bad', x = '5.0*(i >= 58)' })
net:run(100*ms)" '^lunate: script.lua:7: .*bad.*x .*neuron 58'
done
for n in 1 2 4; do
  fails $n "a weight that is no number on the last rank" "$net
net:project(pop, pop, { name = 's', connect = ln.bernoulli(0.2), transmit = '', w = 1, delay = '1*ms + 0.1*ms*(j % 5)',
  rule = ln.rule { on_pre = 'w += where(j >= 58 and i > 20, log(-w), 0.01)', on_post = 'w *= 1.001' } })
net:run(40*ms)" '^lunate: script.lua:8: s: w of the synapse [23]. → (58|59|60) is NaN at t = 12.8 ms$'
done
fails 3 "what decides about pruning is NaN on one rank" "$net
local s = net:project(pop, pop, { name = 's', connect = ln.bernoulli(0.3), transmit = 'v += w*mV', w = 'j/1.0' })
s:prune { smallest = 5, by = 'log(59.5 - w)' }" '^lunate: script.lua:7: s: what decides which synapses are pruned is NaN at the synapse [0-9]* → 60$'
fails 3 "a score that is NaN on one rank" "$net
local s = net:project(pop, pop, { name = 's', connect = ln.bernoulli(0.3), transmit = '' })
s:grow(5, { score = 'log(59.5 - j)' })" '^lunate: script.lua:7: s: the score of [0-9]* → 60 is NaN$'
fails 3 "more synapses than there is room for" "$net
local s = net:project(pop, pop, { name = 's', connect = ln.bernoulli(0.3), transmit = '' })
s:grow(3600)" '^lunate: script.lua:7: grow: 3600 synapses more for s, but only [0-9]* pairs are not connected yet$'
fails 2 "pruning all, on two ranks" "$net
local s = net:project(pop, pop, { name = 's', connect = ln.bernoulli(0.3), transmit = '' })
s:prune 'i > 0'" '^lunate: script.lua:7: s: this would prune all of its [0-9]* synapses$'
fails 2 "a pulse in another unit" "$net
net:signal('dopamine', { equations = 'd : volt' }):pulse(3*ms)" '^lunate: script.lua:6: the pulse of dopamine is in s, expected V$'
fails 3 "a probability above one for some pairs" "$net
net:project(pop, pop, { name = 'p', connect = ln.bernoulli 'i/50.0', transmit = 'v += 1*mV' })
net:run(1*ms)" '^lunate: script.lua:7: .*(probability|bernoulli).*1.02'
fails 3 "a network larger than memory" "$net
net:population(4*10^9, model, { name = 'huge' })" '^lunate: script.lua:6: .*huge.*GiB'
fails 3 "synapses beyond memory" "$net
net:project(pop, pop, { name = 'p', connect = ln.fixed_total(10^12), transmit = 'v += 1*mV' })
net:run(1*ms)" '^lunate: script.lua:[67]: .*p.*GiB'

# ranks that go different ways
fails 2 "populations of different sizes" "$rank net:population(10 + rank, model, { name = 'p' .. rank })" 'diverged: .*population p0 of 10 \(script.lua:6\).*population p1 of 11'
fails 3 "a run on one rank" "$rank if rank == 1 then net:run(1*ms) end" 'diverged: .*rank 0 is in the end of the script, rank 1 in run'
fails 3 "a run as long on each rank as it likes" "$rank net:run((1 + rank)*ms)" 'diverged: .*run for 1 ms .*run for 2 ms'
fails 3 "callbacks at other times on each rank" "$rank net:at((1 + rank)*ms, function() end) net:run(5*ms)" 'diverged: .*run 10 steps.*run 20 steps'
fails 2 "callbacks on one rank" "$rank if rank == 1 then net:every(1*ms, function() end) end net:run(5*ms)" 'diverged: .*run 50 steps.*run 10 steps'
fails 2 "seeds of each rank's own" "$rank ln.network { seed = rank }" 'diverged: .*seed 0.*seed 1'
fails 3 "connectors of each rank's own" "$rank net:project(pop, pop, { connect = ln.fixed_indegree(rank), transmit = 'v += 1*mV' })" \
  'diverged: .*fixed_indegree\(0\).*fixed_indegree\(1\)'
fails 2 "a value of each rank's own" "$rank pop.v = rank*mV" 'diverged: .*set v of pop.* to 0 V.*to 1 mV'
fails 2 "an element of each rank's own" "$rank print(pop.v[1 + rank])" 'diverged: .*element 1 of v of pop.*element 2'
fails 3 "a value read on one rank" "$rank if rank == 0 then print(pop.v[1]) end" 'diverged: .*read element 1 of v of pop'

# files and folders
touch file # here a folder was expected
fails 2 "recording to a file that cannot be" "$net
net:record(pop, 'spikes', { to = '../file/out.h5' }) net:run(1*ms)" '^lunate: script.lua:6: .*\.\./file/out.h5'
fails 2 "recording to a folder" "$net
net:record(pop, 'spikes', { to = '..' }) net:run(1*ms)" '^lunate: script.lua:6: .*\.\.'
printf 'pre,post,w\n1,2,0.5\n2,3' >cut.csv
printf 'pre,post,w\n1,2,0.5\n2,x,0.5\n' >words.csv
fails 2 "a CSV file that is cut off" "$net
net:project(pop, pop, { connect = ln.from_csv '../cut.csv', transmit = 'v += w*mV' })" '^lunate: (script.lua:6: )?\.\./cut.csv:3: 2 fields where the header has 3; was the file cut off'
fails 2 "a CSV file with a word for a number" "$net
net:project(pop, pop, { connect = ln.from_csv '../words.csv', transmit = 'v += w*mV' })" '^lunate: (script.lua:6: )?\.\./words.csv.*(post|names)'
fails 2 "a CSV file that is not there" "$net
net:project(pop, pop, { connect = ln.from_csv '../none.csv', transmit = 'v += w*mV' })" '^lunate: script.lua:6: cannot read \.\./none.csv: No such file'

printf '%s' "$net net:record(pop, 'spikes', { to = 'whole.h5' }) net:record(pop, 'v', { to = 'whole.h5' }) net:run(20*ms)" >whole.lua
ranks 2 whole.lua
expect "a whole file" "0 yes" "$code $([ -s whole.h5 ] && echo yes)"
size=$(stat -c %s whole.h5)
for part in 0 100 $((size / 2)) $((size - 1)); do
  head -c "$part" whole.h5 >"cut$part.h5"
  fails 2 "$part bytes of an HDF5 file" "local ln = require 'lunate'
local f = ln.open '../cut$part.h5'
f:spikes('pop') print(f:report('pop', 'v').data:sum())" "^lunate: script.lua:[23]: .*\.\./cut$part.h5"
done
fails 2 "an HDF5 file that is a folder" "require('lunate').open '..'" '^lunate: script.lua:1: .*\.\.'

# the compiler and its cache
empty="LUNATE_CACHE=$scratch/empty"
fails 2 "no C compiler" "$net" "^lunate: script.lua:4: no C compiler: cannot run '/nonexistent'" "$empty" LUNATE_CC=/nonexistent
fails 2 "a C compiler that fails" "$net" "^lunate: script.lua:4: .*/bin/false" "$empty" LUNATE_CC=/bin/false
fails 2 "no room for the cache" "$net" "^lunate: script.lua:4: .*$scratch/file/cache" "LUNATE_CACHE=$scratch/file/cache"
fails 2 "nowhere for the cache" "$net" "^lunate: script.lua:4: .*LUNATE_CACHE" LUNATE_CACHE= XDG_CACHE_HOME= HOME=
fails 2 "no folder for the C" "$net" "^lunate: script.lua:4: .*$scratch/file/c" "$empty" "LUNATE_KEEP_C=$scratch/file/c"

wait
ranks 3 nothing.lua
expect "a script that is not there" "1 lunate: cannot open nothing.lua: No such file or directory" "$code $err"
ranks 2 .
expect "a script that is a folder" "1 1" "$code $(grep -c . <<<"$err")"
finish
