--- How many bits the prime of Diffie-Hellman parameters has.
local file_text = require "stackloader.file_text";
local encodings = require "util.encodings";

local paths = require "util.paths";

local function content(path)
	return file_text(path) or "";
end

-- The length of a DER element whose tag is before the position, and where its content begins.
local function der_length(der, at)
	local first = der:byte(at);
	if not first or first < 0x80 then
		return first, at + 1;
	end
	local length = 0;
	for i = 1, first - 0x80 do
		length = length * 256 + (der:byte(at + i) or 0);
	end
	return length, at + 1 + first - 0x80;
end

-- SEQUENCE { prime INTEGER, generator INTEGER, … }
local function prime_bits(der)
	if der:byte(1) ~= 0x30 then
		return nil;
	end
	local _, at = der_length(der, 2);
	local length, from = nil, nil;
	if der:byte(at) == 0x02 then
		length, from = der_length(der, at + 1);
	end
	if not length or length > 4096 or from + length - 1 > #der then
		return nil;
	end
	local prime = der:sub(from, from + length - 1):gsub("^%z+", "");
	if prime == "" then
		return nil;
	end
	local top, bits = prime:byte(1), 0;
	while top > 0 do
		top, bits = top // 2, bits + 1;
	end
	return bits + 8 * (#prime - 1);
end

--- The bits of the parameters in the file, relative to the configuration's folder, or in the text itself, which 13 takes too; nil where there are
-- none.
return function (where, config_folder)
	local text = where:find("-----BEGIN", 1, true) and where or content(paths.resolve_relative_path(config_folder, where));
	local body = text:match("%-%-%-%-%-BEGIN DH PARAMETERS%-%-%-%-%-(.-)%-%-%-%-%-END");
	local der = body and encodings.base64.decode((body:gsub("%s", "")));
	return der and prime_bits(der) or nil;
end;
