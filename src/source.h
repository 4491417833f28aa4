/* source.h: which options a source file of Prosody or of a module reads, and what else it says of itself, without running it.
 * No Lua in here. */
#ifndef SL_SOURCE_H
#define SL_SOURCE_H

#include "literal.h"

/* Larger files are no module's source. */
#define SL_LARGEST_SOURCE (4UL * 1024 * 1024)

/* A dependency that is in a function that may run or not. */
#define SL_UNKNOWN_CONDITION "?"

typedef struct sl_source_read {
	const char *name; /* NULL where it is put together at run time: then what it begins and ends with, "" where unknown */
	const char *prefix;
	const char *suffix;
	const char *expression;    /* what stands in place of the name, then */
	const char *kind;          /* of get_option_KIND, else "any", or what a default shows */
	bool guessed;              /* the kind is from the default alone */
	const sl_literal *value;   /* the default, where it is a literal */
	const char *text;          /* the default as it is written; NULL: none */
	const sl_literal **values; /* that an enum allows */
	size_t value_count;
	const sl_literal *minimum, *maximum;
	bool global; /* read from the global section alone */
	unsigned line;
} sl_source_read;

typedef struct sl_item_field {
	const char *name;
	const sl_literal *value;
} sl_item_field;

/* module:provides(kind, { name = … }) and the like. */
typedef struct sl_source_item {
	const char *kind;
	const char *name;
	const sl_item_field *fields;
	size_t field_count;
	unsigned line;
} sl_source_item;

/* A name with its line: of a module, a namespace, a task. */
typedef struct sl_source_name {
	const char *name;
	const char *detail; /* of a task: when; of a dependency: "optional" where it is not always one; of a header: its value; else NULL */
	unsigned line;
	const char *condition; /* of a dependency, library or task: the conditions that it stands under, SL_UNKNOWN_CONDITION where that cannot be told; else NULL */
	unsigned condition_line; /* where the innermost of them stands */
	bool soft;             /* of these: the module loads without it, too */
	bool of_host;          /* of these: a global module asks for it once for each of its hosts */
} sl_source_name;

typedef struct sl_source_names {
	sl_source_name *items;
	size_t count, capacity;
} sl_source_names;

typedef struct sl_chunk_source {
	sl_source_read *reads;
	size_t read_count, read_capacity;
	sl_source_item *items;
	size_t item_count, item_capacity;
	sl_source_names depends;  /* module:depends */
	sl_source_names requires; /* module:require, its libraries */
	sl_source_names features; /* module:add_feature */
	sl_source_names tasks;    /* module:hourly and the like */
	sl_source_names headers;  /* --% key: value (header.h); the detail is the value */
	bool global;              /* module:set_global() */
	bool component;           /* refuses to be loaded on what is no component */
} sl_chunk_source;

/* Reads a chunk. `module` is what module.name is in it, NULL where unknown. Never fails: of what is no Lua, it tells what came before.
 * Linear in time. Below sl_protect. */
void sl_source_read_text(sl_arena *arena, const char *text, size_t length, const char *module, sl_chunk_source *source);

#endif
