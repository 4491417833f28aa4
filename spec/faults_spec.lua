-- Whatever is wrong with a tree or around it: the message that an administrator reads, and the server as it was.
local about = require "spec.faults";
local inside = require "spec.inside";
local lfs = require "lfs";
local support = require "spec.support";

local has, lacks, quote = support.has, support.lacks, support.quote;
local is_root = support.run(support.plain "id -u"):match "%d+" == "0";
-- Root's right to read and write whatever it likes would hide what permissions do.
local without_rights = is_root and { "setpriv", "--bounding-set=-dac_override,-dac_read_search" } or nil;

--- A fresh folder, in memory where that is possible: ten thousand files are made there at once. clean() removes it.
local in_memory = {};

local function quick_folder()
	local folder = support.folder();
	local quick = "/dev/shm"..folder:match "/[^/]*$";
	if lfs.mkdir(quick) then
		in_memory[#in_memory + 1] = quick;
		return quick;
	end
	return folder;
end

local function clean()
	for _, folder in ipairs(in_memory) do
		support.run("chmod -R u+rwX "..quote(folder).."; rm -rf "..quote(folder));
	end
	in_memory = {};
	support.clean();
end

local function check(fault, result, root)
	local function piece(text)
		return (text:gsub("ROOT", function () return root; end));
	end
	local text = result.text;
	assert.equal(not fault.says, result.good, text);
	for _, wanted in ipairs(fault.says or fault.finds or {}) do
		has(text, piece(wanted));
	end
	for _, unwanted in ipairs(fault.lacks or {}) do
		lacks(text, unwanted);
	end
	lacks(text, "traceback");
	assert(#text <= (fault.longest or 2000000), #text);
	if result.good then
		for name, value in pairs(fault.gives or {}) do
			assert.equal(about.picture(value, {}), result.given[name], name);
		end
	else
		assert.is_true(result.kept, "the earlier configuration is not what it was");
	end
	assert.equal(0, result.open, "descriptors");
	assert.is_true(result.restored, "os.getenv or the globals");
	assert.is_true(result.again, result.again);
	assert(result.seconds < 10, result.seconds);
end

for _, prosody in ipairs(support.prosodies()) do
	describe("Prosody "..prosody.name.." stays as it was, and says what to do, with", function ()
		local root, results;

		setup(function ()
			root = quick_folder();
			local code = ("return assert(loadfile(%q))(root, %q, configmanager, stackloader, load)")
				:format(support.project.."/spec/faults_inside.lua", support.project);
			local message;
			results, message = inside(prosody, root, code, { process = "prosody", under = without_rights });
			assert.is_nil(message);
		end);
		teardown(clean);

		for i, fault in ipairs(about.faults) do
			it(fault.name, function ()
				check(fault, results[i], root);
			end);
		end
	end);
end
