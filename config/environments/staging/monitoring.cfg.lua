-- Finer figures than in production, to compare two versions by. The feature admin/metrics hands them out; without it
-- `prosodyctl shell stats:show` shows them (0.12 and 13).
-- Change the interval to what the collector asks for.

statistics = "internal"
statistics_interval = 15  -- seconds
