/* chunk.h: walks a Lua chunk token by token and knows where in its statements it is. No Lua in here.
 *
 * It follows brackets, blocks and the beginnings of statements, and takes no notice of anything else: what it cannot follow
 * ends the walk, and Lua words the error when it runs the file.
 */
#ifndef SL_CHUNK_H
#define SL_CHUNK_H

#include "lexer.h"

/* Lua itself refuses deeper nesting (its LUAI_MAXCCALLS). */
#define SL_CHUNK_OPEN 200

/* Something that was opened: a bracket, or a block (function, if, do, repeat) with statements of its own. */
typedef struct sl_open {
	int kind;           /* '(', '[', '{' or SL_CHUNK_BLOCK */
	unsigned depth;     /* brackets open around what is in it, back to the innermost block */
	unsigned statement; /* line on which the current statement begins */
	bool targets;       /* in a block: among the names that the statement assigns to, before its `=` */
	bool key;           /* of a '[': it begins a field of a table, as in ["a"] = 1 */
} sl_open;

enum { SL_CHUNK_BLOCK = 0 };

typedef struct sl_chunk {
	sl_lexer lexer; /* behind `next` */
	sl_token token; /* where the walk is */
	sl_token next;
	sl_token previous;
	sl_token before; /* before `previous` */
	bool begins;     /* `token` begins a statement */
	bool label;      /* between the colons of ::label:: */
	size_t count;    /* of `open`, without the chunk itself */
	sl_open open[SL_CHUNK_OPEN + 1];
} sl_chunk;

/* A leading byte-order mark is skipped. */
void sl_chunk_init(sl_chunk *chunk, const char *text, size_t length);

/* Steps to the next token. False at the end, and where the walk cannot go on. What `token` closes is closed already, what it opens
 * is not open yet. */
bool sl_chunk_next(sl_chunk *chunk);

/* The innermost thing open. */
const sl_open *sl_chunk_open(const sl_chunk *chunk);

/* Words that can only stand at the beginning of a statement, `function` apart, which also begins a value. */
bool sl_leads_statement(int kind);

/* `token`, a name, is what the current statement assigns to, as both in `a, b = 1, 2`. */
bool sl_chunk_is_target(const sl_chunk *chunk);

/* `token` begins a field of the table constructor that it is in. */
bool sl_chunk_begins_field(const sl_chunk *chunk);

#endif
