#!/bin/sh
# LuaDBI 0.7.2 with SQLite (Debian 12, lua-dbi-sqlite3 0.7.2-4) on Lua 5.4: integers lose everything above 32 bits when they are read, and
# every number is stored as a float. Lua 5.4 and SQLite both have integers of 64 bits, so one expects 2147483648 to come back as it is.
# It comes back negative. A BLOB ends at its first zero byte.
# A time in seconds stored as an INTEGER is therefore wrong from January 2038 on, a time in milliseconds is wrong today.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1 lua-dbi-common=0.7.2-4 lua-dbi-sqlite3=0.7.2-4 libsqlite3-0
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > read.lua <<'LUA'
local DBI = require "DBI"
local connection = assert(DBI.Connect("SQLite3", ":memory:"))
local function row(sql, ...)
	local statement = assert(connection:prepare(sql))
	assert(statement:execute(...))
	return statement:fetch(false)
end
print("read 2147483648", row("SELECT 2147483648")[1])
print("read 4294967297", row("SELECT 4294967297")[1])
print("type of a bound integer", row("SELECT typeof(?)", 1)[1])
print("type of a bound true", row("SELECT typeof(?)", true)[1])
print("length of a read BLOB of 3 bytes", #row("SELECT x'610062'")[1])
LUA
libraries=$(echo root/usr/lib/*-linux-gnu*)
LD_LIBRARY_PATH="$libraries" LUA_PATH="root/usr/share/lua/5.4/?.lua" LUA_CPATH="$libraries/lua/5.4/?.so" root/usr/bin/lua5.4 read.lua | tee seen

printf '%s\t%s\n' "read 2147483648" -2147483648 "read 4294967297" 1 "type of a bound integer" real "type of a bound true" integer \
	"length of a read BLOB of 3 bytes" 1 > expected
cmp seen expected
