/* literal.h: reads Lua data without running it. No Lua in here. */
#ifndef SL_LITERAL_H
#define SL_LITERAL_H

#include <stdint.h>

#include "memory.h"

typedef enum sl_literal_kind { SL_LIT_NIL, SL_LIT_BOOLEAN, SL_LIT_INTEGER, SL_LIT_NUMBER, SL_LIT_STRING, SL_LIT_TABLE } sl_literal_kind;

typedef struct sl_literal sl_literal;

typedef struct sl_field {
	sl_literal *key;     /* NULL: positional */
	sl_literal *value;
	unsigned line;
} sl_field;

struct sl_literal {
	sl_literal_kind kind;
	unsigned line;
	bool boolean;
	int64_t integer;
	double number;
	const char *string;  /* NUL-terminated, may hold NULs */
	size_t length;
	sl_field *fields;    /* of a table, in order */
	size_t count;
};

/* Why a text is not literal: where, and what stood there. */
typedef struct sl_literal_error {
	unsigned line;
	const char *message;
} sl_literal_error;

/* Reads one literal that is the whole text (white space and comments around it allowed), as in `{ "a", b = 1 }`.
 * Strings may use all of Lua's escapes and long brackets, numbers all of Lua's forms. NULL and *error where it is none. */
sl_literal *sl_literal_read(sl_arena *arena, const char *text, size_t length, sl_literal_error *error);

/* Finds `NAME = <literal>` at the top level of a Lua chunk (outside every bracket and block, comments and strings understood,
 * a leading byte-order mark skipped) without running it. Returns the literal; NULL with error->message NULL where the
 * name is not assigned, NULL with error->message set where it is but not with a literal. Of two assignments: the last. */
sl_literal *sl_literal_find(sl_arena *arena, const char *text, size_t length, const char *name, sl_literal_error *error);

/* The field `name` of a table literal, or NULL. */
const sl_literal *sl_literal_field(const sl_literal *table, const char *name);

/* Where a name is assigned in a Lua chunk: for provenance, since Lua itself knows only the last line of a statement. */
typedef struct sl_name_line {
	const char *name;      /* NAME of `NAME =`, `NAME {`, `NAME "…"`, `NAME(`, `NAME:method`, or of a field `NAME =` / ["NAME"] = in a table */
	unsigned line;         /* where the name stands */
	unsigned statement;    /* the line on which the statement that it is in begins */
	unsigned depth;        /* brackets open around it: 0 for a statement's own name */
} sl_name_line;

/* All such names in order of appearance. Never fails: on what is no Lua it returns what it saw so far. */
void sl_name_lines(sl_arena *arena, const char *text, size_t length, sl_name_line **names, size_t *count);

#endif
