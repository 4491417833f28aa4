-- Sharing files: XEP-0363. domains/upload opens the component and says how much it keeps;
-- stack/06-storage/archiving says for how long.
-- Change it (switch it off) where the disk is small or files must not stay on the server.

feature_info = { description = "Files are uploaded and shared by their address", depends = { "web/http" } }
