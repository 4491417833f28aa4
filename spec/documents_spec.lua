--- README.md, CONTRIBUTING.md, SECURITY.md and doc/*.md: their examples work, their links have targets.
local lfs = require "lfs";
local support = require "spec.support";
local stackloader = require "stackloader";

local pages = { "README.md", "CONTRIBUTING.md", "SECURITY.md" };
for name in lfs.dir(support.project.."/doc") do
	if name:find "%.md$" then
		pages[#pages + 1] = "doc/"..name;
	end
end
table.sort(pages);

local function read(page)
	return (support.read(support.project.."/"..page):gsub("\r", ""));
end

--- The text without code, whose brackets are no links.
local function prose(text)
	return (text:gsub("\n```.-\n```", "\n"):gsub("`[^`\n]*`", "`"));
end

--- The anchor that GitHub gives to a heading.
local function anchor(heading)
	return (heading:lower():gsub("%[([^%]]*)%]%([^)]*%)", "%1"):gsub("[^%w%-_ \128-\255]", ""):gsub(" ", "-"));
end

local function anchors(text)
	local found = {};
	for heading in ("\n"..text:gsub("\n```.-\n```", "\n")):gmatch "\n#+ ([^\n]+)" do
		found[anchor(heading)] = true;
	end
	return found;
end

--- The links of a page that lead nowhere.
local function broken(page)
	local text, folder, wrong, count = read(page), page:match "^(.*/)" or "", {}, 0;
	for target in prose(text):gmatch "%]%(([^)%s]+)%)" do
		count = count + 1;
		local path, place = target:match "^([^#]*)#?(.*)$";
		if not target:find "^%a+:" then
			local full = path == "" and page or folder..path;
			local known = lfs.attributes(support.project.."/"..full, "mode");
			if not known or place ~= "" and not anchors(read(full))[place] then
				wrong[#wrong + 1] = target;
			end
		end
	end
	return wrong, count;
end

local folders = { core = true, stack = true, profiles = true, features = true, clients = true, usecases = true, domains = true, legacy = true,
	environments = true, policies = true, ["local"] = true };

--- The folder that an example's tree is in, and the path inside it: "read/stack/01/x.cfg.lua" gives "read" and "stack/01/x.cfg.lua".
local function split(path)
	local top, rest = path:match "^([^/]+)/(.+)$";
	if top and not folders[top] then
		return top, rest;
	end
	return "", path;
end

--- The trees of a page: { [name] = { files = { [path] = text }, result = Lua text behind "The result:" } }, and the Lua blocks without a
-- name.
local function trees(page)
	local found, nameless, last = {}, {}, nil;
	for between, block in read(page):gmatch "(.-)\n%s*```lua\n(.-)\n%s*```" do
		local current;
		for line in (block.."\n"):gmatch "([^\n]*)\n" do
			local path = line:match "^%s*%-%- ([%w_%-./]+%.lua)$";
			if path then
				local name, inside = split(path);
				found[name] = found[name] or { files = {} };
				current, last = { tree = found[name], path = inside }, found[name];
				current.tree.files[inside] = "";
			end
			if current then
				current.tree.files[current.path] = current.tree.files[current.path]..line.."\n";
			end
		end
		if not current then
			if last and between:find "The result:%s*$" then
				last.result = block;
			else
				nameless[#nameless + 1] = block;
			end
		end
	end
	return found, nameless;
end

--- The options for load that an example's main file gives.
local function main_options(text)
	local given;
	local module = { load = function (_, options) given = options; end };
	assert(load(text, "=prosody.cfg.lua", "t", { Lua = { require = function () return module; end } }))();
	return given or {};
end

--- What a result says, as stack:options gives it: the global options, and those of each host.
local function said(text)
	local scopes = { ["*"] = {} };
	local scope = scopes["*"];
	local environment = setmetatable({
		VirtualHost = function (name)
			scopes[name] = {};
			scope = scopes[name];
		end;
	}, { __newindex = function (_, name, value) scope[name] = value; end });
	assert(load(text, "=result", "t", environment))();
	return scopes;
end

local function load_tree(example)
	local options, files = {}, {};
	for path, text in pairs(example.files) do
		if path == "prosody.cfg.lua" then
			options = main_options(text);
		elseif path:find "%.cfg%.lua$" then
			files[path] = text;
		end
	end
	for _, axis in ipairs(options.axes or {}) do
		for _, name in ipairs(type(axis) == "table" and axis.files or {}) do
			files[name] = files[name] or "";
		end
	end
	for name in pairs(options.restrict and type(options.restrict) == "table" and options.restrict or {}) do
		files[name.."/README"] = "";
	end
	options.root, options.variables, options.sysroot = support.tree(files), {}, "/nowhere";
	return stackloader.load(nil, options);
end

describe("The documents", function ()
	teardown(support.clean);

	it("keep README.md within 250 lines", function ()
		local _, lines = read "README.md":gsub("\n", "");
		assert.is_true(lines <= 250, lines.." lines");
	end);

	it("have a link from README.md to every page in doc/", function ()
		local text = read "README.md";
		for _, page in ipairs(pages) do
			assert.is_true(page == "README.md" or text:find("]("..page, 1, true) ~= nil, page);
		end
	end);

	it("have links whose files and headings exist", function ()
		local count = 0;
		for _, page in ipairs(pages) do
			local wrong, links = broken(page);
			count = count + links;
			assert.same({}, wrong, page);
		end
		assert.is_true(count > 40, count.." links");
	end);

	support.with_each("have the manual page that scripts/man-page makes", function (prosody)
		-- The script runs the plain build, whatever is under test.
		local output, code = support.run(support.plain(("STACKLOADER_BUILD=%s PROSODYCTL=%s %s --check"):format(
			support.quote(support.project.."/build"), support.quote(prosody.prosodyctl), support.quote(support.project.."/scripts/man-page"))));
		assert.equal(0, code, output);
	end);

	it("have the table of codes that scripts/codes-table makes", function ()
		local output, code = support.run(support.quote(support.project.."/scripts/codes-table").." --check");
		assert.equal("", output);
		assert.equal(0, code);
	end);

	it("have examples of Lua without a syntax error", function ()
		for _, page in ipairs(pages) do
			local _, nameless = trees(page);
			for _, block in ipairs(nameless) do
				assert(load(block, "="..page) or load("return {"..block.."}", "="..page), page..": "..block);
			end
		end
	end);

	it("have examples of layers that load, and give what the text says", function ()
		local loaded, compared = 0, 0;
		for _, page in ipairs(pages) do
			for name, example in pairs((trees(page))) do
				local ok, stack = pcall(load_tree, example);
				assert.is_true(ok, page.." "..name..": "..tostring(stack));
				loaded = loaded + 1;
				for scope, options in pairs(example.result and said(example.result) or {}) do
					local given = stack:options(scope);
					given.defined = nil; -- Prosody's mark of a host
					assert.same(options, given, page.." "..name.." "..scope);
					compared = compared + 1;
				end
			end
		end
		assert.is_true(loaded >= 9, loaded.." examples");
		assert.equal(2, compared);
	end);
end);
