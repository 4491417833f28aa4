#include "server_names.h"

#include <string.h>

/* In the order of their names; the ends of names are last. */
static const sl_server_name rows[] = {
	{ "auth_ha1_realm", SL_NAMES_HOST, NULL, false, "mod_auth_ha1" },                      /* whose users of the file sign in */
	{ "auth_sql", SL_NAMES_PEER, "host", false, "mod_auth_sql" },
	{ "broadcast_from", SL_NAMES_ADDRESS, NULL, false, "mod_broadcast" },                  /* the sender of its messages */
	{ "cyrus_server_fqdn", SL_NAMES_HOST, NULL, false, "mod_auth_cyrus" },
	{ "cyrus_service_realm", SL_NAMES_HOST, NULL, false, "mod_auth_cyrus" },
	{ "dovecot_auth_host", SL_NAMES_HOST, NULL, false, "mod_auth_dovecot" },
	{ "external_service_host", SL_NAMES_HOST, NULL, false, "mod_external_services" },
	{ "external_services", SL_NAMES_HOST, "host", false, "mod_external_services" },
	{ "http_external_url", SL_NAMES_URL, NULL, false, "mod_http" },
	{ "http_file_share_base_url", SL_NAMES_URL, NULL, false, "mod_http_file_share" },
	{ "http_upload_external_base_url", SL_NAMES_URL, NULL, false, "mod_http_upload_external" },
	{ "ldap", SL_NAMES_PEER, "hostname", false, "ldap.lib" },
	{ "ldap_server", SL_NAMES_PEER, NULL, false, "mod_auth_ldap" },
	{ "motd_jid", SL_NAMES_ADDRESS, NULL, false, "mod_motd" },                             /* the sender of its message */
	{ "onions_socks5_host", SL_NAMES_HOST, NULL, false, "mod_onions" },
	{ "parent_host", SL_NAMES_HOST, NULL, false, "mod_authz_internal" },                   /* whose users are the component's own */
	{ "pastebin_url", SL_NAMES_URL, NULL, false, "mod_pastebin" },
	{ "proxy65_address", SL_NAMES_HOST, NULL, false, "mod_proxy65" },
	{ "realm", SL_NAMES_HOST, NULL, false, "mod_auth_ldap" },                              /* whose users of the directory sign in */
	{ "registration_from", SL_NAMES_ADDRESS, NULL, false, "mod_watchregistrations" },      /* the sender of its messages */
	{ "server_status_show_comps", SL_NAMES_HOST, "*", false, "mod_server_status" },        /* whose state everybody can read */
	{ "server_status_show_hosts", SL_NAMES_HOST, "*", false, "mod_server_status" },
	{ "sql", SL_NAMES_PEER, "host", false, "mod_storage_sql" },
	{ "turn_external_host", SL_NAMES_HOST, NULL, false, "mod_turn_external" },
	{ "turncredentials_host", SL_NAMES_HOST, NULL, false, "mod_turncredentials" },
	{ "vjud_search_domain", SL_NAMES_HOST, NULL, false, "mod_vjud" },                      /* whose users are found */
	{ "*_base_url", SL_NAMES_URL, NULL, false, "mod_http_file_share" },                    /* <module>_base_url */
	{ "*_host", SL_NAMES_HOST, NULL, true, "core/portmanager" },                           /* <service>_host, and mod_http */
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
