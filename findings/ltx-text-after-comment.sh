#!/bin/sh
# ltx 3.1.2 (npm), the XML library of xmpp.js: text that follows a comment, a processing instruction or a CDATA section inside an element
# is lost without an error. A parser usually joins such text. Text survives only where a tag stands between.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . ltx@3.1.2

cat > read.cjs <<'JS'
const { parse } = require("ltx");
for (const text of [
	"<a>one<!-- note -->two</a>",
	"<a>one<?pi x?>two</a>",
	"<a>one<![CDATA[two]]>three</a>",
	"<a><!-- note -->one<b/>two</a>",
]) console.log(parse(text).toString());
JS
node read.cjs | tee seen

cat > expected <<'END'
<a>one</a>
<a>one</a>
<a>onetwo</a>
<a><b/>two</a>
END
cmp seen expected
