--- The trees that the benchmark loads. Each maker writes below a fresh folder of its own and returns
-- { name, root, files, folders, hosts, edits }: what the floor reads, how many hosts there are, and which files the reloads edit.
-- A tree has two main files: include.cfg.lua for Prosody alone, module.cfg.lua for the module.
local lfs = require "lfs";

local trees = {};

-- The module does not keep what it read of a file that is younger than two seconds. The trees are as old as those of a running server by its clock.
local module_main = ('local stackloader = (Lua or _G).require "stackloader"\nstackloader.load(_ENV, { clock = %d })\n'):format(os.time() + 86400);

function trees.write(path, content)
	local file = assert(io.open(path, "wb"));
	file:write(content);
	assert(file:close());
end

local function make_root(folder, name, folders)
	local root = folder.."/"..name;
	assert(lfs.mkdir(root));
	for _, below in ipairs(folders) do
		assert(lfs.mkdir(root.."/"..below));
	end
	return root;
end

local function add(tree, path, content)
	trees.write(tree.root.."/"..path, content);
	tree.files[#tree.files + 1] = tree.root.."/"..path;
end

--- The tree's two main files; `includes` are the lines by which Prosody reads the same files.
local function start(folder, name, below, includes)
	local tree = { name = name, root = make_root(folder, name, { below }), files = {}, edits = {}, hosts = 0 };
	tree.folders = { tree.root.."/"..below };
	trees.write(tree.root.."/include.cfg.lua", includes);
	trees.write(tree.root.."/module.cfg.lua", module_main);
	return tree;
end

-- Domains

local data = [[
-- the domain of customer %d
VirtualHost "d%06d.example.net"
	enabled = true
	admins = { "admin@d%06d.example.net" }
	modules_enabled = { "mam", "csi_simple" }
	archive_expires_after = "30d"
	max_history_messages = 50
	http_host = "d%06d.example.net"
	limits = { c2s = { rate = "10kb/s", burst = "2s" } }
]];

-- The same options, some of them computed.
local computed = [[
-- the domain of customer %d
local domain = "d%06d.example.net"
VirtualHost(domain)
	enabled = true
	admins = { "admin@"..domain }
	modules_enabled = { "mam", "csi_simple" }
	archive_expires_after = "30d"
	max_history_messages = 50
	http_host = domain
	limits = { c2s = { rate = "10kb/s", burst = "2s" } }
]];

local function domain_text(text, i)
	return (text:gsub("%%0?6?d", function (place) return place:format(i); end));
end

function trees.domain(i)
	return ("d%06d.example.net"):format(i);
end

local function make_domains(folder, name, count, text)
	local tree = start(folder, name, "domains", 'Include "domains/*.cfg.lua"\n');
	for i = 1, count do
		add(tree, ("domains/d%06d.cfg.lua"):format(i), domain_text(text, i));
	end
	tree.hosts, tree.edits = count, tree.files;
	return tree;
end

function trees.data(folder, count)
	return make_domains(folder, "data-"..count, count, data);
end

function trees.lua(folder, count)
	return make_domains(folder, "lua-"..count, count, computed);
end

--- All the hosts in one file.
function trees.single(folder, count)
	local tree = start(folder, "one-file-"..count, "domains", 'Include "domains/all.cfg.lua"\n');
	local texts = {};
	for i = 1, count do
		texts[i] = domain_text(data, i);
	end
	add(tree, "domains/all.cfg.lua", table.concat(texts));
	tree.hosts, tree.edits = count, tree.files;
	return tree;
end

-- Wide and deep

local function quoted(list)
	local words = {};
	for i, word in ipairs(list) do
		words[i] = ("%q"):format(word);
	end
	return "{ "..table.concat(words, ", ").." }";
end

--- What the layer of this number appends: `elements` to each of two lists, one in four of them also in the layer before.
function trees.wide_options(number, elements)
	local modules, admins = {}, {};
	for i = 1, elements do
		local of = i % 4 == 0 and number - 1 or number;
		modules[i] = ("module_%d_%d"):format(of, i);
		admins[i] = ("admin%d@d%d.example.net"):format(i, of);
	end
	return { modules_enabled = modules, admins = admins };
end

function trees.wide(folder, count, elements)
	local tree = start(folder, ("wide-%dx%d"):format(count, elements), "stack", 'Include "stack/*.cfg.lua"\n');
	for i = 1, count do
		local options = trees.wide_options(i, elements);
		add(tree, ("stack/l%04d.cfg.lua"):format(i),
			"modules_enabled = "..quoted(options.modules_enabled).."\nadmins = "..quoted(options.admins).."\n");
	end
	tree.layers, tree.elements = count, elements;
	return tree;
end

--- Layers that each set one leaf in a map so many levels down.
function trees.deep(folder, count, levels)
	local tree = start(folder, ("deep-%dx%d"):format(count, levels), "stack", 'Include "stack/*.cfg.lua"\n');
	for i = 1, count do
		local text = ("{ leaf_%d = %d, shared = %d }"):format(i, i, i);
		for level = levels - 1, 1, -1 do
			text = ("{ k%d = %s, own_%d = true }"):format(level, text, i % 7);
		end
		add(tree, ("stack/l%04d.cfg.lua"):format(i), "deep_options = "..text.."\n");
	end
	return tree;
end

-- The shipped tree

-- What the machine is taken for must not decide what is measured, nor where the record of choices goes.
trees.shipped_variables = { PROSODY_DOMAIN = "example.org", PROSODY_DEPLOYMENT_TYPE = "manual" };

local function assemble(root)
	return require "stackloader".load(nil, { root = root, variables = trees.shipped_variables });
end

function trees.shipped(folder, config)
	local root = folder.."/shipped";
	assert(os.execute(("cp -R '%s' '%s' && rm -f '%s/.env'"):format(config, root, root)));
	local tree = { name = "shipped", root = root, files = {}, folders = {}, edits = {}, hosts = 0, variables = trees.shipped_variables };
	trees.write(root.."/module.cfg.lua", module_main);
	local seen = {};
	for _, layer in ipairs(assemble(root):layers()) do
		local path = layer.path;
		if path and path:find("^/") then
			tree.files[#tree.files + 1] = path;
			local parent = path:match("^(.*)/");
			if not seen[parent] then
				seen[parent] = true;
				tree.folders[#tree.folders + 1] = parent;
			end
		end
	end
	return tree;
end

local function literal(value)
	if type(value) ~= "table" then
		return ("%q"):format(value);
	end
	local parts, count = {}, #value;
	for i = 1, count do
		parts[i] = literal(value[i]);
	end
	for key, item in pairs(value) do
		if math.type(key) ~= "integer" or key < 1 or key > count then
			parts[#parts + 1] = "["..literal(key).."] = "..literal(item);
		end
	end
	return "{ "..table.concat(parts, ", ").." }";
end

local function add_options(lines, options)
	local names = {};
	for name in pairs(options) do
		if name ~= "defined" and name ~= "component_module" then
			names[#names + 1] = name;
		end
	end
	table.sort(names);
	for _, name in ipairs(names) do
		lines[#lines + 1] = name.." = "..literal(options[name]);
	end
end

--- What the shipped tree comes to, in one file of plain options, as an administrator without the module would have it.
function trees.flattened(folder, shipped)
	local tree = start(folder, "flattened", "core", 'Include "core/all.cfg.lua"\n');
	local stack = assemble(shipped.root);
	local lines = {};
	add_options(lines, stack:options());
	for _, host in ipairs(stack:hosts()) do
		lines[#lines + 1] = host.module and ("Component %q %q"):format(host.name, host.module) or ("VirtualHost %q"):format(host.name);
		add_options(lines, stack:options(host.name));
		tree.hosts = tree.hosts + 1;
	end
	add(tree, "core/all.cfg.lua", table.concat(lines, "\n").."\n");
	shipped.hosts = tree.hosts;
	tree.variables = trees.shipped_variables;
	return tree;
end

return trees;
