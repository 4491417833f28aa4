local support = require "spec.support";
local tree = require "spec.tree";
local assembly = require "spec.assembly";
local boots = require "spec.boots";

local prosodies = support.prosodies();

-- What can be chosen. "none" leaves the choice out.
local axes = {
	{ variable = "PROSODY_PROFILE", "minimal", "standard", "enterprise", "development", "custom" };
	{ variable = "PROSODY_ENVIRONMENT", "production", "staging", "development", "testing", "local" };
	{ variable = "PROSODY_DEPLOYMENT_TYPE", "manual", "docker", "kubernetes", "systemd" };
	{ variable = "PROSODY_SECURITY_LEVEL", "minimal", "baseline", "enhanced", "paranoid" };
	{ variable = "PROSODY_PERFORMANCE_TIER", "none", "small", "medium", "large", "enterprise" };
	{ variable = "PROSODY_COMPLIANCE", "none", "gdpr", "hipaa", "sox", "pci", "iso27001", "audit" };
	{ variable = "PROSODY_DATA_GOVERNANCE", "none", "retention", "anonymization", "export", "deletion" };
};

-- One wants messages gone that the other wants kept; policies_spec.lua shows the error.
local contradictions = {
	["gdpr retention"] = true; ["hipaa deletion"] = true; ["sox deletion"] = true;
};

-- The environment testing keeps nothing over a restart, and these want messages kept.
local lasting = { hipaa = true, sox = true, retention = true };

local function possible(environment, compliance, governance)
	return not contradictions[tostring(compliance).." "..tostring(governance)]
		and not (environment == "testing" and (lasting[compliance] or lasting[governance]));
end

local function possible_tuple(tuple)
	return possible(tuple:match "%f[%w]2(%S+)", tuple:match "%f[%w]6(%S+)", tuple:match "%f[%w]7(%S+)");
end

--- All choices of `strength` axes and a name of each, as strings; those of a row, or of everything.
local function tuples(strength, row)
	local found = {};
	local function extend(first, count, text)
		if count == 0 then
			found[#found + 1] = text;
			return;
		end
		for axis = first, #axes - count + 1 do
			for _, name in ipairs(row and { row[axis] } or axes[axis]) do
				extend(axis + 1, count - 1, text..axis..name.." ");
			end
		end
	end
	extend(1, strength, "");
	return found;
end

--- Rows that hold every tuple that can hold, found greedily: each row is the best of some that begin with what is
--- missing. The draws are the same in each run.
local function covering(strength)
	local all, missing = tuples(strength), {};
	for _, tuple in ipairs(all) do
		missing[tuple] = possible_tuple(tuple) or nil;
	end
	local state = 42;
	local function draw(limit)
		state = (state * 1103515245 + 12345) % 2147483648;
		return state // 65536 % limit + 1;
	end
	local rows = {};
	for _, wanted in ipairs(all) do
		local best, gain = nil, 0;
		for _ = 1, missing[wanted] and 40 or 0 do
			local row = {};
			for axis, names in ipairs(axes) do
				row[axis] = names[draw(#names)];
			end
			for axis, name in wanted:gmatch "(%d)(%S+) " do
				row[tonumber(axis)] = name;
			end
			local new = 0;
			for _, tuple in ipairs(possible(row[2], row[6], row[7]) and tuples(strength, row) or {}) do
				new = new + (missing[tuple] and 1 or 0);
			end
			if new > gain then
				best, gain = row, new;
			end
		end
		for _, tuple in ipairs(best and tuples(strength, best) or {}) do
			missing[tuple] = nil;
		end
		rows[#rows + 1] = best;
	end
	return rows, next(missing);
end

local function variables_of(row)
	local variables = { PROSODY_DOMAIN = "example.org" };
	for axis, name in ipairs(row) do
		if name ~= "none" then
			variables[axes[axis].variable] = name;
		end
	end
	return variables;
end

describe("The choices of the shipped tree", function ()
	teardown(support.clean);

	for _, prosody in ipairs(prosodies) do
		it("meet without a finding on Prosody "..prosody.name..", any three of them", function ()
			local sets = {};
			local rows, missing = covering(3);
			assert.is_nil(missing);
			for _, row in ipairs(rows) do
				sets[#sets + 1] = variables_of(row);
			end
			assert.same({}, assembly.problems(prosody, sets));
		end);

		it("are silent in check config of Prosody "..prosody.name.." and start without a complaint, any two of them #install", function ()
			local rows, missing = covering(2);
			assert.is_nil(missing);
			local sets = {};
			for i, row in ipairs(rows) do
				sets[i] = { name = table.concat(row, " "), variables = variables_of(row) };
			end
			local wrong, through = boots.all(prosody, sets);
			assert.same({}, wrong);
			assert.equal(#sets, through);
		end);
	end

	local thirteen = support.prosody_named "13";
	if thirteen then
		it("leave Prosody 13 no feature to suggest where the profile is standard or enterprise, with the domain alone #install", function ()
			local folder = tree.copy();
			local function report(profile)
				local words = tree.environment { PROSODY_PROFILE = profile; PROSODY_DOMAIN = "example.org"; PROSODY_DATA_PATH = "/nonexistent/data" };
				return tree.run(words.." "..thirteen.prosodyctl.." --config "..folder.."/prosody.cfg.lua check features");
			end
			for _, profile in ipairs { "standard", "enterprise" } do
				local output, code = report(profile);
				assert.equal(0, code, output);
				support.has(output, "Feature report\nexample.org\n\tOK\tBasic functionality\n");
				for _, word in ipairs { "(!)", "Suggested", "arning", "rror" } do
					support.lacks(output, word);
				end
			end
			support.has(report "minimal", "\t(!)\t");
		end);
	end
end);
