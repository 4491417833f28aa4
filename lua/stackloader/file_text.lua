--- The whole text of a file; nil and what is wrong where it cannot be read.
return function (path)
	local file, problem = io.open(path, "rb");
	if not file then
		return nil, problem;
	end
	local text, failure = file:read("a");
	file:close();
	return text, failure;
end;
