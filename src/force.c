#include "force.h"

#include "elements.h"
#include "stack.h"

bool sl_adds_elements(const sl_journal *journal, const sl_entry *entry) {
	sl_operation operation = (sl_operation)entry->operation;
	return operation == SL_APPEND || operation == SL_PREPEND
		|| (operation == SL_SET && !entry->path && sl_rule_of(journal, entry->option) == SL_RULE_APPEND);
}

/* Is the element in the set of what the value has? Or, for `removed`, a key of its named part? */
static bool is_element(lua_State *L, int element, int value, int set, bool removed) {
	lua_pushvalue(L, element);
	sl_look_up(L, set);
	if(lua_isnil(L, -1) && removed && lua_type(L, element) == LUA_TSTRING && sl_is_plain_table(L, value)) {
		lua_pushvalue(L, element);
		lua_rawget(L, value);
		lua_remove(L, -2);
	}
	bool found = !lua_isnil(L, -1);
	lua_pop(L, 1);
	return found;
}

/* How many of the elements at `wanted` are there? *all: how many it has, without gaps. */
static size_t count_elements(lua_State *L, int wanted, int value, bool removed, size_t *all) {
	size_t there = 0, gaps = 0;
	int top = lua_gettop(L);
	size_t count = sl_element_count(L, wanted);
	lua_newtable(L);
	sl_put_elements(L, top + 1, value, 1);
	for(size_t i = 1; i <= count; i++) {
		sl_push_element(L, wanted, i);
		gaps += lua_isnil(L, -1);
		there += !lua_isnil(L, -1) && is_element(L, top + 2, value, top + 1, removed);
		lua_pop(L, 1);
	}
	lua_settop(L, top);
	*all = count - gaps;
	return there;
}

static bool is_contained(lua_State *L, int wanted, int value);

static bool same_list(lua_State *L, int wanted, int value) {
	size_t length = (size_t)lua_rawlen(L, wanted);
	bool same = length == (size_t)lua_rawlen(L, value);
	for(size_t i = 1; i <= length && same; i++) {
		lua_rawgeti(L, wanted, (lua_Integer)i);
		lua_rawgeti(L, value, (lua_Integer)i);
		same = sl_value_equal(L, -2, -1);
		lua_pop(L, 2);
	}
	return same;
}

static bool has_named(lua_State *L, int wanted, int value, size_t listed) {
	lua_pushnil(L);
	while(lua_next(L, wanted)) {
		int top = lua_gettop(L);
		bool holds = true;
		if(!sl_is_listed(L, top - 1, listed)) {
			lua_pushvalue(L, top - 1);
			lua_rawget(L, value);
			holds = is_contained(L, top, top + 1);
		}
		lua_settop(L, top - 1);
		if(!holds) {
			lua_pop(L, 1);
			return false;
		}
	}
	return true;
}

/* Does the value have what `wanted` says: itself; of a table its list whole, and each of its keys? */
static bool is_contained(lua_State *L, int wanted, int value) {
	if(!sl_is_plain_table(L, wanted)) {
		return sl_value_equal(L, wanted, value);
	}
	if(!sl_is_plain_table(L, value)) {
		return false;
	}
	luaL_checkstack(L, 8, "looking for a forced value");
	size_t listed, named;
	sl_kind kind = sl_table_shape(L, wanted, &listed, &named);
	if((listed || kind == SL_KIND_EMPTY) && !same_list(L, wanted, value)) {
		return false;
	}
	return has_named(L, wanted, value, listed);
}

static bool holds_here(lua_State *L, const sl_journal *journal, const sl_entry *entry, int wanted, int value) {
	size_t listed, named, all;
	switch((sl_operation)entry->operation) {
	case SL_UNSET:
		return lua_isnil(L, value);
	case SL_REMOVE:
		return count_elements(L, wanted, value, true, &all) == 0;
	case SL_REPLACE:
		return sl_value_equal(L, wanted, value);
	default:
		break;
	}
	if(!sl_adds_elements(journal, entry)) {
		bool whole = !entry->path && sl_rule_of(journal, entry->option) == SL_RULE_REPLACE;
		return whole ? sl_value_equal(L, wanted, value) : is_contained(L, wanted, value);
	}
	if(count_elements(L, wanted, value, false, &all) != all) {
		return false;
	}
	if(!sl_is_plain_table(L, wanted)) {
		return true;
	}
	sl_table_shape(L, wanted, &listed, &named);
	return named == 0 || (sl_is_plain_table(L, value) && has_named(L, wanted, value, listed));
}

bool sl_holds(lua_State *L, int ud, uint32_t operation, int value) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	const sl_entry *entry = sl_entry_at(journal, operation);
	int top = lua_gettop(L);
	luaL_checkstack(L, 10, "looking for a forced value");
	sl_push_value(L, ud, entry);
	lua_pushvalue(L, value);
	if(entry->path) {
		sl_push_path(L, ud, entry);
		lua_insert(L, -2);
		sl_value_descend(L, top + 2);
	}
	bool holds = holds_here(L, journal, entry, top + 1, lua_gettop(L));
	lua_settop(L, top);
	return holds;
}

static bool is_set(const sl_entry *entry) {
	return entry->operation == SL_SET || entry->operation == SL_REPLACE || entry->operation == SL_UNSET;
}

/* One layer may build on its own force, and the global scope's forces come on top of a host's. Of another layer's force in the same place only one
 * thing is no contradiction: to add to a list that was set. */
static bool is_overruled(const sl_journal *journal, const sl_entry *first, const sl_entry *second) {
	bool same_place = (first->scope == SL_GLOBAL) == (second->scope == SL_GLOBAL);
	return first->layer != second->layer && same_place && !(first->operation == SL_SET && sl_adds_elements(journal, second));
}

bool sl_contradict(const sl_journal *journal, uint32_t earlier, uint32_t later) {
	const sl_entry *first = sl_entry_at(journal, earlier);
	const sl_entry *second = sl_entry_at(journal, later);
	if((is_set(first) && is_set(second)) || is_overruled(journal, first, second)) {
		return true;
	}
	return (first->operation == SL_REMOVE && sl_adds_elements(journal, second))
		|| (second->operation == SL_REMOVE && sl_adds_elements(journal, first));
}
