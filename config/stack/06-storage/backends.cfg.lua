-- Where accounts, contacts and messages are kept.
-- Change it before there are accounts: another storage starts empty (`prosody-migrator` moves what there is).

storage = "internal"  -- files below the data folder: no service to run, backed up by copying

-- The data folder that Prosody was built with (Debian: /var/lib/prosody), unless a variable says otherwise.
data_path = stack.env.string "PROSODY_DATA_PATH"
