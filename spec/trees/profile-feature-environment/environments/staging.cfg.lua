-- Staging environment
log = { debug = "*console" }
