#!/bin/sh
# Prosody 13.0.1 (Debian 12 backports), the reader behind module:get_option_period: it takes the first number and up to three letters behind it,
# wherever they stand, and ignores the rest without a message. "1h30min" is one hour, "1d 12h" one day, "-30d" thirty days.
# One expects a sum, as systemd and Go read such texts, or an error. "1.5h" is read as one second, with an error in the log.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm-backports main" >> apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download prosody=13.0.1-1~bpo12+1 lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > periods.lua <<'LUA'
for _, name in ipairs { "array", "pposix" } do package.loaded["prosody.util."..name] = {} end
local io = dofile "root/usr/lib/prosody/util/human/io.lua"
for _, text in ipairs { "1h", "1h30min", "1d 12h", "-30d", "1.5h" } do
	print(text, io.parse_duration(text) or "ambiguous", io.parse_duration_lax(text))
end
LUA
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) root/usr/bin/lua5.4 periods.lua | tee seen

printf '%s\t%s\t%s\n' 1h 3600 3600 1h30min 3600 3600 "1d 12h" 86400 86400 -30d 2592000 2592000 1.5h ambiguous 1 > expected
cmp seen expected
