-- >1000 users
csi_queue_size = 64
