#!/bin/sh
# Prosody 0.12.3 (Debian 12): module:wrap_global(event, handler) does not wrap. It adds an ordinary handler to the event: the function gets the event's
# data where a wrapper gets the next function to call, and it runs among the handlers instead of around them. module:wrap_event, for the events of a
# host, and module:wrap_object_event(prosody.events, …) do wrap. One expects the first and the last to be the same. 13.0.7 has the same lines.
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

cat > mod_wrapping.lua <<'LUA'
module:set_global();
local said = {};
module:hook_global("a-test", function () said[#said + 1] = "handler"; end);
module:wrap_global("a-test", function (first) said[#said + 1] = "wrap_global got a "..type(first); end);
module:wrap_object_event(prosody.events, "a-test", function (next_one, ...)
	said[#said + 1] = "wrap_object_event got a "..type(next_one);
	return next_one(...);
end);
module:hook_global("server-started", function ()
	prosody.events.fire_event("a-test", {});
	table.sort(said);
	io.open("seen", "w"):write(table.concat(said, "\n"), "\n"):close();
	os.exit(0);
end);
LUA
printf 'plugin_paths = { "%s" }\nmodules_enabled = { "wrapping" }\ndata_path = "%s/data"\nmodules_disabled = { "c2s", "s2s" }\nVirtualHost "localhost"\n' \
	"$folder" "$folder" > prosody.cfg.lua
sed -i 's#io.open("seen"#io.open("'"$folder"'/seen"#' mod_wrapping.lua
timeout 20 root/usr/bin/lua5.4 root/usr/bin/prosody --root --config ./prosody.cfg.lua -F > console 2>&1 || true
cat seen

printf '%s\n' handler "wrap_global got a table" "wrap_object_event got a function" > expected
cmp seen expected
