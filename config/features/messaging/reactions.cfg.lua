-- Reactions arrive at once. XEP-0444. Clients send them by themselves and the server passes them on; only with
-- mobile/csi they wait until the phone's screen is lit, and this lets them pass.
-- Change it (switch it off) where batteries matter more than thumbs.

feature_info = { description = "Phones with a dark screen hear of reactions at once" }

csi_important_payloads = stack.append { "{urn:xmpp:reactions:0}reactions" }
