--- The path that a word of the command line means, as far as that is known: prosodyctl changes its folder when root calls it, so a relative
-- name means the folder that the shell was in.
return function (name)
	local folder = os.getenv("PWD");
	if name:sub(1, 1) == "/" or not folder or folder:sub(1, 1) ~= "/" then
		return name;
	end
	return folder:gsub("/$", "").."/"..name;
end
