-- Names and selections: variables, options, files of variables and axes of every kind, over a tree that has something of everything. A line of the
-- input is `NAME=value` (a variable), `+NAME=value` (in .env), `option:value` (of discover; commas make a list where the value begins with one) or
-- `%field=value field=value` (a row of option axes).
local fuzz = ...;
local stackloader = require "stackloader";
local shared = dofile(fuzz.scripts.."/tell.lua");

local root = fuzz.folder.."/tree";

local files = {
	"core/a.cfg.lua", "stack/2-b/x.cfg.lua", "stack/10-c/x.cfg.lua", "clients/mobile/one.cfg.lua", "clients/mobile/two/x.cfg.lua",
	"clients/web/one.cfg.lua", "usecases/team/small.cfg.lua", "domains/a.cfg.lua", "domains/tenants/one.example.cfg.lua",
	"domains/tenants/two.example/x.cfg.lua", "legacy/modules.d/10-x.cfg.lua", "environments/production.cfg.lua", "environments/docker/x.cfg.lua",
	"policies/security/baseline.cfg.lua",
	"policies/security/strict.cfg.lua", "policies/performance/small.cfg.lua", "policies/compliance/gdpr.cfg.lua", "local/x.cfg.lua", "site/x.cfg.lua",
};
local texts = {
	["profiles/standard/profile.cfg.lua"] = 'profile_info = { features = { "web/http", "chat/muc" } }';
	["profiles/standard/defaults.env"] = "PROSODY_USECASE=team/small\nX=1\n";
	["profiles/small.cfg.lua"] = "x = 1";
	["features/web/http.cfg.lua"] = "x = 1";
	["features/web/upload.cfg.lua"] = 'feature_info = { depends = { "web/http" }, extra = true }';
	["features/chat/muc.cfg.lua"] = 'feature_info = { description = "rooms" }';
	["features/chat/rooms.cfg.lua"] = 'feature_info = { alias = "chat/muc" }';
	["features/auth/ldap.cfg.lua"] = 'feature_info = { depends = { "auth/sasl" } }';
	["features/auth/sasl.cfg.lua"] = "x = 1";
};

local function write(path, text)
	for at in path:gmatch "()/" do
		fuzz.make_folder(root.."/"..path:sub(1, at - 1));
	end
	assert(fuzz.write(root.."/"..path, text));
end

--- The tree stands from one input to the next.
local function build()
	if fuzz.make_folder(root) then
		for _, path in ipairs(files) do
			write(path, "x = 1");
		end
		for path, text in pairs(texts) do
			write(path, text);
		end
	end
end

local function list(text)
	local names = {};
	for name in text:gmatch "[^,]+" do
		names[#names + 1] = name;
	end
	return names;
end

local function value_of(text)
	if text == "true" or text == "false" then
		return text == "true";
	end
	return tonumber(text) or (text:sub(1, 1) == "," and list(text)) or text;
end

local function row_of(line)
	if not line:find "=" then
		return line;
	end
	local row = {};
	for field, value in line:gmatch "(%w+)=(%S*)" do
		row[field] = value_of(value);
	end
	return row;
end

local function read(text)
	local options = { root = root, variables = {}, sysroot = "/nowhere" };
	local env = {};
	for line in text:gmatch "[^\n]+" do
		local name, how, value = line:match "^([^=:]+)([=:])(.*)$";
		if line:sub(1, 1) == "+" then
			env[#env + 1] = line:sub(2);
		elseif line:sub(1, 1) == "%" then
			options.axes = options.axes or {};
			options.axes[#options.axes + 1] = row_of(line:sub(2));
		elseif how == ":" then
			options[name] = name == "variables" and options.variables or value_of(value);
		elseif how == "=" then
			options.variables[name] = value;
		end
	end
	return options, table.concat(env, "\n");
end

local function check_layers(layers)
	local seen = {};
	for _, layer in ipairs(layers) do
		assert(not seen[layer.path], "a layer loads twice");
		seen[layer.path] = true;
		assert(layer.path:sub(1, #fuzz.folder) == fuzz.folder, "a layer is from outside");
		assert(not layer.path:find("/../", 1, true) and layer.id ~= "" and #layer.why > 0 and #layer.axis > 0);
		assert(io.open(layer.path, "rb")):close();
	end
	for _, feature in ipairs(layers.features) do
		assert(type(feature.on) == "boolean" and #feature.why > 0);
	end
end

return function (text)
	build();
	local options, env = read(text);
	options.root, options.roots, options.sysroot = root, nil, "/nowhere";   -- no input says where to read
	assert(fuzz.write(root.."/.env", env));
	local layers, message = shared.try(stackloader.discover, nil, options);
	local again, other = shared.try(stackloader.discover, nil, options);
	shared.agree(layers, message, again, other);
	if layers then
		check_layers(layers);
		assert(shared.same(layers, again), "the same choices give something else the second time");
	end
	shared.try(stackloader.environment, { variables = options.variables, sysroot = "/nowhere" });
	shared.try(stackloader.load, nil, options);
end;
