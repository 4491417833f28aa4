/* merge.h: how values meet. One accumulator per option: operations go in, in order, a value comes out.
 *
 * The accumulator lives in SL_MERGE_SLOTS slots of the Lua stack from sl_merge_start() to sl_merge_finish(). It never
 * changes a table that was handed in; what comes out shares every subtable that no operation touched.
 */
#ifndef SL_MERGE_H
#define SL_MERGE_H

#include "directive.h"
#include "journal.h"
#include "value.h"

/* A value whose kind changed: list, map, single value. */
typedef struct sl_kind_change {
	uint32_t sequence;
	sl_kind from, to;
} sl_kind_change;

enum { SL_MERGE_SLOTS = 5, SL_MERGE_CHANGES = 8 };

typedef struct sl_merge {
	lua_State *L;
	int base;                 /* first of the slots */
	enum { SL_ACC_UNSET, SL_ACC_ATOM, SL_ACC_TABLE } state;
	enum { SL_LIST_NONE, SL_LIST_VALUE, SL_LIST_UNION } list;
	bool map, map_owned;
	size_t union_count;
	uint32_t list_sequence;   /* the operation that the list of SL_LIST_VALUE came with */
	sl_kind_change changes[SL_MERGE_CHANGES];
	size_t change_count;
} sl_merge;

void sl_merge_start(sl_merge *merge, lua_State *L);

/* Applies an operation with the value at the absolute index `value` (nil for unset). `sequence` orders the elements of
 * lists by their first appearance, whatever the order in which levels are applied. */
void sl_merge_apply(sl_merge *merge, sl_rule rule, sl_operation operation, int value, uint32_t sequence);

/* The same below the path of keys (an array at the absolute index `path`); maps are made on the way. */
void sl_merge_apply_at(sl_merge *merge, int path, sl_operation operation, int value, uint32_t sequence);

/* Takes note of a change of kind. */
void sl_merge_note(sl_merge *merge, sl_kind from, sl_kind to, uint32_t sequence);

/* Pushes the value so far (nil: unset); more operations may follow, which do not change it. */
void sl_merge_push(sl_merge *merge);

/* Replaces the slots by the value (nil: unset). */
void sl_merge_finish(sl_merge *merge);

/* (base, overlay, options?) -> table: stackloader.merge */
int sl_api_merge(lua_State *L);

/* stackloader.equal(left, right) -> boolean: do two tables say the same? Their own metatables do not matter; what is no data is equal to itself. */
int sl_api_equal(lua_State *L);

#endif
