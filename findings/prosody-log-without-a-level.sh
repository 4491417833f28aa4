#!/bin/sh
# Prosody 0.12.3 (Debian 12): in `log`, a sink without a level means something else for a file than for the console. { "*console" } logs
# everything from debug on; { "/path/file" } logs nothing at all: the file is not even made, and nothing says so. One expects both to log at one
# level.
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

# log TEXT: starts a server with this value for four seconds; says whether lines of debug came on the console, and whether the file is there.
log() {
	rm -f file.log
	printf 'log = { "%s" }\ndata_path = "%s/data"\npidfile = "%s/pid"\nmodules_disabled = { "c2s", "s2s" }\nVirtualHost "localhost"\n' \
		"$1" "$folder" "$folder" > prosody.cfg.lua
	timeout 4 root/usr/bin/lua5.4 root/usr/bin/prosody --root --config ./prosody.cfg.lua -F > console 2>&1 || true
	printf '%s\tdebug on the console: %s\tany line of the log there: %s\tfile: %s\n' "${1##*/}" "$(grep -q debug console && echo yes || echo no)" \
		"$(grep -qP "(debug|info|warn|error)\t" console && echo yes || echo no)" "$([ -e file.log ] && echo yes || echo no)"
}
{ log '*console'; log "$folder/file.log"; } | tee seen

printf '%s\tdebug on the console: %s\tany line of the log there: %s\tfile: %s\n' '*console' yes yes no file.log no no no > expected
cmp seen expected
