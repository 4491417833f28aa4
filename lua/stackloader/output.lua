--- Where a command writes: the terminal of prosodyctl, or whoever asks from the shell of a running server.
local pposix = require "util.pposix";
local termcolours = require "util.termcolours";
local values = require "stackloader.values";

local output = {};

local function plain(_, text)
	return text;
end

local function coloured(style, text)
	return termcolours.getstring(termcolours.getstyle(style), text);
end

-- https://no-color.org: whoever sets it wants no colours on a terminal either.
local function wants_colours()
	return pposix.isatty(io.stdout) and (os.getenv("NO_COLOR") or "") == "";
end

-- json takes a value and prints it as JSON.
local function with_json(out)
	function out.json(value)
		out.print(values.json(value));
	end
	return out;
end

--- The terminal: print and warn take one line, style(style, text) a name that util.termcolours knows.
-- Colours only where a person reads them: never in JSON, a file or a pipe.
function output.terminal(format)
	return with_json {
		print = function (line)
			io.stdout:write(line, "\n");
		end;
		warn = function (line)
			io.stderr:write(line, "\n");
		end;
		style = format ~= "json" and wants_colours() and coloured or plain;
	};
end

--- Writes each line through the function; errors too.
function output.through(write)
	return with_json { print = write, warn = write, style = plain };
end

--- The same place, where nothing arrives that the stack knows to be a secret.
function output.without_secrets(out, stack)
	local function masked(write)
		return function (text)
			write(stack:mask(text));
		end;
	end
	return { print = masked(out.print), warn = masked(out.warn), json = masked(out.json), style = out.style };
end

return output;
