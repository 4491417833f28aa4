#!/bin/sh
# Prosody 0.12.3 (Debian 12): util.format, which every line of the log goes through, is not string.format.
# - A whole number that is a float gets brackets and its point under %d: 3.0 gives "[3.0]", string.format gives "3". A division or collectgarbage "count"
#   in a module is enough for that. %.0f is not affected.
# - A missing argument gives "(nil)" where string.format raises an error; arguments that are left over are appended as " [value]".
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
local format = require "util.format".format
print(format("%d kB, %d kB, %.0f kB", 3, 6 / 2, 6 / 2))
print(format("%s of %s", "one"))
print(format("%s", "one", "two"))
print((pcall(string.format, "%s of %s", "one")), string.format("%d", 6 / 2))
LUA
prosody=root/usr/lib/prosody
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_PATH="$prosody/?.lua" LUA_CPATH="$prosody/?.so" root/usr/bin/lua5.4 run.lua | tee seen

printf '%s\n' "3 kB, [3.0] kB, 3 kB" "one of (nil)" "one [two]" > expected
printf '%s\t%s\n' false 3 >> expected
cmp seen expected
