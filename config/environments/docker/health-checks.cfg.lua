-- Is it alive? `prosodyctl status` in the container says so (README.md has the HEALTHCHECK line), and the web server answers
-- whoever asks by address instead of by name, as checks do.
-- Change it where another of the domains is to answer them.

http_default_host = stack.domain
