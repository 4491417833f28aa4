#include "server_names.h"

#include <string.h>

/* In the order of their names; the ends of names are last. */
static const sl_server_name rows[] = {
	{ "auth_ha1_realm", NULL, "mod_auth_ha1", SL_NAMES_HOST, false },                                   /* whose users of the file sign in */
	{ "auth_sql", "host", "mod_auth_sql", SL_NAMES_PEER, false },
	{ "broadcast_from", NULL, "mod_broadcast", SL_NAMES_ADDRESS, false },                               /* the sender of its messages */
	{ "cyrus_server_fqdn", NULL, "mod_auth_cyrus", SL_NAMES_HOST, false },
	{ "cyrus_service_realm", NULL, "mod_auth_cyrus", SL_NAMES_HOST, false },
	{ "dovecot_auth_host", NULL, "mod_auth_dovecot", SL_NAMES_HOST, false },
	{ "external_service_host", NULL, "mod_external_services", SL_NAMES_HOST, false },
	{ "external_services", "host", "mod_external_services", SL_NAMES_HOST, false },
	{ "http_external_url", NULL, "mod_http", SL_NAMES_URL, false },
	{ "http_file_share_base_url", NULL, "mod_http_file_share", SL_NAMES_URL, false },
	{ "http_upload_external_base_url", NULL, "mod_http_upload_external", SL_NAMES_URL, false },
	{ "ldap", "hostname", "ldap.lib", SL_NAMES_PEER, false },
	{ "ldap_server", NULL, "mod_auth_ldap", SL_NAMES_PEER, false },
	{ "motd_jid", NULL, "mod_motd", SL_NAMES_ADDRESS, false },                                          /* the sender of its message */
	{ "muc_media_public_base", NULL, "mod_muc_cache_media", SL_NAMES_URL, false },
	{ "onions_socks5_host", NULL, "mod_onions", SL_NAMES_HOST, false },
	{ "parent_host", NULL, "mod_authz_internal", SL_NAMES_HOST, false },                                /* whose users are the component's own */
	{ "pastebin_url", NULL, "mod_pastebin", SL_NAMES_URL, false },
	{ "proxy65_address", NULL, "mod_proxy65", SL_NAMES_HOST, false },
	{ "realm", NULL, "mod_auth_ldap", SL_NAMES_HOST, false },                                           /* whose users of the directory sign in */
	{ "registration_from", NULL, "mod_watchregistrations", SL_NAMES_ADDRESS, false },                   /* the sender of its messages */
	{ "server_status_show_comps", "*", "mod_server_status", SL_NAMES_HOST, false },                     /* whose state everybody can read */
	{ "server_status_show_hosts", "*", "mod_server_status", SL_NAMES_HOST, false },
	{ "sql", "host", "mod_storage_sql", SL_NAMES_PEER, false },
	{ "turn_external_host", NULL, "mod_turn_external", SL_NAMES_HOST, false },
	{ "turncredentials_host", NULL, "mod_turncredentials", SL_NAMES_HOST, false },
	{ "vjud_search_domain", NULL, "mod_vjud", SL_NAMES_HOST, false },                                   /* whose users are found */
	{ "*_base_url", NULL, "mod_http_file_share", SL_NAMES_URL, false },                                 /* <module>_base_url */
	{ "*_host", NULL, "core/portmanager", SL_NAMES_HOST, true },                                        /* <service>_host, and mod_http */
};

/* They end like the name of an option that names a host, and are booleans. */
static const char *const booleans[] = { "auth_append_host", "validate_append_host" };   /* mod_auth_dovecot */

static bool is(const char *name, const char *option, size_t length) {
	return strlen(name) == length && memcmp(name, option, length) == 0;
}

static bool ends(const char *end, const char *option, size_t length) {
	size_t size = strlen(end);
	return length >= size && memcmp(option + length - size, end, size) == 0;
}

const sl_server_name *sl_server_name_of(const char *option, size_t length) {
	for(size_t i = 0; i < sizeof(booleans) / sizeof(*booleans); i++) {
		if(is(booleans[i], option, length)) {
			return NULL;
		}
	}
	for(size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *name = rows[i].option;
		if(name[0] == '*' ? ends(name + 1, option, length) : is(name, option, length)) {
			return &rows[i];
		}
	}
	return NULL;
}

/* The length of the text up to the first such character; all of it where there is none. */
static size_t span(const char *text, size_t length, char end) {
	const char *at = memchr(text, end, length);
	return at ? (size_t)(at - text) : length;
}

/* "host" or "host:port": the length of the host; 0 where the port is none. */
static size_t host_before_port(const char *text, size_t length) {
	enum { DIGITS = 5 };
	size_t host = span(text, length, ':');
	if(host < length && (length - host - 1 > DIGITS || length - host == 1)) {
		return 0;
	}
	for(size_t i = host + 1; i < length; i++) {
		if(text[i] < '0' || text[i] > '9') {
			return 0;
		}
	}
	return host;
}

/* What stands between "scheme://" and the path; NULL where the text begins otherwise. */
static const char *authority_of(const char *text, size_t length, size_t *size) {
	size_t scheme = span(text, length, ':');
	for(size_t i = 0; i < scheme; i++) {
		if(text[i] < 'a' || text[i] > 'z') {
			return NULL;
		}
	}
	if(scheme == 0 || length - scheme < 3 || memcmp(text + scheme, "://", 3) != 0) {
		return NULL;
	}
	const char *start = text + scheme + 3;
	*size = span(start, length - scheme - 3, '/');
	return start;
}

/* The host of "user@host/resource", "host/resource" or "host". */
static const char *host_of_address(const char *text, size_t length, size_t *size) {
	size_t bare = span(text, length, '/');
	size_t user = span(text, bare, '@');
	const char *start = user < bare ? text + user + 1 : text;
	*size = bare - (size_t)(start - text);
	return start;
}

bool sl_find_server_name(sl_naming naming, const char *text, size_t length, const char **host, size_t *host_length) {
	size_t size = length;
	const char *start = text;
	if(naming == SL_NAMES_URL) {
		start = authority_of(text, length, &size);
	} else if(naming == SL_NAMES_ADDRESS) {
		start = host_of_address(text, length, &size);
	}
	if(start && (naming == SL_NAMES_URL || naming == SL_NAMES_PEER)) {
		size = host_before_port(start, size);
	}
	*host = start;
	*host_length = size;
	return start && size > 0;
}

const char *sl_naming_example(sl_naming naming) {
	static const char *const examples[] = {
		[SL_NAMES_HOST] = "the name of a host in quotes, such as \"chat.example.net\"",
		[SL_NAMES_PEER] = "the name of a host in quotes, such as \"db.example.net\" or \"db.example.net:5432\"",
		[SL_NAMES_ADDRESS] = "an address in quotes, such as \"news@example.net\"",
		[SL_NAMES_URL] = "a URL in quotes, in lower case up to its path and without a user name, such as \"https://upload.example.net/\""
	};
	return examples[naming];
}

bool sl_is_certificate_option(const char *option, size_t length) {
	/* core/certmanager and mod_tls read "ssl" and "certificate", core/portmanager <service>_ssl and <service>_certificate. mod_tls gives the "ssl" of
	 * a host to the hosts below it too, whoever has them. The others are fields of "ssl", which net/http and old modules take with a prefix. */
	static const char *const names[] = { "cafile", "capath", "certificate", "certificates", "dhparam", "key", "ssl" };
	static const char *const tails[] = { "_cafile", "_capath", "_certificate", "_certificates", "_dhparam", "_ssl" };
	for(size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if(is(names[i], option, length)) {
			return true;
		}
	}
	for(size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		if(ends(tails[i], option, length)) {
			return true;
		}
	}
	return false;
}
