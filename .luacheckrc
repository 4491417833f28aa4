std = "lua54"
max_line_length = 150
exclude_files = { "build", "lua/stackloader/catalogues" }   -- the catalogues are written by scripts/catalogue

files["spec/**/*_spec.lua"] = { std = "+busted" }
-- Prosody's plugins: `module` is their own, `prosody` the server's.
files["**/mod_*.lua"] = { globals = { "module" }, read_globals = { "prosody" } }

-- Layers are Prosody configuration: assigning a name sets an option, reading one reads an option back.
-- What may be read without being set in the same file is listed, so that a misspelt name is still found.
local layer = {
	allow_defined = true;
	ignore = { "131" };
	read_globals = {
		-- Prosody's keys and readers
		"VirtualHost", "Component", "Include", "RunScript", "Lua", "FileContents", "FileLine", "FileLines", "Credential", "prosody",
		-- the layer language
		"stack",
		-- options that accumulate, and that layers therefore read back
		modules_enabled = { other_fields = true }, modules_disabled = { other_fields = true }, admins = { other_fields = true },
		-- and what the OAuth layer looks at before it sets it
		"authentication",
	};
}
files["config"] = layer
files["spec/trees"] = layer
