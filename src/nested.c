#include "nested.h"

void sl_nesting_start(sl_nesting *n, lua_State *L, sl_survey *survey, int roots) {
	luaL_checkstack(L, 2, "merging");
	sl_survey_start(survey, L, roots);
	lua_pushnil(L);
	*n = (sl_nesting) { .survey = survey, .results = lua_gettop(L) };
}

static sl_side side_of_table(lua_State *L, sl_nesting *n, int index, uint32_t depth) {
	sl_side side;
	if(n->survey->roots) {
		side.kind = sl_survey_table(n->survey, index, depth, &side.listed, &side.named);
	} else {
		side.kind = sl_table_shape(L, index, &side.listed, &side.named);
	}
	return side;
}

void sl_check_side(sl_nesting *n, int index) {
	if(n->survey->roots) {
		sl_survey_check(n->survey, index, n->depth + 1);
	}
}

sl_side sl_side_at(lua_State *L, sl_nesting *n, int index) {
	sl_side side;
	if(sl_is_plain_table(L, index)) {
		return side_of_table(L, n, index, n->depth + 1);
	}
	sl_check_side(n, index);
	side.kind = sl_value_shape(L, index, &side.listed, &side.named);
	return side;
}

bool sl_is_kind_change(sl_kind from, sl_kind to) {
	static const bool has_kind[SL_KIND_MIXED + 1] = {
		[SL_KIND_SCALAR] = true, [SL_KIND_LIST] = true, [SL_KIND_MAP] = true, [SL_KIND_MIXED] = true
	};
	if(!has_kind[from] || !has_kind[to]) {
		return false;
	}
	if(from == SL_KIND_SCALAR || to == SL_KIND_SCALAR) {
		return from != to;
	}
	return from != to && from != SL_KIND_MIXED && to != SL_KIND_MIXED;
}

/* ======== pairs that meet again ======== */

/* Has the pair met before? Then `over` is replaced by what it made. */
static bool recall(lua_State *L, const sl_nesting *n, int base, int over) {
	uint32_t result = n->result_count ? sl_survey_recall(n->survey, lua_topointer(L, base), lua_topointer(L, over)) : 0;
	if(!result) {
		return false;
	}
	lua_rawgeti(L, n->results, result);
	lua_replace(L, over);
	return true;
}

/* Replaces `over` by what the pair made, which is at the top of the stack. Both were there before the merge began, so nothing that it makes can
 * have their addresses. */
static void remember(lua_State *L, sl_nesting *n, int base, int over) {
	if(n->depth > 1) {   /* the outermost meet once */
		if(!n->result_count) {
			lua_createtable(L, 8, 0);
			lua_replace(L, n->results);
		}
		lua_pushvalue(L, -1);
		lua_rawseti(L, n->results, ++n->result_count);
		sl_survey_remember(n->survey, lua_topointer(L, base), lua_topointer(L, over), n->result_count);
	}
	lua_replace(L, over);
}

/* ======== maps: each side is walked once, its pairs wait on the stack until it is known how many there are ======== */

enum {
	MOST_SLOTS = 1 << 17,   /* of the stack that pairs may take; where they do not suffice, tables are counted first */
	STEP = 64,              /* pairs for which room is asked for at once */
	MANY = 2048,            /* pairs */
	AHEAD = 8
};

static bool has_room(lua_State *L, int top) {
	if(top > MOST_SLOTS) {
		return false;
	}
	luaL_checkstack(L, 2 * STEP + 24, "merging");
	return true;
}

/* Pushes the pairs of the overlay, merged with what the base has. Returns how many there are, -1 for too many, and counts those that are new. */
static int push_over(lua_State *L, sl_nesting *n, int base, int over, int *added, sl_join *join) {
	int first = lua_gettop(L) + 1, count = 0;
	lua_pushnil(L);
	for(int key = first; lua_next(L, over); key += 2) {
		if(count++ % STEP == 0 && !has_room(L, key)) {
			return -1;
		}
		n->survey->table_keys |= lua_type(L, key) == LUA_TTABLE;
		lua_pushvalue(L, key);
		if(lua_rawget(L, base) != LUA_TNIL) {
			join(L, n, key + 2, key + 1);
		} else {
			sl_check_side(n, key + 1);
			++*added;
		}
		lua_settop(L, key + 1);
		lua_pushvalue(L, key);
	}
	return count;
}

/* The same for the base; what the overlay has too was looked at then. */
static int push_base(lua_State *L, sl_nesting *n, int base, int over) {
	int first = lua_gettop(L) + 1, count = 0;
	lua_pushnil(L);
	for(int key = first; lua_next(L, base); key += 2) {
		if(count++ % STEP == 0 && !has_room(L, key)) {
			return -1;
		}
		n->survey->table_keys |= lua_type(L, key) == LUA_TTABLE;
		if(n->survey->roots && lua_type(L, key + 1) == LUA_TTABLE) {
			lua_pushvalue(L, key);
			if(lua_rawget(L, over) == LUA_TNIL) {
				sl_check_side(n, key + 1);
			}
			lua_settop(L, key + 1);
		}
		lua_pushvalue(L, key);
	}
	return count;
}

/* Sets the pairs on the stack, the last one first. Where they are many, their keys have left the processor's caches meanwhile and are fetched
 * ahead. */
static void set_pairs(lua_State *L, int table, int count) {
	for(; count; count--) {
		if(count > MANY) {
			__builtin_prefetch(lua_topointer(L, -2 * AHEAD));
		}
		lua_rawset(L, table);
	}
}

/* Joins two tables without list parts. False where there are too many pairs. */
static bool join_maps(lua_State *L, sl_nesting *n, int base, int over, sl_join *join) {
	int result = lua_gettop(L) + 1, added = 0;
	lua_pushnil(L);
	int over_count = push_over(L, n, base, over, &added, join);
	int base_count = over_count < 0 ? -1 : push_base(L, n, base, over);
	if(base_count < 0) {
		lua_settop(L, result - 1);
		return false;
	}
	if(base_count == 0 || over_count == 0) {
		lua_copy(L, base_count ? base : over, over);
		return true;
	}
	lua_createtable(L, 0, base_count + added);
	lua_replace(L, result);
	set_pairs(L, result, base_count + over_count);
	remember(L, n, base, over);
	return true;
}

/* ======== any tables ======== */

void sl_lay_named(lua_State *L, sl_nesting *n, int to, int over, sl_join *join) {
	size_t listed = (size_t)lua_rawlen(L, over);
	int kept = lua_gettop(L) + 1, key = kept + 1, value = key + 1;   /* kept: the key, for lua_next */
	lua_pushnil(L);
	lua_pushnil(L);
	while(lua_next(L, over)) {
		if(listed && sl_is_listed(L, key, listed)) {
			lua_settop(L, key);
			continue;
		}
		lua_pushvalue(L, key);
		if(lua_rawget(L, to) != LUA_TNIL) {
			join(L, n, value + 1, value);
		}
		lua_settop(L, value);
		lua_copy(L, key, kept);
		lua_rawset(L, to);
		lua_pushvalue(L, kept);
	}
	lua_settop(L, kept - 1);
}

/* A hint from data is capped: lua_createtable must not be talked into gigabytes. */
static int hint(size_t count) {
	return count > (1U << 20) ? 1 << 20 : (int)count;
}

/* Is what comes out the later side as it is? */
static bool is_replaced(sl_kind from, sl_kind to) {
	return from == SL_KIND_EMPTY || (from == SL_KIND_LIST && to != SL_KIND_MIXED) || (from == SL_KIND_MAP && to == SL_KIND_LIST);
}

/* Joins two tables that are counted first. */
static void join_counted(lua_State *L, sl_nesting *n, int base, int over, sl_join *join) {
	sl_side from = side_of_table(L, n, base, n->depth);
	sl_side to = side_of_table(L, n, over, n->depth);
	if(is_replaced(from.kind, to.kind)) {
		return;
	}
	if(from.kind == SL_KIND_MAP && to.kind == SL_KIND_EMPTY) {
		lua_copy(L, base, over);
		return;
	}
	bool takes_list = to.listed || to.kind == SL_KIND_EMPTY;
	lua_createtable(L, hint(takes_list ? to.listed : from.listed), hint(from.named + to.named));
	int result = lua_gettop(L);
	sl_copy_part(L, takes_list ? over : base, result, true);
	sl_copy_part(L, base, result, false);
	sl_lay_named(L, n, result, over, join);
	remember(L, n, base, over);
}

static void go_down(lua_State *L, sl_nesting *n) {
	luaL_checkstack(L, 24, "merging");
	if(++n->depth > SL_MAX_DEPTH) {
		sl_survey_refuse_depth(n->survey);
	}
}

void sl_join_tables(lua_State *L, sl_nesting *n, int base, int over, sl_join *join) {
	if(recall(L, n, base, over)) {
		return;
	}
	go_down(L, n);
	bool lists = lua_rawlen(L, base) || lua_rawlen(L, over);
	if(lists || !join_maps(L, n, base, over, join)) {
		join_counted(L, n, base, over, join);
	}
	n->depth--;
}

static void note_change(lua_State *L, sl_nesting *n, int base, int over) {
	sl_kind from = sl_value_kind(L, base);
	sl_kind to = sl_value_kind(L, over);
	if(sl_is_kind_change(from, to)) {
		sl_merge_note(n->merge, from, to, n->sequence);
	}
}

void sl_join_values(lua_State *L, sl_nesting *n, int base, int over) {
	if(n->merge) {
		note_change(L, n, base, over);
	}
	bool tables = sl_is_plain_table(L, over) && sl_is_plain_table(L, base);
	if(tables && !lua_rawequal(L, base, over)) {
		sl_join_tables(L, n, base, over, sl_join_values);
		return;
	}
	sl_check_side(n, over);
	sl_check_side(n, base);
}
