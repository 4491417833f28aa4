-- Battery optimization features
csi_queue_size = 256
