-- Debug configuration
log = { debug = "*console" }
