-- File upload services
http_file_share_size_limit = 52428800
