-- Reads JSON, as much of it as docker-compose prints: objects, lists, strings, null.
local escapes = { n = "\n", t = "\t", r = "\r", b = "\b", f = "\f" };

return function (text)
	local at = 1;
	local read;

	local function skip()
		at = text:find("[^%s,:]", at) or #text + 1;
	end

	local function string_at()
		local parts = {};
		at = at + 1;
		while text:sub(at, at) ~= '"' do
			local plain = text:match('^[^"\\]+', at);
			if plain then
				parts[#parts + 1] = plain;
				at = at + #plain;
			elseif text:sub(at + 1, at + 1) == "u" then
				parts[#parts + 1] = utf8.char(tonumber(text:sub(at + 2, at + 5), 16));
				at = at + 6;
			else
				local escape = text:sub(at + 1, at + 1);
				parts[#parts + 1] = escapes[escape] or escape;
				at = at + 2;
			end
		end
		at = at + 1;
		return table.concat(parts);
	end

	local function collection(close)
		local result = {};
		at = at + 1;
		skip();
		while text:sub(at, at) ~= close do
			local key = read();
			skip();
			if close == "}" then
				result[key] = read();
				skip();
			else
				result[#result + 1] = key;
			end
		end
		at = at + 1;
		return result;
	end

	function read()
		skip();
		local c = text:sub(at, at);
		if c == '"' then
			return string_at();
		elseif c == "{" then
			return collection "}";
		elseif c == "[" then
			return collection "]";
		end
		local word = text:match("^[%w.+-]+", at);
		at = at + #word;
		return tonumber(word) or word == "true";
	end

	return read();
end
