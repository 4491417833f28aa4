/* readers.h: stack.env, the typed readers of variables that layers use. */
#ifndef SL_READERS_H
#define SL_READERS_H

#include "stackloader.h"

typedef struct sl_reader_context {
	sl_variables *variables;
	sl_arena *arena;
	bool lenient_secrets;              /* under prosodyctl a missing secret is a finding, in the server an error */
	const char *credentials_directory; /* systemd's, or NULL */
	/* Told of every secret that was found, before the layer gets it. */
	void (*remember_secret)(lua_State *L, void *owner, const char *value, size_t length);
	/* Told of every file that a secret was read from. */
	void (*note_secret_file)(lua_State *L, void *owner, const char *name, const char *path, const sl_identity *identity);
	/* Told of every secret that is missing, where lenient_secrets. */
	void (*missing_secret)(lua_State *L, void *owner, const char *text);
	/* Told of every variable that a layer asks for, before it is looked up; `fallback` is the stack index of its default. */
	void (*note_read)(lua_State *L, void *owner, const char *name, const char *type, int fallback);
	void *owner; /* for all of them */
} sl_reader_context;

/* Pushes the table stack.env. The context must live as long as its readers: they keep the value at `anchor`, which holds it. */
void sl_push_readers(lua_State *L, sl_reader_context *context, int anchor);

/* The text of a file that holds a secret, without the mark that some editors put at its head; NULL: it is UTF-16, which nobody means as it is. */
const char *sl_secret_text(const char *text, size_t *length);

#endif
