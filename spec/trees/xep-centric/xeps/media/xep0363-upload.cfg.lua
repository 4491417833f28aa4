-- HTTP File Upload
http_file_share_size_limit = 10485760
