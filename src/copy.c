#include "value.h"

#include "directive.h"
#include "raise.h"

/* A copy in the making. */
typedef struct copying {
	lua_State *L;
	int memo;          /* table: original -> copy; false while the original is being copied; copy -> its height where that is over 1 */
	int found;         /* table that collects directives, or 0: a value holds none */
	int path;          /* array of the keys that lead to the current table */
	lua_Integer depth;     /* length of the path */
	unsigned nesting;
	unsigned highest;  /* how deep tables are nested in what was copied so far of the current one */
	bool in_element;   /* below an element of a list */
	lua_Integer count; /* directives found */
} copying;

static void copy_value(copying *c, int index);

/* The record of a directive: { path, operation, level, value }. The value's copy is at the top of the stack and is popped. */
static void record(copying *c, sl_operation operation, sl_level level) {
	lua_State *L = c->L;
	lua_createtable(L, 4, 0);
	lua_createtable(L, (int)c->depth, 0);
	for(lua_Integer i = 1; i <= c->depth; i++) {
		lua_rawgeti(L, c->path, i);
		lua_rawseti(L, -2, i);
	}
	lua_rawseti(L, -2, 1);
	lua_pushinteger(L, operation);
	lua_rawseti(L, -2, 2);
	lua_pushinteger(L, level);
	lua_rawseti(L, -2, 3);
	lua_insert(L, -2);
	lua_rawseti(L, -2, 4);
	lua_rawseti(L, c->found, ++c->count);
}

void sl_refuse_cycle(lua_State *L) {
	sl_raise(L, "a table contains itself; a configuration value cannot be cyclic");
}

void sl_refuse_cyclic_key(lua_State *L) {
	sl_raise(L, "a table is a key of itself; a configuration value cannot be cyclic");
}

void sl_refuse_depth(lua_State *L) {
	sl_raise(L, "tables are nested more than %d deep; a configuration value must be flatter", SL_MAX_DEPTH);
}

static void refuse_directive(lua_State *L, sl_operation operation, sl_level level) {
	sl_raise(L, "stack.%s stands too deep: a directive can be an option's value, a map's value or an element of a list, "
		"not part of an element", level == SL_PLAIN ? sl_operation_name(operation) : sl_level_name(level));
}

void sl_refuse_directive(lua_State *L, int index) {
	sl_operation operation;
	sl_level level;
	if(sl_to_directive(L, index, &operation, &level)) {
		refuse_directive(L, operation, level);
	}
}

/* Takes a directive out of the value that it stands in. False where the value is none. */
static bool take_directive(copying *c, int index, bool element) {
	lua_State *L = c->L;
	sl_operation operation;
	sl_level level;
	if(!sl_to_directive(L, index, &operation, &level)) {
		return false;
	}
	if(!c->found || c->in_element) {
		refuse_directive(L, operation, level);
	}
	if(element && operation != SL_SET) {
		luaL_error(L, "stack.%s cannot be an element of a list; give it to the option itself, or to a key of a map", sl_operation_name(operation));
	}
	luaL_checkstack(L, 12, "copying a value");
	copy_value(c, lua_gettop(L));
	if(element) {
		lua_createtable(L, 1, 0);
		lua_insert(L, -2);
		lua_rawseti(L, -2, 1);
		operation = SL_APPEND;
	}
	record(c, operation, level);
	lua_pop(L, 1);
	return true;
}

/* A size hint from data is capped: lua_createtable must not be talked into gigabytes. */
static int hint(size_t count) {
	return count > (1U << 20) ? 1 << 20 : (int)count;
}

static void copy_list(copying *c, int index, int copy, size_t length) {
	lua_State *L = c->L;
	bool outer = c->in_element;
	lua_Integer position = 0;
	for(size_t i = 1; i <= length; i++) {
		lua_rawgeti(L, index, (lua_Integer)i);
		int element = lua_gettop(L);
		if(!take_directive(c, element, true)) {
			c->in_element = true;
			copy_value(c, element);
			c->in_element = outer;
			lua_rawseti(L, copy, ++position);
		}
		lua_settop(L, element - 1);
	}
}

/* A table can be a key, by its identity; but not one that is just being copied. */
static void refuse_cyclic_key(copying *c, int key) {
	lua_State *L = c->L;
	if(lua_type(L, key) == LUA_TTABLE) {
		lua_pushvalue(L, key);
		if(lua_rawget(L, c->memo) == LUA_TBOOLEAN) {
			sl_refuse_cyclic_key(L);
		}
		lua_pop(L, 1);
	}
}

static void copy_named(copying *c, int index, int copy, size_t listed) {
	lua_State *L = c->L;
	lua_pushnil(L);
	while(lua_next(L, index)) {
		int value = lua_gettop(L);
		refuse_cyclic_key(c, value - 1);
		if(!sl_is_listed(L, -2, listed)) {
			lua_pushvalue(L, value - 1);
			lua_rawseti(L, c->path, ++c->depth);
			if(!take_directive(c, value, false)) {
				lua_pushvalue(L, value - 1);
				copy_value(c, value);
				lua_rawset(L, copy);
			}
			c->depth--;
		}
		lua_settop(L, value - 1);
	}
}

static void remember(copying *c, int index, int copy) {
	lua_pushvalue(c->L, index);
	if(copy) {
		lua_pushvalue(c->L, copy);
	} else {
		lua_pushboolean(c->L, 0);
	}
	lua_rawset(c->L, c->memo);
}

static void forget(copying *c, int index) {
	lua_pushvalue(c->L, index);
	lua_pushnil(c->L);
	lua_rawset(c->L, c->memo);
}

static void remember_height(copying *c, int copy, unsigned height) {
	if(height > 1) {
		lua_pushvalue(c->L, copy);
		lua_pushinteger(c->L, height);
		lua_rawset(c->L, c->memo);
	}
}

static void check_height(const copying *c, unsigned height) {
	if(c->nesting + height > SL_MAX_DEPTH) {
		sl_refuse_depth(c->L);
	}
}

static void add_height(copying *c, unsigned height) {
	c->highest = height > c->highest ? height : c->highest;
}

/* The copy of a table that stands in several places is at the top of the stack. */
static void recall_height(copying *c) {
	lua_State *L = c->L;
	lua_pushvalue(L, -1);
	lua_rawget(L, c->memo);
	unsigned height = lua_isinteger(L, -1) ? (unsigned)lua_tointeger(L, -1) : 1;
	lua_pop(L, 1);
	check_height(c, height);
	add_height(c, height);
}

static void copy_table(copying *c, int index) {
	lua_State *L = c->L;
	static const int slots = 12;   /* per level: copy, key, value, and what take_directive and record push */
	luaL_checkstack(L, slots, "copying a value");
	unsigned highest = c->highest;
	c->nesting++;
	c->highest = 0;
	check_height(c, 0);
	size_t listed, named;
	lua_Integer before = c->count;
	sl_table_shape(L, index, &listed, &named);
	remember(c, index, 0);
	lua_createtable(L, hint(listed), hint(named));
	int copy = lua_gettop(L);
	if(listed) {
		copy_list(c, index, copy, listed);
	}
	if(named) {
		copy_named(c, index, copy, listed);
	}
	c->nesting--;
	unsigned height = c->highest + 1;
	c->highest = highest;
	add_height(c, height);
	if(c->count == before) {
		remember_height(c, copy, height);
		remember(c, index, copy);
	} else {
		forget(c, index);   /* its directives belong to every place where the table stands */
	}
}

/* Pushes the copy of the value at an absolute index. */
static void copy_value(copying *c, int index) {
	lua_State *L = c->L;
	if(!sl_is_plain_table(L, index)) {
		lua_pushvalue(L, index);
		return;
	}
	lua_pushvalue(L, index);
	switch(lua_rawget(L, c->memo)) {
	case LUA_TTABLE:
		recall_height(c);
		return;
	case LUA_TBOOLEAN:
		sl_refuse_cycle(L);
	default:
		lua_pop(L, 1);
		copy_table(c, index);
	}
}

void sl_value_copy(lua_State *L, int index, int memo, int found) {
	if(lua_type(L, index) != LUA_TTABLE) {
		lua_pushvalue(L, index);
		return;
	}
	luaL_checkstack(L, 8, "copying a value");
	index = lua_absindex(L, index);
	copying c = { .L = L, .found = found ? lua_absindex(L, found) : 0 };
	int base = lua_gettop(L);
	if(memo) {
		lua_pushvalue(L, memo);
	} else {
		lua_newtable(L);
	}
	c.memo = lua_gettop(L);
	lua_newtable(L);
	c.path = lua_gettop(L);
	c.count = c.found ? (lua_Integer)lua_rawlen(L, c.found) : 0;
	copy_value(&c, index);
	lua_replace(L, base + 1);
	lua_settop(L, base + 1);
}
