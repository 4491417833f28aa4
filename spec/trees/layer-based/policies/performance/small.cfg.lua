-- <100 users
csi_queue_size = 256
