/* secret.h: what nothing that is printed may hold, in the ways in which our own code writes it. No Lua in here. */
#ifndef SL_SECRET_H
#define SL_SECRET_H

#include <stdint.h>

#include "memory.h"

/* What stands in the place of a secret. */
#define SL_HIDDEN "(secret)"

typedef struct sl_secret {
	const char *text;
	size_t length;
	bool sure;               /* no word or number that other texts hold by chance */
	struct sl_secret *next;
} sl_secret;

typedef struct sl_secrets {
	sl_secret **places;      /* by the first bytes; NULL: there is none yet */
	sl_secret *brief;        /* those that are too short for that */
	uint32_t learned;        /* entries of the journal that were looked through */
	bool knows_variables;
	bool misspelt;           /* one in the layer that failed last is a string with a wrong escape, of which Lua quotes the beginning */
} sl_secrets;

/* Does the name of an option, or of a key in its value, say that what it has is a secret? ldap_password, component_secret */
bool sl_is_secret_name(const char *name, size_t length);

/* The same of a variable: PROSODY_DB_PASSWORD, API_KEY. The name of a file is none. */
bool sl_is_secret_variable(const char *name);

/* Adds a secret and every way in which it is written; `always`: also a plain word or number. Below sl_protect. */
void sl_secrets_add(sl_arena *arena, sl_secrets *secrets, const char *text, size_t length, bool always);

/* The password in an address such as postgres://user:password@host: sets *start and *length. False where there is none. */
bool sl_find_address_password(const char *text, size_t length, const char **start, size_t *size);

/* The next secret in the text from *from on: sets *from and *to around it. `sure`: only those that nothing holds by chance. False: none. */
bool sl_secrets_next(const sl_secrets *secrets, const char *text, size_t length, bool sure, size_t *from, size_t *to);

/* The same, also of what a text such as `password = "…"` or an address says to be one. */
bool sl_secrets_next_said(const sl_secrets *secrets, const char *text, size_t length, size_t *from, size_t *to);

#endif
