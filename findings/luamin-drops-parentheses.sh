#!/bin/sh
# luamin 1.0.4 (npm), a minifier for Lua: it removes parentheses that cut several values down to one. In Lua, (f()) is exactly one value,
# f() at the end of a list is all that the function returns. One expects a minifier to keep what a program does. A list of options that is
# built in this way is longer afterwards, and a return statement gives more values.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . luamin@1.0.4 wasmoon@1.16.0

cat > run.mjs <<'JS'
import { createRequire } from "module";
import { LuaFactory } from "wasmoon";
const luamin = createRequire(import.meta.url)("luamin");
const lua = await new LuaFactory().createEngine();
const two = "local function two() return 1, 2 end ";
for (const code of [two + "return #{ (two()) }", two + "return select('#', (two()))", "local function all(...) return #{ (...) } end return all(1, 2, 3)"]) {
	const short = luamin.minify(code);
	console.log(await lua.doString(code), await lua.doString(short));
}
JS
node run.mjs | tee seen

printf '%s\n' "1 2" "1 2" "1 3" > expected
cmp seen expected
