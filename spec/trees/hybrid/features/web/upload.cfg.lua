-- HTTP File Upload (XEP-0363)
http_file_share_size_limit = 52428800
