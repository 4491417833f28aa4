-- A short run of what `make soak` does at length.
local running = require "spec.running";
local soak = require "spec.soak.soak";
local support = require "spec.support";

for _, prosody in ipairs(support.prosodies()) do
	describe("A Prosody "..prosody.name.." whose layers change, break and are mended under load #install", function ()
		teardown(running.clean);

		it("loses no message and no client, and holds no more than before", function ()
			local it = soak(prosody, 10, 24);
			assert.equal(24, it.taken + it.refused);
			assert(it.refused >= 8, it.refused);
			assert(it.sent > 20, it.sent);
			assert.equal(it.sent, it.received);
			assert.equal(0, it.disordered);
			assert.equal(0, it.disconnected);
			assert(it.late.files <= it.early.files, it.late.files);
			-- a tenth: so few reloads also fill caches; make soak holds it to a hundredth
			assert(it.late.lua < it.early.lua * 1.1, it.late.lua);
		end);
	end);
end
