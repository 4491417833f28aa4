/* stack.h: the stack object: what a load found, ran and made. A full userdata with its own metatable. */
#ifndef SL_STACK_H
#define SL_STACK_H

#include "discover.h"
#include "journal.h"
#include "literal.h"
#include "readers.h"

/* The tables that belong to a stack, as user values of its userdata. */
enum {
	SL_UV_VALUES = 1,     /* sealed values and paths */
	SL_UV_PENDING,        /* the running layer's values */
	SL_UV_OPTION_IDS, SL_UV_OPTION_NAMES,
	SL_UV_SCOPE_IDS, SL_UV_SCOPE_NAMES,
	SL_UV_VIEWS,          /* slot -> what the running layer read back */
	SL_UV_RESULTS,        /* slot -> value in force */
	SL_UV_EXPORTS,        /* layer -> the table that its file returned */
	SL_UV_LANGUAGE,       /* the table `stack` of the layers */
	SL_UV_PROSODY,        /* the table `prosody` of the layers */
	SL_UV_RULES,          /* load's option `merge` */
	SL_UV_CONFIG,         /* Prosody's table of options that this stack was applied to */
	SL_UV_COUNT = SL_UV_CONFIG
};

/* A file that was read: a layer's own or one that it includes. */
typedef struct sl_file {
	const char *path;
	const char *chunk;      /* "@" and the path, as Lua's debug information has it */
	uint32_t layer;
	/* Only while the file runs. */
	const sl_name_line *names;
	size_t name_count;
} sl_file;

/* A layer that ran. The places of the main file and of the variables are layers too. */
typedef struct sl_run {
	const char *id, *path, *axis, *why;
	const char *version;    /* what its template says, or NULL */
	double seconds;
	uint32_t options;       /* entries that it made */
	bool broken;
} sl_layer_run;

/* A secret that a layer read: nothing that is printed may hold it. */
typedef struct sl_secret {
	const char *text;
	size_t length;
	struct sl_secret *next;
} sl_secret;

typedef struct sl_stack {
	sl_arena arena;
	sl_findings findings;
	sl_variables *variables;
	sl_discovery tree;
	sl_journal journal;
	sl_vector runs;         /* of sl_layer_run */
	sl_vector files;        /* of sl_file */
	uint32_t running;       /* index of the running layer, 0: none */
	unsigned include_depth;
	bool unread;            /* the running layer failed before any of it ran */
	sl_secret *secrets;
	sl_reader_context readers;
	bool server;            /* we are in the server */
	bool prosodyctl;        /* or in prosodyctl: a missing secret is a finding; neither in plain Lua */
	const char *prosody_version;   /* "0.12.3", or NULL outside Prosody */
	const char *credentials;       /* systemd's folder, or NULL */
	bool applied;
} sl_stack;

sl_stack *sl_stack_at(lua_State *L, int ud);

/* The stack object at an argument; an argument error where it is none. */
sl_stack *sl_check_stack(lua_State *L, int argument);

sl_layer_run *sl_layer_at(const sl_stack *stack, uint32_t layer);
sl_file *sl_file_at(const sl_stack *stack, uint32_t file);

/* Adds a finding from Lua code; raises Lua's memory error where there is no room. */
void sl_report(lua_State *L, sl_stack *stack, sl_severity severity, const char *path, unsigned line, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* Pushes "path:line" of an entry, or its path or layer alone where it has no line. */
void sl_push_place(lua_State *L, const sl_stack *stack, const sl_entry *entry);

/* Replaces every secret in the string at the top of the stack. */
void sl_redact(lua_State *L, int ud);

/* Replaces the value at the top of the stack by a copy in which every string is redacted; itself where no secret is known. */
void sl_redact_value(lua_State *L, int ud);

/* Pushes a finding as one line, "path:line: text", redacted. */
void sl_push_finding(lua_State *L, int ud, const sl_finding *finding);

/* Pushes a table of the scope's own options in force; the caller may change it. A table that stands in it twice stays one. */
void sl_push_options(lua_State *L, int ud, uint32_t scope);

/* Pushes two tables that the caller may change: the global options in force, and host -> options. */
void sl_push_configuration(lua_State *L, int ud);

/* Makes an empty stack object and pushes it. */
sl_stack *sl_push_stack(lua_State *L);

/* The stack object's methods, in stack_api.c and explain.c. */
int sl_stack_layers(lua_State *L);
int sl_stack_options(lua_State *L);
int sl_stack_hosts(lua_State *L);
int sl_stack_findings(lua_State *L);
int sl_stack_redact(lua_State *L);
int sl_stack_explain(lua_State *L);

/* Copies a string into the stack's arena. */
char *sl_keep_string(lua_State *L, sl_stack *stack, const char *text);

#endif
