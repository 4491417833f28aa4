-- Development settings
log = { debug = "*console" }
