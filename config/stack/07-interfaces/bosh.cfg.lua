-- Web clients over plain HTTP requests, at /http-bind. XEP-0124 and XEP-0206.
-- Change it to leave out clients behind proxies that break WebSocket; hardly anything else needs it today.

modules_enabled = {
	"bosh";
}
