#!/bin/sh
# Prosody 0.12.3 (Debian 12) and 13.0.1 (its backports): util.argparse, which reads the command line of prosodyctl. Results that habits of getopt get wrong:
# - "--x=" is not x with an empty value. It sets an option whose name is "x=".
# - Short options cannot be joined: "-qn" is one option named "qn".
# - Everything behind the first word that is no option is a word: "a --quiet" sets nothing.
# - "--no-color" sets color to false, although no such option is declared.
# - "--dry-run" is named "dry-run" by 0.12.3 and "dry_run" by 13.0.1.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
for suite in bookworm bookworm-backports; do
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main"
done > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1 prosody=0.12.3-1+deb12u1
for package in *.deb; do dpkg-deb --extract "$package" old; done
$apt download prosody=13.0.1-1~bpo12+1
dpkg-deb --extract prosody_13.0.1*.deb new

cat > run.lua <<'LUA'
local argparse = require "util.argparse"
local function show(...)
	local read, names = argparse.parse({ ... }, { short_params = { q = "quiet", n = "name" } }), {}
	for name, value in pairs(read) do
		names[#names + 1] = ("%s: %s"):format(name, value)
	end
	table.sort(names)
	print(table.concat(names, ", "))
end
show "--x="
show("-qn", "a")
show("a", "--quiet")
show "--no-color"
show "--dry-run"
LUA
for version in old new; do
	LD_LIBRARY_PATH=$(echo old/usr/lib/*-linux-gnu*) LUA_PATH="$version/usr/lib/prosody/?.lua" old/usr/bin/lua5.4 run.lua
done | tee seen

for name in dry-run dry_run; do
	printf '%s\n' 'x=: true' '1: a, qn: true' '1: a, 2: --quiet' 'color: false' "$name: true"
done > expected
cmp seen expected
