#!/bin/sh
# lua_cliargs 3.0-2 (Debian 12): an option with a default.
# - "--port=" takes the default away: the result has neither the default nor an empty text.
# - "-p1" and two flags in one word, "-vq", are unknown; "-p 1" and "-v -q" are known.
# - An option that is given twice keeps the last value, without an error.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download lua-cliargs=3.0-2-5 lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > run.lua <<'LUA'
local function try(...)
	for name in pairs(package.loaded) do
		if name:find "^cliargs" then
			package.loaded[name] = nil
		end
	end
	local cli = require "cliargs"
	cli:option("-p, --port=PORT", "the port", "5222")
	cli:flag("-v, --verbose", "more")
	cli:flag("-q, --quiet", "less")
	local found, problem = cli:parse { ... }
	print(table.concat({ ... }, " "), found and ("port %s"):format(found.port) or problem)
end
try "--quiet"
try "--port=1"
try "--port="
try("--port=1", "--port=2")
try("-p", "1")
try "-p1"
try "-vq"
LUA
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_PATH="root/usr/share/lua/5.4/?.lua;root/usr/share/lua/5.4/?/init.lua" root/usr/bin/lua5.4 run.lua | tee seen

printf '%s\t%s\n' --quiet "port 5222" --port=1 "port 1" --port= "port nil" "--port=1 --port=2" "port 2" "-p 1" "port 1" -p1 "unknown/bad flag: -p1" \
	-vq "unknown/bad flag: -vq" > expected
cmp seen expected
