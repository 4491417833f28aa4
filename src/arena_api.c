#define _GNU_SOURCE
#include "stackloader.h"

#include <string.h>
#include <unistd.h>

#include "metatable.h"

#define ARENA "stackloader.arena"

static int arena_free(lua_State *L) {
	sl_arena_free(luaL_checkudata(L, 1, ARENA));
	return 0;
}

static const luaL_Reg arena_methods[] = {
	{ "__gc", arena_free },
	{ "__close", arena_free },
	{ NULL, NULL },
};

sl_arena *sl_push_arena(lua_State *L) {
	void *ud;
	sl_alloc alloc = lua_getallocf(L, &ud);
	sl_arena *arena = lua_newuserdatauv(L, sizeof(*arena), 0);
	sl_arena_init(arena, alloc, ud);
	sl_push_metatable(L, ARENA, arena_methods, NULL);
	lua_setmetatable(L, -2);
	return arena;
}

void sl_run(lua_State *L, sl_arena *arena, void (*step)(void *context), void *context) {
	if(sl_protect(arena, step, context) == SL_NOMEM) {
		lua_pushliteral(L, "not enough memory");
		lua_error(L);
	}
}

static const sl_option *find_option(const sl_option *options, const char *name) {
	while(options->name && strcmp(options->name, name) != 0) {
		options++;
	}
	return options->name ? options : NULL;
}

static int unknown_option(lua_State *L, int arg, const sl_option *options, const char *name) {
	luaL_Buffer known;
	luaL_buffinit(L, &known);
	for(const sl_option *option = options; option->name; option++) {
		luaL_addstring(&known, option == options ? "" : ", ");
		luaL_addstring(&known, option->name);
	}
	luaL_pushresult(&known);
	return luaL_argerror(L, arg, lua_pushfstring(L, "unknown option '%s', expected one of: %s",
		name, lua_tostring(L, -1)));
}

/* The key and the value of the option are on top of the stack. */
static void check_option(lua_State *L, int arg, const sl_option *options) {
	if(lua_type(L, -2) != LUA_TSTRING) {
		luaL_argerror(L, arg, lua_pushfstring(L, "options have names, found a %s as a key", luaL_typename(L, -2)));
	}
	const char *name = lua_tostring(L, -2);
	const sl_option *option = find_option(options, name);
	if(!option) {
		unknown_option(L, arg, options, name);
	} else if(lua_type(L, -1) != option->type) {
		luaL_argerror(L, arg, lua_pushfstring(L, "option '%s' must be a %s, not a %s",
			name, lua_typename(L, option->type), luaL_typename(L, -1)));
	} else if(option->type == LUA_TSTRING && strlen(lua_tostring(L, -1)) != lua_rawlen(L, -1)) {
		luaL_argerror(L, arg, lua_pushfstring(L, "option '%s' holds a zero byte", name));
	}
}

void sl_check_options(lua_State *L, int arg, const sl_option *options) {
	if(lua_isnoneornil(L, arg)) {
		return;
	}
	luaL_checktype(L, arg, LUA_TTABLE);
	luaL_checkstack(L, 6, "options");
	lua_pushnil(L);
	while(lua_next(L, arg)) {
		check_option(L, arg, options);
		lua_pop(L, 1);
	}
}

int sl_push_option(lua_State *L, int arg, const char *name) {
	if(!lua_istable(L, arg)) {
		lua_pushnil(L);
		return LUA_TNIL;
	}
	lua_pushstring(L, name);
	return lua_rawget(L, arg);
}

/* The name and the value of the variable are on top of the stack. The value may be a secret: no message shows it. */
static void check_variable(lua_State *L, int arg) {
	if(lua_type(L, -2) != LUA_TSTRING) {
		luaL_argerror(L, arg, lua_pushfstring(L, "option 'variables' maps names to strings, found a %s as a name",
			luaL_typename(L, -2)));
	}
	const char *name = lua_tostring(L, -2);
	if(lua_type(L, -1) != LUA_TSTRING) {
		luaL_argerror(L, arg, lua_pushfstring(L, "option 'variables': %s must be a string, not a %s",
			name, luaL_typename(L, -1)));
	}
	if(strlen(name) != lua_rawlen(L, -2) || strlen(lua_tostring(L, -1)) != lua_rawlen(L, -1)) {
		luaL_argerror(L, arg, lua_pushfstring(L, "option 'variables': %s holds a zero byte", name));
	}
}

void sl_check_variables(lua_State *L, int arg) {
	if(sl_push_option(L, arg, "variables") == LUA_TTABLE) {
		luaL_checkstack(L, 6, "variables");
		lua_pushnil(L);
		while(lua_next(L, -2)) {
			check_variable(L, arg);
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
}

static void load_process(sl_arena *arena, sl_variables *variables) {
	for(char **entry = environ; entry && *entry; entry++) {
		const char *equals = strchr(*entry, '=');
		if(equals && equals != *entry) {
			char *name = sl_strndup(arena, *entry, (size_t)(equals - *entry));
			sl_variables_add(variables, SL_PROCESS, NULL, 0, name, equals + 1);
		}
	}
}

void sl_load_variables(lua_State *L, int index, sl_arena *arena, sl_variables *variables) {
	if(!index) {
		load_process(arena, variables);
		return;
	}
	index = lua_absindex(L, index);
	lua_pushnil(L);
	while(lua_next(L, index)) {
		sl_variables_add(variables, SL_PROCESS, NULL, 0, lua_tostring(L, -2), lua_tostring(L, -1));
		lua_pop(L, 1);
	}
}

typedef struct listing {
	sl_variables *variables;
	const sl_variable **list;
	size_t count;
} listing;

static void list_step(void *context) {
	listing *l = context;
	l->list = sl_variables_list(l->variables, &l->count);
}

const sl_variable **sl_list_variables(lua_State *L, sl_arena *arena, sl_variables *variables, size_t *count) {
	listing l = { .variables = variables };
	sl_run(L, arena, list_step, &l);
	*count = l.count;
	return l.list;
}

void sl_set_text(lua_State *L, const char *name, const char *value) {
	if(value) {
		lua_pushstring(L, value);
		lua_setfield(L, -2, name);
	}
}

void sl_set_true(lua_State *L, const char *name, bool value) {
	if(value) {
		lua_pushboolean(L, 1);
		lua_setfield(L, -2, name);
	}
}

void sl_set_line(lua_State *L, unsigned line) {
	if(line) {
		lua_pushinteger(L, line);
		lua_setfield(L, -2, "line");
	}
}
