-- Push notifications
modules_enabled = { "smacks" }
push_notification_with_body = false
