-- Where modules are looked for, beside the folders of Prosody itself and of the package prosody-modules.
-- Change it, or set PROSODY_PLUGIN_PATHS, to add folders of your own; this list accumulates over the layers.

local more = stack.env.list("PROSODY_PLUGIN_PATHS", {})

plugin_paths = {
	"/usr/local/lib/prosody/modules";  -- what the administrator installed by hand
	table.unpack(more)
}
