--- What `prosodyctl check config` says of the stack: the layers that were loaded and what is wrong with them.
local output = require "stackloader.output";

local severities = {
	{ name = "error", title = "Errors", style = "red" };
	{ name = "warning", title = "Warnings", style = "yellow" };
	{ name = "note", title = "Notes", style = "bold" };
};

local function printable(text)
	return (text:gsub("[%c]", function (c) return c == "\n" and "\n    " or "?"; end));
end

local function place(finding)
	if not finding.path then
		return "";
	end
	return finding.line and ("%s:%d: "):format(finding.path, finding.line) or finding.path..": ";
end

local function show_layers(stack, out)
	local axes, order = {}, {};
	for _, layer in ipairs(stack:layers()) do
		if not axes[layer.axis] then
			axes[layer.axis] = 0;
			order[#order + 1] = layer.axis;
		end
		axes[layer.axis] = axes[layer.axis] + 1;
	end
	local parts = {};
	for i, axis in ipairs(order) do
		parts[i] = ("%s %d"):format(axis, axes[axis]);
	end
	local about = stack:about();
	out.print(("%d layers (%s), %d options in %.1f ms"):format(about.layers, table.concat(parts, ", "), about.options, about.seconds * 1000));
end

local function show_findings(findings, out)
	local counts = {};
	for _, severity in ipairs(severities) do
		counts[severity.name] = 0;
		for _, finding in ipairs(findings) do
			if finding.severity == severity.name then
				if counts[severity.name] == 0 then
					out.print(out.style(severity.style, severity.title..":"));
				end
				counts[severity.name] = counts[severity.name] + 1;
				out.print("    "..printable(("%s%s [%s]"):format(place(finding), finding.text, finding.code)));
			end
		end
	end
	return counts;
end

return function (stack)
	local out = output.terminal();
	out.print(out.style("bold", "Checking the layers..."));
	show_layers(stack, out);
	local counts = show_findings(stack:findings(), out);
	if #stack:findings() == 0 then
		out.print("No findings.");
	end
	out.print("");
	return counts.error;
end;
