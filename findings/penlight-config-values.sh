#!/bin/sh
# Penlight 1.13.1 (Debian 12): pl.config.read takes values apart that one expects to be texts.
# - A telephone number loses its "+", a version its last zero, a number with leading zeros these: +4930 is 4930, 1.10 is 1.1, 0010 is 10.
# - A comma inside quotes makes a list, and the quotes stay: "a, b" becomes the two texts `"a` and `b"`.
# - true stays the text "true", although numbers are converted.
# - A dot in a name, and a blank in a section, become "_".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download lua-penlight=1.13.1-3 lua-filesystem=1.8.0-3 lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > run.lua <<'LUA'
local config = require "pl.config"
local pretty = require "pl.pretty"
local read = config.read(require "pl.stringio".open [[
phone = +4930
version = 1.10
pause = 0010
name = "a, b"
on = true
c2s.port = 5222
[a host]
x = 1
]])
for _, key in ipairs { "phone", "version", "pause", "name", "on", "c2s_port", "a_host" } do
	print(key, (pretty.write(read[key], "")))
end
LUA
LUA_CPATH="$(echo root/usr/lib/*-linux-gnu*/lua/5.4)/?.so" LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_PATH="root/usr/share/lua/5.4/?.lua;root/usr/share/lua/5.4/?/init.lua" root/usr/bin/lua5.4 run.lua | tee seen

printf '%s\t%s\n' phone 4930 version 1.1 pause 10 name '{"\"a","b\""}' on '"true"' c2s_port 5222 a_host '{x=1}' > expected
cmp seen expected
