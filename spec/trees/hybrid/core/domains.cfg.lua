-- Domain setup and virtual hosts
VirtualHost "example.org"

Component "conference.example.org" "muc"
