/* misspelt.h: variables that say nothing because of how they are written. */
#ifndef SL_MISSPELT_H
#define SL_MISSPELT_H

#include "stack.h"

/* A variable that says nothing, or not what is meant. */
typedef struct sl_misspelling {
	const sl_variable *variable;
	sl_topic topic;
	const char *text;
} sl_misspelling;

/* Where names of variables are searched for. */
typedef struct sl_tree_texts {
	const char *const *roots;
	const sl_axis *axes;
	size_t axis_count;
	const char *main_file;                  /* NULL: prosody.cfg.lua of each root */
	const sl_restrictions *restrictions;    /* folders that read nothing, or NULL */
	const sl_read *reads;                   /* what layers that ran have read, or NULL */
	size_t read_count;
} sl_tree_texts;

/* The misspellings among these variables, *found of them: names that nothing in the tree reads, chosen or not, and values that have kept their quotes.
 * Below sl_protect. */
sl_misspelling *sl_misspellings(sl_arena *arena, const sl_tree_texts *tree, const sl_variable **variables, size_t count, size_t *found);

/* Reports variables that nothing in the tree reads, chosen or not, and values that have kept their quotes. After the layers have run. */
void sl_find_misspelt(lua_State *L, int ud);

#endif
