-- Accounts that tests log in with, in bursts: PROSODY_TEST_USERS=romeo,juliet frees romeo@<domain> and juliet@<domain>
-- from the rate limits. Accounts are no configuration: README.md has the line that makes them.
-- Change the cost of a password, too, where a test logs in thousands of times.

local addresses = stack.env.list("PROSODY_TEST_USERS", {})
for index, name in ipairs(addresses) do
	addresses[index] = name .. "@" .. stack.domain
end
unlimited_jids = addresses

default_iteration_count = 4096  -- the least there is: quick to log in, quick to guess
