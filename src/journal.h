/* journal.h: every assignment of every layer. The heart: values in force are made from it, explain replays it.
 *
 * An entry's scalars are in pages of C memory that the journal takes through Lua's allocator; its values are in a Lua table. A
 * layer's entries are pending while the layer runs, tables in them still the layer's own; sl_journal_commit() copies and
 * seals them, sl_journal_rollback() forgets them. What is sealed never changes.
 */
#ifndef SL_JOURNAL_H
#define SL_JOURNAL_H

#include <stdint.h>

#include "directive.h"
#include "value.h"
#include "vector.h"

/* How assignments of one option meet: the table that says which ones is in rules.c. */
typedef enum sl_rule { SL_RULE_MERGE, SL_RULE_APPEND, SL_RULE_REPLACE } sl_rule;

/* The rule of an option, a name of so many bytes, where load's option `merge` says nothing. */
sl_rule sl_builtin_rule(const char *option, size_t length);

/* "append", "merge", "replace" -> *rule; false for any other word. */
bool sl_rule_from_name(const char *name, sl_rule *rule);

enum {
	SL_ENTRY_IMPLICIT = 1,  /* made by VirtualHost or Component, not by an assignment */
	SL_ENTRY_CHANGES = 2    /* changes of single keys: directives inside a map that says nothing itself */
};

typedef struct sl_entry {
	uint32_t scope, option;   /* ids */
	uint32_t layer;           /* index into the stack's layers */
	uint32_t file;            /* index into the stack's files */
	uint32_t line;            /* 0: unknown */
	uint32_t next;            /* the scope and option's next entry, 0: none */
	uint32_t value, path;     /* places in the table of values; 0: none. Where there is a text, `value` is its length */
	const char *text;         /* the value as the text of a data file, or NULL */
	uint8_t operation, level, flags;
	bool pending;             /* of the running layer, whose values are in another table */
} sl_entry;

/* All entries of one option in one scope. */
typedef struct sl_slot {
	uint32_t scope, option;
	uint32_t first, last;            /* sealed entries, 0: none */
	uint32_t pending, pending_last;  /* the running layer's */
	uint32_t next_in_scope;
	uint32_t direct;                 /* after sl_resolve: the one entry whose value is in force as it is, 0: see SL_UV_RESULTS */
	uint8_t levels;                  /* which levels its operations have: bit SL_DEFAULT … SL_FORCE */
	bool constrained;                /* holds a constraint */
} sl_slot;

typedef struct sl_scope {
	uint32_t first_slot, last_slot;
	uint32_t opened_in;   /* the data file that opened it last */
	uint32_t tenant;      /* the first restricted layer that opened it, 0: none did */
	uint32_t waiting;     /* what is said of it waits to be journaled (waiting.h), 0: nothing does */
	uint32_t drafted_in;  /* the file that said something of it which was noted, the last one */
	uint32_t hash;        /* of its name */
	bool used;   /* a layer set something in it, if only to take it back: then Prosody has a host of that name */
} sl_scope;

/* An option that a layer speaks of, in whatever scope. */
typedef struct sl_option_facts {
	uint8_t rule;
	bool secret;          /* by its name */
	bool reached;         /* after the last layer: something of the global scope reaches into hosts that set it themselves */
	uint32_t waiting;     /* the first entry of a host that waits, 0: none */
	uint32_t drafted_in;  /* the section of a draft that said it last */
} sl_option_facts;

/* Lua has a short string once: its address tells it. The journal holds the string, so nothing else comes to that address. */
typedef struct sl_known_option {
	const char *name;
	size_t length;
	uint32_t id;
} sl_known_option;

enum { SL_KNOWN_OPTIONS = 64 };

typedef struct sl_journal {
	sl_vector pages;                           /* of the entries, which stay where they are; NULL while none of a page's entries was filled */
	uint32_t entry_count;                      /* with entry 0, which is unused */
	sl_vector slots, scopes, options;          /* index 0 of each is unused */
	sl_vector waiting;                         /* of sl_waiting (waiting.h), the same */
	sl_vector draft;                           /* what the running layer says, where it is noted only (draft.h) */
	uint32_t draft_file;                       /* the file that says it */
	uint32_t draft_section;                    /* a number for the global options of each, and for each host in it */
	bool drafting;
	bool marked;                               /* the table of marks is not empty */
	uint32_t *table;                           /* hash: (scope, option) -> slot; a power of two in size */
	size_t table_size;
	uint32_t *names;                           /* the same: name -> scope */
	size_t names_size;
	uint32_t sealed;                           /* entries below are sealed */
	uint32_t value_count;                      /* places used in the table of sealed values */
	uint32_t pending_count;                    /* the same for the running layer's */
	bool settled;                              /* what still waits is in force as it stands */
	bool has_each;                             /* a layer spoke to hosts of a kind, with stack.each */
	bool viewed;                               /* the running layer has read back a table */
	sl_known_option last_scope;                /* the scope that was asked for last */
	sl_known_option known[SL_KNOWN_OPTIONS];   /* the options that were asked for last, by address */
	sl_known_option named[SL_KNOWN_OPTIONS];   /* the same by position in a host */
} sl_journal;

/* Well-known ids, interned by sl_journal_init. */
enum { SL_GLOBAL = 1 };
enum { SL_OPT_DEFINED = 1, SL_OPT_COMPONENT_MODULE, SL_OPT_LOAD_GLOBAL, SL_OPT_MODULES_ENABLED, SL_OPT_MODULES_DISABLED };

/* `ud` is the index of the stack object (stack.h) throughout. */
sl_journal *sl_journal_of(lua_State *L, int ud);
void sl_journal_init(lua_State *L, int ud);
void sl_journal_free(lua_State *L, sl_journal *journal);

/* Pushes the option's name, which is this text, and returns its id, making one where it is new. `position` is that of the option in its file:
 * hosts say the same things in the same order, so that the name of the host before is looked at first. */
uint32_t sl_push_option_named(lua_State *L, int ud, const char *name, size_t length, size_t position);

/* Is it an option that VirtualHost or Component sets itself? */
bool sl_is_implied_option(const char *name, size_t length);

/* Pops a name (any value that can be a key) and returns its id, making one where it is new. */
uint32_t sl_option_id(lua_State *L, int ud);
uint32_t sl_scope_id(lua_State *L, int ud);

/* The id, or 0 where there is none; pops the name as well. */
uint32_t sl_find_option(lua_State *L, int ud);
uint32_t sl_find_scope(lua_State *L, int ud);

/* Pushes the name behind an id. */
void sl_push_option_name(lua_State *L, int ud, uint32_t option);
void sl_push_scope_name(lua_State *L, int ud, uint32_t scope);

/* The slot of an option in a scope; 0 where there is none and `make` is false. What waits of the scope is journaled first. */
uint32_t sl_slot_id(lua_State *L, int ud, uint32_t scope, uint32_t option, bool make);

/* The same, made where there is none, while what waits of the scope is being journaled. */
uint32_t sl_make_slot(lua_State *L, int ud, uint32_t scope, uint32_t option);

/* The scope's first slot, 0: none. What waits of the scope is journaled first. */
uint32_t sl_first_slot(lua_State *L, int ud, uint32_t scope);

/* One that was set aside and neither opened nor filled is nowhere. */
sl_entry *sl_entry_at(const sl_journal *journal, uint32_t entry);
sl_entry *sl_entry_of(lua_State *L, int ud, uint32_t entry);   /* of that stack */
sl_slot *sl_slot_at(const sl_journal *journal, uint32_t slot);
sl_scope *sl_scope_at(const sl_journal *journal, uint32_t scope);
sl_option_facts *sl_option_at(const sl_journal *journal, uint32_t option);
sl_rule sl_rule_of(const sl_journal *journal, uint32_t option);
uint32_t sl_slot_count(const sl_journal *journal);
uint32_t sl_scope_count(const sl_journal *journal);

/* Pushes an entry's value (nil where it has none) or path (an array of keys, nil where it is the option itself). */
void sl_push_value(lua_State *L, int ud, const sl_entry *entry);
void sl_push_path(lua_State *L, int ud, const sl_entry *entry);

/* Where an assignment stands. */
typedef struct sl_place {
	uint32_t layer, file, line;
} sl_place;

/* Adds a pending entry whose value is at the top of the stack, and pops it. The value may be a directive. A plain value first
 * drops what the running layer said of the option in that scope; nil drops and adds nothing. */
void sl_journal_assign(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place, uint8_t flags);

/* Adds one pending operation at plain level, popping its value; drops nothing. */
void sl_journal_operate(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place, sl_operation operation, uint8_t flags);

/* Sets so many sealed entries aside and returns the first. They take no memory, and nothing may read them, until sl_journal_open. Nothing may be
 * pending. */
uint32_t sl_journal_reserve(lua_State *L, int ud, uint32_t count);

/* Gives memory to so many entries from that one on, which were set aside or will be next, and empties them. */
void sl_journal_open(lua_State *L, int ud, uint32_t first, uint32_t count);

/* Fills an entry that was set aside and opened with what a data file says: a set at plain level, or at the level of what is implied. The text of
 * the value must live as long as the stack. */
void sl_journal_data(lua_State *L, int ud, uint32_t entry, uint32_t scope, uint32_t option, sl_place place, const char *text, uint32_t length,
	uint8_t flags);

/* Does the running layer say anything of the option in that scope? */
bool sl_journal_pending(const sl_journal *journal, uint32_t slot);

/* Seals the pending entries. Raises an error for a value that cannot be one; its message begins with what
 * `place` makes of the entry: "path:line: ". */
void sl_journal_commit(lua_State *L, int ud);

/* Forgets the pending entries. Never fails. */
void sl_journal_rollback(sl_journal *journal);

#endif
