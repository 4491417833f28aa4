-- <100 concurrent users
csi_queue_size = 256
