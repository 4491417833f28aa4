-- 100-1000 concurrent users
csi_queue_size = 128
