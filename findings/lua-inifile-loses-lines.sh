#!/bin/sh
# lua-inifile 1.0 (Debian 12): reading a usual .ini file and writing it again.
# - Lines with a "-" in the name, with blanks before the name, without a value, and comments with "#" are dropped without a word.
# - A blank behind "=" belongs to the value; a blank before "=" does not hurt.
# - Numbers lose their spelling: 05222 comes back as 5222, 0x1F as 31, 1e3 as 1000.0.
# - A section that stands twice is joined when read, and written twice, each time in full.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download lua-inifile=1.0-3 lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > run.lua <<'LUA'
local inifile = require "inifile"
local file = assert(io.open("read.ini", "w"))
file:write [[
; kept
# dropped
[ports]
c2s=05222
s2s-port=5269
	http=5280
mask=0x1F
rate=1e3
name = ada
empty=
[ports]
last=yes
]]
file:close()
inifile.save("written.ini", inifile.parse("read.ini"))
collectgarbage()
collectgarbage()
local counts, lines = {}, {}
for line in io.lines("written.ini") do
	if line ~= "" then
		lines[#lines + 1] = counts[line] and not line:find "%[" and line.." (again)" or line
		counts[line] = true
	end
end
table.sort(lines)
print(table.concat(lines, "\n"))
LUA
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_PATH="root/usr/share/lua/5.4/?.lua;root/usr/share/lua/5.4/?/init.lua" root/usr/bin/lua5.4 run.lua | tee seen

cat > expected <<'TEXT'
; kept
TEXT
printf '%s\n' '[ports]' '[ports]' 'c2s=5222' 'c2s=5222 (again)' 'last=yes' 'last=yes (again)' 'mask=31' 'mask=31 (again)' 'name= ada' 'name= ada (again)' \
	'rate=1000.0' 'rate=1000.0 (again)' >> expected
cmp seen expected
