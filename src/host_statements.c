#include <string.h>

#include "host.h"
#include "readback.h"
#include "sandbox.h"
#include "statement.h"

/* Pushes a table with what pairs() gives of the one at `options`: itself, unless a metamethod says otherwise. */
static void push_pairs(lua_State *L, int options) {
	if(luaL_getmetafield(L, options, "__pairs") == LUA_TNIL) {
		lua_pushvalue(L, options);
		return;
	}
	lua_newtable(L);
	lua_insert(L, -2);
	int copy = lua_gettop(L) - 1;
	lua_pushvalue(L, options);
	lua_call(L, 1, 3);   /* next, state, key */
	for(;;) {
		lua_pushvalue(L, copy + 1);
		lua_pushvalue(L, copy + 2);
		lua_pushvalue(L, copy + 3);
		lua_call(L, 2, 2);
		if(lua_isnil(L, -2)) {
			break;
		}
		lua_pushvalue(L, -2);
		lua_replace(L, copy + 3);
		lua_rawset(L, copy);
	}
	lua_settop(L, copy);
}

void sl_assign_all(lua_State *L, int ud, uint32_t scope, int options, uint32_t file) {
	options = lua_absindex(L, options);
	luaL_checkstack(L, 12, "setting options");
	int top = lua_gettop(L);
	push_pairs(L, options);
	options = lua_gettop(L);
	size_t count = sl_sorted_keys(L, options);
	int keys = lua_gettop(L);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, keys, (lua_Integer)i);
		const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
		if(!lua_toboolean(L, -1)) {
			lua_pop(L, 1);   /* an option cannot be called false: Prosody passes over it */
			continue;
		}
		sl_place place = sl_place_of_field(L, ud, file, name);
		lua_pushvalue(L, -1);
		uint32_t option = sl_option_id(L, ud);
		lua_rawget(L, options);
		sl_journal_assign(L, ud, scope, option, place, 0);
	}
	lua_settop(L, top);
}

/* What a statement implies: a host is defined, a component is one. */
static void imply(lua_State *L, uint32_t scope, uint32_t option, sl_place place) {
	sl_journal_assign(L, sl_up_stack(), scope, option, place, SL_ENTRY_IMPLICIT);
}

/* Replaces the name at index 1 by what nameprep makes of it; `what` is the statement. */
static void prepare_name(lua_State *L, const char *what) {
	if(!lua_toboolean(L, 1)) {
		luaL_error(L, "%s must have a name", what);
	}
	if(!lua_isstring(L, 1)) {
		luaL_error(L, "%s must have a name, a string such as \"example.com\"; got a %s", what, luaL_typename(L, 1));
	}
	lua_settop(L, 1);
	size_t length;
	const char *name = lua_tolstring(L, 1, &length);
	if(sl_host_name_kind(name, length) == SL_HOST_PLAIN) {
		return;
	}
	sl_push_prosody_module(L, "util.encodings");
	if(lua_istable(L, -1) && lua_getfield(L, -1, "stringprep") == LUA_TTABLE) {
		lua_getfield(L, -1, "nameprep");
	} else {
		lua_pushglobaltable(L);
		lua_getfield(L, -1, "string");
		lua_getfield(L, -1, "lower");
	}
	lua_pushvalue(L, 1);
	lua_call(L, 1, 1);
	if(lua_type(L, -1) != LUA_TSTRING) {
		sl_value_text(L, 1, 0);
		luaL_error(L, "Name of %s %s contains forbidden characters", what, lua_tostring(L, -1));
	}
	lua_replace(L, 1);
	lua_settop(L, 1);
}

/* Pushes what the layers so far make of an option in the scope, the running one included. */
static void push_option_in(lua_State *L, uint32_t scope, uint32_t option) {
	sl_peek_so_far(L, sl_up_stack(), scope, option);
}

/* The place at which the scope was opened first, by the option that says so and is set: pushes " (path:line)". */
static const char *push_opened(lua_State *L, uint32_t scope, uint32_t option) {
	const sl_stack *stack = sl_stack_at(L, sl_up_stack());
	uint32_t slot = sl_slot_id(L, sl_up_stack(), scope, option, false);
	const sl_slot *found = sl_slot_at(&stack->journal, slot);
	uint32_t entry = found->first ? found->first : found->pending;
	sl_push_place(L, stack, sl_entry_at(&stack->journal, entry));
	lua_pushfstring(L, " (%s)", lua_tostring(L, -1));
	lua_remove(L, -2);
	return lua_tostring(L, -1);
}

static void refuse_component_clash(lua_State *L, uint32_t scope) {
	if(!sl_slot_id(L, sl_up_stack(), scope, SL_OPT_COMPONENT_MODULE, false)) {
		return;
	}
	push_option_in(L, scope, SL_OPT_COMPONENT_MODULE);
	if(lua_isnil(L, -1)) {
		lua_pop(L, 1);
		return;
	}
	const char *module = luaL_tolstring(L, -1, NULL);
	const char *kind = strcmp(module, "component") == 0 ? "external" : strcmp(module, "muc") == 0 ? "MUC" : module;
	const char *name = lua_tostring(L, 1);
	luaL_error(L, "Host \"%s\" " SL_CLASHES " %s Component \"%s\"%s, for services use a sub-domain like conference.%s",
		name, kind, name, push_opened(L, scope, SL_OPT_COMPONENT_MODULE), name);
}

static void refuse_host_clash(lua_State *L, uint32_t scope) {
	if(!sl_slot_id(L, sl_up_stack(), scope, SL_OPT_DEFINED, false)) {
		return;
	}
	push_option_in(L, scope, SL_OPT_DEFINED);
	push_option_in(L, scope, SL_OPT_COMPONENT_MODULE);
	if(lua_toboolean(L, -2) && !lua_toboolean(L, -1)) {
		const char *name = lua_tostring(L, 1);
		luaL_error(L, "Component \"%s\" " SL_CLASHES " VirtualHost \"%s\"%s, for services use a sub-domain like conference.%s",
			name, name, push_opened(L, scope, SL_OPT_DEFINED), name);
	}
	lua_pop(L, 2);
}

/* The scope that the returned function of VirtualHost or Component speaks of. */
static uint32_t bound_scope(lua_State *L) {
	lua_pushvalue(L, lua_upvalueindex(SL_UP_EXTRA));
	return sl_enter_scope(L, sl_up_stack());
}

static int take_options(lua_State *L, const char *statement) {
	if(lua_type(L, 1) != LUA_TTABLE) {
		return luaL_error(L, "Invalid syntax following %s, expected options but received a %s", statement, luaL_typename(L, 1));
	}
	sl_assign_all(L, sl_up_stack(), bound_scope(L), 1, sl_up_file(L));
	return 0;
}

/* ({ options }): what follows VirtualHost "name" */
static int host_options(lua_State *L) {
	sl_leave_scope(L);
	if(lua_type(L, 1) == LUA_TSTRING) {
		return luaL_error(L, "VirtualHost entries do not accept a module name (module '%s' provided for host '%s')",
			lua_tostring(L, 1), lua_tostring(L, lua_upvalueindex(SL_UP_EXTRA)));
	}
	return take_options(L, "VirtualHost");
}

/* (name) -> function: VirtualHost "name" */
int sl_virtual_host(lua_State *L) {
	int ud = sl_up_stack();
	prepare_name(L, "Host");
	lua_pushvalue(L, 1);
	uint32_t scope = sl_scope_id(L, ud);
	refuse_component_clash(L, scope);
	lua_pushvalue(L, 1);
	sl_set_current(L);
	lua_pushboolean(L, 1);
	imply(L, scope, SL_OPT_DEFINED, sl_place_in(L, ud, sl_up_file(L), NULL));
	lua_settop(L, 1);
	sl_push_statement(L, host_options, 1);
	return 1;
}

/* ({ options }): what follows Component "name" "module" */
static int component_options(lua_State *L) {
	sl_leave_scope(L);
	return take_options(L, "Component");
}

/* (module or options) -> function?: what follows Component "name" */
static int component_module(lua_State *L) {
	int ud = sl_up_stack();
	if(lua_type(L, 1) != LUA_TSTRING) {
		return component_options(L);
	}
	lua_settop(L, 1);
	sl_journal_assign(L, ud, bound_scope(L), SL_OPT_COMPONENT_MODULE, sl_place_in(L, ud, sl_up_file(L), NULL), 0);
	lua_pushvalue(L, lua_upvalueindex(SL_UP_EXTRA));
	sl_push_statement(L, component_options, 1);
	return 1;
}

/* (name) -> function: Component "name" */
int sl_component(lua_State *L) {
	int ud = sl_up_stack();
	prepare_name(L, "Component");
	lua_pushvalue(L, 1);
	uint32_t scope = sl_scope_id(L, ud);
	refuse_host_clash(L, scope);
	sl_place place = sl_place_in(L, ud, sl_up_file(L), NULL);
	lua_pushliteral(L, "component");
	imply(L, scope, SL_OPT_COMPONENT_MODULE, place);
	lua_pushboolean(L, 0);
	imply(L, scope, SL_OPT_LOAD_GLOBAL, place);
	lua_pushvalue(L, 1);
	sl_set_current(L);
	lua_settop(L, 1);
	sl_push_statement(L, component_module, 1);
	return 1;
}

