#!/bin/sh
# Prosody 0.12.3 (Debian 12), mod_limits:
# - "500b/s" allows 5,000 bytes a second and not 500: the unit is a power of ten, and "b" is 1 in it. "5kb/s" is 5,000 too.
# - A burst without a rate lowers the limit: { burst = "5s" } for s2sin gives 3,000 bytes a second and not the default of 30,720.
# - On a connection that has setlimit(), as those of Prosody's default network backend have, the burst does nothing.
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

# The module runs as it is; what stands for the server asks it for the limits of one session.
cat > limits.lua <<'LUA'
local hook, configured
package.loaded["util.filters"] = { add_filter_hook = function (added) hook = added; end, add_filter = function () end }
package.loaded["util.timer"] = {}
package.loaded["util.throttle"] = { create = function (max, period) return { max = max, period = period }; end }
local function limits(option, kind)
	configured = option
	module = {
		set_global = function () end, log = function () end, hook = function () end,
		get_option = function () return configured end, get_option_number = function (_, _, default) return default end,
	}
	assert(loadfile("root/usr/lib/prosody/modules/mod_limits.lua"))()
	module.load()
	local set = {}
	hook { type = kind, conn = { setlimit = function (_, bytes) set[1] = bytes end } }
	local session = { type = kind, conn = {} }
	hook(session)
	return math.tointeger(set[1] // 1), session.throttle.period
end
print("500b/s", (limits({ c2s = { rate = "500b/s" } }, "c2s")))
print("5kb/s", (limits({ c2s = { rate = "5kb/s" } }, "c2s")))
print("s2sin, default", (limits({}, "s2sin")))
print("s2sin, burst alone", (limits({ s2sin = { burst = "5s" } }, "s2sin")))
print("burst where the connection has a limit of its own", (limits({ c2s = { rate = "5kb/s", burst = "60s" } }, "c2s")))
LUA
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) root/usr/bin/lua5.4 limits.lua | tee seen
grep -c "function interface:setlimit" root/usr/lib/prosody/net/server_epoll.lua | tee -a seen

printf '%s\t%s\n' "500b/s" 5000 "5kb/s" 5000 "s2sin, default" 30720 "s2sin, burst alone" 3000 \
	"burst where the connection has a limit of its own" 5000 > expected
echo 1 >> expected
cmp seen expected
