--- Bounds measure an option as the installed Prosody reads it.
local support = require "spec.support";
local stackloader = require "stackloader";

-- Loads a policy and a site's file for the Prosody whose sources are in that folder; nil: which Prosody is not known.
local function load(policy, site, source)
	local root = support.tree { ["policies/security/baseline.cfg.lua"] = policy; ["local/site.cfg.lua"] = site or "" };
	return support.with_globals({ CFG_SOURCEDIR = source }, {}, function ()
		local ok, stack = pcall(stackloader.load, nil, { root = root, variables = {}, sysroot = "/nowhere" });
		return ok and stack or nil, not ok and tostring(stack) or nil;
	end);
end

-- What an option becomes, and the texts of the warnings.
local function bounded(policy, site, source, option)
	local stack = assert(load(policy, site, source));
	local texts = {};
	for i, finding in ipairs(stack:findings()) do
		texts[i] = finding.text;
	end
	return stack:options()[option or policy:match "^[%w_]+"], table.concat(texts, "\n");
end

local old, new;

-- The sources of the newest of these; where it is not here, a folder that only tells its version.
local function source_of(name, version)
	local prosody = support.prosody_named(name);
	return prosody and prosody.source or support.tree { ["prosody.version"] = version.."\n" };
end

describe("A bound", function ()
	setup(function ()
		old, new = source_of("0.12", "0.12.3"), source_of("13", "13.0.1");
	end);
	teardown(support.clean);

	it("replaces a negative number, which many readers take for no limit, with a warning", function ()
		for _, source in ipairs { old, new } do
			for _, value in ipairs { "-1", '"-1"', "-0.5", "-1e999", "0xffffffffffffffff" } do
				local result, warning = bounded("http_file_share_expires_after = stack.at_most(2592000)", "http_file_share_expires_after = "..value, source);
				assert.equal(2592000, result);
				support.has(warning, "is outside what stack.at_most");
				assert.equal(86400, (bounded("http_file_share_expires_after = stack.at_least(86400)", "http_file_share_expires_after = "..value, source)));
			end
		end
		assert.equal(5, (bounded("some_limit = stack.at_most(5)", "some_limit = -1")));
	end);

	it("that is negative itself leaves negative numbers alone", function ()
		assert.equal(-7, (bounded("some_limit = stack.at_most(-5)", "some_limit = -7")));
		assert.equal(-5, (bounded("some_limit = stack.at_most(-5)", "some_limit = -3")));
		assert.equal(-3, (bounded("some_limit = stack.at_least(-5)", "some_limit = -3")));
		assert.equal(5, (bounded("some_limit = stack.at_most(5)\nsome_limit = stack.at_least(-5)", "some_limit = -3")));
		assert.equal(-5, (bounded("some_limit = stack.at_least(-9)\nsome_limit = stack.at_most(-5)\nsome_limit = stack.at_most(-4)", "some_limit = 1")));
		local _, message = load("some_limit = stack.at_most(5)\nsome_limit = stack.at_most(-5)");
		support.has(message, "contradict");
	end);

	it("replaces texts that Prosody's own pattern splits differently", function ()
		for _, value in ipairs { "-30d", "1.5y", "1e9d", "30d 5y", "0x30d", "30 dogs", "+30d" } do
			for _, source in ipairs { old, new } do
				local result, warning = bounded('archive_expires_after = stack.at_most "30d"', ("archive_expires_after = %q"):format(value), source);
				assert.equal("30d", result);
				support.has(warning, value);
			end
		end
	end);

	it("replaces a duration or size where the option takes a plain number, and says so", function ()
		local value, warning = bounded("c2s_timeout = stack.at_most(600)", 'c2s_timeout = "5min"', old);
		assert.equal(600, value);
		support.has(warning, 'c2s_timeout = "5min" is outside what stack.at_most');
		support.has(warning, "(Prosody 0.12 takes a plain number here) and becomes 600");
		value, warning = bounded("smacks_max_queue_size = stack.at_least(100)", 'smacks_max_queue_size = "1k"', new);
		assert.equal(100, value);
		support.has(warning, "(Prosody 13 takes a whole number here) and becomes 100");
		assert.equal(1000, (bounded("http_max_content_size = stack.at_most(1000)", 'http_max_content_size = "1 kB"', new)));
	end);

	it("goes by the installed version, and by every version where that is not known", function ()
		local policy, site = "c2s_timeout = stack.at_most(600)", 'c2s_timeout = "5min"';
		assert.equal("5min", (bounded(policy, site, new)));
		assert.equal(600, (bounded(policy, site, old)));
		assert.equal(600, (bounded(policy, site)));
		policy, site = 'archive_expires_after = stack.at_most "30d"', 'archive_expires_after = "12h"';
		assert.equal("12h", (bounded(policy, site, new)));
		assert.equal("30d", (bounded(policy, site, old)));
		assert.equal("30d", (bounded(policy, site)));
	end);

	it("replaces what one of the option's readers would not take", function ()
		local policy = 'archive_expires_after = stack.at_least "30d"';
		assert.equal("never", (bounded(policy, 'archive_expires_after = "never"', old)));
		assert.equal("30d", (bounded(policy, 'archive_expires_after = "Never"', old)));
		assert.equal("30d", (bounded(policy, "archive_expires_after = false", old)));
		assert.is_false((bounded(policy, "archive_expires_after = false", new)));
		assert.equal(1, (bounded("network_default_read_size = stack.at_least(1)", 'network_default_read_size = "4096"', new)));
	end);

	it("replaces what Prosody would move to a limit of its own", function ()
		assert.equal(20000, (bounded("c2s_stanza_size_limit = stack.at_most(20000)", "c2s_stanza_size_limit = 500", new)));
		assert.equal(500, (bounded("c2s_stanza_size_limit = stack.at_most(20000)", "c2s_stanza_size_limit = 500", old)));
	end);

	it("on a key of a map is measured as what reads the key measures it", function ()
		local policy = 'limits = { c2s = { rate = stack.at_most "10kb/s", burst = stack.at_most(5) } }';
		for _, source in ipairs { old, new } do
			local function limits(rate, burst)
				return bounded(policy, ("limits = { c2s = { rate = %s, burst = %s } }"):format(rate, burst), source).c2s;
			end
			assert.same({ rate = "9kb/s", burst = "5s" }, limits('"9kb/s"', '"5s"'));
			assert.same({ rate = "999 b/s", burst = 4 }, limits('"999 b/s"', "4"));
			assert.same({ rate = "10kb/s", burst = 5 }, limits('"1mb/s"', '"6s"'));
			assert.same({ rate = "10kb/s", burst = 5 }, limits('"1001b/s"', '"5"'));   -- 0.12 and 13 take a "b" for ten bytes
			assert.same({ rate = "10kb/s", burst = 5 }, limits("5000", '"200kb"'));
			assert.same({ rate = "10kb/s", burst = 5 }, limits('"9kb"', "-1"));
		end
		local _, message = load("limits = { c2s = { rate = stack.at_most(10000) } }");
		support.has(message, 'stack.at_most(10000): Prosody 0.12 would not take this as the option\'s value; write a rate such as "10kb/s"');
	end);

	it("compares whole numbers exactly", function ()
		local policy = "storage_archive_item_limit = stack.at_most(9007199254740992)";
		assert.equal(9007199254740992, (bounded(policy, "storage_archive_item_limit = 9007199254740993", new)));
	end);

	it("is given to Prosody in a form that every reader takes", function ()
		local policy = 'http_file_share_expires_after = stack.at_most "30d"';
		assert.equal("30d", (bounded(policy, "", new)));
		assert.equal(2592000, (bounded(policy, "", old)));
		assert.equal(2592000, (bounded(policy, "")));
		assert.equal(43200, (bounded('archive_expires_after = stack.at_most "12h"', "", old)));
		assert.equal(10000000, (bounded('http_file_share_size_limit = stack.at_most "10MB"', "", new)));
		assert.equal(10485760, (bounded('http_file_share_size_limit = stack.at_most "10 MiB"', "", old)));
		assert.equal(1.5, (bounded('some_option = stack.at_most "1.5"', "")));
		assert.equal(4, (bounded("some_option = stack.at_least(2)\nsome_option = stack.at_least(4)", "some_option = 3")));
		assert.equal(1e300, (bounded('some_option = stack.at_most "1e300"', "")));
		assert.equal(math.huge, (bounded('http_file_share_expires_after = stack.at_least "never"', "", old)));
		assert.equal("0x10", (bounded('smacks_max_queue_size = stack.at_most "0x10"', "", new)));
	end);

	for _, row in ipairs {
		{ 'smacks_max_queue_size = stack.at_most "1d"', "write a plain number", 'stack.at_most("1d"): Prosody 0.12 would not take this' };
		{ 'pastebin_expire_after = stack.at_most "1d"', "write a plain number" };
		{ 'c2s_timeout = stack.at_most "10MB"', "write a plain number" };
		{ 'http_file_share_size_limit = stack.at_most "30d"', "write a plain number" };
		{ "c2s_stanza_size_limit = stack.at_most(500)", "Prosody 13 would not take this as the option's value; write a whole number, at least 10000" };
		{ "turn_external_port = stack.at_most(65536)", "write a whole number from 1 to 65535" };
		{ "smacks_max_queue_size = stack.at_least(2.5)", "Prosody 13 would not take this as the option's value; write a whole number" };
		{ 'smacks_max_queue_size = stack.at_least "never"', "write a plain number" };
		{ 'archive_expires_after = stack.at_most(-1)', "Prosody 0.12", "write days, weeks, months or years" };
		{ "c2s_timeout = stack.at_most(0/0)", "expected a number" };
		{ 'c2s_timeout = stack.at_most "5\\0"', "expected a number" };
		{ "c2s_timeout = stack.at_most(true)", "expected a number" };
		{ "c2s_timeout = stack.one_of {}", "stack.one_of needs a list" };
		{ 'limits = { c2s = { rate = stack.at_most "10 kittens/s" } }', "expected a number" };
		{ 'limits = { c2s = { rate = stack.at_most "10MB" } }', "write a rate such as" };
		{ 'c2s_timeout = stack.at_most "5m"', 'a bare "m"', 'write "min" or "mon"' };
		{ 'c2s_timeout = stack.one_of { 60, "soon" }', 'stack.one_of: Prosody does not take "soon" here; write a plain number' };
	} do
		it("is refused where no reader takes it: "..row[1], function ()
			local stack, message = load(row[1]);
			assert.is_nil(stack);
			support.has(message, "policies/security/baseline.cfg.lua:1");
			for i = 2, #row do
				support.has(message, row[i]);
			end
		end);
	end
end);

describe("A bound on an option that has no known reader", function ()
	teardown(support.clean);

	it("lets only plain numbers and texts in its own form pass", function ()
		for _, row in ipairs {
			{ "stack.at_most(5000)", { 4000, "4000", 0 }, { "4e3", "4000.5", " 4000", "1h", "1 kB", "never", false, true, "-1", "0x10", 1e999 } };
			{ 'stack.at_most "30d"', { 3600, "3600", "30d", "2 weeks", "12h", "5min", "3 weeks" },
				{ "5m", "1mo", "30D", " 30d", "30  d", "1h30m", "never", false, "1.5d", "1 kB" } };
			{ 'stack.at_least "1w"', { "never", "1y", 604800 }, { "Never", false, "8" } };
			{ 'stack.at_most "10 MB"', { 100, "100", "9 MB", "1.5 MiB", "512kB", "10B" }, { "9mb", "9M", "1h", "9 Mb", "9  MB", "11 MB",
				"9.MB", "many", "B", "9 ", true,
				"9007199254740993 B", "9000 TB" } };
			{ 'stack.at_least "1 kB"', { "1.5 kB", "1 TB" }, { "9007199254740993 B", "9000000 TB", "99999999 TB" } };
		} do
			local function result(value)
				return (bounded("some_option = "..row[1], ("some_option = %q"):format(value)));
			end
			for _, value in ipairs(row[2]) do
				assert.equal(value, result(value), row[1]);
			end
			for _, value in ipairs(row[3]) do
				assert.not_equal(value, result(value), row[1]);
			end
		end
	end);

	it("may have a name, or a key in a map, that is no text", function ()
		local value = bounded("some_map = { [5] = stack.at_most(3), c2s = { [true] = stack.at_most(3) } }",
			"some_map = { [5] = 4, c2s = { [true] = 2 } }");
		assert.same({ [5] = 3, c2s = { [true] = 2 } }, value);
		assert.same({ [5] = { a = 3 } }, (bounded("some_map = { [5] = { a = stack.at_most(3) } }", "some_map = { [5] = { a = 4 } }")));
		local stack = assert(load("", 'VirtualHost "a.example" { [7] = stack.at_most(3) }'));
		assert.equal(3, stack:options("a.example")[7]);
	end);

	it("lets only plain numbers pass where its bounds are written in two forms", function ()
		local policy = 'some_option = stack.at_most "1d"\nsome_option = stack.at_least(60)';
		assert.equal(3600, (bounded(policy, "some_option = 3600")));
		assert.equal(86400, (bounded(policy, 'some_option = "1h"')));
	end);

	it("is explained as such", function ()
		local function note(policy, option)
			return load(policy, "", old):explain(option or "some_option").assignments[1].note;
		end
		support.has(note "some_option = stack.at_most(5)", "how Prosody reads this option is not known: only a plain number counts");
		support.has(note 'some_option = stack.at_least "30d"', 'only a plain number or a period such as "30d" counts');
		support.has(note 'some_option = stack.at_most "10MB"', 'only a plain number or a size such as "10 MB" counts');
		support.has(note 'some_option = stack.one_of { "a" }', "only exactly these values count");
		assert.is_nil(note('archive_expires_after = stack.at_most "30d"', "archive_expires_after"));
		assert.is_nil(note("c2s_timeout = stack.one_of { 60, 300 }", "c2s_timeout"));
	end);
end);

describe("stack.one_of", function ()
	teardown(support.clean);

	it("tells apart letter case, lists, kinds and forms of numbers", function ()
		local policy = 'tls_profile = stack.one_of { "modern", "intermediate" }';
		for _, value in ipairs { '"Modern"', '"MODERN"', '{ "modern" }', '" modern"', "true", "1" } do
			assert.equal("modern", (bounded(policy, "tls_profile = "..value)));
		end
		assert.equal("intermediate", (bounded(policy, 'tls_profile = "intermediate"')));
		assert.equal("integer", math.type((bounded("some_option = stack.one_of { 1, 2 }", "some_option = 1.0"))));
		assert.equal(1, (bounded("some_option = stack.one_of { 1, 2 }", 'some_option = "2"')));
		assert.equal("roster", (bounded('default_archive_policy = stack.one_of { "roster", false }', "default_archive_policy = 0")));
	end);

	it("takes another spelling of a choice where Prosody reads the same number of both", function ()
		if support.prosody_named "13" then
			assert.equal("24h", (bounded('archive_expires_after = stack.one_of { "1d", "1w" }', 'archive_expires_after = "24h"', new)));
		end
		assert.equal("1d", (bounded('archive_expires_after = stack.one_of { "1d", "1w" }', 'archive_expires_after = "24h"', old)));
		assert.equal("300", (bounded("c2s_timeout = stack.one_of { 60, 300 }", 'c2s_timeout = "300"', old)));
		assert.equal(60, (bounded("c2s_timeout = stack.one_of { 60, 300 }", 'c2s_timeout = "5min"', old)));
	end);
end);
