-- Default room configurations
Component "conference.example.org" "muc"
	modules_enabled = { "muc_mam" }
