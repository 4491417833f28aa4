--- Writes HTML that is well-formed XML too. Texts are escaped unless they are nodes, so that nothing can be forgotten.
local xml_escape = require "util.stanza".xml_escape;

local report_html = {};

local node_mt = {};

local function escape_bytes(text)
	return (text:gsub(".", function (c) return ("\\x%02X"):format(c:byte()); end));
end

local function escape_characters(text)
	return (text:gsub(utf8.charpattern, function (c) return ("\\u{%X}"):format(utf8.codepoint(c)); end));
end

-- What XML cannot hold, what is not UTF-8, and what would turn the direction of the text around it or be read as nothing, becomes visible.
local function visible(text)
	text = text:gsub("[%z\1-\8\11-\31\127]", escape_bytes);
	if not text:find("[\128-\255]") then
		return text;
	elseif not utf8.len(text) then
		return (text:gsub("[\128-\255]", escape_bytes));
	end
	text = text:gsub("\194[\128-\159]", escape_characters):gsub("\226\128[\139-\143\168-\174]", escape_characters);
	return (text:gsub("\226\129[\160-\175]", escape_characters):gsub("\239\187\191", escape_characters):gsub("\239\191[\185-\191]", escape_characters));
end

--- The text as it may stand in HTML.
function report_html.escape(text)
	if not text:find("[^ !#-%%(-;=?-~]") then
		return text;
	end
	return xml_escape(visible(text));
end

--- A node of HTML that is finished already.
function report_html.raw(html)
	return setmetatable({ html = html }, node_mt);
end

local function add(parts, child)
	if getmetatable(child) == node_mt then
		parts[#parts + 1] = child.html;
	elseif type(child) == "table" then
		for _, each in ipairs(child) do
			add(parts, each);
		end
	elseif child then
		parts[#parts + 1] = report_html.escape(tostring(child));
	end
end

local empty = { meta = true, input = true, wbr = true };

local function write(name, attributes, children)
	local parts = { "<", name };
	for i = 1, #attributes, 2 do
		if attributes[i + 1] then
			parts[#parts + 1] = (' %s="%s"'):format(attributes[i], (report_html.escape(tostring(attributes[i + 1])):gsub("[\n\t]", " ")));
		end
	end
	if empty[name] then
		parts[#parts + 1] = " />";
		return report_html.raw(table.concat(parts));
	end
	parts[#parts + 1] = ">";
	for i = 1, children.n do
		add(parts, children[i]);
	end
	parts[#parts + 1] = "</"..name..">";
	return report_html.raw(table.concat(parts));
end

--- element.p({ "class", "soft" }, child, …) is a node. Children are texts, nodes and lists of both; nil and false are left out, an attribute
-- that is nil or false as well. Attributes are a list of names and values, for an order that is always the same.
report_html.element = setmetatable({}, {
	__index = function (elements, name)
		local function make(attributes, ...)
			return write(name, attributes, table.pack(...));
		end
		elements[name] = make;
		return make;
	end;
});

-- What is in an id: letters, digits and a few signs; the rest in hexadecimal.
local function id_part(text)
	return (text:gsub("[^%w_.-]", function (c) return ("~%02X"):format(c:byte()); end));
end

--- The id of something, from its kind and names; never the same for two.
function report_html.id(...)
	local parts = table.pack(...);
	for i, part in ipairs(parts) do
		parts[i] = id_part(math.type(part) and "#"..part or tostring(part));
	end
	return table.concat(parts, "/");
end

--- The id of something that has a path.
function report_html.path_id(kind, path)
	return kind.."/"..path:gsub("[^/]+", id_part);
end

return report_html;
