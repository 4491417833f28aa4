#include "apply.h"

#include <string.h>

#include "host.h"
#include "metatable.h"
#include "resolve.h"
#include "sandbox.h"
#include "waiting.h"

/* Pushes the upvalue of that name of the function at `index`, or nil. */
static void push_upvalue(lua_State *L, int index, const char *name) {
	index = lua_absindex(L, index);
	const char *found;
	for(int i = 1; (found = lua_getupvalue(L, index, i)); i++) {
		if(strcmp(found, name) == 0) {
			return;
		}
		lua_pop(L, 1);
	}
	lua_pushnil(L);
}

/* Pushes the upvalue of that name behind the environment's assignments, or nil. */
static void push_internal(lua_State *L, int env, const char *name) {
	int top = lua_gettop(L);
	env = lua_absindex(L, env);
	luaL_checkstack(L, 6, "reaching Prosody's options");
	if(luaL_getmetafield(L, env, "__newindex") == LUA_TFUNCTION) {
		push_upvalue(L, -1, name);
	} else {
		lua_pushnil(L);
	}
	lua_replace(L, top + 1);
	lua_settop(L, top + 1);
}

void sl_push_config(lua_State *L, int env) {
	push_internal(L, env, "config_table");
	if(!lua_istable(L, -1)) {
		lua_pop(L, 1);
		lua_pushnil(L);
	}
}

void sl_note_applied(lua_State *L, int ud, int config) {
	luaL_checkstack(L, 4, "applying the configuration");
	sl_push_weak_table(L, "v");
	lua_pushvalue(L, config);
	lua_rawseti(L, -2, 1);
	lua_setiuservalue(L, ud, SL_UV_CONFIG);
}

int sl_push_applied(lua_State *L, int ud) {
	luaL_checkstack(L, 3, "looking for the configuration");
	int type = lua_getiuservalue(L, ud, SL_UV_CONFIG);
	if(type == LUA_TTABLE && lua_rawgeti(L, -1, 1) == LUA_TNIL) {
		lua_pushboolean(L, 0);
		lua_replace(L, -2);
	}
	if(type == LUA_TTABLE) {
		lua_remove(L, -2);
	}
	return lua_type(L, -1);
}

/* ======== values ======== */

/* Is what the main file set in force as it stands? Then it stays as it is. */
static bool is_main_alone(const sl_stack *stack, const sl_slot *slot) {
	const sl_entry *entry = sl_entry_at(&stack->journal, slot->direct);
	return slot->direct && strcmp(sl_layer_origin(stack, entry->layer)->axis, "main") == 0 && strcmp(sl_layer_at(stack, entry->layer)->id, "main") == 0;
}

/* Prosody's own tables, by their stack indices. */
typedef struct target {
	int env, config;
	int host_mt;   /* of the tables of hosts' options; nil where it is out of reach */
} target;

static void push_host_metatable(lua_State *L, int env) {
	push_internal(L, env, "set");
	if(lua_isfunction(L, -1)) {
		push_upvalue(L, -1, "host_mt");
		lua_remove(L, -2);
	}
	if(!lua_istable(L, -1)) {
		lua_pop(L, 1);
		lua_pushnil(L);
	}
}

static int count_slots(lua_State *L, int ud, uint32_t scope) {
	const sl_journal *journal = sl_journal_of(L, ud);
	int count = 0;
	for(uint32_t id = sl_first_slot(L, ud, scope); id; id = sl_slot_at(journal, id)->next_in_scope) {
		count++;
	}
	return count;
}

/* Pushes Prosody's table of the host's options, making it as Prosody does. */
static void push_host_table(lua_State *L, int ud, const target *t, uint32_t scope) {
	sl_push_scope_name(L, ud, scope);
	lua_pushvalue(L, -1);
	if(lua_rawget(L, t->config) == LUA_TTABLE) {
		lua_remove(L, -2);
		return;
	}
	lua_pop(L, 1);
	int name = lua_gettop(L);
	if(lua_istable(L, t->host_mt)) {
		lua_createtable(L, 0, count_slots(L, ud, scope));
		lua_pushvalue(L, t->host_mt);
		lua_setmetatable(L, -2);
		lua_pushvalue(L, name);
		lua_pushvalue(L, -2);
		lua_rawset(L, t->config);
		lua_replace(L, name);
		return;
	}
	lua_getfield(L, t->env, "VirtualHost");
	lua_pushvalue(L, name);
	lua_call(L, 1, 0);
	lua_rawget(L, t->config);
}

static void write_scope(lua_State *L, int ud, const target *t, uint32_t scope) {
	const sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	push_host_table(L, ud, t, scope);
	int options = lua_gettop(L);
	lua_newtable(L);
	int memo = lua_gettop(L);
	for(uint32_t id = sl_first_slot(L, ud, scope); id; id = sl_slot_at(&stack->journal, id)->next_in_scope) {
		const sl_slot *slot = sl_slot_at(&stack->journal, id);
		if(is_main_alone(stack, slot)) {
			continue;
		}
		sl_push_option_name(L, ud, slot->option);
		if(!sl_push_result(L, ud, id)) {
			sl_value_copy(L, -1, memo, 0);
			lua_remove(L, -2);
		}
		lua_rawset(L, options);
	}
	lua_settop(L, top);
}

/* Gives Prosody the table that was made of a host that waits; false where Prosody has one of that name, or there is none to give. */
static bool give_ready(lua_State *L, int ud, const target *t, uint32_t scope) {
	int top = lua_gettop(L);
	sl_push_scope_name(L, ud, scope);
	lua_pushvalue(L, -1);
	if(!lua_istable(L, t->host_mt) || lua_rawget(L, t->config) != LUA_TNIL) {
		lua_settop(L, top);
		return false;
	}
	lua_pop(L, 1);
	sl_take_waiting(L, ud, scope);
	bool given = lua_istable(L, -1);
	if(given) {
		lua_pushvalue(L, t->host_mt);
		lua_setmetatable(L, -2);
		lua_rawset(L, t->config);
	}
	lua_settop(L, top);
	return given;
}

static void apply_to_tables(lua_State *L, int ud, int env, int config) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	push_host_metatable(L, env);
	const target t = { .env = env, .config = config, .host_mt = lua_gettop(L) };
	for(uint32_t scope = SL_GLOBAL; scope < sl_scope_count(journal); scope++) {
		bool given = sl_scope_at(journal, scope)->waiting && give_ready(L, ud, &t, scope);
		if(!given && sl_is_host(L, ud, scope)) {
			write_scope(L, ud, &t, scope);
		}
	}
	lua_pop(L, 1);
}

static void assign_global(lua_State *L, int values, int env) {
	lua_pushnil(L);
	while(lua_next(L, values)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_settable(L, env);
	}
}

/* Without Prosody's table: through the statements that the environment offers. */
static void assign_scope(lua_State *L, int ud, int env, uint32_t scope) {
	int top = lua_gettop(L);
	sl_push_options(L, ud, scope);
	if(scope == SL_GLOBAL) {
		lua_pushliteral(L, "__currenthost");
		lua_pushliteral(L, "*");
		lua_rawset(L, env);
		assign_global(L, top + 1, env);
	} else {
		sl_push_result_of(L, ud, scope, SL_OPT_COMPONENT_MODULE);
		lua_getfield(L, env, lua_isnil(L, -1) ? "VirtualHost" : "Component");
		if(lua_isfunction(L, -1)) {
			sl_push_scope_name(L, ud, scope);
			lua_call(L, 1, 1);
			lua_pushvalue(L, top + 1);
			lua_call(L, 1, 0);
		}
	}
	lua_settop(L, top);
}

static void apply_through_statements(lua_State *L, int ud, int env) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	sl_expect_code(L, sl_stack_at(L, ud)->patience);
	for(uint32_t scope = SL_GLOBAL; scope < sl_scope_count(journal); scope++) {
		if(sl_is_host(L, ud, scope)) {
			assign_scope(L, ud, env, scope);
		}
	}
}

void sl_apply(lua_State *L, int ud, int env, int config) {
	luaL_checkstack(L, 16, "applying the configuration");
	lua_pushliteral(L, "__currenthost");
	lua_pushliteral(L, "__currenthost");
	lua_rawget(L, env);
	if(config) {
		apply_to_tables(L, ud, env, config);
	} else {
		apply_through_statements(L, ud, env);
	}
	lua_rawset(L, env);   /* the caller is left in the scope that it was in */
}

void sl_apply_plugin_paths(lua_State *L, int ud, int config) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 6, "applying plugin_paths");
	sl_push_global_option(L, ud, "plugin_paths");
	if(config && lua_istable(L, top + 1)) {
		lua_pushliteral(L, "*");
		if(lua_rawget(L, config) == LUA_TTABLE) {
			lua_pushliteral(L, "plugin_paths");
			sl_value_copy(L, top + 1, 0, 0);
			lua_rawset(L, -3);
		}
	}
	lua_settop(L, top);
}

/* ======== warnings ======== */

void sl_apply_warnings(lua_State *L, int ud, int env) {
	const sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	push_internal(L, env, "warnings");
	if(lua_istable(L, -1)) {
		for(const sl_finding *finding = stack->findings.first; finding; finding = finding->next) {
			if(finding->severity >= SL_WARNING) {
				sl_push_finding(L, ud, finding);
				lua_rawseti(L, top + 1, (lua_Integer)lua_rawlen(L, top + 1) + 1);
			}
		}
	}
	lua_settop(L, top);
}

/* ======== the list of loaded files ======== */

/* The address is the registry key of a table: path in Prosody's list -> was it a layer's in the load before? */
static const char added_key = 'f';

/* Takes the layers' paths of the table at `old` that are not in `new` out of Prosody's list. */
static void remove_files(lua_State *L, int list, int old, int new) {
	lua_Integer length = (lua_Integer)lua_rawlen(L, list);
	lua_Integer kept = 0;
	for(lua_Integer i = 1; i <= length; i++) {
		lua_rawgeti(L, list, i);
		lua_pushvalue(L, -1);
		lua_rawget(L, old);
		lua_pushvalue(L, -2);
		lua_rawget(L, new);
		bool gone = lua_toboolean(L, -2) && !lua_toboolean(L, -1);
		lua_pop(L, 2);
		if(gone) {
			lua_pop(L, 1);
		} else {
			lua_rawseti(L, list, ++kept);
		}
	}
	for(lua_Integer i = kept + 1; i <= length; i++) {
		lua_pushnil(L);
		lua_rawseti(L, list, i);
	}
}

/* Fills the table at `present` with what Prosody's list has: path -> is it ours? */
static void collect_files(lua_State *L, int list, int present) {
	lua_Integer length = (lua_Integer)lua_rawlen(L, list);
	for(lua_Integer i = 1; i <= length; i++) {
		lua_rawgeti(L, list, i);
		lua_pushboolean(L, 0);
		lua_rawset(L, present);
	}
}

static bool is_layer_file(const sl_stack *stack, const sl_layer_file *file) {
	const char *axis = sl_layer_origin(stack, file->layer)->axis;
	return strcmp(axis, "main") != 0 && strcmp(axis, "variables") != 0;
}

/* Fills the set at `ours` with the layers' files. */
static void collect_ours(lua_State *L, const sl_stack *stack, int ours) {
	for(uint32_t i = 1; i < stack->files.count; i++) {
		if(is_layer_file(stack, sl_layer_file_at(stack, i))) {
			lua_pushstring(L, sl_layer_file_at(stack, i)->path);
			lua_pushboolean(L, 1);
			lua_rawset(L, ours);
		}
	}
}

/* Adds the layers' files to Prosody's list that are not in the table at `present`, each once, and says there that they are ours. */
static void add_files(lua_State *L, const sl_stack *stack, int list, int present) {
	lua_Integer length = (lua_Integer)lua_rawlen(L, list);
	for(uint32_t i = 1; i < stack->files.count; i++) {
		if(!is_layer_file(stack, sl_layer_file_at(stack, i))) {
			continue;
		}
		lua_pushstring(L, sl_layer_file_at(stack, i)->path);
		lua_pushvalue(L, -1);
		if(lua_rawget(L, present) == LUA_TNIL) {
			lua_pushvalue(L, -2);
			lua_rawseti(L, list, ++length);
		}
		lua_pop(L, 1);
		lua_pushboolean(L, 1);
		lua_rawset(L, present);
	}
}

/* The next of the layers' files behind that one. */
static uint32_t next_file(const sl_stack *stack, uint32_t file) {
	do {
		file++;
	} while(file < stack->files.count && !is_layer_file(stack, sl_layer_file_at(stack, file)));
	return file;
}

/* Does Prosody's list have the layers' files already, in their order, and none of those that the table at `old` calls a layer's besides? So it is
 * with most reloads, and nothing need be made. */
static bool has_same_files(lua_State *L, const sl_stack *stack, int list, int old) {
	lua_Integer length = (lua_Integer)lua_rawlen(L, list);
	uint32_t file = next_file(stack, 0);
	bool same = true;
	for(lua_Integer i = 1; same && i <= length; i++) {
		lua_rawgeti(L, list, i);
		bool next = lua_type(L, -1) == LUA_TSTRING && file < stack->files.count && strcmp(lua_tostring(L, -1), sl_layer_file_at(stack, file)->path) == 0;
		lua_rawget(L, old);
		same = lua_toboolean(L, -1) == next;
		file = next ? next_file(stack, file) : file;
		lua_pop(L, 1);
	}
	return same && file == stack->files.count;
}

void sl_apply_files(lua_State *L, int ud) {
	const sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	luaL_checkstack(L, 12, "listing the files");
	sl_push_loaded_files(L);
	int list = lua_gettop(L);
	if(!lua_istable(L, list)) {
		lua_settop(L, top);
		return;
	}
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &added_key) == LUA_TTABLE) {
		if(has_same_files(L, stack, list, list + 1)) {
			lua_settop(L, top);
			return;
		}
		lua_createtable(L, 0, (int)stack->files.count);
		collect_ours(L, stack, lua_gettop(L));
		remove_files(L, list, list + 1, list + 2);
	}
	lua_settop(L, list);
	lua_createtable(L, 0, (int)stack->files.count + 8);   /* Prosody's list has its main file once more with each reload */
	int present = lua_gettop(L);
	collect_files(L, list, present);
	add_files(L, stack, list, present);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &added_key);
	lua_settop(L, top);
}

/* ======== the plugin ======== */

/* Is the folder that the first `length` bytes of the file's path name one of those that semicolons separate? */
static bool has_folder(const char *folders, const char *file, size_t length) {
	while(*folders) {
		size_t part = strcspn(folders, ";");
		if(part == length && strncmp(folders, file, length) == 0) {
			return true;
		}
		folders += part + (folders[part] == ';');
	}
	return false;
}

/* Pushes the file of the plugin among Lua's own modules, where luarocks and make install put it, or nil. */
static void push_plugin_file(lua_State *L) {
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, "package");
	lua_getfield(L, -1, "searchpath");
	lua_pushliteral(L, "mod_stackloader.mod_stackloader");
	lua_getfield(L, -3, "path");
	if(lua_type(L, -1) == LUA_TSTRING && lua_isfunction(L, -3)) {
		lua_call(L, 2, 1);
	} else {
		lua_pushnil(L);
	}
}

void sl_offer_plugin(lua_State *L) {
	static const char tail[] = "/mod_stackloader/mod_stackloader.lua";
	int top = lua_gettop(L);
	luaL_checkstack(L, 10, "offering the plugin");
	lua_pushglobaltable(L);
	sl_push_global(L, "CFG_PLUGINDIR");
	push_plugin_file(L);
	size_t length;
	const char *file = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
	const char *folders = lua_type(L, top + 2) == LUA_TSTRING ? lua_tostring(L, top + 2) : NULL;
	if(file && folders && length > sizeof(tail) && strcmp(file + length - strlen(tail), tail) == 0
			&& !has_folder(folders, file, length - strlen(tail))) {
		lua_pushliteral(L, "CFG_PLUGINDIR");
		lua_pushlstring(L, file, length - strlen(tail));
		lua_pushfstring(L, "%s;%s", folders, lua_tostring(L, -1));
		lua_remove(L, -2);
		lua_rawset(L, top + 1);
	}
	lua_settop(L, top);
}
