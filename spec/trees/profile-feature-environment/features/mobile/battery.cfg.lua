-- Battery optimization
csi_queue_size = 256
