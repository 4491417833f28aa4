-- "Delivered" and "read" arrive at once. XEP-0184 (receipts), XEP-0333 (markers). Clients send them by themselves and
-- the server passes them on; only with mobile/csi they wait until the phone's screen is lit, and this lets them pass.
-- Change it (switch it off) where batteries matter more than check marks.

feature_info = { description = "Phones with a dark screen hear of deliveries at once" }

csi_important_payloads = stack.append { "{urn:xmpp:receipts}received", "{urn:xmpp:chat-markers:0}displayed" }
