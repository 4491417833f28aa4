--- prosodyctl mod_stackloader shards: which server has which of the tenants that several servers share, and how even that is.
local effective = require "stackloader.effective";
local sharing = require "stackloader.sharing";
local stackloader = require "stackloader";
local telling = require "stackloader.telling";

-- As src/shard.h has it.
local most_servers = 1024;

-- For how many servers: the word, else what is chosen; nil and why not.
local function count_of(word, chosen)
	if not word then
		return chosen, "For how many servers? This one is not told its share (PROSODY_SHARD=k/n): give the number, as in \"shards 8\"";
	end
	local count = word:find("^%d+$") and math.tointeger(tonumber(word));
	if not count or count < 1 or count > most_servers then
		return nil, ("shards %s: expected a number of servers from 1 to %d, as in \"shards 8\""):format(word, most_servers);
	end
	return count;
end

-- How even it is: the standard deviation of the servers' shares too.
local function measure(result)
	local squares = 0;
	result.mean = result.total / result.count;
	result.smallest, result.largest = math.huge, 0;
	for _, shard in ipairs(result.shards) do
		result.smallest, result.largest = math.min(result.smallest, #shard.names), math.max(result.largest, #shard.names);
		squares = squares + (#shard.names - result.mean) ^ 2;
		shard.tenants = #shard.names;
	end
	result.deviation = (squares / result.count) ^ 0.5;
end

local function share_out(names, count)
	local result = { count = count, total = #names, shards = {} };
	for k = 0, count - 1 do
		result.shards[k + 1] = { shard = ("%d/%d"):format(k, count), names = {} };
	end
	for _, name in ipairs(names) do
		local list = result.shards[stackloader.shard(name, count) + 1].names;
		list[#list + 1] = name;
	end
	measure(result);
	return result;
end

-- Who changes the server between two numbers of servers.
local function moved(names, from, to)
	local count = 0;
	for _, name in ipairs(names) do
		count = count + (stackloader.shard(name, from) ~= stackloader.shard(name, to) and 1 or 0);
	end
	return { from = from, to = to, tenants = count };
end

local columns = {
	{ title = "Server", key = "shard" };
	{ title = "Tenants", key = "tenants", align = "right" };
	{ title = "Of mean", key = "share", align = "right" };
	{ title = "Who", key = "names" };
};

local function percent(part, whole)
	return whole == 0 and "-" or ("%.1f%%"):format(100 * part / whole);
end

-- All of a few, a sample of many.
local function who(names)
	if #names <= 20 then
		return effective.some(names);
	end
	return ("%s and %d more"):format(effective.some { names[1], names[2], names[3] }, #names - 3);
end

local function show(result, out)
	local rows = {};
	for i, shard in ipairs(result.shards) do
		rows[i] = {
			shard = shard.shard..(shard.shard == result.here and " (this)" or ""); tenants = #shard.names; share = percent(#shard.names, result.mean);
			names = who(shard.names);
		};
	end
	telling.table(columns, rows, out);
	out.print(("%s of %s on %s: %.1f on average, from %d (%s) to %d (%s), standard deviation %.1f (%s)"):format(
		telling.count(result.total, "entr"):gsub("entr(s?)$", { [""] = "entry", s = "entries" }), result.folder,
		telling.count(result.count, "server"), result.mean, result.smallest, percent(result.smallest, result.mean), result.largest,
		percent(result.largest, result.mean), result.deviation, percent(result.deviation, result.mean)));
	if result.moved then
		out.print(("From %s to %d, %d of %d move (%s)."):format(telling.count(result.moved.from, "server"), result.moved.to, result.moved.tenants,
			result.total, percent(result.moved.tenants, result.total)));
	end
end

local function show_names(names, count, out)
	for _, name in ipairs(names) do
		out.print(("%s\t%d/%d"):format(telling.printable(name), stackloader.shard(name, count), count));
	end
end

local function tell(result, names, opts, out)
	if opts.format == "json" then
		out.json(result);
	elseif opts.names then
		show_names(names, result.count, out);
	else
		show(result, out);
	end
end

local function run(stack, opts, out)
	local about = stack:about();
	if not about.shared then
		return effective.refuse(out, "Servers share nothing of this configuration: its tree does not have the built-in axis domains");
	end
	local chosen = about.shard and select(2, sharing.parse(about.shard));
	local count, problem = count_of(opts[1], chosen);
	if not count then
		return effective.refuse(out, problem);
	end
	local names, problems = sharing.names(about);
	for _, text in ipairs(problems) do
		out.warn(telling.printable(text));
	end
	local result = share_out(names, count);
	result.folder, result.here = about.shared.."/", about.shard;
	result.moved = chosen and chosen ~= count and moved(names, chosen, count) or nil;
	tell(result, names, opts, out);
	return 0;
end

return {
	usage = "shards [SERVERS]";
	summary = "which server has which of domains/tenants/, and how even that is";
	details = [[
Each file or folder in domains/tenants/ belongs to one server, by its name alone: PROSODY_SHARD=k/n, or --shard=k/n, says which server this is, from
0, and of how many. With another number of servers it tells how it would be, and how many would move. Counted are names, also of what a later
root switches off.]];
	arguments = { least = 0, most = 1 };
	flags = { names = "one entry a line, with its server behind a tab" };
	run = effective.with_stack(run);
};
