/* recall.h: what loads remember of the tree from one to the next: what is in its folders, and the tables of files that are read as data. It
 * holds of a folder or file whose identity is as it was then, and that had settled. No Lua in here. */
#ifndef SL_RECALL_H
#define SL_RECALL_H

#include "files.h"
#include "identity.h"
#include "literal.h"
#include "map.h"

typedef struct sl_recall {
	sl_arena arena;          /* what is remembered lasts as long, also where it has become stale */
	sl_map folders, tables, contents; /* path -> what is remembered */
	size_t size, stale;      /* roughly, in bytes */
	size_t asked;            /* how often this load asked for something */
	size_t loads;            /* this one is the … */
	size_t kept;             /* files that the stack in force keeps (kept.h) */
	struct timespec read_at; /* as which the time of reading is taken in this load */
} sl_recall;

void sl_recall_init(sl_recall *recall, sl_alloc alloc, void *ud);

/* Is most of it stale, or was not asked for by the last load, so that it is better to begin anew? */
bool sl_recall_is_worn(const sl_recall *recall);

/* A load begins, at a time as which that of reading is taken. */
void sl_recall_begin(sl_recall *recall, const struct timespec *read_at);

/* Is anything remembered of the folder? Then a look at it may spare listing it. */
bool sl_recall_knows(const sl_recall *recall, const char *path);

/* What is in a folder, in load order, of which `info` was told right before where anything is remembered of it; where `recall` is NULL it is
 * looked up. As sl_list_folder. Below sl_protect of `arena`. */
int sl_recall_folder(sl_recall *recall, sl_arena *arena, const char *path, struct stat *info, const sl_listed **entries,
	size_t *count);

typedef enum sl_holding {
	SL_HOLDS_NOT,
	SL_HOLDS,
	SL_HOLDS_MAYBE /* the folder cannot be listed */
} sl_holding;

/* Has the folder an entry of that name, as this load has found it when it asked first? Below sl_protect of `arena`. */
sl_holding sl_recall_holds(sl_recall *recall, sl_arena *arena, const char *path, const char *name);

/* Is it known which literal the file assigns to the name? Then *table gets it; NULL: none. */
bool sl_recall_table(sl_recall *recall, const char *path, const char *name, const sl_identity *identity, const sl_literal **table);

/* As sl_literal_find in a file's text, and remembers what is found. Below sl_protect of `arena`. */
const sl_literal *sl_recall_find(sl_recall *recall, sl_arena *arena, const char *path, const char *name, const sl_content *content,
	sl_literal_error *error);

#endif
