--- What the server chose is left beside its data, and prosodyctl says where it would choose otherwise.
local lfs = require "lfs";
local support = require "spec.support";
local stackloader = require "stackloader";

--- Loads a tree as that kind of process, applied to an environment of its own.
local function load_as(process_type, root, variables, options)
	options = options or {};
	options.root, options.variables = root, variables;
	local before = rawget(_G, "prosody");
	rawset(_G, "prosody", { process_type = process_type });
	local good, result = pcall(stackloader.load, {}, options);
	rawset(_G, "prosody", before);
	assert(good, result);
	return result;
end

-- A function of a file at the path, which need not be there: it calls load as a main file does.
local function loadstring_at(path)
	return load("local stackloader, env, options = ...\nlocal stack = stackloader.load(env, options)\nreturn stack\n", "@"..path);
end

local function warnings(stack)
	local texts = {};
	for _, finding in ipairs(stack:findings()) do
		if finding.severity == "warning" then
			texts[#texts + 1] = finding.text;
		end
	end
	return texts;
end

describe("the record of the server's choices", function ()
	teardown(support.clean);

	local data, root;
	before_each(function ()
		data = support.folder();
		root = support.tree {
			["core/data.cfg.lua"] = ("data_path = %q"):format(data);
			["environments/production.cfg.lua"] = "-- as it comes";
			["environments/staging.cfg.lua"] = "secret_of_staging = stack.env.secret 'DB_PASSWORD'";
			["policies/compliance/gdpr.cfg.lua"] = "-- none";
			["policies/compliance/audit.cfg.lua"] = "-- none";
		};
	end);

	local function record()
		return support.read(data.."/stackloader.choices");
	end

	it("holds every choice under its variable, and no secret", function ()
		load_as("prosody", root, {
			PROSODY_ENV = "staging", PROSODY_COMPLIANCE = "gdpr,audit", DB_PASSWORD = "hunter2"
		});
		assert.matches("\nPROSODY_ENVIRONMENT='staging'\n", record(), 1, true);
		assert.matches("\nPROSODY_COMPLIANCE='gdpr,audit'\n", record(), 1, true);
		assert.is_nil(record():find("hunter2", 1, true));
	end);

	it("holds the share of the tenants that is the server's, and prosodyctl warns where it would serve another", function ()
		support.write(root.."/domains/tenants/README", "none yet");
		load_as("prosody", root, { PROSODY_SHARD = "02/8" });
		assert.matches("\nPROSODY_SHARD='2/8'\n", record(), 1, true);
		assert.same({}, warnings(load_as("prosodyctl", root, { PROSODY_SHARD = "2/8" })));
		for _, shard in ipairs { "3/8", "2/9" } do
			local found = warnings(load_as("prosodyctl", root, { PROSODY_SHARD = shard }));
			assert.equal(1, #found);
			assert.matches(("PROSODY_SHARD: the server chose 2/8 when it last loaded, here it would be %s (PROSODY_SHARD)"):format(shard), found[1], 1, true);
		end
		assert.matches("here it would be (nothing) (default)", warnings(load_as("prosodyctl", root, {}))[1], 1, true);
	end);

	it("is written by the server alone", function ()
		load_as("prosodyctl", root, {});
		assert.has_error(record);
	end);

	it("makes prosodyctl warn where it would choose otherwise", function ()
		load_as("prosody", root, { PROSODY_ENVIRONMENT = "staging", DB_PASSWORD = "hunter2" });
		local found = warnings(load_as("prosodyctl", root, {}));
		assert.equal(1, #found);
		assert.matches("PROSODY_ENVIRONMENT: the server chose staging when it last loaded, here it would be production (default)", found[1], 1, true);
	end);

	it("says nothing where both choose alike, or nobody started the server yet", function ()
		assert.same({}, warnings(load_as("prosodyctl", root, {})));
		load_as("prosody", root, { PROSODY_COMPLIANCE = "gdpr" });
		assert.same({}, warnings(load_as("prosodyctl", root, { PROSODY_COMPLIANCE = "gdpr" })));
	end);

	it("makes prosodyctl warn where it would choose what the server had not", function ()
		load_as("prosody", root, {});
		local found = warnings(load_as("prosodyctl", root, { PROSODY_COMPLIANCE = "gdpr" }));
		assert.equal(1, #found);
		assert.matches("PROSODY_COMPLIANCE: the server chose (nothing) when it last loaded, here it would be gdpr (PROSODY_COMPLIANCE)", found[1], 1, true);
	end);

	it("is compared only with the choices of the same main file", function ()
		local function load_by(process_type, main_file, variables)
			local before = rawget(_G, "prosody");
			rawset(_G, "prosody", { process_type = process_type });
			local call = assert(loadstring_at(main_file));
			local good, result = pcall(call, stackloader, {}, { root = root, variables = variables });
			rawset(_G, "prosody", before);
			assert(good, result);
			return result;
		end
		load_by("prosody", root.."/prosody.cfg.lua", { PROSODY_ENVIRONMENT = "staging", DB_PASSWORD = "x" });
		assert.matches("\nSTACKLOADER_MAIN_FILE='"..root.."/prosody.cfg.lua'\n", record(), 1, true);
		assert.equal(1, #warnings(load_by("prosodyctl", root.."/prosody.cfg.lua", {})));
		assert.same({}, warnings(load_by("prosodyctl", root.."/other.cfg.lua", {})));
		-- A name that the record cannot hold.
		load_by("prosody", root.."/it's.cfg.lua", {});
		assert.is_nil(record():find("STACKLOADER_MAIN_FILE", 1, true));
	end);

	it("has nothing of an axis that no variable chooses by", function ()
		local axes = { { name = "site", folder = "environments", option = "site", default = "staging" }, { name = "core", folder = "core" } };
		load_as("prosody", root, { DB_PASSWORD = "x" }, { axes = axes });
		assert.equal("# What the server chose when it last loaded its configuration; written by stackloader.\n", record());
		assert.same({}, warnings(load_as("prosodyctl", root, { DB_PASSWORD = "x" }, { axes = axes, site = "production" })));
	end);

	it("is not written where the data has no absolute path", function ()
		support.write(root.."/local/elsewhere.cfg.lua", "data_path = 'data'");
		load_as("prosody", root, {});
		assert.has_error(record);
	end);

	it("takes the place of a draft that was left, and is a note where a folder stands in its place", function ()
		support.write(data.."/stackloader.choices.new", "left");
		load_as("prosody", root, {});
		assert.matches("PROSODY_ENVIRONMENT='production'", record(), 1, true);
		assert.is_nil(lfs.attributes(data.."/stackloader.choices.new"));
		for _, name in ipairs { "stackloader.choices", "stackloader.choices.new" } do
			os.remove(data.."/stackloader.choices");
			support.write(data.."/"..name.."/x", "");
			local findings = load_as("prosody", root, {}):findings();
			assert.matches("cannot be left here for prosodyctl to compare: Is a directory", findings[#findings].text, 1, true);
			os.remove(data.."/"..name.."/x");
			os.remove(data.."/"..name);
		end
	end);

	it("is written anew only where it differs, if only in a letter", function ()
		local path = data.."/stackloader.choices";
		local function load_and_look()
			load_as("prosody", root, {});
			return lfs.attributes(path, "ino");
		end
		local inode, text = load_and_look(), record();
		assert.equal(inode, load_and_look());
		support.write(path, (text:gsub("production", "produktion")));
		assert.equal(#text, #record());
		load_and_look();
		assert.equal(text, record());
		for _, other in ipairs { text.."more", text:sub(1, -2), "", ("x"):rep(5000) } do
			support.write(path, other);
			load_and_look();
			assert.equal(text, record());
		end
	end);

	it("that cannot be written is a note, not an error", function ()
		support.write(root.."/local/elsewhere.cfg.lua", "data_path = '/nonexistent/folder'");
		local stack = load_as("prosody", root, {});
		local last = stack:findings()[#stack:findings()];
		assert.equal("note", last.severity);
		assert.equal("/nonexistent/folder/stackloader.choices", last.path);
		assert.matches("No such file", last.text, 1, true);
	end);
end);
