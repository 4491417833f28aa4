-- The running server knows the layers of its configuration: the log tells what a reload changed and which layer did it,
-- and Prosody 13's shell has the commands of `prosodyctl mod_stackloader`. The module comes with stackloader.
-- Change it (switch it off) where the log should not name options.

feature_info = { description = "The log tells what a reload changed, and which layer did it" }

if stack.available "stackloader" then
	modules_enabled = { "stackloader" }
end
