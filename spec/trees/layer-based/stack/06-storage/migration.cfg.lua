-- Data migration tools
upgrade_legacy_vcards = true
