#!/bin/sh
# Prosody 0.12.3 (Debian 12): util.json.encode never refuses a table or a number, and does not always write JSON.
# A list with a gap becomes an object with the keys __hash and __array (one expects null for the gap, or an error); a table with a list and
# named keys becomes such an object too. Infinity is written as the bare word inf. Large numbers are rounded to 14 digits, so 2^53 as a
# float comes back as another number.
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

cat > write.lua <<'LUA'
local json = require "util.json"
print(json.encode { 1, 2, nil, 4 })
print(json.encode { "a", name = "b" })
print(json.encode { math.huge })
print(json.encode { 2.0 ^ 53 }, math.tointeger(json.decode(json.encode { 2.0 ^ 53 })[1]))
LUA
prosody=root/usr/lib/prosody
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) LUA_PATH="$prosody/?.lua" LUA_CPATH="$prosody/?.so" root/usr/bin/lua5.4 write.lua | tee seen

printf '%s\n' '{"__hash":[4,4],"__array":[1,2]}' '{"name":"b","__array":["a"]}' '[inf]' > expected
printf '%s\t%s\n' '[9.007199254741e+15]' 9007199254741000 >> expected
cmp seen expected
