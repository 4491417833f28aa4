-- File sharing
http_file_share_size_limit = 10485760
