#!/bin/sh
# vcf 2.1.2 (npm) reads vCards. It never takes the escapes of RFC 6350 out of text values: "Doe\, Jane" keeps its backslash, "\n" stays two
# characters. The same happens in its JSON form of RFC 7095, in which values have no vCard escapes, so that other readers of jCard show backslashes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . vcf@2.1.2

cat > run.cjs <<'JS'
const Vcard = require("vcf");
const text = ["BEGIN:VCARD", "VERSION:4.0", "FN:Doe\\, Jane", "NOTE:one\\ntwo", "END:VCARD", ""].join("\r\n");
const card = new Vcard().parse(text);
console.log(JSON.stringify([card.get("fn").valueOf(), card.get("note").valueOf()]));
console.log(JSON.stringify(card.toJSON()[1].filter(([name]) => name === "fn" || name === "note").map((property) => property[3])));
JS
node run.cjs | tee seen

printf '%s\n' '["Doe\\, Jane","one\\ntwo"]' '["Doe\\, Jane","one\\ntwo"]' > expected
cmp seen expected
