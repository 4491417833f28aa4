local lfs = require "lfs";
local support = require "spec.support";
local tree = require "spec.tree";
local people = require "spec.people";
local services = require "spec.services";

-- What a directory and a database have to say is the same with and without sanitizers: like installing, the sanitized run leaves it out.

local alice, bob = people.alice, people.bob;

local function with(variables, more)
	local all = {};
	for _, set in ipairs { variables, more } do
		for name, value in pairs(set) do
			all[name] = value;
		end
	end
	return all;
end

local function complaints(log)
	local list = {};
	for line in log:gmatch "[^\n]+" do
		if line:find("\twarn\t", 1, true) or line:find("\terror\t", 1, true) then
			list[#list + 1] = line;
		end
	end
	return list;
end

describe("A directory #install", function ()
	local directory;

	setup(function ()
		directory = services.directory();
	end);

	teardown(function ()
		if directory then
			directory.stop();
		end
		support.clean();
	end);

	for _, prosody in ipairs(support.prosodies()) do
		describe("that the variables name on Prosody "..prosody.name, function ()
			local server;

			setup(function ()
				server = tree.start(prosody, with(directory.variables, {
					PROSODY_PROFILE = "enterprise", PROSODY_FEATURES_INTEGRATIONS_LDAP = "true" }));
			end);

			teardown(tree.stop);

			it("checks the passwords of its people, who send them inside TLS", function ()
				local output, code = people.client(server, "message", alice, bob, "We all are mad here.");
				assert.equal(0, code, output);
				assert.equal("logged in alice@example.org TLSv1.3 PLAIN\nlogged in bob@example.org TLSv1.3 PLAIN\n"
					.."received alice@example.org We all are mad here.\n", output);
			end);

			it("lets in nobody with another password, with none, or from elsewhere in it", function ()
				for _, other in ipairs { { alice[1], "guess" }, { alice[1], "" }, { "mallory@example.org", "mallet" }, { "*@example.org", "wonderland" } } do
					local output, code = people.web_client(server, "web", "websocket", other);
					assert.equal(1, code, output);
					support.has(output, "login refused: ");
				end
			end);

			it("counts at once where a password changes", function ()
				directory.password("bob", "demolisher");
				finally(function ()
					directory.password("bob", bob[2]);
				end);
				local _, code = people.web_client(server, "web", "websocket", bob);
				assert.equal(1, code);
				local output;
				output, code = people.web_client(server, "web", "websocket", bob[1], "demolisher");
				assert.equal(0, code, output);
			end);

			it("is where accounts are made, not Prosody", function ()
				local output, code = server.prosodyctl "register carol example.org red-queen";
				assert.equal(1, code, output);
				assert.is_nil(lfs.attributes(server.folder.."/data/example%2eorg/accounts"));
			end);

			it("leaves nothing in the log that somebody would have to look after", function ()
				assert.same({}, complaints(server.log()));
			end);
		end);
	end
end);

describe("PostgreSQL #install", function ()
	local database;
	local function database_of(prosody)
		return "prosody_"..prosody.version:gsub("%.", "_");
	end

	setup(function ()
		local names = {};
		for _, prosody in ipairs(support.prosodies()) do
			table.insert(names, database_of(prosody));
		end
		database = services.database(names);
	end);

	teardown(function ()
		if database then
			database.stop();
		end
		support.clean();
	end);

	for _, prosody in ipairs(support.prosodies()) do
		describe("that the variables name on Prosody "..prosody.name, function ()
			local server;

			setup(function ()
				server = tree.start(prosody, with(database.variables, { PROSODY_PROFILE = "enterprise", PROSODY_DB_NAME = database_of(prosody) }));
				people.register(server);
			end);

			teardown(tree.stop);

			local function rows(statement)
				return database.query(database_of(prosody), statement);
			end

			it("keeps the accounts, and no password among them", function ()
				assert.equal("alice\nbob\n", rows [[SELECT DISTINCT "user" FROM prosody WHERE store = 'accounts' AND "user" IN ('alice', 'bob') ORDER BY 1]]);
				assert.equal("", rows [[SELECT value FROM prosody WHERE value LIKE '%wonderland%']]);
				local output, code = people.client(server, "abilities", alice[1], "guess");
				assert.equal(1, code, output);
				support.has(output, "login refused");
			end);

			it("keeps what people said and the bookmarks of theirs", function ()
				local output, code = people.client(server, "devices", alice, bob);
				assert.equal(0, code, output);
				support.has(output, "archive has alice@example.org Who are you?\narchive has bob@example.org I hardly know.\n");
				output, code = people.client(server, "bookmarks", alice, "tea@conference.example.org");
				assert.equal(0, code, output);
				support.has(output, "bookmark tea@conference.example.org Tea party true Hatter\n");
				assert.equal("alice|archive|2\nalice|pep_urn:xmpp:bookmarks:1|1\nbob|archive|2\n",
					rows [[SELECT "user", store, COUNT(*) FROM prosodyarchive GROUP BY "user", store ORDER BY 1, 2]]);
			end);

			it("is reached without a password over its socket", function ()
				local output, code = server.prosodyctl("register hatter "..people.domain.." unbirthday",
					"env -u PROSODY_DB_PASSWORD PROSODY_DB_HOST="..database.socket);
				assert.equal(0, code, output);
				assert.equal("hatter\n", rows [[SELECT DISTINCT "user" FROM prosody WHERE store = 'accounts' AND "user" = 'hatter']]);
			end);

			it("is the only place where they are", function ()
				assert.equal("", (tree.run("find "..server.folder.."/data -mindepth 2 -type f")));
			end);

			it("leaves nothing in the log that somebody would have to look after", function ()
				assert.same({}, complaints(server.log()));
			end);
		end);
	end
end);
