/* nested.h: how two tables meet where nothing accumulates: maps key by key, to any depth; of two lists the later one. Neither is changed, what
 * comes out shares every subtable that only one of them has.
 */
#ifndef SL_NESTED_H
#define SL_NESTED_H

#include "merge.h"
#include "survey.h"

typedef struct sl_nesting {
	sl_survey *survey;
	int results;            /* slot, nil at first: array of what pairs of tables made */
	uint32_t result_count;
	uint32_t depth;         /* of the tables that are merged */
	sl_merge *merge;        /* takes notes of changes of kind; NULL: nobody wants to know */
	uint32_t sequence;      /* for the notes */
} sl_nesting;

/* What one side is. */
typedef struct sl_side {
	sl_kind kind;
	size_t listed, named;
} sl_side;

/* Starts a merge; takes two slots of the Lua stack, which the caller takes back. `roots`: as in survey.h. */
void sl_nesting_start(sl_nesting *n, lua_State *L, sl_survey *survey, int roots);

/* Looks at a value of the tables that are merged, which is refused if it is not good. */
sl_side sl_side_at(lua_State *L, sl_nesting *n, int index);
void sl_check_side(sl_nesting *n, int index);

/* Replaces the value at `over` by what it makes of the one at `base`; may leave values on top of the stack. Of a map's values, the key is
 * below `over`. Absolute indices. */
typedef void sl_join(lua_State *L, sl_nesting *n, int base, int over);

sl_join sl_join_values;

/* The same of two plain tables, whose keys meet by `join`. */
void sl_join_tables(lua_State *L, sl_nesting *n, int base, int over, sl_join *join);

/* Lays the named part of the table at `over` over the one at `to`, which is changed. */
void sl_lay_named(lua_State *L, sl_nesting *n, int to, int over, sl_join *join);

/* Is one a list, map or single value in the place of another of these? */
bool sl_is_kind_change(sl_kind from, sl_kind to);

#endif
