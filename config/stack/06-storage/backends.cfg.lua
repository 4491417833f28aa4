-- Where accounts, contacts and messages are kept: in files, unless the variables PROSODY_DB_… name a database.
-- PROSODY_DB_DRIVER is SQLite3 (a file, no service), PostgreSQL or MySQL; each needs its driver (lua-dbi-…). PostgreSQL
-- and MySQL need PROSODY_DB_NAME, PROSODY_DB_USER and PROSODY_DB_PASSWORD; no password where the host is the folder of a socket.
-- There is one connection per process, no pool; the database needs room for a handful.
-- Change it before there are accounts: another storage starts empty (`prosody-migrator` moves what there is).

local drivers = { sqlite3 = "SQLite3", sqlite = "SQLite3", postgresql = "PostgreSQL", postgres = "PostgreSQL", mysql = "MySQL" }
local chosen = stack.env.string "PROSODY_DB_DRIVER"
local driver = chosen and drivers[chosen:lower()]
local name, user = stack.env.string "PROSODY_DB_NAME", stack.env.string "PROSODY_DB_USER"
local host, port = stack.env.string "PROSODY_DB_HOST", stack.env.integer "PROSODY_DB_PORT"

if chosen and not driver then
	error(("PROSODY_DB_DRIVER is %q, expected SQLite3, PostgreSQL or MySQL"):format(chosen))
elseif not driver and (name or user or host or port or stack.env.secret("PROSODY_DB_PASSWORD", "") ~= "") then
	error("a PROSODY_DB_… variable is set, but not PROSODY_DB_DRIVER: SQLite3, PostgreSQL or MySQL")
elseif driver == "SQLite3" then
	sql = { driver = driver, database = name or "prosody.sqlite" }  -- below the data folder
	sqlite_tune = "normal"  -- Prosody 13: faster, and loses no more than the last moment when the power fails
elseif driver then
	local missing = not name and "PROSODY_DB_NAME" or not user and "PROSODY_DB_USER"
	if missing then
		error(("PROSODY_DB_DRIVER is %s, but %s is not set"):format(driver, missing))
	end
	host = host or "localhost"
	local password = host:sub(1, 1) == "/" and stack.env.secret("PROSODY_DB_PASSWORD", "") or stack.env.secret "PROSODY_DB_PASSWORD"
	sql = { driver = driver, database = name, username = user, password = password, host = host, port = port }
end

storage = driver and "sql" or "internal"  -- internal: files below the data folder, no service to run, backed up by copying
sql_manage_tables = true                  -- Prosody makes and upgrades its tables itself

-- The data folder that Prosody was built with (Debian: /var/lib/prosody), unless a variable says otherwise.
data_path = stack.env.string "PROSODY_DATA_PATH"
