#include "merge.h"

#include <stdlib.h>

#include "nested.h"

/* The accumulator's slots. */
enum { ATOM, LIST, MAP, BIRTHS /* key -> birth */, ELEMENTS /* birth -> element */ };

static int slot(const sl_merge *merge, int which) {
	return merge->base + which;
}

void sl_merge_start(sl_merge *merge, lua_State *L) {
	luaL_checkstack(L, SL_MERGE_SLOTS + 8, "merging");
	*merge = (sl_merge) { .L = L, .base = lua_gettop(L) + 1 };
	for(int i = 0; i < SL_MERGE_SLOTS; i++) {
		lua_pushnil(L);
	}
}

static void set_slot(sl_merge *merge, int which, int value) {
	lua_pushvalue(merge->L, value);
	lua_replace(merge->L, slot(merge, which));
}

static void become_unset(sl_merge *merge) {
	merge->state = SL_ACC_UNSET;
	merge->list = SL_LIST_NONE;
	merge->map = merge->map_owned = false;
	merge->union_count = 0;
}

/* Takes a value whole. */
static void become(sl_merge *merge, int value, uint32_t sequence) {
	size_t listed, named;
	become_unset(merge);
	merge->list_sequence = sequence;
	if(lua_isnil(merge->L, value)) {
		return;
	}
	if(!sl_is_plain_table(merge->L, value)) {
		merge->state = SL_ACC_ATOM;
		set_slot(merge, ATOM, value);
		return;
	}
	sl_table_shape(merge->L, value, &listed, &named);
	merge->state = SL_ACC_TABLE;
	if(listed) {
		merge->list = SL_LIST_VALUE;
		set_slot(merge, LIST, value);
	}
	if(named) {
		merge->map = true;
		set_slot(merge, MAP, value);
	}
}

static sl_kind current_kind(const sl_merge *merge) {
	switch(merge->state) {
	case SL_ACC_UNSET:
		return SL_KIND_NIL;
	case SL_ACC_ATOM:
		return sl_value_kind(merge->L, slot(merge, ATOM));
	default:
		break;
	}
	bool listed = merge->list == SL_LIST_VALUE || (merge->list == SL_LIST_UNION && merge->union_count);
	if(listed) {
		return merge->map ? SL_KIND_MIXED : SL_KIND_LIST;
	}
	return merge->map ? SL_KIND_MAP : SL_KIND_EMPTY;
}

void sl_merge_note(sl_merge *merge, sl_kind from, sl_kind to, uint32_t sequence) {
	if(merge->change_count < SL_MERGE_CHANGES) {
		merge->changes[merge->change_count++] = (sl_kind_change) { sequence, from, to };
	}
}

/* ======== the list as an ordered set ======== */

/* An element's birth orders the list: later operations after earlier ones, elements of one in their order; what is put
 * in front is before all, the latest first. Twenty-four bits leave room for any list. */
static lua_Integer birth_of(uint32_t sequence, size_t position, bool front) {
	lua_Integer operation = (lua_Integer)sequence << 24;
	return (front ? -operation : operation) + (lua_Integer)position;
}

/* Adds the element at the top of the stack and pops it; one that is there keeps its earliest place. */
static void union_add(sl_merge *merge, lua_Integer birth) {
	lua_State *L = merge->L;
	int element = lua_gettop(L);
	sl_value_key(L, element);
	lua_pushvalue(L, -1);
	if(lua_rawget(L, slot(merge, BIRTHS)) == LUA_TNIL) {
		merge->union_count++;
	} else {
		lua_Integer known = lua_tointeger(L, -1);
		if(known <= birth) {
			lua_settop(L, element - 1);
			return;
		}
		lua_rawgeti(L, slot(merge, ELEMENTS), known);
		lua_replace(L, element);
		lua_pushnil(L);
		lua_rawseti(L, slot(merge, ELEMENTS), known);
	}
	lua_pop(L, 1);
	lua_pushinteger(L, birth);
	lua_rawset(L, slot(merge, BIRTHS));
	lua_rawseti(L, slot(merge, ELEMENTS), birth);
}

static void union_add_all(sl_merge *merge, int list, size_t length, uint32_t sequence, bool front) {
	for(size_t i = 1; i <= length; i++) {
		if(lua_rawgeti(merge->L, list, (lua_Integer)i) == LUA_TNIL) {
			lua_pop(merge->L, 1);   /* a gap is no element */
			continue;
		}
		union_add(merge, birth_of(sequence, i, front));
	}
}

/* Turns what the accumulator holds into a list that elements can be added to. */
static void begin_union(sl_merge *merge, uint32_t sequence) {
	lua_State *L = merge->L;
	if(merge->list == SL_LIST_UNION) {
		return;
	}
	lua_newtable(L);
	lua_replace(L, slot(merge, BIRTHS));
	lua_newtable(L);
	lua_replace(L, slot(merge, ELEMENTS));
	merge->union_count = 0;
	if(merge->state == SL_ACC_ATOM) {
		lua_pushvalue(L, slot(merge, ATOM));
		union_add(merge, birth_of(merge->list_sequence, 1, false));
	} else if(merge->list == SL_LIST_VALUE) {
		int list = slot(merge, LIST);
		union_add_all(merge, list, (size_t)lua_rawlen(L, list), merge->list_sequence, false);
	} else {
		merge->list_sequence = sequence;
	}
	merge->state = SL_ACC_TABLE;
	merge->list = SL_LIST_UNION;
}

static void union_remove(sl_merge *merge, int element) {
	lua_State *L = merge->L;
	sl_value_key(L, element);
	lua_pushvalue(L, -1);
	if(lua_rawget(L, slot(merge, BIRTHS)) == LUA_TNIL) {
		lua_pop(L, 2);
		return;
	}
	lua_pushnil(L);
	lua_rawseti(L, slot(merge, ELEMENTS), lua_tointeger(L, -2));
	lua_pop(L, 1);
	lua_pushnil(L);
	lua_rawset(L, slot(merge, BIRTHS));
	merge->union_count--;
}

static int compare_births(const void *left, const void *right) {
	lua_Integer a = *(const lua_Integer *)left;
	lua_Integer b = *(const lua_Integer *)right;
	return a < b ? -1 : a > b;
}

/* Fills the list part of the table at `table` in order of birth. */
static void emit_union(sl_merge *merge, int table) {
	lua_State *L = merge->L;
	size_t count = 0;
	lua_Integer *births = lua_newuserdatauv(L, merge->union_count * sizeof(*births) + 1, 0);
	lua_pushnil(L);
	while(lua_next(L, slot(merge, ELEMENTS))) {
		births[count++] = lua_tointeger(L, -2);
		lua_pop(L, 1);
	}
	qsort(births, count, sizeof(*births), compare_births);
	for(size_t i = 0; i < count; i++) {
		lua_rawgeti(L, slot(merge, ELEMENTS), births[i]);
		lua_rawseti(L, table, (lua_Integer)i + 1);
	}
	lua_pop(L, 1);
}

/* ======== maps ======== */

/* The map part becomes a table of the accumulator's own, with room for `more` keys. */
static void own_map(sl_merge *merge, size_t more) {
	lua_State *L = merge->L;
	if(merge->map && merge->map_owned) {
		return;
	}
	size_t listed = 0, named = 0;
	if(merge->map) {
		sl_table_shape(L, slot(merge, MAP), &listed, &named);
	}
	lua_createtable(L, 0, (int)(named + more));
	if(merge->map) {
		sl_copy_part(L, slot(merge, MAP), lua_gettop(L), false);
	}
	lua_replace(L, slot(merge, MAP));
	merge->map = merge->map_owned = true;
}

static void add_named(sl_merge *merge, int value, size_t named, uint32_t sequence) {
	lua_State *L = merge->L;
	if(!merge->map) {
		merge->map = true;
		merge->map_owned = false;
		set_slot(merge, MAP, value);
		return;
	}
	own_map(merge, named);
	int top = lua_gettop(L);
	sl_survey survey;
	sl_nesting n;
	sl_nesting_start(&n, L, &survey, 0);
	n.merge = merge;
	n.sequence = sequence;
	n.depth = 1;
	sl_lay_named(L, &n, slot(merge, MAP), value, sl_join_values);
	lua_settop(L, top);
}

static bool map_is_empty(sl_merge *merge) {
	lua_State *L = merge->L;
	lua_pushnil(L);
	if(lua_next(L, slot(merge, MAP))) {
		lua_pop(L, 2);
		return false;
	}
	return true;
}

/* Sets (or with nil removes) one key; the value is at the top of the stack and is popped. */
static void set_key(sl_merge *merge, int key) {
	lua_State *L = merge->L;
	own_map(merge, 1);
	lua_pushvalue(L, key);
	lua_insert(L, -2);
	lua_rawset(L, slot(merge, MAP));
	if(map_is_empty(merge)) {
		merge->map = merge->map_owned = false;
	}
}

/* ======== operations ======== */

/* The elements that an operation speaks of: of a table its list part, else the value alone. */
static void add_elements(sl_merge *merge, int value, uint32_t sequence, bool front) {
	lua_State *L = merge->L;
	size_t length = 0, named = 0;
	if(!sl_is_plain_table(L, value)) {
		begin_union(merge, sequence);
		lua_pushvalue(L, value);
		union_add(merge, birth_of(sequence, 1, front));
		return;
	}
	sl_table_shape(L, value, &length, &named);
	if(length || !named || merge->state == SL_ACC_ATOM) {
		begin_union(merge, sequence);
		union_add_all(merge, value, length, sequence, front);
	}
	if(named) {
		merge->state = SL_ACC_TABLE;
		add_named(merge, value, named, sequence);
	}
}

static void remove_element(sl_merge *merge, int element) {
	if(merge->list != SL_LIST_NONE) {
		union_remove(merge, element);
	}
	if(merge->map) {
		lua_State *L = merge->L;
		lua_pushvalue(L, element);
		if(lua_rawget(L, slot(merge, MAP)) != LUA_TNIL) {
			lua_pushnil(L);
			set_key(merge, element);
		}
		lua_pop(L, 1);
	}
}

static void remove_elements(sl_merge *merge, int value, uint32_t sequence) {
	lua_State *L = merge->L;
	bool single = !sl_is_plain_table(L, value);
	size_t length = single ? 1 : (size_t)lua_rawlen(L, value);
	if(merge->state == SL_ACC_TABLE && merge->list == SL_LIST_VALUE) {
		begin_union(merge, sequence);
	}
	for(size_t i = 1; i <= length; i++) {
		if(single) {
			lua_pushvalue(L, value);
		} else {
			lua_rawgeti(L, value, (lua_Integer)i);
		}
		int element = lua_gettop(L);
		if(merge->state == SL_ACC_TABLE) {
			remove_element(merge, element);
		} else if(merge->state == SL_ACC_ATOM && sl_value_equal(L, slot(merge, ATOM), element)) {
			become_unset(merge);
		}
		lua_settop(L, element - 1);
	}
}

/* A plain assignment to an option that accumulates. */
static void accumulate(sl_merge *merge, int value, uint32_t sequence) {
	sl_kind from = current_kind(merge);
	sl_kind to = sl_value_kind(merge->L, value);
	bool one_is_map = from == SL_KIND_MAP || to == SL_KIND_MAP;
	bool both_agree = from == SL_KIND_MAP ? to == SL_KIND_MAP || to == SL_KIND_MIXED || to == SL_KIND_EMPTY
		: from == SL_KIND_MIXED || from == SL_KIND_EMPTY;
	if(one_is_map && !both_agree) {
		sl_merge_note(merge, from, to, sequence);
		become(merge, value, sequence);
		return;
	}
	if(from == SL_KIND_MAP && to == SL_KIND_EMPTY) {
		return;
	}
	add_elements(merge, value, sequence, false);
}

/* A plain assignment of a table to an option whose tables merge. */
static void lay_over(sl_merge *merge, sl_kind from, sl_kind to, int value, uint32_t sequence) {
	size_t listed, named;
	sl_table_shape(merge->L, value, &listed, &named);
	if(sl_is_kind_change(from, to)) {
		sl_merge_note(merge, from, to, sequence);
	}
	if(sl_is_kind_change(from, to) || from == SL_KIND_EMPTY) {
		become(merge, value, sequence);
		return;
	}
	if(listed || to == SL_KIND_EMPTY) {
		merge->list = listed ? SL_LIST_VALUE : SL_LIST_NONE;
		merge->list_sequence = sequence;
		set_slot(merge, LIST, value);
	}
	if(named) {
		add_named(merge, value, named, sequence);
	}
}

static void set(sl_merge *merge, sl_rule rule, int value, uint32_t sequence) {
	sl_kind from = current_kind(merge);
	sl_kind to = sl_value_kind(merge->L, value);
	if(from == SL_KIND_NIL || from == SL_KIND_OPAQUE || to == SL_KIND_OPAQUE || rule == SL_RULE_REPLACE) {
		become(merge, value, sequence);
		return;
	}
	if(rule == SL_RULE_APPEND) {
		accumulate(merge, value, sequence);
		return;
	}
	if(from == SL_KIND_SCALAR || to == SL_KIND_SCALAR) {
		if(sl_is_kind_change(from, to)) {
			sl_merge_note(merge, from, to, sequence);
		}
		become(merge, value, sequence);
		return;
	}
	lay_over(merge, from, to, value, sequence);
}

void sl_merge_apply(sl_merge *merge, sl_rule rule, sl_operation operation, int value, uint32_t sequence) {
	switch(operation) {
	case SL_SET:
		set(merge, rule, value, sequence);
		break;
	case SL_APPEND:
		add_elements(merge, value, sequence, false);
		break;
	case SL_PREPEND:
		add_elements(merge, value, sequence, true);
		break;
	case SL_REMOVE:
		remove_elements(merge, value, sequence);
		break;
	case SL_REPLACE:
		become(merge, value, sequence);
		break;
	case SL_UNSET:
		become_unset(merge);
		break;
	default:   /* constraints never come here */
		break;
	}
}

static void apply_at(sl_merge *merge, int path, lua_Integer depth, sl_operation operation, int value, uint32_t sequence);

/* Replaces the value at the top of the stack by what the operation below the rest of the path makes of it. */
static void apply_to_child(lua_State *L, int path, lua_Integer depth, sl_operation operation, int value, uint32_t sequence) {
	int child = lua_gettop(L);
	sl_merge inner;
	sl_merge_start(&inner, L);
	become(&inner, child, 0);
	if(depth > (lua_Integer)lua_rawlen(L, path)) {
		sl_merge_apply(&inner, SL_RULE_MERGE, operation, value, sequence);
	} else {
		apply_at(&inner, path, depth, operation, value, sequence);
	}
	sl_merge_finish(&inner);
	lua_replace(L, child);
}

static void apply_at(sl_merge *merge, int path, lua_Integer depth, sl_operation operation, int value, uint32_t sequence) {
	lua_State *L = merge->L;
	luaL_checkstack(L, 8, "merging");
	if(merge->state != SL_ACC_TABLE) {
		if(operation == SL_UNSET || operation == SL_REMOVE) {
			return;   /* what is not there needs no taking away */
		}
		become_unset(merge);
		merge->state = SL_ACC_TABLE;
	}
	lua_rawgeti(L, path, depth);
	int key = lua_gettop(L);
	if(merge->map) {
		lua_pushvalue(L, key);
		lua_rawget(L, slot(merge, MAP));
	} else {
		lua_pushnil(L);
	}
	apply_to_child(L, path, depth + 1, operation, value, sequence);
	set_key(merge, key);
	lua_pop(L, 1);
}

void sl_merge_apply_at(sl_merge *merge, int path, sl_operation operation, int value, uint32_t sequence) {
	apply_at(merge, path, 1, operation, value, sequence);
}

/* The table that came in is the one that goes out where nothing of it changed. */
static bool is_untouched(sl_merge *merge) {
	lua_State *L = merge->L;
	size_t listed, named;
	if(merge->list == SL_LIST_UNION || merge->map_owned) {
		return false;
	}
	if(merge->list == SL_LIST_VALUE) {
		sl_table_shape(L, slot(merge, LIST), &listed, &named);
		return merge->map ? lua_rawequal(L, slot(merge, LIST), slot(merge, MAP)) : named == 0;
	}
	if(merge->map) {
		sl_table_shape(L, slot(merge, MAP), &listed, &named);
		return listed == 0;
	}
	return false;
}

static void push_table(sl_merge *merge) {
	lua_State *L = merge->L;
	if(is_untouched(merge)) {
		lua_pushvalue(L, slot(merge, merge->map ? MAP : LIST));
		return;
	}
	if(merge->map_owned && merge->list == SL_LIST_NONE) {
		lua_pushvalue(L, slot(merge, MAP));
		return;
	}
	size_t room = merge->list == SL_LIST_UNION ? merge->union_count
		: merge->list == SL_LIST_VALUE ? (size_t)lua_rawlen(L, slot(merge, LIST)) : 0;
	lua_createtable(L, room > (1U << 20) ? 1 << 20 : (int)room, 0);
	int table = lua_gettop(L);
	if(merge->list == SL_LIST_UNION) {
		emit_union(merge, table);
	} else if(merge->list == SL_LIST_VALUE) {
		sl_copy_part(L, slot(merge, LIST), table, true);
	}
	if(merge->map) {
		sl_copy_part(L, slot(merge, MAP), table, false);
	}
}

void sl_merge_push(sl_merge *merge) {
	lua_State *L = merge->L;
	switch(merge->state) {
	case SL_ACC_UNSET:
		lua_pushnil(L);
		break;
	case SL_ACC_ATOM:
		lua_pushvalue(L, slot(merge, ATOM));
		break;
	default:
		push_table(merge);
		merge->map_owned = false;   /* it may be the one that was pushed */
	}
}

void sl_merge_finish(sl_merge *merge) {
	lua_State *L = merge->L;
	sl_merge_push(merge);
	lua_replace(L, merge->base);
	lua_settop(L, merge->base);
}
