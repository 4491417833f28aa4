#!/bin/sh
# lyaml 6.2.8 (Debian 12) puts quotes around the strings that it would itself read as something else ("yes", "0123", "12:30"), so one
# expects that every reader gets strings back. It leaves some plain that other readers take as something else: PyYAML 6.0 reads 2024-01-01 as a
# date and raises an error at "=", js-yaml 4.1.0 reads 0o17 as the number 15.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download lua5.4=5.4.4-3+deb12u1 liblua5.4-0=5.4.4-3+deb12u1 lua-yaml=6.2.8-2 libyaml-0-2=0.2.5-1 python3-yaml=6.0-3+b2
for package in *.deb; do dpkg-deb --extract "$package" root; done
npm install --silent --no-audit --no-fund --prefix . js-yaml@4.1.0

cat > write.lua <<'LUA'
local yaml = require "lyaml"
io.write(yaml.dump { { "yes", "0123", "12:30", "2024-01-01", "0o17" } })
LUA
libraries=$(echo root/usr/lib/*-linux-gnu*)
LD_LIBRARY_PATH="$libraries" LUA_PATH="root/usr/share/lua/5.4/?.lua;root/usr/share/lua/5.4/?/init.lua" LUA_CPATH="$libraries/lua/5.4/?.so" \
	root/usr/bin/lua5.4 write.lua > list.yaml
{
	cat list.yaml
	PYTHONPATH=root/usr/lib/python3/dist-packages /usr/bin/python3 -c 'import yaml
print(*[type(value).__name__ for value in yaml.safe_load(open("list.yaml"))])
try: yaml.safe_load("- =")
except yaml.YAMLError as error: print(type(error).__name__)'
	node -e 'console.log(require("js-yaml").load(require("fs").readFileSync("list.yaml", "utf8")).map(value => typeof value).join(" "))'
} | tee seen

printf '%s\n' --- "- 'yes'" "- '0123'" "- '12:30'" "- 2024-01-01" "- 0o17" ... "str str str date str" ConstructorError \
	"string string string object number" > expected
cmp seen expected
