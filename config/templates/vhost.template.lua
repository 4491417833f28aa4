-- The domain EXAMPLE.NET beside the server's own: its people, their rooms and files.
-- Change what follows a line to settings that this host or component alone has. The certificate must hold all three names.

VirtualHost "EXAMPLE.NET"
	admins = { "YOU@EXAMPLE.NET" }  -- administers this domain alone

Component "conference.EXAMPLE.NET" "muc"
	name = "Rooms"

Component "upload.EXAMPLE.NET" "http_file_share"
	name = "File sharing"
