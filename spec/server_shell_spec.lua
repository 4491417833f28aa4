local json = require "dkjson";
local running = require "spec.running";
local support = require "spec.support";

local has, lacks = support.has, support.lacks;

for _, prosody in ipairs(support.prosodies()) do
	describe("The shell of a running Prosody "..prosody.name, function ()
		local up;
		local layer = "local/shell.cfg.lua";

		setup(function ()
			up = running.prepare(prosody, { [layer] = 'motd_text = "Running"\nmodules_enabled = { "ping" }\n' }, nil, running.small_tree());
			up:start();
		end);

		teardown(running.clean);

		if prosody.name == "0.12" then
			it("knows nothing of stackloader: plugins cannot add commands to it, and nothing tries", function ()
				lacks(up:log(), "shell-command");
				has(up:shell 'stackloader:explain("motd_text")', "nil value");
			end);
			return;
		end

		-- The words after "shell", as prosodyctl takes them.
		local function words(text)
			return up:prosodyctl("shell "..text, up.folder.."/shell.cfg.lua");
		end

		it("explains an option, as a line of Lua and as words", function ()
			for _, output in ipairs { up:shell "stackloader:explain('modules_enabled')", (words "stackloader explain modules_enabled") } do
				has(output, 'modules_enabled = { "roster", ');
				has(output, up.folder.."/config/"..layer..":2: plain set { \"ping\" }");
				has(output, "OK: ");
			end
		end);

		it("takes flags as words and as a table", function ()
			for _, output in ipairs {
				up:shell "stackloader:explain('motd_text', { format = 'json' })";
				up:shell "stackloader:explain('motd_text', '--format=json')";
				(words "stackloader explain motd_text --format=json");
			} do
				local answer = json.decode((output:match "\n?(%b{})"));
				assert.equal("Running", answer.value);
				assert.equal(1, answer.assignments[1].line);
			end
		end);

		it("has every command of prosodyctl mod_stackloader, with its arguments", function ()
			local list = up:prosodyctl "mod_stackloader help";
			local help = up:shell "help stackloader";
			local count = 0;
			for name in list:gmatch "\n  (%l[%w-]*) " do
				if name ~= "help" then
					has(help, "stackloader "..name);
					count = count + 1;
				end
			end
			assert.truthy(count > 2, list);
			has(help, "stackloader explain <option> <host>");
		end);

		it("says what is wrong with a command's arguments", function ()
			local output, code = words "stackloader explain --colour=red motd_text";
			assert.not_equal(0, code);
			has(output, "--colour");
			has(up:shell "stackloader:explain()", "OPTION is missing");
		end);

		it("tells what the server runs on, not what its files have become", function ()
			up:write(layer, 'motd_text = "Changed"\n');
			has(up:shell "stackloader:explain('motd_text')", 'motd_text = "Running"');
			up:write(layer, "motd_text = = 1\n");
			up:reload "error parsing the configuration file";
			has(up:shell "stackloader:explain('motd_text')", 'motd_text = "Running"');
			lacks(up:shell "stackloader:layers()", "does not load");
			up:write(layer, 'motd_text = "Mended"\nmodules_enabled = { "ping" }\n');
			up:reload " ms; ";
			has(up:shell "stackloader:explain('motd_text')", 'motd_text = "Mended"');
			up:write(layer, 'motd_text = "Running"\nmodules_enabled = { "ping" }\n');
			up:reload " ms; ";
		end);
	end);
end
