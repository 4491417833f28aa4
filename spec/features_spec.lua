local lfs = require "lfs";
local support = require "spec.support";

local stackloader = require "stackloader";

local function discover(root, variables, options)
	options = options or {};
	options.variables = variables or {};
	options.sysroot = "/nowhere";
	return stackloader.discover(root, options);
end

--- The message of a refusal.
local function refusal(root, variables)
	local ok, message = pcall(discover, root, variables);
	assert.is_false(ok);
	return message;
end

local contains = support.has;

local function feature(layers, name)
	for _, found in ipairs(layers.features) do
		if found.name == name then
			return found;
		end
	end
end

--- The names of the features that are on, joined.
local function on(root, variables)
	local list = {};
	for _, found in ipairs(discover(root, variables).features) do
		if found.on and not found.alias_of then
			list[#list + 1] = found.name;
		end
	end
	return table.concat(list, " ");
end

--- Why a feature is on or off.
local function why(root, name, variables)
	local found = assert(feature(discover(root, variables), name));
	return (found.on and "on: " or "off: ")..found.why;
end

--- The warnings, joined.
local function warnings(root, variables)
	local list = {};
	for _, found in ipairs(discover(root, variables).findings) do
		if found.severity == "warning" then
			list[#list + 1] = found.text;
		end
	end
	return table.concat(list, "\n");
end

--- A tree of features: { ["web/http"] = "", … } with what each file says of itself; `more` are other files.
local function tree_with(features, more)
	local files = {};
	for name, info in pairs(features) do
		files["features/"..name..".cfg.lua"] = "-- a feature\n"..(info ~= "" and "feature_info = "..info.."\n" or "");
	end
	for path, content in pairs(more or {}) do
		files[path] = content;
	end
	return support.tree(files);
end

local function profile(list)
	return "-- a profile\nprofile_info = {\n\tname = 'P';\n\tfeatures = "..list..";\n}\n";
end

local standard = "profiles/standard/profile.cfg.lua";

describe("the features that load", function ()
	teardown(support.clean);

	local features = { ["web/http"] = ""; ["web/upload"] = ""; ["groupchat/muc"] = ""; ["admin/ldap"] = "{ extra = true }" };

	it("are all but the extra ones in a tree without profiles", function ()
		local root = tree_with(features);
		assert.equal("groupchat/muc web/http web/upload", on(root));
		assert.equal("on: always", why(root, "web/http"));
		assert.equal("off: extra", why(root, "admin/ldap"));
	end);

	it("are the profile's list in a tree with profiles, extra ones too", function ()
		local root = tree_with(features, { [standard] = profile '{ "admin/ldap", "web/http" }' });
		assert.equal("admin/ldap web/http", on(root));
		assert.equal("on: profile standard", why(root, "web/http"));
		assert.equal("off: not in profile standard", why(root, "web/upload"));
	end);

	it("load in natural order, whatever the order of the list", function ()
		local root = tree_with({ ["b/x10"] = ""; ["b/x9"] = ""; ["a/y"] = "" }, { [standard] = profile '{ "b/x10", "b/x9", "a/y" }' });
		local ids = {};
		for index, layer in ipairs(discover(root)) do
			ids[index] = layer.id;
		end
		assert.same({ "profiles/standard/profile", "features/a/y", "features/b/x9", "features/b/x10" }, ids);
	end);

	it("may be named by their group in the list, which means those that are not extra", function ()
		assert.equal("web/http web/upload", on(tree_with(features, { [standard] = profile '{ "web", "admin" }' })));
	end);

	it("are none but toggled ones where no profile is chosen, with a warning", function ()
		local root = tree_with(features, { ["profiles/minimal/profile.cfg.lua"] = profile '{ "web/http" }' });
		assert.equal("groupchat/muc", on(root, { PROSODY_ENABLE_MUC = "on" }));
		assert.equal("off: no profile", why(root, "web/http"));
		contains(warnings(root), "PROSODY_PROFILE: the tree has profiles (minimal), but none is chosen and none is the default, so only toggles switch "
			.."features on; choose one");
		assert.equal("web/http", on(root, { PROSODY_PROFILE = "minimal" }));
		assert.equal("", warnings(root, { PROSODY_PROFILE = "minimal" }));
	end);

	it("are both name.cfg.lua and name/, and files of any depth in it belong to the one feature", function ()
		local root = support.tree { ["features/web/http.cfg.lua"] = "-- a\n"; ["features/web/http/a.cfg.lua"] = "-- b\n";
			["features/web/http/b/c.cfg.lua"] = "feature_info = { description = 'HTTP' }\n"; ["features/plain.cfg.lua"] = "-- d\n" };
		local layers = discover(root);
		assert.equal("plain web/http", on(root));
		assert.equal("HTTP", feature(layers, "web/http").description);
		assert.equal(4, #layers);
		assert.equal("web/http", on(root, { PROSODY_FEATURES_PLAIN = "false" }));
	end);

	it("read the profile from the one file as well as from the folder", function ()
		assert.equal("web/http", on(tree_with(features, { ["profiles/standard.cfg.lua"] = profile '{ "web/http" }' })));
		local both = tree_with(features, { ["profiles/standard.cfg.lua"] = profile '{ "web/http" }'; [standard] = profile '{ "web/upload" }' });
		contains(refusal(both), both.."/"..standard..":2: profile_info is also in "..both.."/profiles/standard.cfg.lua; keep one of the two");
	end);

	it("are off where masking emptied them, whatever profile and toggle say", function ()
		local vendor = tree_with(features, { [standard] = profile '{ "web/http", "web/upload" }' });
		local site = support.tree { ["features/web/http.cfg.lua"] = "" };
		assert.equal("web/upload", on { vendor, site });
		assert.equal("off: switched off by "..site.."/features/web/http.cfg.lua", why({ vendor, site }, "web/http"));
		local inside = support.tree { ["features/web/http/a/defaults.env"] = "", ["features/web/http/b.cfg.lua"] = "" };
		assert.equal("off: switched off by "..inside.."/features/web/http/b.cfg.lua", why(inside, "web/http"));
		assert.equal("web/upload", on({ vendor, site }, { PROSODY_ENABLE_HTTP = "true" }));
		assert.equal("web/http web/upload", on { vendor, tree_with { ["web/http"] = "" } });
	end);
end);

describe("a toggle", function ()
	teardown(support.clean);

	local features = { ["web/http"] = ""; ["web/file-upload"] = ""; ["web/admin"] = "{ extra = true }"; ["authentication/modern"] = "";
		["authentication/ldap"] = "{ extra = true }"; ["messaging/mam"] = ""; ["media/mam"] = ""; ["mobile/push"] = ""; ["admin/shell"] = "" };
	local root = tree_with(features, { [standard] = profile '{ "web/http", "authentication/ldap" }' });
	local all = tree_with(features);

	it("of one feature is PROSODY_FEATURES_<GROUP>_<NAME>, - reads as _", function ()
		assert.equal("authentication/ldap web/file-upload web/http", on(root, { PROSODY_FEATURES_WEB_FILE_UPLOAD = "true" }));
		assert.equal("authentication/ldap", on(root, { PROSODY_FEATURES_WEB_HTTP = "false" }));
		assert.equal("off: PROSODY_FEATURES_WEB_HTTP=no", why(root, "web/http", { PROSODY_FEATURES_WEB_HTTP = "no" }));
		assert.equal("on: PROSODY_FEATURES_WEB_ADMIN=1", why(root, "web/admin", { PROSODY_FEATURES_WEB_ADMIN = "1" }));
	end);

	it("of one feature is PROSODY_ENABLE_<NAME>, with or without the group", function ()
		assert.equal("authentication/ldap mobile/push web/http", on(root, { PROSODY_ENABLE_PUSH = "true" }));
		assert.equal("authentication/ldap", on(root, { PROSODY_ENABLE_HTTP = "off" }));
		assert.equal("authentication/ldap web/file-upload web/http", on(root, { PROSODY_ENABLE_WEB_FILE_UPLOAD = "true" }));
		assert.equal("authentication/ldap authentication/modern web/http", on(root, { PROSODY_ENABLE_AUTH_MODERN = "true" }));
	end);

	it("of a group is PROSODY_FEATURES_<GROUP>_ENABLED: true means those that are not extra, false all", function ()
		assert.equal("authentication/ldap web/file-upload web/http", on(root, { PROSODY_FEATURES_WEB_ENABLED = "true" }));
		assert.equal("authentication/ldap", on(root, { PROSODY_FEATURES_WEB_ENABLED = "false" }));
		assert.equal("web/http", on(root, { PROSODY_FEATURES_AUTHENTICATION_ENABLED = "false" }));
		assert.equal("authentication/ldap authentication/modern web/http", on(root, { PROSODY_FEATURES_AUTHENTICATION_ENABLED = "true" }));
	end);

	it("of one feature beats its group's, and the group's beats the profile", function ()
		assert.equal("authentication/ldap web/admin", on(root, { PROSODY_FEATURES_WEB_ENABLED = "false"; PROSODY_FEATURES_WEB_ADMIN = "true" }));
		assert.equal("authentication/ldap web/file-upload",
			on(root, { PROSODY_FEATURES_WEB_ENABLED = "true"; PROSODY_ENABLE_HTTP = "false" }));
	end);

	it("takes features away in a tree without profiles", function ()
		assert.equal("authentication/modern media/mam messaging/mam mobile/push web/file-upload web/http",
			on(all, { PROSODY_FEATURES_ADMIN_SHELL = "false" }));
		assert.equal("authentication/ldap authentication/modern media/mam messaging/mam mobile/push web/file-upload web/http",
			on(all, { PROSODY_FEATURES_ADMIN_ENABLED = "false"; PROSODY_ENABLE_LDAP = "true" }));
	end);

	it("may shorten the group where that is unique", function ()
		assert.equal("on: PROSODY_FEATURES_AUTH_MODERN=true", why(root, "authentication/modern", { PROSODY_FEATURES_AUTH_MODERN = "true" }));
		assert.equal("web/http", on(root, { PROSODY_FEATURES_AUTH_ENABLED = "false" }));
		assert.equal("authentication/ldap mobile/push web/http", on(root, { PROSODY_FEATURES_MO_PUSH = "true" }));
	end);

	it("with a group that is short for several is an error that names the candidates", function ()
		contains(refusal(root, { PROSODY_FEATURES_ME_MAM = "true" }), "PROSODY_FEATURES_ME_MAM=true: the group may be media or messaging; write it out: "
			.."PROSODY_FEATURES_MEDIA_MAM, PROSODY_FEATURES_MESSAGING_MAM");
		contains(refusal(root, { PROSODY_FEATURES_A_ENABLED = "true" }), "the group may be admin or authentication; write it out: "
			.."PROSODY_FEATURES_ADMIN_ENABLED, PROSODY_FEATURES_AUTHENTICATION_ENABLED");
		-- also where only one of the groups has the feature: another one would change what the variable means
		contains(refusal(root, { PROSODY_FEATURES_M_PUSH = "true" }), "the group may be media or messaging or mobile; write it out: "
			.."PROSODY_FEATURES_MOBILE_PUSH");
	end);

	it("with an exact name beats a shortened one", function ()
		local tree = tree_with({ ["auth/modern"] = ""; ["authentication/modern"] = ""; ["authentication/old"] = "" }, { [standard] = profile "{}" });
		assert.equal("auth/modern", on(tree, { PROSODY_FEATURES_AUTH_MODERN = "true" }));
		assert.equal("auth/modern", on(tree, { PROSODY_FEATURES_AUTH_ENABLED = "true" }));
		-- a group's own name is no short form of another
		contains(warnings(tree, { PROSODY_FEATURES_AUTH_OLD = "true" }), "PROSODY_FEATURES_AUTH_OLD matches no feature");
		assert.equal("authentication/ldap",
			on(root, { PROSODY_FEATURES_WEB_HTTP = "false"; PROSODY_FEATURES_W_HTTP = "true" }));
		assert.equal("authentication/ldap",
			on(root, { PROSODY_FEATURES_WEB_ENABLED = "false"; PROSODY_FEATURES_WE_ENABLED = "true" }));
	end);

	it("with a name that several groups have is an error that names the candidates", function ()
		contains(refusal(root, { PROSODY_ENABLE_MAM = "true" }),
			"PROSODY_ENABLE_MAM=true: may mean any of PROSODY_FEATURES_MEDIA_MAM, PROSODY_FEATURES_MESSAGING_MAM; write one of them");
	end);

	it("that another one of the same source contradicts is an error naming both", function ()
		contains(refusal(root, { PROSODY_FEATURES_WEB_HTTP = "true"; PROSODY_ENABLE_HTTP = "false" }),
			"PROSODY_ENABLE_HTTP=false and PROSODY_FEATURES_WEB_HTTP=true both speak of web/http and contradict each other; keep one of them");
		assert.equal("authentication/ldap web/http", on(root, { PROSODY_FEATURES_WEB_HTTP = "true"; PROSODY_ENABLE_HTTP = "yes" }));
	end);

	it("of a stronger source wins over any spelling in a weaker one", function ()
		local tree = tree_with(features, { [standard] = profile '{ "web/http" }'; [".env"] = "PROSODY_FEATURES_WEB_HTTP=false\n";
			["profiles/standard/defaults.env"] = "PROSODY_ENABLE_PUSH=true\n" });
		assert.equal("mobile/push", on(tree));
		assert.equal("mobile/push web/http", on(tree, { PROSODY_ENABLE_HTTP = "true" }));
		assert.equal("", on(tree, { PROSODY_FEATURES_MOBILE_PUSH = "false" }));
		local site = support.tree { [".env"] = "PROSODY_ENABLE_HTTP=true\nPROSODY_ENABLE_PUSH=false\n" };
		assert.equal("web/http", on { tree, site });
		assert.equal("", on { site, tree });
	end);

	it("that is empty is unset", function ()
		assert.equal("authentication/ldap web/http", on(root, { PROSODY_FEATURES_WEB_HTTP = "" }));
	end);

	it("that is no boolean is an error", function ()
		contains(refusal(root, { PROSODY_FEATURES_WEB_HTTP = "maybe" }), "PROSODY_FEATURES_WEB_HTTP=maybe: expected true or false");
		contains(refusal(root, { PROSODY_FEATURES_WEB_ENABLED = "2" }), "PROSODY_FEATURES_WEB_ENABLED=2: expected true or false");
		local tree = tree_with(features, { [".env"] = "\nPROSODY_ENABLE_PUSH=perhaps\n" });
		contains(refusal(tree), tree.."/.env:2: PROSODY_ENABLE_PUSH=perhaps: expected true or false");
	end);

	it("that matches nothing is a warning with the nearest name", function ()
		assert.equal('PROSODY_FEATURES_WBE_HTTP matches no feature of the tree, so it does nothing (did you mean "PROSODY_FEATURES_WEB_HTTP"?)',
			warnings(root, { PROSODY_FEATURES_WBE_HTTP = "true" }));
		contains(warnings(root, { PROSODY_ENABLE_PSUH = "true" }), '(did you mean "PROSODY_ENABLE_PUSH"?)');
		contains(warnings(root, { PROSODY_FEATURES_WEB_ENABELD = "true" }), '(did you mean "PROSODY_FEATURES_WEB_ENABLED"?)');
		-- its value is its own affair
		contains(warnings(root, { PROSODY_FEATURES_SOMETHING_ELSE = "12" }), "PROSODY_FEATURES_SOMETHING_ELSE matches no feature");
		contains(warnings(support.tree { ["core/a.cfg.lua"] = "-- a\n" }, { PROSODY_ENABLE_X = "true" }), "PROSODY_ENABLE_X matches no feature");
	end);
end);

describe("what a feature depends on", function ()
	teardown(support.clean);

	local depending = {
		["web/http"] = ""; ["web/upload"] = '{ depends = { "web/http" } }'; ["media/sharing"] = '{ depends = { "web/upload" } }';
		["admin/ldap"] = "{ extra = true }"; ["authentication/ldap"] = '{ depends = { "admin/ldap" } }';
	};

	it("comes with it, across groups and steps, whatever profile and group say", function ()
		local root = tree_with(depending, { [standard] = profile '{ "media/sharing" }' });
		assert.equal("media/sharing web/http web/upload", on(root));
		assert.equal("on: needed by media/sharing", why(root, "web/upload"));
		assert.equal("on: needed by web/upload", why(root, "web/http"));
		assert.equal("media/sharing web/http web/upload", on(root, { PROSODY_FEATURES_WEB_ENABLED = "false" }));
	end);

	it("comes with it also where it is extra", function ()
		assert.equal("admin/ldap authentication/ldap media/sharing web/http web/upload", on(tree_with(depending)));
	end);

	it("is an error where its own toggle is off", function ()
		local root = tree_with(depending, { [standard] = profile '{ "web/upload" }' });
		contains(refusal(root, { PROSODY_FEATURES_WEB_HTTP = "false" }), root.."/features/web/upload.cfg.lua:2: web/upload (profile standard) needs "
			.."web/http, but PROSODY_FEATURES_WEB_HTTP=false; switch on web/http or switch off web/upload");
		assert.equal("", on(root, { PROSODY_FEATURES_WEB_HTTP = "false"; PROSODY_FEATURES_WEB_UPLOAD = "false" }));
	end);

	it("is a warning where a root switches it off", function ()
		local root = tree_with(depending, { [standard] = profile '{ "web/upload" }' });
		local site = support.tree { ["features/web/http.cfg.lua"] = "" };
		assert.equal("web/upload", on { root, site });
		contains(warnings { root, site }, "web/upload needs web/http, which "..site.."/features/web/http.cfg.lua switches off");
	end);

	it("may be a group", function ()
		local root = tree_with({ ["web/http"] = ""; ["web/bosh"] = ""; ["web/x"] = "{ extra = true }"; ["a/b"] = '{ depends = { "web" } }' },
			{ [standard] = profile '{ "a/b" }' });
		assert.equal("a/b web/bosh web/http", on(root));
	end);

	it("that the tree lacks is an error naming the file and the nearest name", function ()
		local root = tree_with { ["web/http"] = ""; ["web/upload"] = '{\n\tdepends = {\n\t\t"web/htpp";\n\t};\n}' };
		contains(refusal(root), root.."/features/web/upload.cfg.lua:4: web/upload depends on the feature \"web/htpp\", which the tree lacks "
			..'(did you mean "web/http"?)');
	end);

	it("does not matter where the feature is off", function ()
		local root = tree_with({ ["web/http"] = ""; ["web/upload"] = '{ depends = { "nowhere", "web/upload" } }' },
			{ [standard] = profile '{ "web/http" }' });
		assert.equal("web/http", on(root));
	end);

	it("in a circle is an error naming the circle", function ()
		local root = tree_with { ["a/one"] = '{ depends = { "b/two" } }'; ["b/two"] = '{ depends = { "c/three" } }';
			["c/three"] = '{ depends = { "b/two" } }'; ["d/self"] = '{ depends = { "d/self" } }' };
		local message = refusal(root);
		local _, circles = message:gsub("features depend on each other in a circle", "");
		assert.equal(2, circles);
		assert.is_truthy(message:find("b/two needs c/three, which needs b/two", 1, true)
			or message:find("c/three needs b/two, which needs c/three", 1, true));
		contains(message, "/features/d/self.cfg.lua:2: features depend on each other in a circle: d/self needs d/self");
	end);
end);

describe("what a use case rests on", function ()
	teardown(support.clean);

	local features = {
		["web/http"] = ""; ["web/upload"] = '{ depends = { "web/http" } }'; ["groupchat/rooms"] = ""; ["groupchat/muc"] = '{ alias = "groupchat/rooms" }';
		["groupchat/log"] = "{ extra = true }"; ["admin/ldap"] = "{ extra = true }";
	};
	local chosen = { PROSODY_USECASE = "team/chat" };

	local function tree(list, more)
		local files = {
			[standard] = profile "{}", ["usecases/team/chat.cfg.lua"] = "-- 1\nusecase_info = { name = 'Chat', features = "..list.." }\n";
			["usecases/team/other.cfg.lua"] = "usecase_info = { features = { 'none' } }\n";
		};
		for path, content in pairs(more or {}) do
			files[path] = content;
		end
		return tree_with(features, files);
	end

	it("comes with it and with what that depends on, whatever profile and group say, and only where it is chosen", function ()
		local root = tree '{ "web/upload", "groupchat/muc", "admin/ldap" }';
		assert.equal("", on(root));
		assert.equal("admin/ldap groupchat/rooms web/http web/upload", on(root, chosen));
		assert.equal("on: needed by the use case team/chat", why(root, "web/upload", chosen));
		assert.equal("on: needed by the use case team/chat", why(root, "groupchat/rooms", chosen));
		assert.equal("on: needed by web/upload", why(root, "web/http", chosen));
		assert.equal("admin/ldap groupchat/rooms web/http web/upload", on(root, { PROSODY_USECASE = "team/chat", PROSODY_FEATURES_WEB_ENABLED = "false" }));
	end);

	it("loads as the features of a profile do", function ()
		local stack = stackloader.load(nil, { root = tree '{ "web/upload" }', variables = chosen, sysroot = "/nowhere" });
		local layers = {};
		for i, layer in ipairs(stack:layers()) do
			layers[i] = layer.id..": "..layer.why;
		end
		assert.same({ "profiles/standard/profile: default", "features/web/http: needed by web/upload",
			"features/web/upload: needed by the use case team/chat", "usecases/team/chat: PROSODY_USECASE=team/chat" }, layers);
		assert.is_nil(stack:options().usecase_info);
	end);

	it("keeps the reason that a profile or a toggle gives", function ()
		local root = tree('{ "web/upload", "web/http" }', { [standard] = profile '{ "web/http" }' });
		assert.equal("on: profile standard", why(root, "web/http", chosen));
		local toggled = { PROSODY_USECASE = "team/chat", PROSODY_FEATURES_WEB_UPLOAD = "true" };
		assert.equal("on: PROSODY_FEATURES_WEB_UPLOAD=true", why(root, "web/upload", toggled));
	end);

	it("may be a group, and stand in a folder's file", function ()
		local root = tree("{}", { ["usecases/team/big/a.cfg.lua"] = "-- none\n";
			["usecases/team/big/b.cfg.lua"] = "usecase_info = { features = { 'groupchat' } }\n" });
		assert.equal("groupchat/rooms", on(root, { PROSODY_USECASE = "team/big" }));
	end);

	it("is an error where its own toggle is off, and where the tree lacks it", function ()
		local root = tree '{\n"web/upload" }';
		local off = { PROSODY_USECASE = "team/chat", PROSODY_FEATURES_WEB_UPLOAD = "false" };
		contains(refusal(root, off), root.."/usecases/team/chat.cfg.lua:3: the use case team/chat (PROSODY_USECASE=team/chat) needs web/upload, "
			.."but PROSODY_FEATURES_WEB_UPLOAD=false; switch on web/upload or choose another use case");
		contains(refusal(tree '{ "web/uplod" }', chosen), 'chat.cfg.lua:2: the use case team/chat depends on the feature "web/uplod", which the tree '
			..'lacks (did you mean "web/upload"?)');
	end);

	it("is a warning where a root switches it off", function ()
		local root, site = tree '{ "web/upload" }', support.tree { ["features/web/upload.cfg.lua"] = "" };
		assert.equal("", on({ root, site }, chosen));
		contains(warnings({ root, site }, chosen), "the use case team/chat needs web/upload, which "..site.."/features/web/upload.cfg.lua switches off");
	end);

	it("is read as data: what is no literal table is an error", function ()
		contains(refusal(tree "names()", chosen), "chat.cfg.lua:2: usecase_info is read as data, without running the file, so it must be a literal table");
		contains(refusal(tree "{ 5 }", chosen), "usecase_info: features must hold names of features only");
		contains(warnings(tree('{}, feature = 1'), chosen), 'usecase_info has a field "feature"');
	end);
end);

describe("an alias", function ()
	teardown(support.clean);

	local features = { ["groupchat/muc"] = ""; ["collaboration/muc"] = '{ alias = "groupchat/muc" }'; ["collaboration/pubsub"] = "";
		["old/muc"] = '{ alias = "collaboration/muc" }' };
	local empty = tree_with(features, { [standard] = profile "{}" });

	it("stands for the other name and does not load itself", function ()
		local root = tree_with(features, { [standard] = profile '{ "collaboration/muc" }' });
		assert.equal("groupchat/muc", on(root));
		local layers = discover(root);
		assert.same({ name = "collaboration/muc"; on = true; why = "profile standard"; depends = {}; alias_of = "groupchat/muc"; extra = false },
			feature(layers, "collaboration/muc"));
		assert.equal("features/groupchat/muc", layers[2].id);
		assert.is_nil(layers[3]);
	end);

	it("of an alias stands for the same", function ()
		assert.equal("groupchat/muc", feature(discover(empty), "old/muc").alias_of);
		assert.equal("groupchat/muc", on(empty, { PROSODY_FEATURES_OLD_MUC = "true" }));
	end);

	it("takes the toggles of its own name and group", function ()
		assert.equal("groupchat/muc", on(empty, { PROSODY_FEATURES_COLLABORATION_MUC = "true" }));
		assert.equal("collaboration/pubsub groupchat/muc", on(empty, { PROSODY_FEATURES_COLLABORATION_ENABLED = "true" }));
		assert.equal("groupchat/muc", on(empty, { PROSODY_ENABLE_MUC = "true" }));
		assert.equal("groupchat/muc", on(empty, { PROSODY_FEATURES_COLLABORATION_MUC = "true"; PROSODY_FEATURES_GROUPCHAT_MUC = "true" }));
	end);

	it("toggled differently from the other name is an error", function ()
		contains(refusal(empty, { PROSODY_FEATURES_COLLABORATION_MUC = "true"; PROSODY_FEATURES_GROUPCHAT_MUC = "false" }),
			"PROSODY_FEATURES_COLLABORATION_MUC=true and PROSODY_FEATURES_GROUPCHAT_MUC=false both speak of groupchat/muc and contradict each other");
		contains(refusal(empty, { PROSODY_FEATURES_COLLABORATION_ENABLED = "false"; PROSODY_FEATURES_GROUPCHAT_ENABLED = "true" }),
			"both speak of groupchat/muc and contradict each other");
		assert.equal("groupchat/muc",
			on(empty, { PROSODY_FEATURES_COLLABORATION_ENABLED = "false"; PROSODY_FEATURES_GROUPCHAT_ENABLED = "true"; PROSODY_ENABLE_MUC = "true" }));
	end);

	it("counts in depends", function ()
		local root = tree_with({ ["groupchat/muc"] = ""; ["collaboration/muc"] = '{ alias = "groupchat/muc" }';
			["x/y"] = '{ depends = { "collaboration/muc" } }' }, { [standard] = profile '{ "x/y" }' });
		assert.equal("groupchat/muc x/y", on(root));
		contains(refusal(root, { PROSODY_FEATURES_GROUPCHAT_MUC = "false" }), "needs groupchat/muc, but PROSODY_FEATURES_GROUPCHAT_MUC=false");
	end);

	it("of what the tree lacks, or of itself in the end, is an error", function ()
		local root = tree_with { ["a/b"] = '{ alias = "groupchat/mcu" }'; ["groupchat/muc"] = ""; ["c/d"] = '{ alias = "e/f" }';
			["e/f"] = '{ alias = "c/d" }' };
		local message = refusal(root);
		contains(message, root..'/features/a/b.cfg.lua:2: a/b is an alias of "groupchat/mcu", but the tree has no such feature '
			..'(did you mean "groupchat/muc"?)');
		contains(message, root..'/features/c/d.cfg.lua:2: c/d is an alias of "e/f", which in the end is an alias of it');
	end);
end);

describe("profile_info and feature_info", function ()
	teardown(support.clean);

	it("are read as data, without running the file", function ()
		local root = support.tree {
			[standard] = 'error("ran")\nprofile_info = { features = { "web/http" } }\n';
			["features/web/http.cfg.lua"] = 'error("ran")\nfeature_info = { description = "HTTP", depends = { "a/b" }, extra = true }\n';
			["features/a/b.cfg.lua"] = "-- b\n";
		};
		assert.same({ name = "web/http"; on = true; why = "profile standard"; description = "HTTP"; depends = { "a/b" }; extra = true },
			feature(discover(root), "web/http"));
	end);

	it("list features that the tree lacks: an error with file, line and the nearest name", function ()
		local root = tree_with({ ["web/http"] = "" }, { [standard] = profile '{\n\t\t"web/http",\n\t\t"web/htp",\n\t}' });
		contains(refusal(root), root.."/"..standard..':6: the profile lists the feature "web/htp", which the tree lacks (did you mean "web/http"?)');
	end);

	it("that are not literal are errors with file and line", function ()
		local root = tree_with({ ["web/http"] = '{ extra = os.getenv("X") == "1" }' },
			{ [standard] = "local list = {}\nprofile_info = { features = list }\n" });
		local message = refusal(root);
		contains(message, root.."/features/web/http.cfg.lua:2: feature_info is read as data, without running the file, so it must be a literal table: ");
		contains(message, root.."/"..standard..":2: profile_info is read as data, without running the file, so it must be a literal table: ");
	end);

	local wrong = {
		{ '"web"'; "feature_info must be a table" };
		{ "{ depends = 'web/http' }"; 'feature_info: depends must be a list of features such as { "web/http" }' };
		{ "{ depends = { 1 } }"; "feature_info: depends must hold names of features only" };
		{ "{ depends = { x = 'web/http' } }"; "feature_info: depends must hold names of features only" };
		{ "{ alias = {} }"; "feature_info: alias must be a string" };
		{ "{ alias = '' }"; "feature_info: alias must be a string" };
		{ "{ extra = 1 }"; "feature_info: extra must be true or false" };
		{ "{ description = false }"; "feature_info: description must be a string" };
	};
	for _, case in ipairs(wrong) do
		it("are refused as "..case[1]..": "..case[2], function ()
			local root = tree_with { ["web/http"] = case[1] };
			contains(refusal(root), root.."/features/web/http.cfg.lua:2: "..case[2]);
		end);
	end

	it("with features that are no list are refused", function ()
		local root = tree_with({}, { [standard] = profile '"web/http"' });
		contains(refusal(root), root.."/"..standard..":4: profile_info: features must be a list of features");
	end);

	it("may have fields of their own; one that looks like a slip is a warning", function ()
		assert.equal("", warnings(tree_with({ ["web/http"] = "{ xeps = { 363 } }" }, { [standard] = profile '{ "web/http" }' })));
		contains(warnings(tree_with { ["web/http"] = '{ depend = { "x" } }' }),
			'feature_info has a field "depend", which means nothing here (did you mean "depends"?)');
		contains(warnings(tree_with({}, { [standard] = "profile_info = { feature = { 'web/http' } }\n" })), '(did you mean "features"?)');
	end);

	it("in two files of one feature are an error", function ()
		local root = support.tree { ["features/a/b/c.cfg.lua"] = "feature_info = {}\n"; ["features/a/b/d.cfg.lua"] = "\nfeature_info = {}\n" };
		contains(refusal(root), root.."/features/a/b/d.cfg.lua:2: feature_info is also in "..root.."/features/a/b/c.cfg.lua; keep one of the two");
	end);
end);

describe("feature_info and profile_info at their edges", function ()
	teardown(support.clean);

	local function messages(layers)
		local texts = {};
		for i, found in ipairs(layers.findings) do
			texts[i] = (found.path or "").." "..found.text;
		end
		return table.concat(texts, "\n");
	end

	it("may hold entries without a name, fields that are nil, and things of their own", function ()
		local root = support.tree { ["features/x.cfg.lua"] = [[
			feature_info = { "first", [5] = 1, [""] = 2, ["a\0b"] = 3, alias = nil, extra = nil, depends = nil, description = nil, descriptoin = "slip" }
		]] };
		local layers = discover(root);
		assert.is_nil(feature(layers, "x").description);
		contains(messages(layers), 'feature_info has a field "descriptoin"');
		contains(refusal(support.tree { ["features/x.cfg.lua"] = 'feature_info = { description = "a\\0b" }' }), "description");
	end);

	it("are not read from files that are switched off or none", function ()
		local root = support.tree {
			["features/off/in.cfg.lua"] = "-- a layer\n";
			["features/pipe/in.cfg.lua"] = "-- a layer\n";
			["profiles/off/profile.cfg.lua"] = "profile_info = { features = { 'off/in' } }";
			["profiles/pipe/profile.cfg.lua"] = "profile_info = { features = { 'pipe/in' } }";
			["profiles/file.cfg.lua"] = "profile_info = { features = { 'off/in', 'pipe/in' } }";
			["profiles/file/profile/more.cfg.lua"] = "-- a layer\n";
			["profiles/inner-off.cfg.lua"] = "profile_info = { features = { 'off/in' } }";
			["profiles/inner-off/.keep"] = "";
			["profiles/inner-pipe.cfg.lua"] = "profile_info = { features = { 'pipe/in' } }";
			["profiles/inner-pipe/.keep"] = "";
		};
		for _, path in ipairs { "features/off", "profiles/off", "profiles/inner-off/profile" } do
			assert(lfs.link("/dev/null", root.."/"..path..".cfg.lua", true));
		end
		for _, path in ipairs { "features/pipe", "profiles/pipe", "profiles/inner-pipe/profile" } do
			support.run("mkfifo "..support.quote(root.."/"..path..".cfg.lua"));
		end
		for name, expected in pairs { off = "off/in", file = "off/in pipe/in", ["inner-off"] = "off/in" } do
			assert.equal(expected, on(root, { PROSODY_PROFILE = name }));
		end
		for _, name in ipairs { "pipe", "inner-pipe" } do
			contains(refusal(root, { PROSODY_PROFILE = name }), "pipe");
		end
	end);
end);

describe("an alias", function ()
	teardown(support.clean);

	it("of an alias that leads nowhere, or in a circle, stands for itself", function ()
		local function alias(name)
			return ("feature_info = { alias = %q }"):format(name);
		end
		local message = refusal(support.tree { ["features/a.cfg.lua"] = alias "b"; ["features/b.cfg.lua"] = alias "nothing" });
		contains(message, 'b is an alias of "nothing", but the tree has no such feature');
		message = refusal(support.tree { ["features/a.cfg.lua"] = alias "b"; ["features/b.cfg.lua"] = alias "c"; ["features/c.cfg.lua"] = alias "b" });
		contains(message, 'a is an alias of "b", which in the end is an alias of it');
	end);

	it("is what it stands for, also where that is needed and switched on", function ()
		local root = support.tree {
			["features/a.cfg.lua"] = "feature_info = { depends = { 'b' } }";
			["features/b.cfg.lua"] = "-- a layer\n";
		};
		assert.equal("a b", on(root, { PROSODY_FEATURES_A = "true"; PROSODY_FEATURES_B = "true" }));
	end);

	it("is asked for as what it stands for", function ()
		local root = support.tree {
			["features/a.cfg.lua"] = "feature_info = { alias = 'b' }";
			["features/b.cfg.lua"] = "-- a layer\n";
			["local/z.cfg.lua"] = "seen = { stack.feature 'a', stack.feature 'b' }";
		};
		assert.same({ true, true }, stackloader.load(nil, { root = root, variables = {} }):options().seen);
		assert.same({ false, false }, stackloader.load(nil, { root = root, variables = { PROSODY_FEATURES_B = "false" } }):options().seen);
	end);
end);

describe("what stands around feature_info", function ()
	teardown(support.clean);

	--- The description that is read, or the finding, of a file with this text.
	local function described(text)
		local good, layers = pcall(discover, support.tree { ["features/x.cfg.lua"] = text });
		return good and feature(layers, "x").description or layers;
	end

	it("is passed over, as Lua would read it", function ()
		local info = "feature_info = { description = 'found', [true] = 1 }";
		for _, text in ipairs {
			info, "\239\187\191"..info, "repeat "..info.." until true", "::a:: "..info, "goto a; ::a::\n"..info, "x = 1 ::b:: "..info.." ::c::",
			info.."\n(print)()", info.."; (print)()", "if false then else "..info.." end", "feature_info.x = 1 "..info, "f(feature_info) "..info,
		} do
			local found = described(text);
			assert.truthy(found == "found" or text:find "^repeat" or text:find "^if", text);
		end
	end);

	it("can make it no literal", function ()
		contains(described "feature_info = {} (print)()", "feature_info is read as data, without running the file, so it must be a literal table");
		contains(described "x, feature_info = 1, {}", "it is assigned together with other names; give it a statement of its own");
		contains(described "feature_info, x = {}, 1", "it is assigned together with other names; give it a statement of its own");
		contains(described "feature_info = { [nil] = 1 }", "feature_info");
		contains(described "feature_info = { description = 'a\\\0b' }", "feature_info");
		contains(described "feature_info = { description = 'a\\q' }", "feature_info");
	end);

	it("is not looked at where it is nested deeper than Lua goes", function ()
		assert.equal("found", described("feature_info = { description = 'found' } x = "..("("):rep(300)..("{"):rep(300)));
		assert.is_table(discover(support.tree { ["features/x.cfg.lua"] = "x = "..("("):rep(300).." feature_info = { description = 'lost' }" }));
	end);
end);
