#include "text_options.h"

#include <stdlib.h>
#include <string.h>

/* In the order of strcmp(). What get_option_string or get_option_path reads in Prosody 0.12, in 13 or in a community module and no other typed
 * getter reads, and tls_profile_version, whose texts look like numbers ("5.7"): certmanager compares it with names. */
static const char *const names[] = {
	"admin_socket", "archive_store", "auth_ha1_file", "auth_ha1_realm", "authentication", "broadcast_from", "certificates", "component_secret",
	"connectivity_probe", "console_banner", "default_provisioned_role", "default_user_role", "dialback_secret", "dnsbl_flag",
	"dovecot_auth_host", "dovecot_auth_port", "dovecot_auth_socket", "dovecotauth_host", "external_service_host", "external_service_secret",
	"forgejo_actor", "forgejo_node_mapping", "forgejo_node_prefix", "geoip_ipv4_country", "geoip_ipv6_country", "groups_file",
	"handle_appended", "host_user_role", "http_default_host", "http_errors_default_message", "http_external_url", "http_files_dir", "http_host",
	"http_path", "http_upload_path", "insecure_open_authentication", "invites_page", "invites_page_module", "invites_register_template_path",
	"invites_registration_page", "ldap_admin_filter", "ldap_admins", "ldap_base", "ldap_filter", "ldap_password", "ldap_rootdn", "ldap_server",
	"libjs_path", "log_auth_ips", "mime_types_file", "motd_jid", "motd_text", "muc_invite_affiliated_reason", "muc_media_public_base",
	"muc_media_store_path", "muc_restrict_nick_pattern", "muc_room_default_language", "muc_rtbl_jid", "muc_rtbl_node", "name",
	"oauth2_policy_url", "oauth2_registration_algorithm", "oauth2_registration_key", "oauth2_security_policy", "oauth2_service_documentation",
	"oauth2_template_path", "oauth2_terms_url", "oauth_client_id", "oauth_client_secret", "oauth_url", "onions_socks5_host",
	"openmetrics_allow_cidr", "os_version_command", "parent_host", "pastebin_ignore", "pastebin_trigger", "pastebin_url", "pidfile",
	"presence_icons", "proxy65_address", "public_user_role", "push_notification_important_body", "realm", "reg_servlet_auth_token",
	"reg_servlet_base", "register_ibr_default_role", "register_web_template", "register_web_title", "registration_from",
	"registration_instructions", "registration_notification", "registration_text", "registration_title", "registration_url",
	"report_forward_body_template", "rest_callback_content_type", "rest_callback_url", "rest_demo_resources", "security_catalog_desc",
	"security_catalog_name", "server_status_basepath", "server_user_role", "site_name", "stanza_counter_basepath", "support_contact",
	"support_contact_group", "support_contact_nick", "tls_profile_version", "tls_server_end_point_hash", "turn_external_host",
	"turn_external_secret", "turn_external_user", "turncredentials_host", "turncredentials_secret", "umask", "unified_push_backend",
	"unified_push_secret", "vcard_store_name", "vjud_instructions", "vjud_mode", "vjud_search_domain", "webchat_url",
	"websocket_get_response_body", "websocket_get_response_text", "welcome_message"
};

static int compare(const void *name, const void *entry) {
	return strcmp(name, *(const char *const *)entry);
}

bool sl_takes_text(const char *option) {
	return bsearch(option, names, sizeof(names) / sizeof(*names), sizeof(*names), compare) != NULL;
}
