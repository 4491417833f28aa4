local lfs = require "lfs";
local running = require "spec.running";
local socket = require "socket";
local support = require "spec.support";

local has, lacks = support.has, support.lacks;

local ways = {
	inotify = { setting = "true", says = "by inotify" };
	stat = { setting = '"stat"\nstackloader_watch_interval = 0.2', says = "looking every 0.2 s" };
};

local function reloads(log)
	return select(2, log:gsub("Reloading configuration file", ""));
end

for _, prosody in ipairs(support.prosodies()) do
	for name, way in pairs(ways) do
		describe("stackloader_watch by "..name.." on Prosody "..prosody.name, function ()
			local up, config;

			setup(function ()
				up = running.prepare(prosody, {
					["local/watch.cfg.lua"] = "stackloader_watch = "..way.setting.."\n";
					["local/some.cfg.lua"] = 'motd_text = "a"\n';
				}, nil, running.small_tree());
				config = up.folder.."/config/";
				up:start();
				up:logged(way.says, 0);
			end);

			teardown(running.clean);

			-- What the log says of a change, once the configuration was loaded.
			local function after(change)
				local position = #up:log();
				change();
				return up:told(position);
			end

			-- What it says from this position on, once another reload would have come.
			local function settled(position)
				socket.sleep(1);
				return up:log():sub(position + 1);
			end

			it("reloads once after a burst of changes, and says what triggered it", function ()
				local position = #up:log();
				after(function ()
					for i = 1, 5 do
						support.write(config.."local/some.cfg.lua~new", ('motd_text = "burst %d"\n'):format(i));
						os.rename(config.."local/some.cfg.lua~new", config.."local/some.cfg.lua");
						support.write(config.."local/more"..(i % 2)..".cfg.lua", ("burst_%d = true\n"):format(i));
						socket.sleep(0.1);
					end
				end);
				local log = settled(position);
				assert.equal(1, reloads(log), log);
				has(log, "changed: "..config.."local/more0.cfg.lua, "..config.."local/more1.cfg.lua, "..config.."local/some.cfg.lua; reloading");
				has(log, '-> "burst 5"');
			end);

			it("sees a second change within the same second, of the same size", function ()
				after(function ()
					support.write(config.."local/some.cfg.lua", 'motd_text = "1"\n');
				end);
				local position = #up:log();
				support.write(config.."local/some.cfg.lua", 'motd_text = "2"\n');
				up:logged('"1" -> "2"', position);
				support.write(config.."local/some.cfg.lua", 'motd_text = "3"\n');
				up:logged('"2" -> "3"', position);
			end);

			it("sees a secret that is exchanged in the file that NAME_FILE names, as Kubernetes exchanges one", function ()
				local folder = up.folder.."/secrets";
				local function exchange(version, secret)
					support.write(folder.."/..v"..version.."/token", secret);
					support.run(("ln -sfn ..v%d %s/..data.new && mv -T %s/..data.new %s/..data"):format(version, folder, folder, folder));
				end
				exchange(1, "first-secret-1");
				support.run(("ln -s ..data/token %s/token"):format(folder));
				after(function ()
					support.write(config..".env", "PROSODY_TEST_SECRET_FILE="..folder.."/token\n");
					support.write(config.."local/secret.cfg.lua",
						'test_token = stack.env.secret "PROSODY_TEST_SECRET"\ntest_length = #test_token\n');
				end);
				local log = after(function ()
					exchange(2, "second-secret-22");
				end);
				has(log, "changed: "..folder.."/token; reloading");
				has(log, "test_length: 14 -> 16");
				-- The next one is seen too, though it lies in another folder.
				log = after(function ()
					exchange(3, "third");
				end);
				has(log, "test_length: 16 -> 5");
				after(function ()
					os.remove(config.."local/secret.cfg.lua");
				end);
			end);

			-- What follows is not decided by the way of watching.
			if name == "stat" then
				return;
			end

			it("sees new folders, what comes into them, what goes, and .env", function ()
				local log = after(function ()
					support.write(config.."features/group/one/a.cfg.lua", "new_option = 1\n");
				end);
				has(log, "new_option: not set -> 1");
				log = after(function ()
					support.write(config.."features/group/one/b.cfg.lua", "other_option = 1\n");
				end);
				has(log, "other_option: not set -> 1");
				log = after(function ()
					os.rename(config.."features/group", config.."group-away");
				end);
				has(log, "new_option: 1 -> not set");
				log = after(function ()
					support.write(config.."local/env.cfg.lua", 'from_env = stack.env.string "PROSODY_TEST_WORD"\n');
					support.write(config..".env", "PROSODY_TEST_WORD=hello\n");
				end);
				has(log, 'from_env: not set -> "hello"');
			end);

			it("pays no heed to files that can be no layer", function ()
				local position = #up:log();
				for _, file in ipairs { "local/some.cfg.lua~", "local/.some.cfg.lua.swp", "local/4913", "notes.txt", "data.log" } do
					support.write(config..file, "x");
				end
				os.remove(config.."local/4913");
				local log = settled(position);
				assert.equal(0, reloads(log), log);
				lacks(log, "changed:");
			end);

			it("follows links whose target is exchanged, as Kubernetes mounts are", function ()
				for _, version in ipairs { "v1", "v2" } do
					support.write(config.."local/..x"..version.."/linked.cfg.lua", ("linked = %q\n"):format(version));
				end
				local log = after(function ()
					lfs.link("..xv1", config.."local/..data", true);
					lfs.link("..data/linked.cfg.lua", config.."local/linked.cfg.lua", true);
				end);
				has(log, 'linked: not set -> "v1"');
				log = after(function ()
					lfs.link("..xv2", config.."local/..data_new", true);
					os.rename(config.."local/..data_new", config.."local/..data");
				end);
				has(log, 'linked: "v1" -> "v2"');
			end);

			it("reloads no second time what somebody reloaded by hand", function ()
				local position = #up:log();
				support.write(config.."local/some.cfg.lua", 'motd_text = "by hand"\n');
				up:reload " ms; ";
				local log = settled(position);
				assert.equal(1, reloads(log), log);
			end);

			it("keeps the old state while a file is broken, and goes on when it is mended", function ()
				local position = #up:log();
				support.write(config.."local/some.cfg.lua", 'motd_text = "good"\n');
				up:logged('-> "good"', position);
				position = #up:log();
				support.write(config.."local/some.cfg.lua", "motd_text = = 1\n");
				up:logged(config.."local/some.cfg.lua:1", position);
				assert.equal(1, reloads(settled(position)));
				has(up:shell 'config:get("*", "motd_text")', "good");
				has(after(function ()
					support.write(config.."local/some.cfg.lua", 'motd_text = "mended"\n');
				end), '"good" -> "mended"');
			end);

			it("ends when the option goes, or says something else", function ()
				after(function ()
					support.write(config.."local/watch.cfg.lua", 'stackloader_watch = "often"\n');
				end);
				has(up:logged("Nothing is watched", 0), 'stackloader_watch is "often"; it can be true, false or "stat"');
				local position = #up:log();
				support.write(config.."local/some.cfg.lua", 'motd_text = "unseen"\n');
				local log = settled(position);
				assert.equal(0, reloads(log), log);
				support.write(config.."local/watch.cfg.lua", "stackloader_watch = "..way.setting.."\n");
				position = #up:log();
				up:reload " ms; ";
				up:logged(way.says, position);
			end);
		end);
	end
end
