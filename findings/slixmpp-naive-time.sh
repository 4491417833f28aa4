#!/bin/sh
# slixmpp 1.8.3 (Debian 12): xep_0082.format_datetime writes a time without a zone, which XEP-0082 does not allow, when it is given a
# datetime without tzinfo (what datetime(2024, 1, 1) and datetime.utcnow() are). One expects a "Z" or an error. The module's own parse()
# then refuses what format_datetime() wrote. With datetime objects from parse() itself everything is well, so tests of round trips miss it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download python3-slixmpp=1.8.3-1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > times.py <<'PY'
from datetime import datetime, timezone
from slixmpp.plugins import xep_0082

aware = xep_0082.format_datetime(datetime(2024, 1, 1, tzinfo=timezone.utc))
naive = xep_0082.format_datetime(datetime(2024, 1, 1))
print("with a zone", aware, xep_0082.parse(aware).year)
print("without", naive)
try:
	xep_0082.parse(naive)
except ValueError:
	print("its own parse: ValueError")
PY
PYTHONPATH=root/usr/lib/python3/dist-packages /usr/bin/python3 times.py 2>/dev/null | tee seen

printf '%s\n' "with a zone 2024-01-01T00:00:00Z 2024" "without 2024-01-01T00:00:00" "its own parse: ValueError" > expected
cmp seen expected
