--- The report's style sheet and script. Neither holds "<" or "&", so that the page is well-formed XML as well.
local report_style = {};

report_style.css = [[
:root {
	color-scheme: light dark;
	--page: #f6f7f9; --card: #ffffff; --sunk: #eef0f4; --line: #d5d9e0; --text: #1b1f27; --soft: #565e6c; --link: #0b57ad; --focus: #0b57ad;
	--bad: #b3261e; --bad-card: #fdecea; --warn: #7f5200; --warn-card: #fdf3dc; --good: #1d6b35;
	--tone: 34%; --strength: 62%;
}
@media (prefers-color-scheme: dark) {
	:root {
		--page: #12151b; --card: #1b2029; --sunk: #242a35; --line: #39414f; --text: #e7eaf0; --soft: #a5aebd; --link: #86bbff; --focus: #86bbff;
		--bad: #ff9d94; --bad-card: #3a1f1f; --warn: #f2c063; --warn-card: #352a15; --good: #7fd196;
		--tone: 70%; --strength: 55%;
	}
}
.a0 { --hue: 212; } .a1 { --hue: 262; } .a2 { --hue: 172; } .a3 { --hue: 28; } .a4 { --hue: 330; } .a5 { --hue: 128; }
.a6 { --hue: 48; } .a7 { --hue: 288; } .a8 { --hue: 192; } .a9 { --hue: 4; } .a10 { --hue: 92; } .a11 { --hue: 236; }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text);
	font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
code, pre, .mono { font-family: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
	font-size: .875em; }
code, .mono { overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, input:focus-visible, button:focus-visible, .scroll:focus-visible {
	outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0 0 .25rem; }
h3 { font-size: .95rem; margin: 0; display: inline; }
p { margin: .35rem 0; max-width: 75ch; }
.soft { color: var(--soft); }
@media (min-width: 44rem) { .command { white-space: nowrap; } }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 9; background: var(--card); padding: .5rem 1rem; }
.wrap { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
header.top { padding: 1.5rem 0 .5rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 .5rem; padding: 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .45rem .9rem; min-width: 6.5rem; }
.facts dt { color: var(--soft); font-size: .8rem; }
.facts dd { margin: 0; font-weight: 650; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts .error dd, .error .word { color: var(--bad); } .facts .warning dd, .warning .word { color: var(--warn);
	} .facts .good dd { color: var(--good); }
.banner { background: var(--bad-card); border: 1px solid var(--bad); border-radius: .6rem; padding: .6rem 1rem; margin: 1rem 0; }
.bar { position: sticky; top: 0; z-index: 5; background: var(--page); border-bottom: 1px solid var(--line); display: none; }
.bar.live { display: block; }
.bar .wrap { padding-top: .5rem; padding-bottom: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; margin: 0; padding: 0; }
nav a { display: inline-block; padding: .2rem 0; }
[hidden] { display: none !important; }
form.search { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: 0; }
form.search input { flex: 1 1 10rem; min-width: 0; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft);
	border-radius: .5rem; padding: .4rem .7rem; }
form.search input::placeholder { color: var(--soft); opacity: 1; }
form.search output { color: var(--soft); font-size: .875rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button { font: inherit; font-size: .875rem; color: var(--text); background: var(--card); border: 1px solid var(--soft);
	border-radius: .5rem; padding: .35rem .7rem;
	cursor: pointer; }
main section { margin: 1.75rem 0 2.25rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .7rem; }

.axes { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1.4rem 1.2rem; list-style: none; margin: .8rem 0 0; padding: 0; }
.axis { position: relative; flex: 1 0 auto; width: 8.6rem; max-width: 15rem; border-top: 4px solid hsl(var(--hue) var(--strength) var(--tone));
	padding-top: .4rem; }
.axis.two { width: 17.6rem; max-width: 32rem; } .axis.three { width: 26.4rem; max-width: 48rem; }
.axis.two .boxes { columns: 2; column-gap: .5rem; } .axis.three .boxes { columns: 3; column-gap: .5rem; }
.axis:not(:last-child)::after { content: "\203A"; position: absolute; right: -.9rem; top: -1.02rem; font-size: 1.35rem; color: var(--soft);
	}
.axis .how { font-size: .8rem; color: var(--soft); margin: 0 0 .4rem; overflow-wrap: anywhere; min-height: 1.2em; }
.boxes, .boxes ol { list-style: none; margin: 0; padding: 0; }
.boxes li { padding-bottom: .4rem; }
.boxes .group { padding-bottom: .2rem; }
.boxes .whole, .boxes ol li { break-inside: avoid; }
.boxes .folder { display: block; padding: .1rem 0 .15rem; font-size: .8rem; color: var(--soft); overflow-wrap: anywhere; }
.box { display: block; background: var(--card); border: 1px solid var(--line);
	border-left: 4px solid hsl(var(--hue) var(--strength) var(--tone));
	border-radius: .45rem; padding: .3rem .4rem; text-decoration: none; color: var(--text); line-height: 1.3; }
.box:hover { background: var(--sunk); }
.box b { display: block; font-size: .85rem; font-weight: 600; overflow-wrap: anywhere; color: var(--link); text-decoration: underline;
	text-underline-offset: .15em; }
.box small { display: block; font-size: .77rem; color: var(--soft); }
.box .error, .box .warning { font-weight: 600; }
.box .error { color: var(--bad); } .box .warning { color: var(--warn); }
.box.idle { border-style: dashed; border-left-style: dashed; background: none; }

details { border-top: 1px solid var(--line); }
.list { margin-top: .6rem; overflow: hidden; }
.list > details:first-child { border-top: 0; }
.list > details { content-visibility: auto; contain-intrinsic-size: auto 2.4rem; }
summary { cursor: pointer; padding: .42rem .9rem; display: grid; grid-template-columns: .9rem minmax(10rem, 19rem) minmax(0, 1fr) auto;
	gap: .1rem .8rem;
	align-items: baseline; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "\25B8"; color: var(--soft); }
details[open] > summary::before { content: "\25BE"; }
summary:hover { background: var(--sunk); }
summary .name { font-weight: 650; }
summary .value { color: var(--soft); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.more { margin-top: .6rem; overflow: hidden; }
summary .from { font-size: .82rem; color: var(--soft); text-align: right; }
.layer::before { content: ""; display: inline-block; width: .62em; height: .62em; border-radius: 2px; margin-right: .4em;
	background: hsl(var(--hue) var(--strength) var(--tone)); }
.layer { overflow-wrap: anywhere; }
.body { padding: .2rem 1rem 1rem 2.6rem; scroll-margin-top: 3rem; }
.body pre { background: var(--sunk); border-radius: .5rem; padding: .6rem .8rem; margin: .5rem 0; overflow-x: auto; white-space: pre-wrap;
	overflow-wrap: anywhere; tab-size: 4; }
.body:target { box-shadow: inset 4px 0 0 var(--focus); }
.label { font-weight: 650; font-size: .875rem; margin: .8rem 0 .2rem; }
.steps { margin: 0; padding: 0; list-style: none; counter-reset: step; border-left: 2px solid var(--line); }
.steps > li { counter-increment: step; position: relative; padding: .15rem 0 .5rem 1.6rem; }
.steps > li::before { content: counter(step); position: absolute; left: -.72rem; top: .2rem; width: 1.35rem; height: 1.35rem;
	border-radius: 50%; font-size: .75rem;
	line-height: 1.3rem; text-align: center; background: var(--card); border: 1px solid var(--soft); color: var(--soft); }
.steps p { margin: 0; max-width: none; }
.where { display: flex; flex-wrap: wrap; gap: 0 .8rem; }
.where .mono { color: var(--soft); }
.word { font-weight: 600; }
.tag { display: inline-block; font-size: .78rem; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem;
	white-space: nowrap; }
.tag.force, .tag.off { color: var(--warn); } .tag.on { color: var(--good); } .tag.lost { color: var(--soft); }
ins { text-decoration: none; color: var(--good); } del { color: var(--bad); }
.changes { display: inline; padding: 0; margin: 0; list-style: none; }
.changes li { display: inline; margin-right: .8rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; font-weight: 650; font-size: .875rem; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: .8rem; color: var(--soft); font-weight: 600; }
.card > .scroll > table { margin: .3rem 0; } .card > .scroll { padding: .2rem .9rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
meter { width: 9rem; max-width: 30vw; height: .8rem; }
.findings { list-style: none; margin: .6rem 0 0; padding: 0; overflow: hidden; }
.findings li { border-top: 1px solid var(--line); padding: .5rem .9rem; }
.findings li:first-child { border-top: 0; }
.findings li.error { background: var(--bad-card); } .findings li.warning { background: var(--warn-card); }
.findings p { margin: 0; max-width: none; overflow-wrap: anywhere; white-space: pre-line; }
.names { columns: 22rem; column-gap: 1.5rem; margin: .4rem 0; padding: 0 0 0 1.2rem; font-size: .9rem; }
.names li { break-inside: avoid; }
.sets { margin: .3rem 0; padding: 0; list-style: none; columns: 24rem; column-gap: 1.5rem; }
.sets li { break-inside: avoid; padding: .12rem 0; }
.plainsummary { grid-template-columns: .9rem minmax(0, 1fr); }
.nested { margin: .5rem 0; }
.nested > details:first-child { border-top: 1px solid var(--line); }
footer { border-top: 1px solid var(--line); padding: 1rem 0 3rem; color: var(--soft); font-size: .9rem; }

@media (max-width: 44rem) {
	html { scroll-padding-top: 4rem; }
	.wrap { padding: 0 .8rem; }
	header.top { padding-top: 1rem; }
	.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.4rem, 1fr)); }
	.facts div { min-width: 0; padding: .35rem .6rem; }
	form.search { gap: 0; }
	form.search button { display: none; }
	.axes { flex-direction: column; flex-wrap: nowrap; align-items: stretch; gap: 1.3rem; }
	.axis, .axis.two, .axis.three { width: auto; max-width: none; flex: none; }
	.axis.two .boxes, .axis.three .boxes { columns: auto; }
	.axis .boxes { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .5rem; align-items: start; }
	.axis .group:only-child { grid-column: 1 / -1; }
	.axis .group:only-child ol { columns: 2; column-gap: .5rem; }
	.axis:not(:last-child)::after { content: "\2193"; right: auto; left: 50%; top: auto; bottom: -1.45rem; font-size: 1rem; }
	.axis .how { min-height: 0; }
	summary { grid-template-columns: .8rem minmax(0, 1fr) auto; padding: .5rem .7rem; }
	summary .name { grid-column: 2; grid-row: 1; }
	summary .value { grid-column: 2 / -1; grid-row: 2; }
	summary .from { grid-column: 3; grid-row: 1; max-width: 46vw; }
	summary.wide .name { grid-column: 2 / -1; }
	summary.wide .value { grid-column: 2; }
	summary.wide .from { grid-row: 2; }
	.plainsummary { grid-template-columns: .8rem minmax(0, 1fr); }
	.body { padding: .1rem .7rem .8rem 1.3rem; scroll-margin-top: 3.4rem; }
	table.stack, table.stack caption:not(.unseen), table.stack tbody, table.stack tr, table.stack td, table.stack th { display: block; width: 100%; }
	table.stack thead { display: none; }
	table.stack tr { border-top: 1px solid var(--line); padding: .4rem 0; }
	table.stack td, table.stack th { border: 0; padding: .05rem 0; overflow-wrap: anywhere; }
	table.stack td.number { text-align: left; }
	table.stack td:empty { display: none; }
	table.stack td.beside { display: inline-block; width: auto; padding-right: .6rem; }
}
@media print {
	:root { --page: #fff; --card: #fff; --sunk: #f3f3f3; --line: #bbb; --text: #000; --soft: #444; --link: #000; --tone: 40%;
	color-scheme: light; }
	.bar, .bar.live, .skip, nav { display: none; }
	body { font-size: 9.5pt; }
	.wrap { max-width: none; padding: 0; }
	.box, .steps > li, .findings li, tr { break-inside: avoid; }
	.list > details { content-visibility: visible; }
	details::details-content { content-visibility: visible; height: auto; }
	.list, .card { overflow: visible; }
	summary { break-after: avoid; }
	summary .value { white-space: normal; }
}
]];

report_style.script = [[
(function () {
	"use strict";
	var form = document.getElementById("find");
	var box = document.getElementById("find-text");
	var said = document.getElementById("find-said");
	var all = Array.prototype.slice.call(document.querySelectorAll("[data-entry]"));
	var groups = Array.prototype.slice.call(document.querySelectorAll("[data-group]")).reverse();
	var bar = document.getElementById("bar");
	var main = document.querySelector("main");
	var texts = null;
	var opened = [];
	var timer = 0;

	form.hidden = false;
	bar.classList.add("live");

	// The text of each entry, once; what stands in a host is found by the host's name too.
	function read_texts() {
		texts = all.map(function (entry) {
			var host = entry.closest("[data-host]");
			return ((host ? host.getAttribute("data-host") + " " : "") + entry.textContent).toLowerCase();
		});
	}

	function close_again() {
		opened.forEach(function (details) { details.open = false; });
		opened = [];
	}

	function open_for_reading(details) {
		if (!details.open) {
			details.open = true;
			opened.push(details);
		}
	}

	function filter() {
		var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
		var found = 0;
		if (!texts) { read_texts(); }
		close_again();
		all.forEach(function (entry, i) {
			var shown = words.every(function (word) { return texts[i].includes(word); });
			entry.hidden = !shown;
			found += shown ? 1 : 0;
		});
		groups.forEach(function (group) {
			group.hidden = words.length > 0 ? !group.querySelector("[data-entry]:not([hidden])") : false;
		});
		if (words.length > 0) {
			var hosts = groups.filter(function (group) { return group.tagName === "DETAILS" ? !group.hidden : false; });
			if (21 > hosts.length) { hosts.forEach(open_for_reading); }
		}
		var top = main.offsetTop - bar.offsetHeight;
		if (window.scrollY > top) { window.scrollTo(0, top); }
		said.textContent = words.length > 0 ? found + (found === 1 ? " match" : " matches") : "";
	}

	box.addEventListener("input", function () {
		clearTimeout(timer);
		timer = setTimeout(filter, 120);
	});
	form.addEventListener("submit", function (event) { event.preventDefault(); filter(); });
	box.addEventListener("keydown", function (event) {
		if (event.key === "Escape") { box.value = ""; filter(); }
	});

	// A link into something folded unfolds it; what the search had hidden is shown again.
	function arrive() {
		var target = document.getElementById(location.hash.slice(1));
		if (!target) { return; }
		if (target.closest("[hidden]")) { box.value = ""; filter(); }
		for (var at = target; at; at = at.parentElement) {
			if (at.tagName === "DETAILS") { at.open = true; }
		}
		target.scrollIntoView();
	}
	window.addEventListener("hashchange", arrive);
	document.addEventListener("click", function (event) {
		var link = event.target.closest("a[href^='#']");
		if (link ? link.hash === location.hash : false) { arrive(); }
	});
	if (location.hash) { arrive(); }

	function each_shown(open) {
		document.querySelectorAll("main details").forEach(function (details) {
			if (!details.closest("[hidden]")) { details.open = open; }
		});
	}
	document.getElementById("open-all").addEventListener("click", function () { each_shown(true); });
	document.getElementById("close-all").addEventListener("click", function () { each_shown(false); });

	// On paper nothing can be unfolded.
	var for_print = [];
	window.addEventListener("beforeprint", function () {
		document.querySelectorAll("main details:not([open])").forEach(function (details) {
			if (!details.closest("[hidden]")) { details.open = true; for_print.push(details); }
		});
	});
	window.addEventListener("afterprint", function () {
		for_print.forEach(function (details) { details.open = false; });
		for_print = [];
	});
}());
]];

return report_style;
