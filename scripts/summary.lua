-- A busted output handler: the plain one, which also leaves the counts in the file named by STACKLOADER_COUNTS.
return function(options)
	local busted = require "busted";
	local handler = require "busted.outputHandlers.plainTerminal"(options);

	busted.subscribe({ "suite", "end" }, function()
		local file = assert(io.open(os.getenv("STACKLOADER_COUNTS"), "w"));
		file:write(("%d %d %d\n"):format(handler.successesCount, handler.failuresCount + handler.errorsCount, handler.pendingsCount));
		file:close();
		return nil, true;
	end);

	return handler;
end
