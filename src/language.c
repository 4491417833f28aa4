#include "language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "plugins.h"
#include "readback.h"
#include "requirement.h"
#include "resolve.h"
#include "sandbox.h"
#include "stack.h"
#include "template.h"

/* Every function here has the stack object as its first upvalue. */
static int stack_index(void) {
	return lua_upvalueindex(1);
}

static sl_stack *stack_of(lua_State *L) {
	return sl_stack_at(L, stack_index());
}

/* (name) -> boolean: is the feature on? */
static int feature(lua_State *L) {
	const sl_feature *found = sl_discovery_feature(&stack_of(L)->tree, luaL_checkstring(L, 1));
	lua_pushboolean(L, found && found->on);
	return 1;
}

/* (id) -> table?: what an earlier layer returned */
static int layer(lua_State *L) {
	sl_push_export(L, stack_index(), luaL_checkstring(L, 1));
	return 1;
}

/* ======== stack.available ======== */

/* (module) -> boolean: is the module installed where Prosody will look for it? */
static int available(lua_State *L) {
	const char *name = luaL_checkstring(L, 1);
	if(strncmp(name, "mod_", 4) == 0) {
		name += 4;
	}
	lua_pushboolean(L, sl_has_plugin(L, stack_index(), name));
	return 1;
}

/* ======== stack.each ======== */

/* Where the code stands that calls: the innermost file of the layer that runs. */
static sl_place calling_place(lua_State *L) {
	const sl_stack *stack = stack_of(L);
	for(uint32_t i = (uint32_t)stack->files.count; i > 1; i--) {
		if(sl_layer_file_at(stack, i - 1)->layer == stack->running) {
			sl_place place = sl_place_in(L, stack_index(), i - 1, NULL);
			if(place.line) {
				return place;
			}
		}
	}
	return (sl_place) { .layer = stack->running };
}

/* (kind, { options }): assigns in every component of that module, or in every virtual host ("host") */
static int each(lua_State *L) {
	const char *kind = luaL_checkstring(L, 1);
	if(lua_type(L, 2) != LUA_TTABLE) {
		return luaL_error(L, "stack.each(\"%s\", …) needs a table of options, as in stack.each(\"muc\", { modules_enabled = { \"muc_mam\" } })", kind);
	}
	if(!stack_of(L)->running) {
		return luaL_error(L, "stack.each speaks while a layer runs; this one has ended");
	}
	lua_settop(L, 2);
	lua_pushfstring(L, SL_EACH_PREFIX "%s", kind);
	uint32_t scope = sl_scope_id(L, stack_index());
	sl_assign_all(L, stack_index(), scope, 2, calling_place(L).file);
	return 0;
}

/* ======== stack.require ======== */

/* (names, rule): the rule is asked over the finished configuration */
static int require_rule(lua_State *L) {
	if(!stack_of(L)->running) {
		return luaL_error(L, "stack.require speaks while a layer runs; this one has ended");
	}
	luaL_checkany(L, 1);
	lua_settop(L, 2);
	sl_add_requirement(L, stack_index(), calling_place(L));
	return 0;
}

/* ======== the tables ======== */

/* Pushes a list of what a text with commas names. */
static void push_names(lua_State *L, const char *text) {
	lua_newtable(L);
	for(lua_Integer i = 1; text && *text; i++) {
		size_t length = strcspn(text, ",");
		lua_pushlstring(L, text, length);
		lua_rawseti(L, -2, i);
		text += length + (text[length] == ',');
	}
}

/* (stack, name, value) */
static int read_only(lua_State *L) {
	return luaL_error(L, "stack.%s cannot be set: `stack` is what layers read; assign an option without `stack.` in front",
		luaL_tolstring(L, 2, NULL));
}

static void push_language(lua_State *L, int ud) {
	static const luaL_Reg functions[] = {
		{ "feature", feature }, { "layer", layer }, { "available", available }, { "each", each }, { "require", require_rule }, { NULL, NULL }
	};
	sl_stack *stack = sl_stack_at(L, ud);
	luaL_newlibtable(L, functions);
	lua_pushvalue(L, ud);
	luaL_setfuncs(L, functions, 1);
	sl_add_directives(L);
	sl_set_text(L, "environment", stack->tree.environment_name);
	sl_set_text(L, "platform", stack->tree.platform);
	sl_set_text(L, "profile", stack->tree.profile);
	sl_set_text(L, "usecase", stack->tree.usecase);
	sl_set_text(L, "domain", stack->tree.domain);
	sl_set_text(L, "tier", stack->tree.tier);
	sl_set_text(L, "prosody_version", stack->prosody_version);
	push_names(L, stack->tree.clients);
	lua_setfield(L, -2, "clients");
	sl_push_readers(L, &stack->readers, ud);
	lua_setfield(L, -2, "env");
}

/* (host, option) -> value: what the layers so far make of an option; a host's own, else the global one */
static int config_get(lua_State *L) {
	luaL_checkany(L, 1);
	luaL_checkany(L, 2);
	lua_settop(L, 2);
	lua_pushvalue(L, 2);
	uint32_t option = sl_find_option(L, stack_index());
	if(!option) {
		return 0;
	}
	uint32_t scope = 0;
	if(!lua_isnil(L, 1)) {
		lua_pushvalue(L, 1);
		scope = sl_find_scope(L, stack_index());
	}
	if(scope) {
		sl_peek_so_far(L, stack_index(), scope, option);
		if(!lua_isnil(L, -1)) {
			return 1;
		}
	}
	sl_peek_so_far(L, stack_index(), SL_GLOBAL, option);
	return 1;
}

/* (prosody, name): what the real `prosody` has, where the layers' own says nothing */
static int read_prosody(lua_State *L) {
	sl_push_global(L, "prosody");
	if(lua_type(L, -1) != LUA_TTABLE) {
		return 0;
	}
	lua_pushvalue(L, 2);
	lua_gettable(L, -2);
	return 1;
}

/* (prosody, name, value) */
static int write_prosody(lua_State *L) {
	sl_push_global(L, "prosody");
	if(lua_type(L, -1) != LUA_TTABLE) {
		return luaL_error(L, "there is no `prosody` here to set a field of");
	}
	lua_insert(L, 2);
	lua_settable(L, 2);
	return 0;
}

static void push_prosody(lua_State *L, int ud) {
	const sl_stack *stack = sl_stack_at(L, ud);
	lua_createtable(L, 0, 3);
	sl_set_text(L, "use_case", stack->tree.usecase);
	sl_set_text(L, "client_optimizations", stack->tree.clients);
	lua_createtable(L, 0, 1);
	lua_pushvalue(L, ud);
	lua_pushcclosure(L, config_get, 1);
	lua_setfield(L, -2, "get");
	lua_setfield(L, -2, "config");
	lua_createtable(L, 0, 2);
	lua_pushcfunction(L, read_prosody);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, write_prosody);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
}

void sl_make_language(lua_State *L, int ud) {
	luaL_checkstack(L, 10, "making the layer language");
	lua_newtable(L);
	push_language(L, ud);
	lua_createtable(L, 0, 2);
	lua_insert(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, read_only);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_setiuservalue(L, ud, SL_UV_LANGUAGE);
	push_prosody(L, ud);
	lua_setiuservalue(L, ud, SL_UV_PROSODY);
}
