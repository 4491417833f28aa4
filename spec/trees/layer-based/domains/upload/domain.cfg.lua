-- File upload domain
Component "upload.example.org" "http_file_share"
