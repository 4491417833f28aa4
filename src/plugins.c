#include "plugins.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assumed.h"
#include "files.h"
#include "host.h"
#include "plugin_needs.h"
#include "readback.h"
#include "resolve.h"

/* Where below a plugin folder Prosody looks for a module; %s is its name. */
static const struct module_place {
	int first;        /* which of the names below must be right in the folder */
	const char *path;
} module_places[] = {
	{ 0, "%s/mod_%s/%s/mod_%s.lua" }, { 0, "%s/mod_%s/mod_%s.lua" }, { 1, "%s/%s/mod_%s.lua" }, { 2, "%s/mod_%s.lua" },
	{ 3, "%s/share/lua/5.4/mod_%s.lua" }, { 3, "%s/share/lua/5.4/mod_%s/mod_%s.lua" }
};

enum { FIRSTS = 4, LONGEST_MODULE = 64 };

static const char *const firsts[FIRSTS] = { "mod_%s", "%s", "mod_%s.lua", "share" };

/* Which of the names a folder may have. */
typedef struct holding {
	sl_recall *recall;
	sl_arena *arena;
	const char *folder, *module;
	bool may[FIRSTS];
} holding;

static void hold_step(void *context) {
	holding *h = context;
	char name[LONGEST_MODULE + sizeof("mod_.lua")];
	for(int i = 0; i < FIRSTS; i++) {
		(void)snprintf(name, sizeof(name), firsts[i], h->module);
		h->may[i] = sl_recall_holds(h->recall, h->arena, h->folder, name) != SL_HOLDS_NOT;
	}
}

/* While layers run, each plugin folder is listed once, and not again while it stays as it is: the trees ask for dozens of modules, each of which
 * could be in dozens of places. */
static void find_holding(lua_State *L, int ud, holding *h) {
	sl_stack *stack = sl_stack_at(L, ud);
	lua_getiuservalue(L, ud, SL_UV_RECALL);
	h->recall = lua_touserdata(L, -1);
	h->arena = &stack->arena;
	if(stack->running && strlen(h->module) <= LONGEST_MODULE && !strchr(h->module, '/')) {
		sl_run(L, &stack->arena, hold_step, h);
	}
	lua_pop(L, 1);
}

/* What follows pushes the path of the module, or nothing and returns false. */

static bool push_from_folder(lua_State *L, int ud, const char *folder, const char *name) {
	holding h = { .folder = folder, .module = name, .may = { true, true, true, true } };
	find_holding(L, ud, &h);
	for(size_t i = 0; i < sizeof(module_places) / sizeof(*module_places); i++) {
		if(h.may[module_places[i].first]) {
			const char *path = lua_pushfstring(L, module_places[i].path, folder, name, name, name);
			if(access(path, R_OK) == 0) {
				return true;
			}
			lua_pop(L, 1);
		}
	}
	return false;
}

/* Semicolons separate the folders. */
static bool push_from_path(lua_State *L, int ud, const char *path, const char *name) {
	while(*path) {
		size_t length = strcspn(path, ";");
		lua_pushlstring(L, path, length);
		if(length > 0 && push_from_folder(L, ud, lua_tostring(L, -1), name)) {
			return true;
		}
		lua_pop(L, 1);
		path += length + (path[length] == ';');
	}
	return false;
}

static const char *push_global_string(lua_State *L, const char *name) {
	sl_push_global(L, name);
	return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
}

/* The option plugin_paths, as the layers so far have it. */
static bool push_from_plugin_paths(lua_State *L, int ud, const char *name) {
	lua_pushliteral(L, "plugin_paths");
	uint32_t option = sl_option_id(L, ud);
	if(sl_stack_at(L, ud)->running) {
		sl_peek_so_far(L, ud, SL_GLOBAL, option);
	} else {
		sl_push_result_of(L, ud, SL_GLOBAL, option);
	}
	for(lua_Integer i = 1; lua_istable(L, -1) && lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
		if(push_from_folder(L, ud, lua_tostring(L, -1), name)) {
			return true;
		}
		lua_pop(L, 1);
	}
	return false;
}

/* What a protected step without Lua needs to read a module. */
typedef struct needing {
	sl_arena *arena;
	const char *path;
	sl_list names;
} needing;

static void need_step(void *context) {
	needing *n = context;
	char *text;
	size_t length;
	sl_list_init(&n->names, n->arena);
	if(sl_read_file(n->arena, n->path, &text, &length, NULL) == 0) {
		sl_find_needs(n->arena, text, length, &n->names);
	}
}

/* Are the modules there that the one at the path cannot load without, and what those need in turn? `known`: the stack index of the table of names that
 * were looked for. */
static bool has_needs(lua_State *L, int ud, int known, const char *path) {
	luaL_checkstack(L, 12, "looking for a module");
	int top = lua_gettop(L);
	needing n = { .arena = sl_push_arena(L), .path = path };
	lua_toclose(L, -1);
	sl_run(L, n.arena, need_step, &n);
	bool complete = true;
	for(size_t i = 0; complete && i < n.names.count; i++) {
		const char *name = n.names.names[i];
		if(lua_getfield(L, known, name) == LUA_TNIL) {
			lua_pushboolean(L, 1);
			lua_setfield(L, known, name);
			const char *needed = sl_push_plugin(L, ud, name);
			complete = needed && has_needs(L, ud, known, needed);
		}
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
	return complete;
}

bool sl_has_plugin(lua_State *L, int ud, const char *name) {
	luaL_checkstack(L, 12, "looking for a module");
	int top = lua_gettop(L);
	bool found;
	if(sl_push_assumed_version(L)) {
		found = push_from_plugin_paths(L, ud, name) || sl_assumed_has(L, name);
	} else {
		const char *path = sl_push_plugin(L, ud, name);
		lua_newtable(L);
		found = path && has_needs(L, ud, lua_gettop(L), path);
	}
	lua_settop(L, top);
	return found;
}

const char *sl_push_plugin(lua_State *L, int ud, const char *name) {
	luaL_checkstack(L, 12, "looking for a module");
	int top = lua_gettop(L);
	bool found = push_from_plugin_paths(L, ud, name);
	if(!found) {
		const char *plugins = push_global_string(L, "CFG_PLUGINDIR");
		found = plugins && push_from_path(L, ud, plugins, name);
	}
	if(!found) {
		const char *data = push_global_string(L, "CFG_DATADIR");
		found = data && push_from_folder(L, ud, lua_pushfstring(L, "%s/custom_plugins", data), name);
	}
	if(!found) {
		lua_pushnil(L);
	}
	lua_replace(L, top + 1);
	lua_settop(L, top + 1);
	return lua_tostring(L, -1);
}
