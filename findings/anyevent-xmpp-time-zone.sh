#!/bin/sh
# AnyEvent::XMPP 0.55 (Debian 12, Perl): xmpp_datetime_as_timestamp reads the times of XEP-0082.
# - An offset counts with the wrong sign: 10:00+02:00 is 08:00 UTC, and the result is that of 12:00 UTC, four hours away.
# - A fraction has to have three digits. Any other, such as ".5", is dropped together with the zone behind it, so the time counts as UTC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download libanyevent-xmpp-perl=0.55-6 libnet-libidn-perl=0.12.ds-4+b1 libidn12=1.41-1
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > run.pl <<'PERL'
use strict;
use warnings;
require AnyEvent::XMPP::Util;
for my $text ('10:00:00Z', '10:00:00+02:00', '10:00:00-05:00', '10:00:00.500+02:00', '10:00:00.5+02:00') {
	my $seconds = AnyEvent::XMPP::Util::xmpp_datetime_as_timestamp("2026-12-01T$text");
	my (undef, $minute, $hour) = gmtime $seconds;
	printf "%s is %02d:%02d UTC\n", $text, $hour, $minute;
}
PERL
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu*) PERL5LIB="root/usr/share/perl5:$(echo root/usr/lib/*-linux-gnu*/perl5/5.36)" perl run.pl | tee seen

cat > expected <<'TEXT'
10:00:00Z is 10:00 UTC
10:00:00+02:00 is 12:00 UTC
10:00:00-05:00 is 05:00 UTC
10:00:00.500+02:00 is 12:00 UTC
10:00:00.5+02:00 is 10:00 UTC
TEXT
cmp seen expected
