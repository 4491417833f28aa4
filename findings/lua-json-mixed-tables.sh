#!/bin/sh
# lua-json 1.0.1 (npm) reads Lua tables into JavaScript. Three results that one would not guess:
# - A table with positional values behind a key of its own in [brackets] loses the positional ones: { [0] = "a", "b", "c" } gives only the "a".
# - A table with positional and named values becomes a list in which each named one is a pair [name, value], not an object.
# - Escapes by number stay as they are written: "\65" gives three characters, Lua gives "A".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . lua-json@1.0.1

cat > run.cjs <<'JS'
const { parse } = require("lua-json");
console.log(JSON.stringify(parse('return { [0] = "a", "b", "c" }')));
console.log(JSON.stringify(parse('return { "a", "b", name = "c" }')));
console.log(JSON.stringify(parse('return "\\65"')));
JS
node run.cjs | tee seen

printf '%s\n' '{"0":"a"}' '["a","b",["name","c"]]' '"\\65"' > expected
cmp seen expected
