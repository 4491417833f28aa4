-- Custom stanza processors
csi_queue_size = 256
