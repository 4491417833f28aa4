-- >10000 concurrent users
csi_queue_size = 32
