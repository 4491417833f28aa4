#!/bin/sh
# Prosody 0.12.3 (Debian 12): util.datetime, the module for the timestamps of XEP-0082. parse() takes dates that do not exist and gives the date that
# they overflow to: 30 February is 1 March, month 13 is January of the next year. One expects nil, as for other texts that are no timestamp.
# datetime() writes times before 1970, and parse() raises an error for what it wrote. datetime() refuses fractions of seconds with an error, parse()
# drops them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download prosody=0.12.3-1+deb12u1 lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > run.lua <<'LUA'
local datetime = require "util.datetime"
for _, text in ipairs { "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T00:00:00.9Z" } do
	print(text, datetime.datetime(datetime.parse(text)))
end
print(datetime.parse "2024-01-01", datetime.datetime(-1), (pcall(datetime.parse, datetime.datetime(-1))), (pcall(datetime.datetime, 0.5)))
LUA
prosody=root/usr/lib/prosody
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_PATH="$prosody/?.lua" LUA_CPATH="$prosody/?.so" root/usr/bin/lua5.4 run.lua | tee seen

{
	printf '%s\t%s\n' 2024-02-30T00:00:00Z 2024-03-01T00:00:00Z 2024-13-01T00:00:00Z 2025-01-01T00:00:00Z
	printf '%s\t%s\n' 2024-01-01T00:00:00.9Z 2024-01-01T00:00:00Z
	printf '%s\t%s\t%s\t%s\n' nil 1969-12-31T23:59:59Z false false
} > expected
cmp seen expected
