/* known.h: what is known of the local names of a Lua chunk while it is read from its first token to its last. No Lua in here. */
#ifndef SL_KNOWN_H
#define SL_KNOWN_H

#include "map.h"
#include "scan.h"

typedef enum sl_known_kind {
	SL_KNOWN_NOT,    /* nothing */
	SL_KNOWN_TEXT,   /* a string, or its beginning and end */
	SL_KNOWN_TABLE,  /* a table constructor */
	SL_KNOWN_EACH,   /* each string of a table constructor, in a loop */
	SL_KNOWN_CONFIG, /* Prosody's configmanager */
	SL_KNOWN_GET,    /* its function get, or rawget */
	SL_KNOWN_GETTER, /* module.get_option_x */
	SL_KNOWN_GLOBAL, /* module:context("*") */
	SL_KNOWN_HOST    /* another host's module, or what may be the one of a host in a global module */
} sl_known_kind;

/* A string that may be put together at run time. */
typedef struct sl_text {
	const char *prefix; /* all of it where it is whole */
	const char *suffix; /* "" where it is whole */
	bool whole;
} sl_text;

typedef struct sl_known {
	sl_text text;
	sl_known_kind kind;
	uint32_t at; /* the table's brace, or the name of the getter */
} sl_known;

typedef struct sl_known_name sl_known_name;
typedef struct sl_known_change sl_known_change;
typedef struct sl_known_pending sl_known_pending;

typedef struct sl_names {
	sl_arena *arena;
	const sl_scan *scan;
	const char *module; /* what module.name is; NULL: unknown */
	sl_map map;         /* to sl_known_name */
	sl_known_change *changes;
	size_t change_count, change_capacity;
	size_t *scopes; /* the changes before each open block */
	size_t scope_count, scope_capacity;
	sl_known_pending *pending;
	size_t pending_count, pending_capacity;
} sl_names;

void sl_names_init(sl_names *names, sl_arena *arena, const sl_scan *scan, const char *module);

/* To be called for each token in order: takes note of blocks, declarations, parameters, loops, assignments. */
void sl_names_step(sl_names *names, uint32_t index);

/* What is known of the name there. */
sl_known sl_known_at(const sl_names *names, uint32_t index);

/* What is known of an expression. */
sl_known sl_known_expression(const sl_names *names, sl_range range);

/* The string that an expression gives: literals, known names and module.name, joined. */
sl_text sl_known_text(const sl_names *names, sl_range range);

/* The same for each turn of the loop that the expression depends on: the text of turn `turn` from 0; false where there is no such. */
bool sl_known_turn(sl_names *names, sl_range range, size_t turn, sl_text *text);

/* Is the expression one string literal, this one? */
bool sl_is_string(const sl_names *names, sl_range range, const char *text);

#endif
