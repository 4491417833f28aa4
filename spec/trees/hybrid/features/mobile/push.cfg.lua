-- Push Notifications (XEP-0357)
modules_enabled = { "smacks" }
push_notification_with_body = false
