#!/bin/sh
# Prosody 0.12.3 (Debian 12): a certificate of which only the first lines are there, as while another program still writes it, in the folder of
# certificates. One expects that it is passed over, like one that has expired. The search for certificates ends at it with an error instead, so Prosody
# does not start, although the only host has a good certificate. 13.0.7 has the same lines in core/certmanager.lua.
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

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout certs/good.key -out certs/good.crt \
	2>/dev/null
printf 'data_path = "%s/data"\ncertificates = "certs"\nrun_as_root = true\nmodules_disabled = { "c2s", "s2s" }\nlog = "*console"\nVirtualHost "localhost"\n' "$folder" \
	> prosody.cfg.lua

# start: says whether a server still runs four seconds after its start.
start() {
	code=0
	timeout 4 root/usr/bin/lua5.4 root/usr/bin/prosody --root --config ./prosody.cfg.lua -F > console 2>&1 || code=$?
	[ "$code" -eq 124 ] && echo "runs" || echo "does not start"
}
{
	echo "one good certificate: $(start)"
	head -n 3 certs/good.crt > certs/half.crt
	cp certs/good.key certs/half.key
	echo "and half of one: $(start)"
} | tee seen

printf '%s\n' "one good certificate: runs" "and half of one: does not start" > expected
cmp seen expected
