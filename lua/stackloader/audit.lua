--- prosodyctl mod_stackloader audit: what is insecure in the configuration that is in force, and which layer to change.
local audit_files = require "stackloader.audit_files";
local audit_findings = require "stackloader.audit_findings";
local audit_hosts = require "stackloader.audit_hosts";
local audit_server = require "stackloader.audit_server";
local catalogue = require "stackloader.catalogue";
local effective = require "stackloader.effective";
local exposure = require "stackloader.exposure";
local inventory = require "stackloader.inventory";
local telling = require "stackloader.telling";

local styles = { high = "red", medium = "yellow", low = "bold" };

-- Places that are shown of one mistake made in many places.
local most_places = 10;

local function audit(stack)
	local inv = inventory.new(stack, catalogue.new(stack), audit_hosts.relevant, audit_hosts.digests);
	local a = audit_findings.new(inv);
	a.c2s = exposure.widest(inv.global, exposure.c2s);
	a.s2s = exposure.widest(inv.global, exposure.s2s);
	a.component = exposure.service(inv.global, { name = "component", private = true });
	audit_hosts.check(a);
	audit_server.check(a);
	audit_files.check(a);
	return a:sorted();
end

local function place_line(finding)
	local where = telling.place(finding);
	local hosts = finding.hosts and #finding.hosts > 0 and (" (%s)"):format(effective.some(finding.hosts)) or "";
	return "          "..where..telling.printable(hosts)..(finding.why and ", "..finding.why or "");
end

-- The same mistake in several places is said once.
local function show(findings, out)
	local last, shown;
	local function rest()
		if shown and shown > most_places then
			out.print(("          and %d more places; --format=json lists them all"):format(shown - most_places));
		end
	end
	for _, finding in ipairs(findings) do
		if last and last.code == finding.code and last.text == finding.text then
			shown = shown + 1;
		else
			rest();
			shown = 1;
			out.print(("%s  %s  %s"):format(out.style(styles[finding.severity], ("%-6s"):format(finding.severity)), finding.code,
				telling.printable(finding.text)));
			out.print("          "..finding.advice);
		end
		if shown <= most_places then
			out.print(place_line(finding));
		end
		last = finding;
	end
	rest();
end

local function count(findings)
	local counts = { high = 0, medium = 0, low = 0 };
	for _, finding in ipairs(findings) do
		counts[finding.severity] = counts[finding.severity] + 1;
	end
	return counts;
end

local function run(stack, opts, out)
	local findings, accepted = audit(stack);
	local counts = count(findings);
	if opts.format == "json" then
		out.json { findings = findings, accepted = accepted, counts = counts };
	else
		show(findings, out);
		if #findings > 0 then
			out.print("");
		end
		out.print(("%d high, %d medium, %d low%s"):format(counts.high, counts.medium, counts.low,
			accepted > 0 and (", %d accepted by a comment"):format(accepted) or ""));
	end
	return counts.high > 0 and 2 or 0;
end

return {
	usage = "audit";
	summary = "what is insecure in the configuration that is in force, and which layer to change";
	details = [[
Each finding has a severity (high: somebody can read, enter or abuse the server as it is; medium: one protection is missing; low: worth a
look), a code that doc/findings.md explains, what is wrong, what to do and the file and line to change. Services on loopback count less.
A layer accepts one by a comment on its line: -- stackloader: accept SL407 the reason. The exit code is 2 with a finding of severity
high, else 0. What is wrong outside the configuration (firewalls, the packages' age) is not looked at.]];
	arguments = { least = 0, most = 0 };
	--- (stack) → the findings, and the number of those that comments accept
	findings = audit;
	run = effective.with_stack(run);
};
