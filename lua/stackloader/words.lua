--- Words of a text as a set: how lists of names are written here.
local words = {};

--- The words between white space, as keys of a table.
function words.set(text)
	local set = {};
	for word in text:gmatch("%S+") do
		set[word] = true;
	end
	return set;
end

--- The names that Lua keeps for itself.
words.of_lua = words.set
	"and break do else elseif end false for function goto if in local nil not or repeat return then true until while";

return words;
