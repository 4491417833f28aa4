/* secret.h: what nothing that is printed may hold, in the ways in which our own code writes it. No Lua in here. */
#ifndef SL_SECRET_H
#define SL_SECRET_H

#include <stdint.h>

#include "memory.h"
#include "secret_name.h"

/* What stands in the place of a secret. */
#define SL_HIDDEN "(secret)"

typedef struct sl_secret {
	const char *text;
	size_t length;
	bool sure;               /* no word or number that other texts hold by chance */
	const void *owner;       /* whose value it is from: it is hidden in what comes from there. NULL: the server's own, hidden everywhere */
	struct sl_secret *next;
} sl_secret;

typedef struct sl_secrets {
	sl_secret **places;      /* by the first bytes; NULL: there is none yet */
	sl_secret *brief;        /* those that are too short for that */
	uint32_t learned;        /* entries of the journal that were looked through */
	bool knows_variables;
	bool owned;              /* some are not the server's own */
	bool misspelt;           /* one in the layer that failed last is a string with a wrong escape, of which Lua quotes the beginning */
} sl_secrets;

/* What is looked for in a text. */
typedef struct sl_looking {
	const sl_secrets *secrets;
	const void *owner;   /* where the text comes from, NULL: from the server itself */
	bool sure;           /* only secrets that nothing holds by chance */
	bool said;           /* also what the text itself says to be one: `password = "…"`, an address, a private key */
} sl_looking;

/* Adds a secret and every way in which it is written; `always`: also a plain word or number. Below sl_protect. */
void sl_secrets_add(sl_arena *arena, sl_secrets *secrets, const char *text, size_t length, bool always, const void *owner);

/* The next secret in the text from *from on: sets *from and *to around it. False: none. */
bool sl_secrets_next(const sl_looking *looking, const char *text, size_t length, size_t *from, size_t *to);

/* Does the text itself say that a part of it is a secret? From *from on; sets *from and *to around the part. */
bool sl_says_secret(const char *text, size_t length, size_t *from, size_t *to);

#endif
