-- What this layer decides, and the XEPs that it is about.
-- Change it when REASON.

OPTION = "value"                     -- why this value

return {
	version = "1.0.0";
	dependencies = { "01-transport/tls" };   -- layers that must have loaded before

	modules = {
		core = { "MODULE" };                     -- added to modules_enabled
	};

	utilities = {
		validate_option = function (config)      -- over the finished configuration; false and a message is a warning
			if config.OPTION == "other" then
				return false, "OPTION must not be other, because REASON"
			end
			return true
		end;
	};
}
