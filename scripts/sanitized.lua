-- A busted helper for the sanitized run: leaks are looked for in this process, not in those it starts.
-- Prosody's own util.encodings leaks at exit, as `prosodyctl about` shows without stackloader.
package.cpath = package.cpath..";/usr/lib/prosody/?.so";
require "util.pposix".setenv("ASAN_OPTIONS", "detect_leaks=0");
-- The collector runs whenever anything has grown by a hundredth, so that what nothing holds on to is gone before it is used again.
collectgarbage("generational", 1, 1);
