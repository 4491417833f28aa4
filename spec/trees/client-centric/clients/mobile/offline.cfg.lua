-- Offline handling
smacks_hibernation_time = 3600
