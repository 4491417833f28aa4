--- Random trees of data files and layers of code: what Prosody gets, and what is told in whatever order of questions, is the same where hosts wait,
-- where what was kept is used again, where Lua runs the data files too, and where what Lua's layers say is noted as data or journaled at once.
-- STACKLOADER_TREES is how many, STACKLOADER_SEED the seed; a failure prints both and the files.
local support = require "spec.support";
local stackloader = require "stackloader";
local tell = require "spec.fuzz.tell".tell;

local random = math.random;
local HOSTS, COMPONENTS = { "a.example", "b.example", "c.example" }, { "rooms.example", "up.example", "gw.example" };
local MODULES, KINDS = { '"muc"', '"http_upload"' }, { "host", "muc", "component", "http_upload" };
local OPTIONS = {
	"limit", "limit", "limit", "modules_enabled", "modules_disabled", "map", "flag", "name", "ports", "admins", "api_token", "sql", "load_global_modules"
};
local LISTS = { '{ "m1" }', '{ "m2", "m3" }', '{ "m3", "m1", "m3" }', "{}", '"m4"' };
local BOOLEANS = { "true", "false" };
local VALUES = {
	limit = { "5", "15", "25", "2.5" }; modules_enabled = LISTS; modules_disabled = LISTS; flag = BOOLEANS; load_global_modules = BOOLEANS;
	map = { "{ a = 1 }", '{ a = { b = 2, password = "hush-hush-1" } }', '{ c = "x" }', "{}", "5", '{ "l" }' };
	name = { '"A"', '"b c"', '"postgres://u:pass-word-9@h/x"' }; ports = { "{ 5222 }", "{ 1, 2 }", "7" };
	admins = { '{ "x@example" }', '"y@example"', '{ "x@example", "z@example" }' }; api_token = { '"token-abc-123"', '"token-def-456"' };
	sql = { '{ driver = "SQLite3" }', '{ driver = "MySQL", password = "sql-pass-77" }' };
};

local function pick(list)
	return list[random(#list)];
end

local function assignments(count)
	local lines, used = {}, {};
	for _ = 1, count do
		local option = pick(OPTIONS);
		if not used[option] and option ~= "load_global_modules" then
			used[option] = true;
			lines[#lines + 1] = ("\t%s = %s\n"):format(option, pick(VALUES[option]));
		end
	end
	return table.concat(lines);
end

local function opening()
	if random(2) == 1 then
		return ('VirtualHost "%s"'):format(pick(HOSTS));
	end
	return ('Component "%s" %s'):format(pick(COMPONENTS), random(3) > 1 and pick(MODULES) or "");
end

local function data()
	local parts, used = { "\n", random(4) == 1 and assignments(2) or "" }, {};
	for _ = 1, random(3) do
		local statement = opening();
		local name = statement:match '"(.-)"';
		if not used[name] then
			used[name] = true;
			parts[#parts + 1] = statement.."\n"..assignments(random(0, 4));
		end
	end
	return table.concat(parts);
end

local FORMS = {
	"stack.force(%s)", "stack.default(%s)", "stack.append(%s)", "stack.remove(%s)", "stack.replace(%s)", "stack.force(stack.append(%s))", "%s", "%s"
};

local function directive()
	local option = pick(OPTIONS);
	local form = pick(FORMS);
	if option == "limit" and random(2) == 1 then
		form = pick { "stack.at_most(20)", "stack.at_least(10)", "stack.one_of { 5, 15 }", "stack.unset" };
	end
	return ("%s = %s"):format(option, (form:gsub("%%s", function () return pick(VALUES[option]); end)));
end

local STATEMENTS = {
	directive; directive;
	function () return opening().."\n"..(random(2) == 1 and directive() or ""); end;
	function () return opening().." { "..directive().." }"; end;
	function () return ("stack.each(%q, { %s })"):format(pick(KINDS), directive()); end;
	function () return ("VirtualHost %q limit = (tonumber(limit) or 0) + 1"):format(pick(HOSTS)); end;
	function () return ("VirtualHost %q if modules_enabled then modules_enabled[#modules_enabled + 1] = 'late' end"):format(pick(HOSTS)); end;
	function () return ("seen = prosody.config.get(%q, %q)"):format(pick(HOSTS), pick(OPTIONS)); end;
	function () return "do return { utilities = { validate_it = function (_, hosts) return next(hosts) ~= nil, 'no host' end } } end"; end;
};

-- What Lua computes, most of which data could say.
local COMPUTED = {
	function () return opening().."\n"..assignments(random(0, 4)); end;
	function () return assignments(2); end;
	function () return opening().." { "..assignments(random(0, 3)):gsub("\n", ";").." }"; end;
	function () return "local shared = { 1, 2 }; ports = shared; map = { shared }"; end;
	function () return "local n = 3; map = { a = n, b = { n + 0.5, 'x'..n } }"; end;
	function () return "do local ten = 10 limit = ten + 5; name = 'é'..ten end"; end;
	function ()
		return pick { "limit = nil", "flag = not flag", "name = (name or '')..'x'", "limit = 0.1", "_ENV['odd name'] = 1", 'name = "a\\nb"',
			"ports = { 1, nil, 3 }", "api_token = io.type", "load_global_modules = true", "limit = 1 limit = 2", "for i = 1, 2 do limit = i end",
			'Component "rooms.example"\n"muc"\nlimit = 1', 'VirtualHost "A.Example" limit = 3', 'VirtualHost("*") limit = 4',
			"local function f() limit = 6 end f()", "map = setmetatable({ 1 }, {})" };
	end;
};

local function code()
	local lines, statements = { "local _ = 1" }, random(2) == 1 and STATEMENTS or COMPUTED;
	for i = 1, random(3) do
		lines[i + 1] = pick(statements)();
	end
	return table.concat(lines, "\n");
end

local function copy(value)
	local result = value;
	if type(value) == "table" then
		result = {};
		for key, inner in next, value do
			result[key] = copy(inner);
		end
	end
	return result;
end

-- What may be asked before everything else.
local QUESTIONS = {
	function () end;
	function (stack) return stack:about().options; end;
	function (stack) return stack:explain("limit", "a.example"), stack:names "rooms.example"; end;
	function (stack) return stack:options "b.example", stack:hosts(); end;
	function (stack, config) return stack:redact(copy(config)); end;
	function (stack) return #stack:findings(); end;
};

--- What the main file does to the configuration afterwards: one value, or a part of it, is another.
local function change(config, number)
	local host = config[HOSTS[number % 3 + 1]] or config["*"];
	local option = OPTIONS[number % #OPTIONS + 1];
	if type(host[option]) == "table" then
		host[option][1] = "changed";
	elseif host[option] ~= nil then
		host[option] = "changed";
	end
end

local function outcome(root, axes, preset, question, number)
	local env, config = support.environment(preset);
	local ok, stack = pcall(stackloader.load, env,
		{ root = root, variables = {}, sysroot = "/nowhere", axes = axes, clock = os.time() + 3600 });
	if not ok then
		return { refusal = stack:gsub("0x%x+", "0x") };
	end
	local answers = { given = copy(config), first = { question(stack, config) } };
	change(config, number);
	answers.told = tell(stack);
	table.sort(answers.told.findings, function (one, other) return one.text < other.text; end);
	answers.count, answers.redacted = stack:about().options, stack:redact(copy(config));
	answers.masked = stack:mask "token-abc-123, pass-word-9, hush-hush-1, sql-pass-77";
	return answers;
end

local ASKING = ([[

for _, host in ipairs { "*", "%s", "%s" } do prosody.config.get(host, "limit") end]])
	:format(table.concat(HOSTS, '", "'), table.concat(COMPONENTS, '", "'));

local function try(root)
	local files, axes = {}, { { name = "layers", files = {} }, { name = "main" } };
	for i = 1, random(2, 5) do
		files[i] = random(5) <= 3 and data() or code();
		axes[1].files[i] = i..".lua";
	end
	local preset = random(5) == 1 and { ["a.example"] = { defined = true, limit = 3 } } or nil;
	local question, number = pick(QUESTIONS), random(1000);
	local function write(data_end, code_end)
		for i, text in ipairs(files) do
			support.write(root.."/"..i..".lua", text..(text:sub(1, 1) == "\n" and data_end or code_end));
		end
	end
	-- What is asked for is journaled before.
	write(ASKING, ASKING);
	local run = outcome(root, axes, preset, question, number);
	for _, ends in ipairs { "\nlocal _ = 1", "" } do
		write(ends, "");
		for _ = 1, 2 do
			local good, problem = pcall(assert.same, run, outcome(root, axes, preset, question, number));
			assert(good, table.concat(files, "\n-- next\n").."\n"..ends.."\n"..tostring(type(problem) == "table" and problem.message or problem));
		end
	end
	return not run.refusal;
end

describe("random trees", function ()
	teardown(support.clean);

	it("come to the same whether hosts wait or not", function ()
		local root = support.folder();
		local seed = math.tointeger(os.getenv "STACKLOADER_SEED") or os.time();
		local count = math.tointeger(os.getenv "STACKLOADER_TREES") or 300;
		local loaded = 0;
		math.randomseed(seed);
		for i = 1, count do
			local good, result = pcall(try, root);
			assert(good, ("seed %d, tree %d: %s"):format(seed, i, tostring(result)));
			loaded = loaded + (result and 1 or 0);
		end
		assert.is_true(loaded > count / 3, ("%d of %d loaded"):format(loaded, count)); -- else it tests little
	end);
end);
