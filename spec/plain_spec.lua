--- Any plain configuration file as the only layer gives what Prosody's own loader makes of it: same hosts, same options, same values.
local lfs = require "lfs";
local support = require "spec.support";

-- Another seed: STACKLOADER_SEED=4711 busted spec/plain_spec.lua
local seed = math.tointeger(os.getenv "STACKLOADER_SEED" or 1);
local count = 2000;

--- What a process needs to load a build with sanitizers, as far as this one was given it. Leaks are not looked for: what Prosody's own libraries
-- leave behind at their end (ICU, OpenSSL) is the same without a stack.
local function inherited()
	local words = { "ASAN_OPTIONS="..(os.getenv "ASAN_OPTIONS" or "")..":detect_leaks=0" };
	for _, name in ipairs { "PATH", "LD_PRELOAD", "UBSAN_OPTIONS" } do
		local value = os.getenv(name);
		if value then
			words[#words + 1] = name.."="..value;
		end
	end
	return table.unpack(words);
end

local function command_line(...)
	local words = { ... };
	for i, word in ipairs(words) do
		words[i] = support.quote(word);
	end
	return table.concat(words, " ");
end

--- Runs plain_compare.lua for one version in a process of its own, with no variables but these.
local function compare(prosody, ...)
	local environment = command_line("env", "-i", "HOME=/nonexistent", "CREDENTIALS_DIRECTORY="..support.tree { password = "hunter2" },
		"GENERATE_ONE=one", "GENERATE_NUMBER=42", "GENERATE_EMPTY=", inherited());
	local program = command_line("lua5.4", support.project.."/spec/plain_compare.lua", prosody.name, prosody.source, support.build,
		support.folder(), ...);
	local output, code = support.run(environment.." "..program);
	assert.equal(0, code, output);
	return output;
end

local function assert_same(output, least)
	local compared, refused, different = output:match "(%d+) compared, (%d+) of them refused by Prosody, (%d+) different\n$";
	assert.is_truthy(compared, output);
	assert.equal("0", different, output);
	assert.is_true(compared - refused >= least, output);
end

--- The configuration that a version's package ships, in a folder with the includes that it asks for.
local function shipped(prosody)
	local from = prosody.prefix.."/etc/prosody/";
	local files = { ["prosody.cfg.lua"] = support.read(from.."prosody.cfg.lua") };
	for name in lfs.dir(from.."conf.avail") do
		if name:find "%.cfg%.lua$" then
			files["conf.d/"..name] = support.read(from.."conf.avail/"..name);
		end
	end
	return support.tree(files);
end

--- The pieces of a document that are indented or fenced as code.
local function code_blocks(text)
	local blocks, block, fenced = {}, nil, false;
	for line in text:gmatch "([^\n]*)\n?" do
		local indented = line:match "^    (.*)$" or line:match "^\t(.*)$";
		if line:find "^```" or line:find "^~~~" then
			fenced = not fenced;
			block = nil;
		elseif fenced or indented or line == "" and block then
			if not block then
				block = {};
				blocks[#blocks + 1] = block;
			end
			block[#block + 1] = fenced and line or indented or "";
		else
			block = nil;
		end
	end
	for i, lines in ipairs(blocks) do
		blocks[i] = table.concat(lines, "\n").."\n";
	end
	return blocks;
end

--- The examples in the documentation of prosody-modules that are Lua, each as a file. Empty where it is not installed.
local function documented(prosody)
	local folder = prosody.prefix.."/usr/share/doc/prosody-modules";
	local text = support.run("zcat -f "..support.quote(folder).."/README_mod_*");
	local paths, seen, into = {}, {}, support.folder();
	for _, block in ipairs(code_blocks(text)) do
		if load(block, "=block", "t") and not seen[block] then
			seen[block] = true;
			paths[#paths + 1] = into.."/"..(#paths + 1)..".lua";
			support.write(paths[#paths], block);
		end
	end
	return paths;
end

describe("a plain configuration as the only layer", function ()
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			it("gives what Prosody makes of the configuration that it ships", function ()
				if not io.open(prosody.prefix.."/etc/prosody/prosody.cfg.lua", "rb") then
					return pending "Debian lets only root and Prosody's user read /etc/prosody/prosody.cfg.lua";
				end
				local folder = shipped(prosody);
				local files = { folder.."/prosody.cfg.lua" };
				for name in lfs.dir(folder.."/conf.d") do
					if name:find "%.cfg%.lua$" then
						files[#files + 1] = folder.."/conf.d/"..name;
					end
				end
				assert_same(compare(prosody, "in-place", table.unpack(files)), #files);
				table.remove(files, 1);   -- it includes conf.d/ beside itself
				assert_same(compare(prosody, "files", table.unpack(files)), 2 * #files);
			end);

			it("gives what Prosody makes of the examples in its modules' documentation", function ()
				assert_same(compare(prosody, "files", table.unpack(documented(prosody))), 0);
			end);

			it("gives what Prosody makes of "..count.." generated files", function ()
				assert_same(compare(prosody, "generated", seed, count), count);
			end);
		end);
	end
end);
