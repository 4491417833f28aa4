-- Conference domain setup
Component "conference.example.org" "muc"
