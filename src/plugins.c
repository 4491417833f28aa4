#include "plugins.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assumed.h"
#include "files.h"
#include "host.h"
#include "passed_over.h"
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

/* The file of a module that was found, and what a protected step without Lua reads in it. */
typedef struct found_file {
	sl_arena *arena;
	const char *path;
	sl_plugin_needs needs;
} found_file;

static void read_step(void *context) {
	found_file *file = context;
	char *text;
	size_t length;
	if(sl_read_file(file->arena, file->path, &text, &length, NULL) == 0) {
		sl_find_needs(file->arena, text, length, &file->needs);
	}
}

/* Is the file there, and does Prosody take it? */
static bool is_taken(lua_State *L, const char *path, found_file *file) {
	if(access(path, R_OK) != 0) {
		return false;
	}
	file->path = path;
	file->needs = (sl_plugin_needs){ 0 };
	sl_run(L, file->arena, read_step, file);
	return !sl_is_passed_over(L, &file->needs);
}

/* What follows pushes the path of the module, or nothing and returns false. */

static bool push_from_folder(lua_State *L, int ud, const char *folder, const char *name, found_file *file) {
	holding h = { .folder = folder, .module = name, .may = { true, true, true, true } };
	find_holding(L, ud, &h);
	for(size_t i = 0; i < sizeof(module_places) / sizeof(*module_places); i++) {
		if(h.may[module_places[i].first]) {
			if(is_taken(L, lua_pushfstring(L, module_places[i].path, folder, name, name, name), file)) {
				return true;
			}
			lua_pop(L, 1);
		}
	}
	return false;
}

/* Semicolons separate the folders. */
static bool push_from_path(lua_State *L, int ud, const char *path, const char *name, found_file *file) {
	while(*path) {
		size_t length = strcspn(path, ";");
		lua_pushlstring(L, path, length);
		if(length > 0 && push_from_folder(L, ud, lua_tostring(L, -1), name, file)) {
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
static bool push_from_plugin_paths(lua_State *L, int ud, const char *name, found_file *file) {
	lua_pushliteral(L, "plugin_paths");
	uint32_t option = sl_option_id(L, ud);
	if(sl_stack_at(L, ud)->running) {
		sl_peek_so_far(L, ud, SL_GLOBAL, option);
	} else {
		sl_push_result_of(L, ud, SL_GLOBAL, option);
	}
	for(lua_Integer i = 1; lua_istable(L, -1) && lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
		if(push_from_folder(L, ud, lua_tostring(L, -1), name, file)) {
			return true;
		}
		lua_pop(L, 1);
	}
	return false;
}

/* Pushes the path of the module and fills `file`, or pushes nil and returns false. */
static bool find_plugin(lua_State *L, int ud, const char *name, found_file *file) {
	luaL_checkstack(L, 12, "looking for a module");
	int top = lua_gettop(L);
	bool found = push_from_plugin_paths(L, ud, name, file);
	if(!found) {
		const char *plugins = push_global_string(L, "CFG_PLUGINDIR");
		found = plugins && push_from_path(L, ud, plugins, name, file);
	}
	if(!found) {
		const char *data = push_global_string(L, "CFG_DATADIR");
		found = data && push_from_folder(L, ud, lua_pushfstring(L, "%s/custom_plugins", data), name, file);
	}
	if(!found) {
		lua_pushnil(L);
	}
	lua_replace(L, top + 1);
	lua_settop(L, top + 1);
	return found;
}

/* Is the module there, and those that it cannot load without, and what these need in turn? `known`: the stack index of the table of names that were
 * looked for. */
static bool has_module(lua_State *L, int ud, int known, const char *name) {
	luaL_checkstack(L, 12, "looking for a module");
	int top = lua_gettop(L);
	lua_pushboolean(L, 1);
	lua_setfield(L, known, name);
	found_file file = { .arena = sl_push_arena(L) };
	lua_toclose(L, -1);
	bool complete = find_plugin(L, ud, name, &file);
	for(size_t i = 0; complete && i < file.needs.modules.count; i++) {
		const char *needed = file.needs.modules.names[i];
		bool is_new = lua_getfield(L, known, needed) == LUA_TNIL;
		lua_pop(L, 1);
		complete = !is_new || has_module(L, ud, known, needed);
	}
	lua_settop(L, top);
	return complete;
}

bool sl_has_plugin(lua_State *L, int ud, const char *name) {
	luaL_checkstack(L, 12, "looking for a module");
	int top = lua_gettop(L);
	bool found;
	if(sl_push_assumed_version(L)) {
		found_file file = { .arena = sl_push_arena(L) };
		lua_toclose(L, -1);
		found = push_from_plugin_paths(L, ud, name, &file) || sl_assumed_has(L, name);
	} else {
		lua_newtable(L);
		found = has_module(L, ud, lua_gettop(L), name);
	}
	lua_settop(L, top);
	return found;
}

const char *sl_push_plugin(lua_State *L, int ud, const char *name) {
	luaL_checkstack(L, 4, "looking for a module");
	int top = lua_gettop(L);
	lua_pushnil(L);
	found_file file = { .arena = sl_push_arena(L) };
	lua_toclose(L, -1);
	(void)find_plugin(L, ud, name, &file);
	lua_replace(L, top + 1);
	lua_settop(L, top + 1);
	return lua_tostring(L, -1);
}
