local socket = require "socket";
local support = require "spec.support";
local tree = require "spec.tree";
local people = require "spec.people";

-- What people see of a server is the same with and without sanitizers: like installing, the sanitized run leaves it out.

local alice, bob = people.alice, people.bob;

for _, prosody in ipairs(support.prosodies()) do
	describe("People of a server with the shipped tree on Prosody "..prosody.name.." #install", function ()
		local server;

		setup(function ()
			server = tree.start(prosody, { PROSODY_PROFILE = "standard" });
			people.register(server);
		end);

		teardown(tree.clean);

		--- The client ends well and has printed just these lines.
		local function says(expected, ...)
			local output, code = people.client(server, ...);
			assert.equal(table.concat(expected, "\n").."\n", output);
			assert.equal(0, code, output);
		end

		it("log in over TLS without showing their passwords, and find what the profile standard has", function ()
			local output, code = people.client(server, "abilities", alice);
			assert.equal(0, code, output);
			support.has(output, "logged in alice@example.org TLSv1.3 SCRAM-SHA-256");
			for _, line in ipairs {
				"server urn:xmpp:carbons:2", "server urn:xmpp:blocking",
				"account urn:xmpp:mam:2", "account http://jabber.org/protocol/pubsub#publish-options",
				"service conference.example.org", "service upload.example.org", "has carbons", "has archive",
			} do
				support.has(output, line.."\n");
			end
		end);

		it("see on each device what the others send and receive, and find it all in the archive", function ()
			says({
				"friend got Who are you?",
				"phone got I hardly know.",
				"desk has a copy of what was sent Who are you?",
				"desk has a copy of what was received I hardly know.",
				"archive has alice@example.org Who are you?",
				"archive has bob@example.org I hardly know.",
			}, "devices", alice, bob);
		end);

		it("meet in rooms, and are told what was said before they came", function ()
			says({
				"created tea@conference.example.org",
				"owner hears live Hatter No room! No room!",
				"guest hears history Hatter No room! No room!",
				"owner hears live Alice There is plenty of room!",
			}, "room", bob, alice, "tea@conference.example.org");
		end);

		it("share files, as large as the tree allows and in slots that they asked for", function ()
			says({
				"uploaded 201",
				"downloaded 200 the same",
				"uploaded without a slot 401",
				"too large not-acceptable",
			}, "upload", alice, "upload.example.org");
		end);

		it("have their bookmarks on every device, and on those that know the old place alone", function ()
			says({
				"told of urn:xmpp:bookmarks:1",
				"bookmark tea@conference.example.org Tea party true Hatter",
				"old bookmark tea@conference.example.org Tea party",
			}, "bookmarks", alice, "tea@conference.example.org");
		end);

		it("come back to their session when the connection was cut, and miss nothing", function ()
			says({
				"resumable",
				"resumed the same session",
				"got Come back! at the same address",
				"friend got Here I am. from the same address",
			}, "resume", alice, bob);
		end);

		it("block others, and let them in again", function ()
			says({
				"blocked bob@example.org",
				"got May I?",
			}, "blocking", alice, bob);
		end);

		for way, name in pairs { bosh = "BOSH", websocket = "WebSocket" } do
			it("log in from a browser by "..name..", with the right password alone", function ()
				local output, code = people.web_client(server, "web", way, alice);
				assert.equal(0, code, output);
				support.has(output, "SCRAM-SHA-256");
				support.has(output, "logged in as alice@example.org\ntalks to Prosody\n");
				output, code = people.web_client(server, "web", way, alice[1], "guess");
				assert.equal(1, code, output);
				support.has(output, "login refused: {urn:ietf:params:xml:ns:xmpp-sasl}not-authorized");
			end);
		end

		it("leave nothing in the log that somebody would have to look after", function ()
			for line in server.log():gmatch "[^\n]+" do
				assert.is_nil(line:match "\twarn\t.*" or line:match "\terror\t.*", line);
			end
		end);
	end);

	describe("The profile minimal on Prosody "..prosody.name.." #install", function ()
		local server;

		setup(function ()
			server = tree.start(prosody, { PROSODY_PROFILE = "minimal" });
			people.register(server);
		end);

		teardown(tree.clean);

		it("has messages and blocking, and does without copies, archive, rooms and files", function ()
			local output, code = people.client(server, "abilities", alice);
			assert.equal(0, code, output);
			support.has(output, "logged in alice@example.org TLSv1.3 ");
			support.has(output, "server urn:xmpp:blocking\n");
			support.has(output, "has no carbons service-unavailable\n");
			support.has(output, "has no archive service-unavailable\n");
			for _, absent in ipairs { "urn:xmpp:carbons:2", "urn:xmpp:mam:2", "http://jabber.org/protocol/pubsub", "service " } do
				support.lacks(output, absent);
			end
			output, code = people.client(server, "message", alice, bob, "Curiouser");
			assert.equal(0, code, output);
			support.has(output, "received alice@example.org Curiouser\n");
		end);

		it("has no web server", function ()
			for _, port in ipairs { "PROSODY_HTTP_LISTEN", "PROSODY_HTTPS_LISTEN" } do
				assert.is_nil(socket.connect("127.0.0.1", tonumber(server.variables[port])));
			end
		end);
	end);
end
