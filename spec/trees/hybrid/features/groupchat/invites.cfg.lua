-- MUC Invitations (XEP-0249)
modules_enabled = { "invites" }
