--- Services beside Prosody, each on a free port of loopback and with all it keeps in a fresh folder: a directory (slapd) and a database
-- server (PostgreSQL). As root, they run as Debian's users for them; PostgreSQL refuses root.
local lfs = require "lfs";
local processes = require "spec.processes";
local support = require "spec.support";
local tree = require "spec.tree";

local quote = support.quote;
local services = {};

local function must(command)
	local output, code = tree.run(command);
	assert(code == 0, output);
	return output;
end

--- A folder for a service, and the words before its commands by which they run as its user.
local function home(user)
	local folder = support.folder();
	if not processes.is_root() then
		return folder, "";
	end
	return folder, ("setpriv --reuid=%s --regid=%s --init-groups "):format(user, user), "chown -R "..user..": "..quote(folder);
end

-- The directory

local suffix = "dc=example,dc=org";

-- Without TLS it tells nothing, and who people are it tells its administrator and Prosody alone.
local slapd_conf = [[
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile %FOLDER%/crt
TLSCertificateKeyFile %FOLDER%/key
security tls=1
database mdb
suffix "%SUFFIX%"
rootdn "cn=admin,%SUFFIX%"
rootpw looking-glass
directory %FOLDER%/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=prosody,%SUFFIX%" read by * none
]];

local function entry(dn, class, attributes)
	return ("dn: %s,%s\nobjectClass: %s\n%s\n\n"):format(dn, suffix, class, table.concat(attributes, "\n"));
end

local function person(branch, name, password)
	return entry(("uid=%s,ou=%s"):format(name, branch), "inetOrgPerson", { "cn: "..name, "sn: "..name, "userPassword: "..password });
end

--- Starts a directory with the people alice (password wonderland) and bob (builder), and mallory (mallet) beside the branch of the people.
-- Returns the variables by which Prosody finds it, in `variables`, and the methods password(name, new) and stop().
function services.directory()
	local folder, as_user, own = home "openldap";
	lfs.mkdir(folder.."/data");
	support.write(folder.."/slapd.conf", (slapd_conf:gsub("%%(%u+)%%", { FOLDER = folder, SUFFIX = suffix })));
	support.write(folder.."/people.ldif", "dn: "..suffix.."\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n\n"
		..entry("cn=prosody", "organizationalRole\nobjectClass: simpleSecurityObject", { "userPassword: of-prosody" })
		..entry("ou=people", "organizationalUnit", { "ou: people" })..entry("ou=others", "organizationalUnit", { "ou: others" })
		..person("people", "alice", "wonderland")..person("people", "bob", "builder")..person("others", "mallory", "mallet"));
	support.certificate(folder.."/crt", folder.."/key", { "IP:127.0.0.1" });
	must("/usr/sbin/slapadd -f "..folder.."/slapd.conf -l "..folder.."/people.ldif");
	must("chmod a+rx "..folder.." && cp "..folder.."/crt "..folder.."/ca && chmod a+r "..folder.."/ca");
	must(own or "true");

	local port = processes.free_ports({ "service" }).service;
	local url = "ldap://127.0.0.1:"..port;
	local process = tree.spawn(as_user.."/usr/sbin/slapd -d 0 -f "..folder.."/slapd.conf -h "..url, folder.."/output");
	local directory = {
		stop = process.stop;
		variables = {
			PROSODY_LDAP_SERVER = "127.0.0.1:"..port;
			PROSODY_LDAP_BASE = "ou=people,"..suffix;
			PROSODY_LDAP_BIND_DN = "cn=prosody,"..suffix;
			PROSODY_LDAP_PASSWORD = "of-prosody";
			LDAPTLS_CACERT = folder.."/ca"; -- of OpenLDAP's library: whose certificates it trusts
		};
	};

	function directory.password(name, new)
		must(("LDAPTLS_CACERT=%s ldappasswd -x -ZZ -H %s -D %s -w looking-glass -s %s %s"):format(
			folder.."/ca", url, quote("cn=admin,"..suffix), quote(new), quote("uid="..name..",ou=people,"..suffix)));
	end

	if not process.becomes(function () return tree.listens(port); end) then
		process.stop();
		error("slapd does not start: "..process.output());
	end
	return directory;
end

-- The database

local function postgresql()
	local output = must "ls -d /usr/lib/postgresql/*/bin";
	return output:match "([^\n]+)\n$";
end

--- Starts a database server with the given databases, which belong to the role prosody (password of-prosody; none over the socket). Returns
-- the variables by which Prosody finds it, the database's name aside, in `variables`, the folder of its socket, and the methods
-- query(database, statement) and stop().
function services.database(names)
	local folder, as_user, own = home "postgres";
	local bin, data = postgresql(), folder.."/data";
	must(own or "true");
	-- nobody needs the password of PostgreSQL's own administrator: any will do
	must("cd / && "..as_user..bin.."/initdb --no-sync --auth-host=scram-sha-256 --auth-local=trust"
		.." --pwfile=/proc/sys/kernel/random/uuid -E UTF8 --locale=C.UTF-8 -U postgres -D "..data);
	local statements = { "CREATE ROLE prosody LOGIN PASSWORD 'of-prosody'" };
	for _, name in ipairs(names) do
		statements[#statements + 1] = "CREATE DATABASE "..name.." OWNER prosody";
	end
	must("cd / && echo "..quote(table.concat(statements, "\n")).." | "..as_user..bin.."/postgres --single -D "..data.." postgres");

	local port = processes.free_ports({ "service" }).service;
	local process = tree.spawn(as_user..bin.."/postgres -D "..data.." -h 127.0.0.1 -p "..port.." -k "..folder.." -c fsync=off", folder.."/output");
	local database = { socket = folder, variables = {
		PROSODY_DB_DRIVER = "PostgreSQL";
		PROSODY_DB_HOST = "127.0.0.1";
		PROSODY_DB_PORT = tostring(port);
		PROSODY_DB_USER = "prosody";
		PROSODY_DB_PASSWORD = "of-prosody";
	} };

	function database.query(name, statement)
		return must(("PGPASSWORD=of-prosody psql -h 127.0.0.1 -p %d -U prosody -d %s -A -t -c %s"):format(port, name, quote(statement)));
	end

	-- at once, whoever is still connected
	function database.stop()
		process.stop "INT";
	end

	if not process.becomes(function () return process.output():find("ready to accept connections", 1, true); end) then
		database.stop();
		error("PostgreSQL does not start: "..process.output());
	end
	return database;
end

return services;
