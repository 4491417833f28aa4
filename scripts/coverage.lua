-- How much of src/ ran: lines and branches as gcov counts them, of each file and of all.
-- usage: lua5.4 scripts/coverage.lua BUILD [least]     BUILD: a folder with what gcc --coverage leaves, after the specs
-- With `least`, nothing but the totals, and a failure where fewer branches than that many in a hundred were taken. Without it, every
-- branch that was never taken and is not in spec/uncovered.txt is a failure too.
package.path = "/usr/lib/prosody/?.lua;"..package.path;
package.cpath = "/usr/lib/prosody/?.so;"..package.cpath;
pcall(require, "loader"); -- Prosody 13's libraries find each other by it
local json = require "util.json";

local listed_in = "spec/uncovered.txt";
local build, least = assert(arg[1], "usage: lua5.4 scripts/coverage.lua BUILD [least]"), arg[2];

local function read_lines(path)
	local lines = {};
	for line in io.lines(path) do
		lines[#lines + 1] = line;
	end
	return lines;
end

--- What gcov says of the sources: a list of { file, lines }.
local function measure()
	local pipe = assert(io.popen("gcov --branch-probabilities --json-format --stdout --object-directory '"..build.."' src/*.c"));
	local files = {};
	for document in pipe:lines() do
		for _, file in ipairs(assert(json.decode(document)).files) do
			if file.file:match "^src/.*%.c$" and #file.lines > 0 then
				files[#files + 1] = file;
			end
		end
	end
	assert(pipe:close(), "gcov failed");
	table.sort(files, function (a, b) return a.file < b.file; end);
	return files;
end

-- A line is told from others by its function and its text: numbers change with every edit above it.
local function name_of(path, line, text)
	return path..": "..line.function_name..": "..text:match "^%s*(.-)%s*$";
end

--- The counts of one file; branches never taken are added to `untaken`: name -> { count, path, line }.
local function count(file, untaken)
	local counts = { lines = 0, run = 0, branches = 0, taken = 0 };
	local source = read_lines(file.file);
	for _, line in ipairs(file.lines) do
		counts.lines = counts.lines + 1;
		counts.run = counts.run + (line.count > 0 and 1 or 0);
		for _, branch in ipairs(line.branches) do
			counts.branches = counts.branches + 1;
			if branch.count > 0 then
				counts.taken = counts.taken + 1;
			else
				local name = name_of(file.file, line, source[line.line_number]);
				untaken[name] = untaken[name] or { count = 0, name = name, path = file.file, line = line.line_number };
				untaken[name].count = untaken[name].count + 1;
			end
		end
	end
	return counts;
end

local function percent(part, whole)
	return whole == 0 and 100 or part / whole * 100;
end

local function row(name, counts)
	return ("%-28s %6d %6.1f %% %6d %6.1f %%"):format(name, counts.lines, percent(counts.run, counts.lines),
		counts.branches, percent(counts.taken, counts.branches));
end

--- The list of branches that no spec can take: name -> how many. Lines that are indented give the reason for those above.
local function read_listed()
	local listed = {};
	for _, line in ipairs(read_lines(listed_in)) do
		local number, name = line:match "^(%d+)%s+(%S.*)$";
		if name then
			listed[name] = math.tointeger(number);
		end
	end
	return listed;
end

local function new_ones(untaken, listed)
	local list = {};
	for name, place in pairs(untaken) do
		if place.count > (listed[name] or 0) then
			list[#list + 1] = place;
		end
	end
	table.sort(list, function (a, b)
		if a.path ~= b.path then
			return a.path < b.path;
		end
		return a.line < b.line;
	end);
	return list;
end

local function no_longer(untaken, listed)
	local list = {};
	for name, number in pairs(listed) do
		local left = untaken[name] and untaken[name].count or 0;
		if left < number then
			list[#list + 1] = ("%s (%d listed, %d left)"):format(name, number, left);
		end
	end
	table.sort(list);
	return list;
end

local total = { lines = 0, run = 0, branches = 0, taken = 0 };
local untaken = {};
if not least then
	print(("%-28s %6s %8s %6s %8s"):format("", "lines", "", "branches", ""));
end
for _, file in ipairs(measure()) do
	local counts = count(file, untaken);
	for name, value in pairs(counts) do
		total[name] = total[name] + value;
	end
	if not least then
		print(row(file.file, counts));
	end
end
print(row("src/", total));

local failed = least and percent(total.taken, total.branches) < tonumber(least);
if failed then
	print(("FAILED: fewer than %s %% of the branches were taken"):format(least));
end
if not least then
	local listed = read_listed();
	for _, place in ipairs(new_ones(untaken, listed)) do
		failed = true;
		print(("%s:%d: never taken, not in %s as\n%d %s"):format(place.path, place.line, listed_in, place.count, place.name));
	end
	for _, text in ipairs(no_longer(untaken, listed)) do
		print("taken now, to be removed from "..listed_in..": "..text);
	end
end
os.exit(not failed);
