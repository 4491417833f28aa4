#!/bin/sh
# Prosody 0.12.3 (Debian 12): util.human.units.format, which prints sizes and rates in the shell and the logs. One expects the prefix to follow from the
# size and at most four digits. With binary units ("b") the values from 1000 to 1023 come out in exponential form, 0.5 stays 0.5 although without
# "b" it becomes 500 milli. A negative value without "b" takes a prefix that makes its number larger: -5 B is "-5e+03 mB", -5000 B is "-5e+09 μB".
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
local format = require "util.human.units".format
print(format(1023, "B", "b"), format(1024, "B", "b"), format(1000, "B", "b"))
print(format(0.5, "B"), format(0.5, "B", "b"))
print(format(-5, "B"), format(-5000, "B"), format(-5000, "B", "b"))
LUA
prosody=root/usr/lib/prosody
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_PATH="$prosody/?.lua" LUA_CPATH="$prosody/?.so" root/usr/bin/lua5.4 run.lua | tee seen

printf '%s\t%s\t%s\n' "1.02e+03 B" "1 KiB" "1e+03 B" > expected
printf '%s\t%s\n' "500 mB" "0.5 B" >> expected
printf '%s\t%s\t%s\n' "-5e+03 mB" "-5e+09 μB" "-4.88 KiB" >> expected
cmp seen expected
