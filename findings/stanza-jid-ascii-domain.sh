#!/bin/sh
# stanza 12.22.1 (npm), an XMPP client library: JID.parse turns the ASCII form of some domains into another domain. xn--fa-hia.de is the
# registered name of "faß.de". stanza decodes it and then applies nameprep of 2003, which maps "ß" to "ss". The result is fass.de, whose
# owner may be somebody else. One expects a domain that is ASCII already to stay as it is: @xmpp/jid 0.14.0 keeps it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . stanza@12.22.1 @xmpp/jid@0.14.0

cat > read.mjs <<'JS'
import { JID } from "stanza";
import { jid } from "@xmpp/jid";
console.log("stanza", JID.parse("ada@xn--fa-hia.de").bare);
console.log("@xmpp/jid", jid("ada@xn--fa-hia.de").toString());
JS
node read.mjs | tee seen

printf '%s\n' "stanza ada@fass.de" "@xmpp/jid ada@xn--fa-hia.de" > expected
cmp seen expected
