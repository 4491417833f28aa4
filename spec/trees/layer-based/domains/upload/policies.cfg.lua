-- Upload policies and limits
Component "upload.example.org" "http_file_share"
	http_file_share_size_limit = 10485760
