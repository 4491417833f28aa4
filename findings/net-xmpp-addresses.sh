#!/bin/sh
# Net::XMPP 1.05 (Debian 12, Perl): addresses are cut apart by patterns that do not know the rules of RFC 7622.
# - "ada@example.org@home" becomes the server example.org with the resource "@home"; one expects it to be refused, or the server after the last "@".
# - "ada@" has no user, the server "ada" and the resource "@".
# - Setting a user with an "@" writes "%" in its place, the escape of gateways from before XEP-0106, and reading it back gives "@". XEP-0106 has \40.
# - Letters keep their case: "Ada@Example.ORG" and "ada@example.org" are two addresses.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p apt/lists/partial apt/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > apt/sources.list
apt="apt-get -qq -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/apt/lists
	-o Dir::Cache=$folder/apt -o APT::Sandbox::User=$(id -un)"
$apt update
$apt download libnet-xmpp-perl=1.05-2
for package in *.deb; do dpkg-deb --extract "$package" root; done

cat > run.pl <<'PERL'
use strict;
use warnings;
use Net::XMPP::JID;
for my $text ('ada@example.org@home', 'ada@', 'Ada@Example.ORG') {
	my $jid = Net::XMPP::JID->new($text);
	printf "%s: user '%s', server '%s', resource '%s'\n", $text, $jid->GetUserID(), $jid->GetServer(), $jid->GetResource();
}
my $jid = Net::XMPP::JID->new('x@example.org');
$jid->SetUserID('ada@home');
printf "%s, user '%s'\n", $jid->GetJID('full'), $jid->GetUserID();
PERL
perl -I root/usr/share/perl5 run.pl | tee seen

cat > expected <<'TEXT'
ada@example.org@home: user 'ada', server 'example.org', resource '@home'
ada@: user '', server 'ada', resource '@'
Ada@Example.ORG: user 'Ada', server 'Example.ORG', resource ''
ada%home@example.org, user 'ada@home'
TEXT
cmp seen expected
