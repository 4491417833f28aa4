-- What MODULE brings to people. XEP-NUMBER.
-- Change OPTION when REASON.

feature_info = {                     -- in features/ alone; read before the file runs, so it holds literal values
	description = "WHAT IT BRINGS";
	depends = { "web/http" };        -- features that come with it
	extra = true;                    -- only when asked for by name
}

if stack.available "MODULE" then     -- where only one version of Prosody, or prosody-modules, has it
	modules_enabled = { "MODULE" }
	OPTION = stack.env.integer("PROSODY_OPTION", 10)
end

-- What belongs into every service of rooms, whoever opens it:
stack.each("muc", { modules_enabled = { "MUC_MODULE" } })
