local lfs = require "lfs";
local support = require "spec.support";


local trees = support.project.."/spec/trees";

local discover = support.discover;

local ids = support.ids;

local refusal = support.refusal;

local contains = support.has;

--- The ids on one axis.
local function on_axis(layers, axis)
	local list = {};
	for _, layer in ipairs(layers) do
		if layer.axis == axis then
			list[#list + 1] = layer.id;
		end
	end
	return list;
end

local one_of_each = {
	["core/server.cfg.lua"] = "-- 1\n";
	["stack/01-transport/tls.cfg.lua"] = "-- 2\n";
	["profiles/standard/profile.cfg.lua"] = 'profile_info = { features = { "web/http" } }\n';
	["features/web/http.cfg.lua"] = "-- 4\n";
	["clients/web/converse.cfg.lua"] = "-- 5\n";
	["usecases/team/slack.cfg.lua"] = "-- 6\n";
	["domains/example.org.cfg.lua"] = "-- 7\n";
	["legacy/modules.d/private.cfg.lua"] = "-- 8\n";
	["environments/docker.cfg.lua"] = "-- 9a\n";
	["environments/production.cfg.lua"] = "-- 9b\n";
	["policies/security/baseline.cfg.lua"] = "-- 10a\n";
	["policies/performance/small.cfg.lua"] = "-- 10b\n";
	["policies/compliance/gdpr.cfg.lua"] = "-- 10c\n";
	["policies/data-governance/retention.cfg.lua"] = "-- 10d\n";
	["local/site.cfg.lua"] = "-- 12\n";
};

describe("the axes", function ()
	teardown(support.clean);

	it("load in the order of the table, each file with its axis", function ()
		local layers = discover(support.tree(one_of_each), { variables = {
			PROSODY_CLIENT_OPTS = "web/converse"; PROSODY_USECASE = "team/slack"; PROSODY_LEGACY_MODE = "true";
			PROSODY_DEPLOYMENT_TYPE = "docker"; PROSODY_PERFORMANCE_TIER = "small"; PROSODY_COMPLIANCE = "gdpr";
			PROSODY_DATA_GOVERNANCE = "retention";
		} });
		local found = {};
		for index, layer in ipairs(layers) do
			found[index] = layer.axis..": "..layer.id;
		end
		assert.same({
			"core: core/server";
			"stack: stack/01-transport/tls";
			"profile: profiles/standard/profile";
			"features: features/web/http";
			"clients: clients/web/converse";
			"usecases: usecases/team/slack";
			"domains: domains/example.org";
			"legacy: legacy/modules.d/private";
			"platform: environments/docker";
			"environment: environments/production";
			"security: policies/security/baseline";
			"performance: policies/performance/small";
			"compliance: policies/compliance/gdpr";
			"data-governance: policies/data-governance/retention";
			"local: local/site";
		}, found);
	end);

	it("say of each layer where it is and why it loads", function ()
		local root = support.tree(one_of_each);
		local layers = discover(root, { variables = { PROSODY_CLIENT_OPTS = "web/converse" }; environment = "production" });
		local why = {};
		for _, layer in ipairs(layers) do
			assert.equal(root.."/"..layer.id..".cfg.lua", layer.path);
			why[layer.id] = layer.why;
		end
		assert.equal("always", why["core/server"]);
		assert.equal("default", why["profiles/standard/profile"]);
		assert.equal("profile standard", why["features/web/http"]);
		assert.equal("PROSODY_CLIENT_OPTS=web/converse", why["clients/web/converse"]);
		assert.equal("discover's option environment=production", why["environments/production"]);
		assert.equal("default", why["policies/security/baseline"]);
	end);

	it("are each optional", function ()
		for path, content in pairs(one_of_each) do
			if path ~= "profiles/standard/profile.cfg.lua" then   -- whose features must be there
				assert.is_true(#discover(support.tree { [path] = content }, { platform = "manual" }) <= 1);
			end
		end
		assert.same({}, ids(discover(support.folder())));
	end);

	it("take a ninth layer of the stack as they take eight", function ()
		local files = {};
		for number = 1, 12 do
			files[("stack/%02d-layer/a.cfg.lua"):format(number)] = "-- a layer\n";
		end
		assert.equal(12, #discover(support.tree(files)));
	end);
end);

describe("a tree as it was first drawn", function ()
	teardown(support.clean);

	it("loads layer-based: the stack in order, then domains, environment and policies", function ()
		local layers = discover(trees.."/layer-based");
		local stack = on_axis(layers, "stack");
		assert.equal(32, #stack);
		assert.same({ "stack/01-transport/compression", "stack/01-transport/connections", "stack/01-transport/ports",
			"stack/01-transport/tls", "stack/02-stream/authentication" }, { table.unpack(stack, 1, 5) });
		assert.equal("stack/08-integration/webhooks", stack[32]);
		assert.equal(9, #on_axis(layers, "domains"));
		assert.same({ "environments/production" }, on_axis(layers, "environment"));
		assert.same({ "policies/security/baseline" }, on_axis(layers, "security"));
		assert.equal(32 + 9 + 2, #layers);
		assert.same({}, layers.findings);
		assert.same({}, layers.unread);
	end);

	it("loads layer-based with the choices of its deployment", function ()
		local layers = discover(trees.."/layer-based", { variables = {
			PROSODY_ENVIRONMENT = "production"; PROSODY_DEPLOYMENT_TYPE = "kubernetes"; PROSODY_SECURITY_LEVEL = "paranoid";
			PROSODY_PERFORMANCE_TIER = "large"; PROSODY_COMPLIANCE = "gdpr,audit";
		} });
		assert.same({ "environments/kubernetes", "environments/production", "policies/security/paranoid", "policies/performance/large",
			"policies/compliance/gdpr", "policies/compliance/audit" }, { table.unpack(ids(layers), 32 + 9 + 1) });
	end);

	it("loads hybrid: all features, the chosen clients and use case, environments as folders, the policies' other spellings", function ()
		local layers = discover(trees.."/hybrid", { variables = {
			PROSODY_ENVIRONMENT = "production"; PROSODY_USECASE = "team-collaboration/slack-like";
			PROSODY_CLIENT_OPTS = "mobile-apps/conversations,web-clients/converse"; PROSODY_SECURITY_LEVEL = "enhanced";
			PROSODY_PERFORMANCE_TIER = "medium"; PROSODY_DEPLOYMENT_TYPE = "docker";
		} });
		assert.equal(6, #on_axis(layers, "core"));
		assert.equal(44, #on_axis(layers, "features"));
		assert.same({ "clients/mobile-apps/conversations", "clients/web-clients/converse" }, on_axis(layers, "clients"));
		assert.same({ "usecases/team-collaboration/slack-like" }, on_axis(layers, "usecases"));
		assert.same({ "environments/docker/container", "environments/docker/health-checks", "environments/docker/networking",
			"environments/docker/volumes" }, on_axis(layers, "platform"));
		assert.same({ "environments/production/backup", "environments/production/performance", "environments/production/scaling",
			"environments/production/security" }, on_axis(layers, "environment"));
		assert.same({ "policies/security-levels/enhanced" }, on_axis(layers, "security"));
		assert.same({ "policies/performance-tiers/medium" }, on_axis(layers, "performance"));
		assert.same({}, layers.findings);
	end);

	it("loads hybrid by default with the security level that is spelt standard", function ()
		assert.same({ "policies/security-levels/standard" }, on_axis(discover(trees.."/hybrid"), "security"));
	end);

	it("loads profile-feature-environment: the profile's features, and the main file in core/ is no layer", function ()
		local layers = discover(trees.."/profile-feature-environment");
		assert.same({
			"core/database", "core/global", "core/security";
			"profiles/standard/components", "profiles/standard/modules", "profiles/standard/profile";
			"features/authentication/basic", "features/authentication/modern", "features/collaboration/muc", "features/messaging/archive",
			"features/messaging/core", "features/mobile/push", "features/security/firewall", "features/web/http";
			"environments/production";
		}, ids(layers));
		-- The profiles have a variable of their own, for layers that are not drawn.
		assert.equal(1, #layers.findings);
		assert.equal("SL022", layers.findings[1].code);
		contains(layers.findings[1].text, "PROSODY_C2S_LIMIT: nothing in the tree reads this variable");
		assert.same({}, layers.unread);
	end);

	it("loads profile-feature-environment with the toggles of its example", function ()
		local layers = discover(trees.."/profile-feature-environment", { variables = {
			PROSODY_PROFILE = "minimal"; PROSODY_ENV = "testing"; PROSODY_LEGACY_MODE = "true"; PROSODY_FEATURES_AUTH_MODERN = "true";
			PROSODY_FEATURES_WEB_ENABLED = "true"; PROSODY_FEATURES_WEB_ADMIN = "false"; PROSODY_FEATURES_MOBILE_CSI = "true";
		} });
		assert.same({
			"features/authentication/basic", "features/authentication/modern", "features/messaging/core", "features/mobile/csi",
			"features/web/http", "features/web/upload", "features/web/websocket";
		}, on_axis(layers, "features"));
		assert.same({ "environments/testing" }, on_axis(layers, "environment"));
		assert.same({ "legacy/modules.d/10-private" }, on_axis(layers, "legacy"));
	end);

	it("loads client-centric through axes", function ()
		local options = {
			axes = {
				{ name = "clients"; folder = "clients"; variables = "PROSODY_CLIENT_OPTS"; many = true; classes = true };
				{ name = "usecases"; folder = "usecases"; variables = { "PROSODY_USECASE" }; option = "usecase" };
				{ name = "infrastructure"; folder = "infrastructure" };
				"main";
				"variables";
			};
			variables = { PROSODY_CLIENT_OPTS = "web/converse,mobile/push" };
			usecase = "team-chat";
		};
		assert.same({
			"clients/web/converse", "clients/mobile/push";
			"usecases/team-chat/channels", "usecases/team-chat/integrations", "usecases/team-chat/threads";
			"infrastructure/monitoring/metrics", "infrastructure/scaling/limits";
		}, ids(discover(trees.."/client-centric", options)));
	end);

	it("loads XEP-centric through axes", function ()
		local layers = discover(trees.."/xep-centric", { axes = {
			{ name = "vendor"; folder = "vendor" };
			{ name = "rfcs"; folder = "core-rfcs" };
			{ name = "xeps"; folder = "xeps"; kind = "features" };
			{ name = "custom"; folder = "custom" };
			{ name = "local"; files = { "deprecated/private.cfg.lua" } };
		}; variables = { PROSODY_FEATURES_MEDIA_ENABLED = "false" } });
		assert.equal("vendor/packaging", layers[1].id);
		assert.same({ "core-rfcs/rfc6120-core", "core-rfcs/rfc6121-im", "core-rfcs/rfc6122-address", "core-rfcs/rfc7622-address-v2" },
			on_axis(layers, "rfcs"));
		assert.equal(16, #on_axis(layers, "xeps"));
		assert.equal("xeps/groupchat/xep0045-muc", on_axis(layers, "xeps")[1]);
		assert.same({ "custom/site" }, on_axis(layers, "custom"));
		assert.equal("deprecated/private", layers[#layers].id);
		assert.same({}, layers.unread);
	end);
end);

describe("the option axes", function ()
	teardown(support.clean);

	local root = support.tree {
		["site/a.cfg.lua"] = "-- a\n"; ["site/b/c.cfg.lua"] = "-- c\n"; ["other/one.cfg.lua"] = "-- one\n"; ["other/two.cfg.lua"] = "-- two\n";
		["odd.lua"] = "-- odd\n"; ["core/server.cfg.lua"] = "-- server\n"; ["switched/x.cfg.lua"] = "-- x\n"; ["old/y.cfg.lua"] = "-- y\n";
	};

	it("reads every layer of a folder", function ()
		assert.same({ "site/a", "site/b/c" }, ids(discover(root, { axes = { { name = "site"; folder = "site" } } })));
	end);

	it("reads listed files of any name in the order of the list", function ()
		assert.same({ "odd.lua", "site/a" }, ids(discover(root, { axes = { { name = "only"; files = { "odd.lua", "site/a.cfg.lua" } } } })));
	end);

	it("chooses by variable, by an option of the axis's name, and by default", function ()
		local axes = { { name = "other"; folder = "other"; variables = { "SITE_OTHER", "SITE_ALIAS" }; default = "one" } };
		assert.same({ "other/one" }, ids(discover(root, { axes = axes })));
		assert.same({ "other/two" }, ids(discover(root, { axes = axes; variables = { SITE_ALIAS = "two" } })));
		assert.same({ "other/one" }, ids(discover(root, { axes = axes; variables = { SITE_OTHER = "two" }; other = "one" })));
		contains(refusal(root, { axes = axes; variables = { SITE_OTHER = "three" } }), 'SITE_OTHER=three: there is no "three" in other/');
	end);

	it("takes all spellings of a folder", function ()
		assert.same({ "other/one", "other/two", "old/y" }, ids(discover(root, { axes = { { name = "x"; folder = { "other", "old" } } } })));
	end);

	it("takes features of all spellings of their folder", function ()
		local tree = support.tree {
			["features/web/b.cfg.lua"] = "x = 1", ["features/z/q.cfg.lua"] = "x = 1", ["more/a/y.cfg.lua"] = "x = 1", ["more/z.cfg.lua"] = "x = 1";
			["more/web/a.cfg.lua"] = "x = 1", ["more/web/b.cfg.lua"] = "x = 1";
		};
		local axes = { { name = "features"; kind = "features"; folder = { "features", "more" } } };
		assert.same({ "more/a/y", "more/web/a", "features/web/b", "more/web/b", "more/z", "features/z/q" }, ids(discover(tree, { axes = axes })));
		assert.same({ "more/a/y", "more/z", "features/z/q" },
			ids(discover(tree, { axes = axes; variables = { PROSODY_FEATURES_WEB_ENABLED = "no" } })));
	end);

	it("switches an axis by a variable or an option", function ()
		local axes = { { name = "x"; folder = "switched"; kind = "switched"; variables = "SITE_X" } };
		assert.same({}, ids(discover(root, { axes = axes })));
		assert.same({ "switched/x" }, ids(discover(root, { axes = axes; variables = { SITE_X = "yes" } })));
		assert.same({ "switched/x" }, ids(discover(root, { axes = axes; x = true })));
		assert.same({}, ids(discover(root, { axes = axes; x = false; variables = { SITE_X = "yes" } })));
	end);

	it("takes the name of a built-in axis for all of it", function ()
		assert.same({ "core/server" }, ids(discover(root, { axes = { "core", "environment" } })));
	end);

	it("never loads a file twice where folders overlap", function ()
		assert.same({ "site/b/c", "site/a" }, ids(discover(root, { axes = { { name = "b"; folder = "site/b" }, { name = "site"; folder = "site" } } })));
	end);

	it("masks and switches off listed files as all others", function ()
		local site = support.tree { ["odd.lua"] = ""; ["site/a.cfg.lua"] = "-- ours\n" };
		local layers = discover({ root, site }, { axes = { { name = "only"; files = { "odd.lua", "site/a.cfg.lua" } } } });
		assert.same({ "site/a" }, ids(layers));
		assert.equal(site.."/site/a.cfg.lua", layers[1].path);
	end);

	it("refuses a listed file that no root has", function ()
		contains(refusal(root, { axes = { { name = "only"; files = { "nowhere.cfg.lua" } } } }),
			"the axis only lists the file nowhere.cfg.lua, which no root has");
	end);

	local wrong = {
		{ {}; "option 'axes' must be a list of axes" };
		{ { name = "x" }; "option 'axes' must be a list of axes" };
		{ { "core", name = "x" }; "option 'axes' must be a list of axes" };
		{ { { name = "x"; folder = "x"; variables = "1A" } }; "row 1: field 'variables': \"1A\" is no name of a variable" };
		{ { { name = "x"; folder = "x"; kind = "all"; detect = "tier" } }; "row 1: fields 'default', 'detect', 'many' and 'classes' are for" };
		{ { { name = "x"; folder = "x"; classes = true } }; "row 1: fields 'default', 'detect', 'many' and 'classes' are for an axis" };
		{ { { name = "main"; default = "x" } }; "row 1: fields 'default', 'detect', 'many' and 'classes' are for an axis" };
		{ { 1 }; "row 1: an axis is a table, or the name of a built-in one, not a number" };
		{ { "core", "stak" }; 'row 2: there is no built-in axis "stak" (did you mean "stack"?)' };
		{ { {} }; "row 1: an axis needs a field 'name'" };
		{ { { name = "x" } }; "row 1: the axis x needs a field 'folder' or 'files'" };
		{ { { name = "x"; folder = "a"; files = { "b" } } }; "row 1: the axis x has both 'folder' and 'files'" };
		{ { { name = "x"; foldr = "a" } }; "row 1: unknown field 'foldr' (did you mean \"folder\"?)" };
		{ { { name = "x"; folder = 1 } }; "row 1: field 'folder' must be a string or a list of strings, not a number" };
		{ { { name = "x"; folder = {} } }; "row 1: field 'folder' is empty" };
		{ { { name = ""; folder = "x" } }; "row 1: field 'name' is empty" };
		{ { { name = { "x" }; folder = "x" } }; "row 1: field 'name' must be a string, not a table" };
		{ { { name = "x"; folder = "../etc" } }; "row 1: field 'folder': \"../etc\" is no plain path below a root" };
		{ { { name = "x"; files = { "/etc/passwd" } } }; "row 1: field 'files': \"/etc/passwd\" is no plain path below a root" };
		{ { { name = "x"; folder = "x"; default = "../y" } }; "row 1: field 'default': \"../y\" is no plain path below a root" };
		{ { { name = "x"; folder = "x"; variables = "A B" } }; "row 1: field 'variables': \"A B\" is no name of a variable" };
		{ { { name = "x"; folder = "x"; variables = { "A", 1 } } }; "row 1: field 'variables' must be a string or a list of strings, not a number" };
		{ { { name = "x"; folder = "x"; kind = "choosen" } }; "row 1: field 'kind' is \"choosen\" (did you mean \"chosen\"?)" };
		{ { { name = "x"; folder = "x"; detect = "cpu" } }; "row 1: field 'detect' is \"cpu\"" };
		{ { { name = "x"; folder = "x"; many = 1 } }; "row 1: field 'many' must be true or false, not a number" };
		{ { { name = "x"; folder = "x"; many = true } }; "row 1: fields 'default', 'detect', 'many' and 'classes' are for an axis that chooses" };
		{ { { name = "x"; folder = "x"; kind = "all"; variables = "A" } }; "row 1: fields 'variables' and 'option' are for an axis that chooses" };
		{ { { name = "x"; folder = "x" }, { name = "x"; folder = "y" } }; "row 2: there is an axis x already" };
		{ { { name = "x"; folder = "x"; option = "root" } }; "row 1: the option 'root' has another meaning" };
		{ { { name = "x"; folder = "x"; variables = "A" }, { name = "y"; folder = "y"; option = "x" } };
			"row 2: the option 'x' chooses on the axis x already" };
		{ { "features", { name = "xeps"; folder = "xeps"; kind = "features" } }; "row 2: the axis features has the features already" };
		{ { { name = "x"; folder = "x"; [1] = 2 } }; "row 1: its fields have names, found a number as a key" };
		{ { { name = "x\0y"; folder = "x" } }; "row 1: field 'name' holds a zero byte" };
	};
	for _, case in ipairs(wrong) do
		it("is refused with: "..case[2], function ()
			local message = refusal(root, { axes = case[1] });
			contains(message, "option 'axes'");
			contains(message, case[2]);
		end);
	end
end);

describe("an axis of its own shape", function ()
	teardown(support.clean);

	it("may have the name of a place and a folder", function ()
		local root = support.tree { ["vars/a.cfg.lua"] = "-- a layer\n"; ["main/b.cfg.lua"] = "-- a layer\n"; ["c.cfg.lua"] = "-- a layer\n" };
		local axes = { { name = "variables"; folder = "vars" }, { name = "main"; files = { "c.cfg.lua" } } };
		assert.same({ "vars/a", "c" }, ids(discover(root, { axes = axes })));
	end);

	it("may detect the tier, and is told where it has none", function ()
		local root = support.tree { ["sizes/.keep"] = ""; ["empty/small.cfg.lua"] = "-- a layer\n" };
		local axes = { { name = "size"; folder = "sizes"; detect = "tier" } };
		contains(refusal(root, { axes = axes; size = "auto" }), "but sizes/ has neither it nor a smaller one; it has nothing");
		contains(refusal(root, { axes = axes; size = "huge" }), 'there is no "huge" in sizes/, which has nothing');
	end);

	it("may be without variables: then an option of load chooses or switches", function ()
		local root = support.tree { ["site/a.cfg.lua"] = "-- a layer\n"; ["old/b.cfg.lua"] = "-- a layer\n" };
		local axes = { { name = "site"; folder = "site"; option = "site" }, { name = "old"; folder = "old"; kind = "switched" },
			{ name = "older"; folder = "older"; kind = "switched" } };
		local layers = discover(root, { axes = axes; site = "a"; old = true; older = true });
		assert.same({ "site/a", "old/b" }, ids(layers));
		assert.is_nil(layers.choices[1].variable);
		contains(layers.findings[1].text, "but the tree has no folder older/");
		assert.same({}, ids(discover(root, { axes = axes; old = false })));
	end);

	it("may have profiles that no variable chooses, beside features", function ()
		local root = support.tree { ["profiles/a.cfg.lua"] = "-- a layer\n"; ["features/x.cfg.lua"] = "-- a layer\n" };
		local axes = { { name = "profile"; folder = "profiles"; kind = "chosen" }, "features" };
		contains(discover(root, { axes = axes }).findings[1].text, "none is the default, so only toggles switch features on; choose one");
		contains(refusal(root, { axes = axes; profile = "b" }), 'there is no "b" in profiles/');
	end);

	it("may choose the environment without a default", function ()
		local root = support.tree { ["environments/a.cfg.lua"] = "-- a layer\n" };
		local axes = { { name = "environment"; folder = "environments"; kind = "chosen" } };
		assert.same({}, ids(discover(root, { axes = axes })));
		assert.same({ "environments/a" }, ids(discover(root, { axes = axes; environment = "a" })));
	end);

	it("may have features in two folders, each part of which counts", function ()
		local root = support.tree {
			["features/both.cfg.lua"] = "-- a layer\n";
			["extras/both.cfg.lua"] = "feature_info = { description = 'two parts' }";
			["extras/first.cfg.lua"] = "-- a layer\n";
			["features/second.cfg.lua"] = "-- a layer\n";
		};
		for _, path in ipairs { "features/first", "extras/second", "features/none", "extras/none" } do
			assert(lfs.link("/dev/null", root.."/"..path..".cfg.lua", true));
		end
		local axes = { { name = "features"; folder = { "features", "extras" }; kind = "features" } };
		local layers = discover(root, { axes = axes });
		local list = ids(layers);
		table.sort(list);
		assert.same({ "extras/both", "extras/first", "features/both", "features/second" }, list);
		assert.equal("two parts", layers.features[1].description);
	end);
end);

describe("a choice", function ()
	teardown(support.clean);

	it("of a class is refused with what is in it", function ()
		local root = support.tree { ["clients/web/a.cfg.lua"] = "-- 1\n"; ["clients/webby.cfg.lua"] = "-- 2\n"; ["clients/web2/b.cfg.lua"] = "-- 3\n" };
		local function chosen(name)
			return refusal(root, { variables = { PROSODY_CLIENT_OPTS = name } });
		end
		contains(chosen "web", '"web" is a class; name one that is in it: web/a');
		assert.same({ "clients/webby" }, ids(discover(root, { variables = { PROSODY_CLIENT_OPTS = "webby,,webby, " } })));
		local empty = support.tree { ["clients/old/.keep"] = "" };
		assert(lfs.link("/dev/null", empty.."/clients/old/a.cfg.lua", true));
		contains(refusal(empty, { variables = { PROSODY_CLIENT_OPTS = "old" } }), '"old" is a class; name one that is in it: it has none');
	end);

	it("of many names that are not there is refused in ten lines and a word", function ()
		local names = {};
		for i = 1, 20 do
			names[i] = "web/no"..i;
		end
		local root = support.tree { ["clients/web/a.cfg.lua"] = "-- a layer\n" };
		local message = refusal(root, { variables = { PROSODY_CLIENT_OPTS = table.concat(names, ",") } });
		contains(message, 'there is no "web/no10" in clients/');
		contains(message, "the names after these were not looked at; correct these first");
		support.lacks(message, 'there is no "web/no11"');
	end);

	it("of a blank is one of nothing", function ()
		contains(refusal(support.tree { ["environments/a.cfg.lua"] = "-- a layer\n" }, { environment = " " }), "expected a name as it stands");
	end);

	it("of a platform needs no files for what a machine is without them", function ()
		local root = support.tree { ["environments/docker.cfg.lua"] = "-- a layer\n" };
		for _, name in ipairs { "manual", "none", "systemd" } do
			assert.same({}, ids(discover(root, { platform = name })));
		end
		contains(refusal(root, { platform = "lxc" }), 'there is no "lxc"');
	end);

	it("of a domain is refused where it is longer than any address", function ()
		contains(refusal(support.tree { ["core/a.cfg.lua"] = "-- a layer\n" }, { domain = ("a"):rep(1024) }), "expected a host name such as example.org");
	end);

	it("of roots passes over empty ones, and tells of each that cannot be used", function ()
		local one, two = support.tree { ["core/a.cfg.lua"] = "x = 1" }, support.tree { ["core/b.cfg.lua"] = "y = 1" };
		local variables = { PROSODY_STACK_PATH = one.."::"..two..":" };
		assert.same({ one, two }, require "stackloader".load(nil, { variables = variables }):about().roots);
		local message = refusal({ "/nowhere/a", one, "/nowhere/b" });
		contains(message, "/nowhere/a: cannot be used as a root");
		contains(message, "/nowhere/b: cannot be used as a root");
	end);
end);
