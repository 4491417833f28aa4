/* stack.h: the stack object: what a load found, ran and made. A full userdata with its own metatable. */
#ifndef SL_STACK_H
#define SL_STACK_H

#include <time.h>

#include "collector.h"
#include "data.h"
#include "discover.h"
#include "files.h"
#include "journal.h"
#include "literal.h"
#include "map.h"
#include "readers.h"
#include "restrict.h"
#include "secret.h"

/* The tables that belong to a stack, as user values of its userdata. */
enum {
	SL_UV_VALUES = 1,     /* sealed values and paths */
	SL_UV_PENDING,        /* the running layer's values */
	SL_UV_DRAFT,          /* the same as long as they are noted only (draft.h) */
	SL_UV_MARKS,          /* what the running layer's files have set (statement.h) */
	SL_UV_OPTION_IDS, SL_UV_OPTION_NAMES,
	SL_UV_SCOPE_NAMES,
	SL_UV_KEPT,           /* inode -> what was read of the file (kept.h); no longer changed once the load has ended */
	SL_UV_VIEWS,          /* slot -> what the running layer read back */
	SL_UV_RESULTS,        /* slot -> value in force */
	SL_UV_EXPORTS,        /* layer -> the table that its file returned */
	SL_UV_LANGUAGE,       /* the table `stack` of the layers */
	SL_UV_PROSODY,        /* the table `prosody` of the layers */
	SL_UV_RULES,          /* load's option `merge` */
	SL_UV_CONFIG,         /* { Prosody's table of options that this stack was applied to }, which it does not keep from being collected */
	SL_UV_READY,          /* scope -> the table made for Prosody of a host that waits (waiting.h) */
	SL_UV_OPEN,           /* place among the texts that are open -> what holds the text */
	SL_UV_SANDBOX,        /* what belongs to the environment that was made last (statement.h) */
	SL_UV_REQUIREMENTS,   /* place among the requirements -> what is kept of the rule (requirement.h) */
	SL_UV_RECALL,         /* what loads remember, in whose memory names and texts of the tree stand */
	SL_UV_COUNT = SL_UV_RECALL
};

/* A file that was read: a layer's own or one that it includes. There are as many as hosts, so it is small. */
typedef struct sl_layer_file {
	const char *path;
	uint32_t layer;
	uint32_t rights;        /* index into the stack's */
} sl_layer_file;

/* Who may do what with files, when they were read: the same for those in a row, as a rule. */
typedef struct sl_rights {
	mode_t mode;            /* 0: we did not read the file */
	uid_t owner;
	gid_t group;
	bool refused;           /* everybody can write it, so that it did not run */
} sl_rights;

/* What is known of a file's text while the file runs. */
typedef struct sl_open_text {
	uint32_t file;
	bool plain;             /* no string and no comment in it goes on over several lines */
	bool named;             /* the names were needed, and are here */
	const char *text;
	size_t length;
	unsigned line;          /* the last one that was asked for, 0: none was */
	size_t at;              /* and where in the text it begins */
	const sl_name_line *names;
	size_t name_count;
} sl_open_text;

/* A layer that ran. The places of the main file and of the variables are layers too. There are as many as hosts, so it is small. */
typedef struct sl_run {
	const char *id, *path;
	uint32_t origin;        /* index into the stack's */
	uint32_t options;       /* entries that it made */
	float seconds;
	bool broken;
	bool data;              /* its file is nothing but data, and Lua did not run it */
	bool kept;              /* its file was not read again */
} sl_layer_run;

/* What brought layers in: the same for many in a row. */
typedef struct sl_origin {
	const char *axis, *why;
	const sl_tenant *tenant;   /* of restricted layers: whose they are, else NULL */
} sl_origin;

/* What a layer's template says of its version. */
typedef struct sl_version {
	uint32_t layer;
	const char *text;
} sl_version;

/* A layer that read a variable. */
typedef struct sl_read {
	const char *name;
	const char *type;       /* the reader: "number" …, or "getenv" */
	const char *fallback;   /* the default as text, or NULL */
	const char *path;
	uint32_t layer, line;
} sl_read;

/* A layer that depends on another. */
typedef struct sl_need {
	const char *name;
	uint32_t layer, by;     /* by: what meets it, 0: nothing does */
} sl_need;

/* A file that a layer read a secret or another value from. */
typedef struct sl_secret_file {
	const char *name;       /* of the secret; NULL: it may be no secret */
	sl_met met;
} sl_secret_file;

/* The paths of the tree, its folders and the ids of its layers -> whose they are (spared.h); gathered when a message may have them. */
typedef struct sl_paths {
	sl_map map;
	size_t layers, files;   /* those below are in it */
} sl_paths;

/* The steps whose time is taken. */
typedef enum sl_step { SL_STEP_DISCOVER, SL_STEP_LAYERS, SL_STEP_RESOLVE, SL_STEP_CHECKS, SL_STEP_APPLY, SL_STEP_COUNT } sl_step;

typedef struct sl_inheritance sl_inheritance;

typedef struct sl_stack {
	sl_arena arena;
	sl_findings findings;
	sl_variables *variables;
	sl_discovery tree;
	sl_arena listing;       /* its layers, while they are needed */
	bool discovered;        /* they are known, or were */
	sl_journal journal;
	sl_vector runs;         /* of sl_layer_run */
	sl_vector origins;      /* of sl_origin */
	sl_vector versions;     /* of sl_version, in the order of the layers */
	sl_vector files;        /* of sl_layer_file */
	sl_vector rights;       /* of sl_rights */
	sl_vector open;         /* of sl_open_text: the running layer's files that run, each included by the one before it */
	sl_vector reads;        /* of sl_read */
	sl_vector needs;        /* of sl_need */
	sl_restrictions restrictions;
	sl_vector claims;       /* of sl_claim (claims.h) */
	sl_vector secret_files; /* of sl_secret_file */
	sl_vector requirements; /* of sl_place: where the rules stand (requirement.h) */
	const char *const *roots;
	const sl_axis *axes;
	size_t axis_count;
	const char *main_file;  /* the calling file, or NULL */
	unsigned main_line;     /* of the call, 0: unknown */
	double clock;           /* load's option `clock`: seconds since 1970 as which the time of reading is taken; 0: the system's */
	struct timespec begun;  /* when the load began, by that clock */
	time_t loaded_at;
	double seconds[SL_STEP_COUNT];
	uint32_t running;       /* index of the running layer, 0: none */
	uint32_t returning;     /* the line in which the running layer's file returns its template, 0: not known, or it has not */
	unsigned include_depth;
	bool unread;            /* the running layer failed before any of it ran */
	bool absent;            /* the running layer's file is empty, and so is no layer */
	bool spare;             /* nobody has the environment that was made last any more */
	sl_secrets secrets;     /* what nothing that is printed may hold (redact.h) */
	sl_paths paths;
	sl_arena scratch;              /* what is read of one file, until the next */
	sl_nearby nearby;
	sl_arena naming;               /* the names in the running layer's files */
	sl_text text;
	sl_data data;
	sl_reader_context readers;
	sl_patience *patience;         /* while a load runs, else NULL */
	bool server;            /* we are in the server */
	bool prosodyctl;        /* or in prosodyctl: a missing secret is a finding; neither in plain Lua */
	const char *prosody_version;   /* "0.12.3", or NULL outside Prosody */
	sl_inheritance *inheritance;   /* inheritance.h; NULL: not asked for yet */
	const char *credentials;       /* systemd's folder, or NULL */
	bool strict;                   /* warnings are errors */
	bool tolerant;                 /* errors end nothing: a command of prosodyctl wants to show what can be known */
	bool shown;                    /* the findings were printed already */
	bool broken;                   /* and there were some */
	bool hands_over;               /* Prosody's table of options is there to be filled */
	bool applied;
	bool shares_kept;              /* SL_UV_KEPT is that of the load before, and must stay as it is */
	size_t kept;                   /* files that were kept */
	bool collected;                /* nothing is left but this */
} sl_stack;

sl_stack *sl_stack_at(lua_State *L, int ud);

/* The stack object at an argument; an argument error where it is none. */
sl_stack *sl_check_stack(lua_State *L, int argument);

sl_layer_run *sl_layer_at(const sl_stack *stack, uint32_t layer);
const sl_origin *sl_layer_origin(const sl_stack *stack, uint32_t layer);
sl_layer_file *sl_layer_file_at(const sl_stack *stack, uint32_t file);
const sl_rights *sl_layer_file_rights(const sl_stack *stack, const sl_layer_file *file);

/* The file as it was when it was read: of the identity its owner and who may do what with it. */
sl_met sl_layer_file_met(const sl_stack *stack, const sl_layer_file *file);

/* Adds a finding from Lua code; raises Lua's memory error where there is no room. */
void sl_report(lua_State *L, sl_stack *stack, sl_severity severity, sl_topic topic, const char *path, unsigned line, const char *format,
	...) __attribute__((format(printf, 7, 8)));

/* Pushes "path:line" of an entry, or its path or layer alone where it has no line. */
void sl_push_place(lua_State *L, const sl_stack *stack, const sl_entry *entry);

/* Pushes a finding as one line, "path:line: text", redacted. */
void sl_push_finding(lua_State *L, int ud, const sl_finding *finding);

/* Pushes a table of the scope's own options in force; the caller may change it. A table that stands in it twice stays one. */
void sl_push_options(lua_State *L, int ud, uint32_t scope);

/* Pushes two tables that the caller may change: the global options in force, and host -> options. */
void sl_push_configuration(lua_State *L, int ud);

/* Makes an empty stack object and pushes it. */
sl_stack *sl_push_stack(lua_State *L);

/* The time as which that of reading a file is taken. */
void sl_take_time(const sl_stack *stack, struct timespec *time);

/* Seconds of a clock that never goes back. */
double sl_now(void);

/* The stack object's methods, in stack_api.c, choices_api.c, reads.c, about_api.c and explain.c. */
int sl_stack_layers(lua_State *L);
int sl_stack_options(lua_State *L);
int sl_stack_names(lua_State *L);
int sl_stack_sole(lua_State *L);
int sl_stack_hosts(lua_State *L);
int sl_stack_findings(lua_State *L);
int sl_stack_redact(lua_State *L);
int sl_stack_redact_text(lua_State *L);
int sl_stack_unreadable(lua_State *L);
int sl_stack_files(lua_State *L);
int sl_stack_is_read_only(lua_State *L);
int sl_stack_mask(lua_State *L);
int sl_stack_explain(lua_State *L);
int sl_stack_choices(lua_State *L);
int sl_stack_features(lua_State *L);
int sl_stack_variables(lua_State *L);
int sl_stack_dependencies(lua_State *L);
int sl_stack_timing(lua_State *L);
int sl_stack_about(lua_State *L);

/* Copies a string into the stack's arena. */
char *sl_keep_string(lua_State *L, sl_stack *stack, const char *text);

#endif
