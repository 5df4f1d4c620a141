#!/bin/bash
# Figures on several ranks: the gallery's scripts and what goes wrong, the same bytes and messages as on one.
source "$(dirname "${BASH_SOURCE[0]}")/check.bash"
gallery=$here/../../docs/gallery

for script in "$gallery"/*.lua; do
  name=$(basename "$script" .lua)
  [ "$name" == network ] && continue
  timeout 60 "$LUNATE" "$script" "one_$name.gp" || expect "$name on one rank" 0 $?
  ranks 2 "$script" "two_$name.gp"
  expect "$name on two ranks" 0 "$code"
  cmp "one_$name.gp" "two_$name.gp" || expect "$name: the same bytes" same different
done

# The page shows every script as it is, with a picture that is not large.
cat >page.lua <<'LUA'
local page, name = io.open(arg[1] .. ".md"):read "a", arg[2]
local script = io.open(("%s/%s.lua"):format(arg[1], name)):read "a"
script = script:gsub("^%-%-[^\n]*\n", ""):gsub("^%-%-[^\n]*\n", "")
local picture = io.open(("%s/%s.png"):format(arg[1], name))
print(page:find(script, 1, true) ~= nil, page:find(("(gallery/%s.png)"):format(name), 1, true) ~= nil,
  picture and picture:seek "end" < 60000)
LUA
for script in "$gallery"/*.lua; do
  name=$(basename "$script" .lua)
  [ "$name" == network ] || expect "$name in gallery.md" $'true\ttrue\ttrue' "$("$LUNATE" page.lua "$gallery" "$name")"
done

# Pictures, drawn by rank 0 alone; no scratch files are left beside them.
ranks 2 "$gallery/panels.lua" panels.svg
expect "a picture on two ranks" "0 panels.svg" "$code $(ls panels.svg*)"

# The terminal picture is printed once.
cat >show.lua <<'LUA'
local ln = require "lunate"
ln.plot.line({ 1, 3, 2 }):show { width = 40, height = 10 }
LUA
"$LUNATE" show.lua >one.txt
ranks 3 show.lua
expect "show on three ranks" "$(cat one.txt)" "$out"

# Errors are one message, at the script's line.
cat >error.lua <<'LUA'
local ln = require "lunate"
ln.plot.line({ 1, 3, 2 }):save "no/such/folder/x.png"
LUA
ranks 3 error.lua
expect "a folder that is not there" "1 lunate: error.lua:2: cannot write no/such/folder/x.png: No such file or directory" \
  "$code $err"

# A window, by a gnuplot that has one: a program that writes down what it is asked.
cat >fake <<'FAKE'
#!/bin/sh
shift # -d
case "$1" in
  -e) echo " canvas qt svg " >&2;;
  *) echo "$1" >>asked.txt; head -n 1 "$2" >>asked.txt;;
esac
FAKE
chmod +x fake
cat >window.lua <<'LUA'
require("lunate").plot.line({ 1, 3, 2 }):show()
LUA
LUNATE_GNUPLOT=$PWD/fake DISPLAY=:7 ranks 2 window.lua
expect "a window on two ranks" "0 -persist set terminal qt" "$code $out$(head -c 24 asked.txt | paste -sd ' ')"
DISPLAY='' WAYLAND_DISPLAY='' ranks 2 show.lua
expect "no display, no window" "$(cat one.txt)" "$out"

cat >blind <<'FAKE'
#!/bin/sh
echo " dumb pngcairo svg " >&2
FAKE
chmod +x blind
LUNATE_GNUPLOT=$PWD/blind DISPLAY=:7 ranks 2 show.lua
expect "a display, but no window" "$(cat one.txt) lunate: no window: this gnuplot has none (apt install gnuplot-qt, or gnuplot-x11); \
this is drawn in the terminal" "$out $err"

cat >gone.lua <<'LUA'
local ln = require "lunate"
local p = ln.plot.line { 1, 3, 2 }
p:save "kept.gp"
print((p:text():gsub("[^\n]*", "", 1) ~= ""))
p:save "x.png"
LUA
export LUNATE_GNUPLOT=/nowhere/gnuplot
ranks 2 gone.lua
expect "no gnuplot: code, terminal" "1 true" "$code $out"
expect "no gnuplot: message" "lunate: gone.lua:5: gnuplot was not found: install it (apt install gnuplot-nox), or name it \
in LUNATE_GNUPLOT. Without it, plot:show() draws in the terminal and plot:save \"x.gp\" keeps the figure" "$err"
expect "no gnuplot: files" "kept.gp" "$(ls kept.gp x.png* 2>/dev/null)"
unset LUNATE_GNUPLOT

finish
