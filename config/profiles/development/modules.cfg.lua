-- What a developer wants beside the features.
-- Change it to add the module that you are writing: it loads from the folder that plugin_paths names.

modules_enabled = {
	"stanza_debug";  -- each stanza in the log, as it came and as it went
	"lastactivity";
}
