local support = require "spec.support";
local tree = require "spec.tree";
local assembly = require "spec.assembly";

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

local function possible(compliance, governance)
	return not contradictions[tostring(compliance).." "..tostring(governance)];
end

local function possible_tuple(tuple)
	return possible(tuple:match "6(%S+)", tuple:match "7(%S+)");
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
			for _, tuple in ipairs(possible(row[6], row[7]) and tuples(strength, row) or {}) do
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
	-- a data folder that no server has used, or prosodyctl compares what it chose
	local variables = { PROSODY_DOMAIN = "example.org"; PROSODY_DATA_PATH = "/nonexistent/data" };
	for axis, name in ipairs(row) do
		if name ~= "none" then
			variables[axes[axis].variable] = name;
		end
	end
	return variables;
end

-- Prosody 13 says so of hosts that leave features out, which the small profiles mean to do; it is no warning of the check.
local hint = [[

    Some of your hosts may be missing features due to a lack of configuration.
    For more details, use the 'prosodyctl check features' command.
]];

local function without_hint(output)
	local first, last = output:find(hint, 1, true);
	return first and output:sub(1, first - 1)..output:sub(last + 1) or output;
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

		it("are silent in check config of Prosody "..prosody.name..", any two of them", function ()
			local folder = tree.copy();
			local rows, missing = covering(2);
			assert.is_nil(missing);
			for _, row in ipairs(rows) do
				local output, code = tree.check(prosody, variables_of(row), folder);
				local choices = table.concat(row, " ");
				assert.equal(choices.."\n"..tree.silence, choices.."\n"..without_hint(output));
				assert.equal(0, code);
			end
		end);

		for _, row in ipairs {
			{ "minimal", "testing", "manual", "minimal", "small", "audit", "export" };
			{ "standard", "staging", "kubernetes", "baseline", "medium", "gdpr", "deletion" };
			{ "enterprise", "production", "docker", "enhanced", "enterprise", "sox", "retention" };
			{ "enterprise", "production", "systemd", "paranoid", "large", "hipaa", "anonymization" };
			{ "development", "development", "manual", "minimal", "none", "iso27001", "none" };
			{ "custom", "local", "manual", "paranoid", "none", "pci", "export" };
		} do
			it("start without a complaint on Prosody "..prosody.name..": "..table.concat(row, " "), function ()
				local variables = variables_of(row);
				variables.PROSODY_DATA_PATH = nil;
				assert.same({}, tree.complaints(prosody, variables));
			end);
		end
	end
end);
