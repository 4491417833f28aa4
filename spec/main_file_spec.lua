--- The main file and the files that it includes: where each of their values is set.
local inside = require "spec.inside";
local support = require "spec.support";
local with_each = support.with_each;
local main = support.main_file;

-- Runs the tree and answers with the places of these options: { option, host } -> "file:line", the root left out.
local function places(prosody, files, wanted, code)
	local root = support.tree(files);
	local parts = {};
	for i, pair in ipairs(wanted) do
		parts[i] = ("{ %q, %s }"):format(pair[1], pair[2] and ("%q"):format(pair[2]) or "nil");
	end
	local result, message = inside(prosody, root, ([[
		assert(load());
		%s
		local list = {};
		for i, pair in ipairs { %s } do
			local answer = stackloader.current():explain(pair[1], pair[2]);
			local from = answer.assignments[#answer.assignments];
			list[i] = from.path:sub(#root + 2)..(from.line and ":"..from.line or "");
		end
		return list;
	]]):format(code or "", table.concat(parts, ", ")));
	assert.is_nil(message);
	return result;
end

describe("a main file that includes others", function ()
	teardown(support.clean);

	with_each("gives each option the file and line that set it", function (prosody)
		assert.same({
			"conf.d/00-mam.cfg.lua:2", "prosody.cfg.lua:2", "conf.d/10-hosts.cfg.lua:3", "conf.d/10-hosts.cfg.lua:6", "conf.d/10-hosts.cfg.lua:5",
			"conf.d/../extra/more.cfg.lua:1", "prosody.cfg.lua:6", "conf.d/00-mam.cfg.lua:3",
		}, places(prosody, {
			["prosody.cfg.lua"] = 'modules_enabled = { "roster" }\nlimit = 3\n\nInclude "conf.d/*.cfg.lua"\nVirtualHost "c.example"\n\tsize = 4\n'..main;
			["conf.d/00-mam.cfg.lua"] = '-- what is kept\nmodules_enabled = { "mam" }\narchive_expires_after = "1w"\n';
			["conf.d/10-hosts.cfg.lua"] = '\nVirtualHost "a.example"\n\tsize = 30\n\nComponent "muc.a.example" "muc" {\n\tname = "Rooms" }\n'
				..'Include "../extra/more.cfg.lua"\n';
			["extra/more.cfg.lua"] = 'admins = { "me@a.example" }\n';
			["conf.d/ignored.txt"] = "limit = 9";
		}, {
			{ "modules_enabled" }, { "limit" }, { "size", "a.example" }, { "name", "muc.a.example" }, { "component_module", "muc.a.example" },
			{ "admins" }, { "size", "c.example" }, { "archive_expires_after" },
		}));
	end);

	with_each("names the assignment whose value is in force, whichever file ran last", function (prosody)
		assert.same({ "conf.d/a.cfg.lua:1", "prosody.cfg.lua:3", "prosody.cfg.lua:4" }, places(prosody, {
			["prosody.cfg.lua"] = 'first = 1\nsecond = 1\nif true then second = 2 end\nthird = 2\nif os.getenv "NO_SUCH" then third = 3 end\n'
				..'Include "conf.d/a.cfg.lua"\n'..main;
			["conf.d/a.cfg.lua"] = "first = 2";
		}, { { "first" }, { "second" }, { "third" } }));
	end);

	with_each("names the file alone where its text does not show the value", function (prosody)
		assert.same({ "conf.d/a.cfg.lua", "prosody.cfg.lua", "prosody.cfg.lua:1" }, places(prosody, {
			["prosody.cfg.lua"] = 'made = ("x"):rep(3)\nInclude "conf.d/a.cfg.lua"\nlocal set = (Lua or _G).setmetatable\n_ENV["hidden"] = 5\n'..main;
			["conf.d/a.cfg.lua"] = "first = 1\n_ENV['fir'..'st'] = 2";
		}, { { "first" }, { "hidden" }, { "made" } }));
	end);

	with_each("keeps the places over reloads, also after one that failed", function (prosody)
		assert.same({ "conf.d/a.cfg.lua:3", "prosody.cfg.lua:1" }, places(prosody, {
			["prosody.cfg.lua"] = 'limit = 3\nInclude "conf.d/*.cfg.lua"\n'..main;
			["conf.d/a.cfg.lua"] = "\nfirst = 1";
		}, { { "first" }, { "limit" } }, [[
			local function write(name, text)
				local file = io.open(root.."/"..name, "w");
				file:write(text);
				file:close();
			end
			write("conf.d/b.cfg.lua", "first = = 1");
			assert(not load());
			os.remove(root.."/conf.d/b.cfg.lua");
			write("conf.d/a.cfg.lua", "\n\nfirst = 1");
			assert(load());
		]]));
	end);

	with_each("gives the main file its lines where a file that it includes calls load", function (prosody)
		assert.same({ "prosody.cfg.lua:1", "conf.d/stack.cfg.lua:1" }, places(prosody, {
			["prosody.cfg.lua"] = "limit = 1\nInclude 'conf.d/stack.cfg.lua'\n";
			["conf.d/stack.cfg.lua"] = "size = 2\n"..main;
		}, { { "limit" }, { "size" } }));
	end);

	-- The warnings about these files: "file:line: code", with what they name.
	local function warnings(prosody, files)
		local root = support.tree(files);
		local result, message = inside(prosody, root, [[
			assert(load());
			local list = {};
			for _, finding in ipairs(stackloader.current():findings()) do
				list[#list + 1] = ("%s:%s %s %s"):format(finding.path:sub(#root + 2), finding.line, finding.code, finding.text);
			end
			return list;
		]]);
		assert.is_nil(message);
		for i, text in ipairs(result) do
			result[i] = text:gsub(root:gsub("%p", "%%%0").."/", "");
		end
		return result;
	end

	with_each("warns with both places where a list replaces that of another file", function (prosody)
		local list = warnings(prosody, {
			["prosody.cfg.lua"] = 'modules_enabled = { "roster" }\nlimit = 3\nInclude "conf.d/*.cfg.lua"\n'..main;
			["conf.d/00-mam.cfg.lua"] = '-- what is kept\nmodules_enabled = { "mam" }\nlimit = 4\n';
		});
		assert.equal(1, #list);
		support.has(list[1], "conf.d/00-mam.cfg.lua:2 SL052 modules_enabled replaces the list that prosody.cfg.lua:1 set");
	end);

	with_each("warns where one file sets an option twice, globally and in a host", function (prosody)
		assert.same({
			"conf.d/a.cfg.lua:3 SL033 Duplicate option 'limit': what line 1 says of it is lost; keep one of the two",
			"conf.d/a.cfg.lua:6 SL033 Duplicate option 'modules_enabled' in a.example: what line 5 says of it is lost; keep one of the two",
		}, warnings(prosody, {
			["prosody.cfg.lua"] = 'Include "conf.d/*.cfg.lua"\nVirtualHost "b.example"\n\tmodules_enabled = { "mam" }\n'..main;
			["conf.d/a.cfg.lua"] = 'limit = 1\nsize = 1\nlimit = 2\nVirtualHost "A.example"\n\tmodules_enabled = { "mam" }\n\tmodules_enabled = { "ping" }\n'
				.."\tlimit = 5\n";
		}));
	end);

	with_each("says nothing of what only one of two blocks sets", function (prosody)
		assert.same({}, warnings(prosody, {
			["prosody.cfg.lua"] = 'local on = true\nif on then modules_enabled = { "mam" } else modules_enabled = { "ping" } end\n'
				..'if on then limit = 1 end\n'..main;
		}));
	end);
end);
