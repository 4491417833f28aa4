-- NAME.<domain>, a program of its own that speaks for this address. XEP-0114.
-- The program connects to port 5347 of this machine and shows the secret PROSODY_NAME_SECRET, which stands in .env, in the
-- file that PROSODY_NAME_SECRET_FILE names, or is a systemd credential.
-- Change component_interfaces in local/ where the program runs on another machine.

Component("NAME." .. stack.domain)
component_secret = stack.env.secret "PROSODY_NAME_SECRET"
