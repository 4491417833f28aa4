#include "secret_name.h"

#include <string.h>

/* ======== the table ======== */

typedef enum fit {
	ENDS,   /* the name ends so, be it in the middle of a word */
	WORDS   /* the name ends in these words */
} fit;

typedef struct row {
	const char *text;   /* as write_words() writes names */
	size_t length;
	fit fit;
	bool secret;
} row;

/* The reason is for who reads the table. */
#define ROW(text, fit, secret, why) { text, sizeof(text) - 1, fit, secret }

/* Of the rows that fit a name, the longest decides. A plural fits what its singular does. */
static const row rows[] = {
	ROW("password", ENDS, true, "ldap_password, dbpassword, password in sql"),
	ROW("passwd", ENDS, true, "the same, shorter"),
	ROW("passphrase", ENDS, true, "what a private key is encrypted with"),
	ROW("passcode", ENDS, true, "a password of digits"),
	ROW("pass", ENDS, true, "db_pass, smtppass"),
	ROW("bypass", ENDS, false, "an English word: rate_limit_bypass"),
	ROW("compass", ENDS, false, "an English word"),
	ROW("encompass", ENDS, false, "an English word"),
	ROW("trespass", ENDS, false, "an English word"),
	ROW("surpass", ENDS, false, "an English word"),
	ROW("overpass", ENDS, false, "an English word"),
	ROW("underpass", ENDS, false, "an English word"),
	ROW("proxy_pass", WORDS, false, "an address, as in nginx"),
	ROW("pwd", ENDS, true, "db_pwd, ldappwd"),
	ROW("pw", ENDS, true, "bind_pw, rootpw"),
	ROW("secret", ENDS, true, "component_secret, turn_external_secret, clientsecret"),
	ROW("secret_id", WORDS, true, "the password of an AppRole in Vault"),
	ROW("token", ENDS, true, "reg_servlet_auth_token, access_token, authtoken"),
	ROW("max_token", WORDS, false, "a number of pieces of text"),
	ROW("min_token", WORDS, false, "a number of pieces of text"),
	ROW("page_token", WORDS, false, "a place in a list"),
	ROW("next_token", WORDS, false, "a place in a list"),
	ROW("continuation_token", WORDS, false, "a place in a list"),
	ROW("bearer", WORDS, true, "a token as the header Authorization has it"),
	ROW("authorization", WORDS, true, "the header itself: http_headers = { Authorization = \"Bearer …\" }"),
	ROW("authorization_header", WORDS, true, "muc_http_auth_authorization_header"),
	ROW("auth_header", WORDS, true, "the same, shorter"),
	ROW("credential", ENDS, true, "a user with its password"),
	ROW("allow_credential", WORDS, false, "access_control_allow_credentials is a switch of mod_http"),
	ROW("load_credential", WORDS, false, "a path, as in a unit of systemd"),
	ROW("application_credential", WORDS, false, "a path: GOOGLE_APPLICATION_CREDENTIALS"),
	ROW("psk", WORDS, true, "a key that both sides have"),
	ROW("otp_seed", WORDS, true, "what one-time passwords are made from: mod_auth_token"),
	ROW("_key", ENDS, true, "oauth2_registration_key, signing_key, encryption_key; `key` alone is a path in ssl, and anything elsewhere"),
	ROW("apikey", ENDS, true, "api_key in one word"),
	ROW("secretkey", ENDS, true, "secret_key in one word"),
	ROW("privatekey", ENDS, true, "private_key in one word"),
	ROW("accesskey", ENDS, true, "access_key in one word"),
	ROW("signingkey", ENDS, true, "signing_key in one word"),
	ROW("encryptionkey", ENDS, true, "encryption_key in one word"),
	ROW("masterkey", ENDS, true, "master_key in one word"),
	ROW("authkey", ENDS, true, "auth_key in one word"),
	ROW("sharedkey", ENDS, true, "shared_key in one word"),
	ROW("sessionkey", ENDS, true, "session_key in one word"),
	ROW("licensekey", ENDS, true, "license_key in one word"),
	ROW("public_key", WORDS, false, "everybody may have it"),
	ROW("pub_key", WORDS, false, "everybody may have it"),
	ROW("publishable_key", WORDS, false, "everybody may have it"),
	ROW("site_key", WORDS, false, "the half of a captcha's keys that is in the page"),
	ROW("trusted_key", WORDS, false, "other people's public keys, or fingerprints"),
	ROW("authorized_key", WORDS, false, "other people's public keys"),
	ROW("allowed_key", WORDS, false, "names of keys"),
	ROW("known_key", WORDS, false, "names of keys, or other people's public keys"),
	ROW("required_key", WORDS, false, "names of keys"),
	ROW("ssl_key", WORDS, false, "a path, as `key` in ssl; a private key itself is known by its first line"),
	ROW("tls_key", WORDS, false, "a path"),
	ROW("https_key", WORDS, false, "a path"),
	ROW("cert_key", WORDS, false, "a path"),
	ROW("certificate_key", WORDS, false, "a path"),
	ROW("host_key", WORDS, false, "a path, as in sshd"),
	ROW("primary_key", WORDS, false, "a column of a database"),
	ROW("foreign_key", WORDS, false, "a column of a database"),
	ROW("unique_key", WORDS, false, "a column of a database"),
	ROW("sort_key", WORDS, false, "the name of a field"),
	ROW("order_key", WORDS, false, "the name of a field"),
	ROW("group_key", WORDS, false, "the name of a field"),
	ROW("field_key", WORDS, false, "the name of a field"),
	ROW("form_key", WORDS, false, "the name of a field"),
	ROW("map_key", WORDS, false, "the name of a field"),
	ROW("json_key", WORDS, false, "the name of a field"),
	ROW("table_key", WORDS, false, "the name of a field"),
	ROW("column_key", WORDS, false, "the name of a field"),
	ROW("row_key", WORDS, false, "the name of a row"),
	ROW("index_key", WORDS, false, "the name of a field"),
	ROW("lookup_key", WORDS, false, "the name of a field"),
	ROW("cache_key", WORDS, false, "under which something is found again"),
	ROW("storage_key", WORDS, false, "under which something is found again"),
	ROW("object_key", WORDS, false, "under which something is found again"),
	ROW("partition_key", WORDS, false, "by which data are divided"),
	ROW("shard_key", WORDS, false, "by which data are divided"),
	ROW("routing_key", WORDS, false, "the name of a queue"),
	ROW("config_key", WORDS, false, "the name of an option"),
	ROW("option_key", WORDS, false, "the name of an option"),
	ROW("setting_key", WORDS, false, "the name of an option"),
	ROW("header_key", WORDS, false, "the name of a header"),
	ROW("message_key", WORDS, false, "the name of a text"),
	ROW("translation_key", WORDS, false, "the name of a text"),
	ROW("hot_key", WORDS, false, "a key on a keyboard"),
	ROW("shortcut_key", WORDS, false, "a key on a keyboard")
};

/* A name that begins so is a switch: require_token, allow_password. */
static const char *const switches[] = { "allow_", "allows_", "enable_", "disable_", "require_", "requires_" };

/* Words that change nothing at the end of a name: turn_secret_old, api_key_2. */
static const char *const trailing[] = {
	"old", "new", "previous", "current", "next", "default", "value", "text", "string", "plain", "base64", "b64", "hex", "prod", "production",
	"staging", "test", "dev", NULL
};

/* A variable that ends so says something about a secret: DB_PASSWORD_FILE, TOKEN_TTL. */
static const char *const about[] = {
	"file", "path", "dir", "directory", "folder", "ttl", "lifetime", "validity", "expiry", "expires", "timeout", "interval", "rotation", "length", "size", "min",
	"max", "count", "policy", "hash", "algorithm", "alg", "method", "type", "format", "prefix", "suffix", "name", "id", "user", "username", "field",
	"url", "uri", "host", "port", "server", "endpoint", "issuer", "audience", "required", "enabled", "hint", NULL
};

/* ======== names as words ======== */

enum { LONGEST = 128 };

typedef struct words {
	char text[LONGEST + 1];
	size_t length;
} words;

static bool is_upper(char c) {
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static void add_character(words *w, char c) {
	if(w->length < LONGEST && (c != '_' || (w->length > 0 && w->text[w->length - 1] != '_'))) {
		w->text[w->length++] = c;
	}
}

/* What stands for the character: letters in lower case, a line for what is between words. What has blanks in it is no name in a program: "odd key"
 * is one of many keys. */
static char as_written(char c) {
	if(is_upper(c)) {
		return (char)(c - 'A' + 'a');
	}
	if(is_lower(c) || is_digit(c) || c == ' ' || (unsigned char)c >= 128) {
		return c;
	}
	return '_';
}

/* "apiKey", "API-KEY" -> "api_key". Of a very long name the end counts. */
static words write_words(const char *name, size_t length) {
	words w = { .length = 0 };
	for(size_t i = length > LONGEST / 2 ? length - LONGEST / 2 : 0; i < length; i++) {
		if(i > 0 && is_upper(name[i]) && is_lower(name[i - 1])) {
			add_character(&w, '_');
		}
		add_character(&w, as_written(name[i]));
	}
	while(w.length > 0 && w.text[w.length - 1] == '_') {
		w.length--;
	}
	w.text[w.length] = '\0';
	return w;
}

/* Where the last word begins. */
static size_t last_word(const words *w) {
	size_t at = w->length;
	while(at > 0 && w->text[at - 1] != '_') {
		at--;
	}
	return at;
}

static bool is_listed(const char *word, const char *const *list) {
	while(*list && strcmp(word, *list) != 0) {
		list++;
	}
	return *list != NULL;
}

/* Cuts the name at a place, and the line that joins what is cut off. */
static void cut(words *w, size_t at) {
	w->length = at > 0 ? at - 1 : 0;
	w->text[w->length] = '\0';
}

static void drop_trailing(words *w) {
	for(size_t at = last_word(w); at > 0; at = last_word(w)) {
		const char *word = w->text + at;
		if(word[strspn(word, "0123456789")] && !is_listed(word, trailing)) {
			return;
		}
		cut(w, at);
	}
}

/* ======== the decision ======== */

static bool fits(const row *r, const words *w, size_t length) {
	if(r->length > length || memcmp(w->text + length - r->length, r->text, r->length) != 0) {
		return false;
	}
	return r->length == length || r->fit == ENDS || w->text[length - r->length - 1] == '_';
}

static const row *longest_row(const words *w, size_t length, const row *best) {
	for(size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if(fits(&rows[i], w, length) && (!best || rows[i].length > best->length)) {
			best = &rows[i];
		}
	}
	return best;
}

static bool is_switch(const words *w) {
	for(size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
		if(strncmp(w->text, switches[i], strlen(switches[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* Digits stand at the end of a word too: password2. */
static bool decide(words w) {
	while(w.length > 0 && is_digit(w.text[w.length - 1])) {
		w.length--;
	}
	const row *best = longest_row(&w, w.length, NULL);
	if(w.length > 1 && w.text[w.length - 1] == 's' && w.text[w.length - 2] != 's') {
		best = longest_row(&w, w.length - 1, best);
	}
	return best && best->secret && !is_switch(&w);
}

bool sl_is_secret_name(const char *name, size_t length) {
	words w = write_words(name, length);
	drop_trailing(&w);
	return decide(w);
}

bool sl_is_secret_variable(const char *name) {
	static const char prosody[] = "PROSODY_", option[] = "OPTION_";
	name += strncmp(name, prosody, strlen(prosody)) == 0 ? strlen(prosody) : 0;
	if(strncmp(name, option, strlen(option)) == 0) {
		return sl_is_secret_name(name + strlen(option), strlen(name + strlen(option)));
	}
	words w = write_words(name, strlen(name));
	if(strcmp(w.text, "pwd") == 0 || strcmp(w.text, "oldpwd") == 0) {   /* where the process is, and was */
		return false;
	}
	if(sl_is_secret_name(name, strlen(name))) {
		return true;
	}
	if(is_listed(w.text + last_word(&w), about)) {
		return false;
	}
	while(w.length > 0 && !decide(w)) {
		cut(&w, last_word(&w));
	}
	return w.length > 0;
}
