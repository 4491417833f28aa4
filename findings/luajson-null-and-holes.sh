#!/bin/sh
# LuaJSON 1.3.4 (Debian 12, package lua-json): three results that one would not guess.
# - null is decoded to a function that can be called; it is true in a condition, and neither nil nor a table.
# - A table with a field n is a list of that length: { 1, 2, n = 5 } is written as [1,2,null,null,null].
# - Not a number and infinity are written as NaN and Infinity, which are no JSON; the strict decoder of the same library refuses them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download lua-json=1.3.4-2 lua-lpeg=1.0.2-2 lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > run.lua <<'LUA'
local json = require "json"
local null = json.decode "[null]"[1]
print(type(null), null and "true in a condition")
print(json.encode { 1, 2, n = 5 }, json.encode { n = 5 })
print(json.encode(0 / 0), json.encode(1 / 0), (pcall(json.decode, json.encode { 1 / 0 }, json.decode.strict)))
LUA
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_CPATH="$(echo root/usr/lib/*-linux-gnu*/lua/5.4)/?.so" \
	LUA_PATH="root/usr/share/lua/5.3/?.lua;root/usr/share/lua/5.4/?.lua" root/usr/bin/lua5.4 run.lua | tee seen

printf '%s\t%s\n' function "true in a condition" '[1,2,null,null,null]' '{"n":5}' > expected
printf '%s\t%s\t%s\n' NaN Infinity false >> expected
cmp seen expected
