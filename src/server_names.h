/* server_names.h: the options of a host whose values name a server, and those that name its keys and certificates. No Lua in here.
 *
 * One table has every such option of Prosody 0.12 and 13 and of their community modules, with the file that reads it. A tenant may name only
 * hosts of its own in them (restrict.h).
 */
#ifndef SL_SERVER_NAMES_H
#define SL_SERVER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

typedef enum sl_naming {
	SL_NAMES_HOST,      /* "chat.example.net" */
	SL_NAMES_PEER,      /* the same, perhaps with ":636" behind it */
	SL_NAMES_ADDRESS,   /* "news@example.net/server" */
	SL_NAMES_URL        /* "https://example.net:5281/path" */
} sl_naming;

typedef struct sl_server_name {
	const char *option;  /* a name; "*_host": every name with that end */
	const char *field;   /* NULL: the value itself; "*": each element of a list; else what this key of a table, or of the tables in a list, has */
	const char *source;  /* which file of Prosody or of the community modules reads it */
	sl_naming naming;
	bool serves;         /* the server answers under the name, so that two tenants cannot share it */
} sl_server_name;

/* The row of the option, or NULL. */
const sl_server_name *sl_server_name_of(const char *option, size_t length);

/* Finds the host's name in a value. False where the value is not written that way; user names, passwords and anything unusual before the path of a
 * URL are none, because programs disagree about which host such a URL means. */
bool sl_find_server_name(sl_naming naming, const char *text, size_t length, const char **host, size_t *host_length);

/* How such a value is written, for messages. */
const char *sl_naming_example(sl_naming naming);

/* Does the option name a key, a certificate, or files of the kind? */
bool sl_is_certificate_option(const char *option, size_t length);

#endif
