-- Where modules are looked for, beside the folders of Prosody itself and of the package prosody-modules.
-- Change it to add a folder of your own; layers may add further ones, this list accumulates.

plugin_paths = {
	"/usr/local/lib/prosody/modules";  -- what the administrator installed by hand
}
