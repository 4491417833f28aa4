--- Periods of time as Prosody 13's util.human.io reads them: the installed Prosody may be another version, which does not know them.
local periods = {};

local day = 86400;
local units = { s = 1, min = 60, h = 3600, ho = 3600, d = day, w = 7 * day, mon = 31 * day, y = 365.2425 * day };
-- Prosody takes these too, and warns of them.
local vague = { m = units.mon, mo = units.mon, mi = units.min };

--- The seconds of a text such as "2 days"; nil where Prosody finds no number with a unit in it.
function periods.parse(text)
	local number, unit = text:lower():match("(%d+)%s*([smhdwy]?[io]?n?)");
	local seconds = number and units[unit];
	return seconds and tonumber(number) * seconds;
end

--- The seconds that Prosody takes where it warns: what has no unit is seconds, a bare "m" months.
function periods.parse_lax(text)
	local number, unit = text:lower():match("(%d+)%s*([smhdwy]?[io]?)");
	return number and tonumber(number) * (units[unit] or vague[unit] or 1);
end

return periods;
