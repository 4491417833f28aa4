--- Dates of certificates as LuaSec prints them.
local x509_dates = {};

local months = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 };

--- "Dec  1 00:00:00 2026 GMT" as a text that orders dates, like os.date "!%Y%m%d%H%M%S"; "" of any other text.
function x509_dates.ordered(date)
	local month, day, hour, minute, second, year = date:match("^(%a+)%s+(%d+) (%d+):(%d+):(%d+) (%d+)");
	return month and ("%04d%02d%02d%02d%02d%02d"):format(year, months[month] or 0, day, hour, minute, second) or "";
end

return x509_dates;
