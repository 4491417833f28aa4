-- Passwords that people choose are long enough. From prosody-modules, for Prosody 13; 0.12 has nothing that does it.
-- It counts when somebody registers or changes the password, not for what an administrator sets.
-- Change the length to what your rules ask for; longer does more than any mixture of signs.

feature_info = { description = "Passwords are at least twelve characters long" }

if stack.available "password_policy" then
	modules_enabled = { "password_policy" }
	password_policy = { length = 12, exclude_username = true }
end
