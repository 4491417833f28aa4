#!/bin/sh
# Prosody 0.12.3 (Debian 12): `prosodyctl check config` passes a storage driver that does not exist ("sqlite" where "sql" is meant). The server
# starts too, with its null driver: it keeps nothing. One expects the check, which knows misspelt option names and missing modules, to fail.
# Only what needs to store something says so, as prosodyctl register does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download prosody=0.12.3-1+deb12u1 lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1 lua-expat lua-filesystem lua-sec lua-socket lua-bitop \
	libexpat1 libicu72 libidn12 libssl3
for package in *.deb; do dpkg-deb --extract "$package" root; done
sed -i -e "s#^CFG_SOURCEDIR=.*#CFG_SOURCEDIR='$folder/root/usr/lib/prosody';#" -e "s#^CFG_PLUGINDIR=.*#CFG_PLUGINDIR='$folder/root/usr/lib/prosody/modules/';#" \
	-e "s#^CFG_CONFIGDIR=.*#CFG_CONFIGDIR='$folder';#" -e "s#^CFG_DATADIR=.*#CFG_DATADIR='$folder/data';#" root/usr/bin/prosody root/usr/bin/prosodyctl
libraries=$(echo "$folder"/root/usr/lib/*-linux-gnu*)
export LD_LIBRARY_PATH="$libraries" LUA_PATH="$folder/root/usr/share/lua/5.4/?.lua" LUA_CPATH="$libraries/lua/5.4/?.so"
mkdir data certs

printf 'log = { error = "*console" }\ndata_path = "%s/data"\npidfile = "%s/pid"\ncertificates = "certs"\nstorage = "sqlite"
modules_enabled = { "roster", "saslauth", "tls", "disco" }\nVirtualHost "localhost"\n' "$folder" "$folder" > prosody.cfg.lua
prosodyctl() { root/usr/bin/lua5.4 root/usr/bin/prosodyctl --root --config ./prosody.cfg.lua "$@"; }
{
	prosodyctl check config | grep -o 'All checks passed'
	prosodyctl register ada localhost secret | grep -o 'No data storage active' || true
} | tee seen

printf '%s\n' 'All checks passed' 'No data storage active' > expected
cmp seen expected
