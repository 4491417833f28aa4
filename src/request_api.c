#include "request_api.h"

#include <string.h>

#include "list.h"
#include "stackloader.h"

typedef struct reader {
	lua_State *L;
	int arg;
	const char *caller;
	const char *const *others;
	sl_arena *arena;
	sl_findings *findings;
	sl_request *request;
} reader;

/* --- Strings --- */

static const char *check_string(lua_State *L, int arg, int index, sl_arena *arena, const char *what) {
	if(lua_type(L, index) != LUA_TSTRING) {
		luaL_argerror(
			L, arg, lua_pushfstring(L, "%s must be a string or a list of strings, not a %s", what, luaL_typename(L, index)));
	}
	const char *text = lua_tostring(L, index);
	if(strlen(text) != lua_rawlen(L, index)) {
		luaL_argerror(L, arg, lua_pushfstring(L, "%s holds a zero byte", what));
	}
	return sl_keep(L, arena, text);
}

static void check_list(lua_State *L, int arg, int index, lua_Unsigned length, const char *what) {
	lua_Unsigned keys = 0;
	lua_pushnil(L);
	while(lua_next(L, index)) {
		lua_pop(L, 1);
		keys++;
	}
	if(keys != length) {
		luaL_argerror(L, arg, lua_pushfstring(L, "%s must be a string or a list of strings; this table has other keys", what));
	}
}

const char **sl_read_strings(lua_State *L, int arg, int index, sl_arena *arena, const char *what) {
	luaL_checkstack(L, 6, what);
	index = lua_absindex(L, index);
	bool list = lua_istable(L, index);
	lua_Unsigned length = list ? lua_rawlen(L, index) : 1;
	if(list) {
		check_list(L, arg, index, length, what);
	}
	const char **strings = sl_keep_memory(L, arena, (size_t)(length + 1) * sizeof(char *));
	for(lua_Unsigned at = 0; at < length; at++) {
		if(list) {
			lua_rawgeti(L, index, (lua_Integer)at + 1);
		} else {
			lua_pushvalue(L, index);
		}
		strings[at] = check_string(L, arg, -1, arena, what);
		if(list && !*strings[at]) {
			luaL_argerror(L, arg, lua_pushfstring(L, "%s has an empty string in it", what));
		}
		lua_pop(L, 1);
	}
	return strings;
}

/* --- Which options there are --- */

static const char *const general[] = { "root", "roots", "variables", "axes", "sysroot", "domain", NULL };

static const sl_axis *axis_with(const reader *r, const char *option) {
	for(size_t index = 0; index < r->request->axis_count; index++) {
		const sl_axis *axis = &r->request->axes[index];
		if(axis->option && strcmp(axis->option, option) == 0) {
			return axis;
		}
	}
	return NULL;
}

static size_t append(const char **all, size_t count, const char *const *names) {
	while(names && *names) {
		all[count++] = *names++;
	}
	return count;
}

static size_t length_of(const char *const *names) {
	size_t length = 0;
	while(names && names[length]) {
		length++;
	}
	return length;
}

static const char *const *all_options(const reader *r) {
	size_t most = length_of(general) + length_of(r->others) + r->request->axis_count + 1;
	const char **all = sl_keep_memory(r->L, r->arena, most * sizeof(char *));
	size_t count = append(all, append(all, 0, general), r->others);
	for(size_t index = 0; index < r->request->axis_count; index++) {
		if(r->request->axes[index].option) {
			all[count++] = r->request->axes[index].option;
		}
	}
	return all;
}

static void refuse_option(const reader *r, const char *name) {
	const char *const *all = all_options(r);
	luaL_Buffer known;
	luaL_buffinit(r->L, &known);
	for(size_t index = 0; all[index]; index++) {
		luaL_addstring(&known, index ? ", " : "");
		luaL_addstring(&known, all[index]);
	}
	luaL_pushresult(&known);
	luaL_argerror(r->L, r->arg,
		lua_pushfstring(r->L, "unknown option '%s'%s; expected one of: %s", name, sl_keep_hint(r->L, r->arena, name, all),
			lua_tostring(r->L, -1)));
}

static void check_names(const reader *r) {
	lua_State *L = r->L;
	lua_pushnil(L);
	while(lua_next(L, r->arg)) {
		if(lua_type(L, -2) != LUA_TSTRING) {
			luaL_argerror(L, r->arg, lua_pushfstring(L, "options have names, found a %s as a key", luaL_typename(L, -2)));
		}
		const char *name = lua_tostring(L, -2);
		if(!sl_is_among(name, general) && !sl_is_among(name, r->others) && !axis_with(r, name)) {
			refuse_option(r, name);
		}
		lua_pop(L, 1);
	}
}

static void check_type(const reader *r, const char *name, int type) {
	int found = sl_push_option(r->L, r->arg, name);
	if(found != LUA_TNIL && found != type) {
		luaL_argerror(r->L, r->arg,
			lua_pushfstring(
				r->L, "option '%s' must be a %s, not a %s", name, lua_typename(r->L, type), lua_typename(r->L, found)));
	}
	lua_pop(r->L, 1);
}

/* --- What they say --- */

static void read_axes(reader *r) {
	check_type(r, "axes", LUA_TTABLE);
	r->request->axes = sl_axes(&r->request->axis_count);
	if(sl_push_option(r->L, r->arg, "axes") == LUA_TTABLE) {
		r->request->axes = sl_read_axes(r->L, r->arg, r->arena, &r->request->axis_count);
	}
	lua_pop(r->L, 1);
}

static void read_roots(reader *r) {
	lua_State *L = r->L;
	bool root = sl_push_option(L, r->arg, "root") != LUA_TNIL;
	bool roots = sl_push_option(L, r->arg, "roots") != LUA_TNIL;
	if(root && roots) {
		luaL_argerror(L, r->arg, "options 'root' and 'roots' are the same; give one of them");
	}
	if(root || roots) {
		const char **list = sl_read_strings(L, r->arg, root ? -2 : -1, r->arena, root ? "option 'root'" : "option 'roots'");
		if(!list[0] || !*list[0]) {
			luaL_argerror(L, r->arg, "option 'roots' names no folder");
		}
		for(size_t index = 0; list[index]; index++) {
			list[index] = sl_keep_path(L, r->arena, list[index]);
		}
		r->request->roots = list;
	}
	lua_pop(L, 2);
}

static void read_sysroot(reader *r) {
	check_type(r, "sysroot", LUA_TSTRING);
	r->request->sysroot = "";
	if(sl_push_option(r->L, r->arg, "sysroot") == LUA_TSTRING) {
		r->request->sysroot = check_string(r->L, r->arg, -1, r->arena, "option 'sysroot'");
	}
	lua_pop(r->L, 1);
}

/* The value of the option on top of the stack: a string, a list where the axis takes several names, a boolean of a switch. */
static const char *read_value(const reader *r, const char *name, const sl_axis *axis) {
	lua_State *L = r->L;
	const char *what = lua_pushfstring(L, "option '%s'", name);
	lua_insert(L, -2);
	const char *value;
	if(axis && axis->kind == SL_AXIS_SWITCHED && lua_isboolean(L, -1)) {
		value = lua_toboolean(L, -1) ? "true" : "false";
	} else if(axis && axis->many && lua_istable(L, -1)) {
		const char *const *names = sl_read_strings(L, r->arg, -1, r->arena, what);
		luaL_Buffer joined;
		luaL_buffinit(L, &joined);
		for(size_t index = 0; names[index]; index++) {
			luaL_addstring(&joined, index ? "," : "");
			luaL_addstring(&joined, names[index]);
		}
		luaL_pushresult(&joined);
		value = sl_keep(L, r->arena, lua_tostring(L, -1));
		lua_pop(L, 1);
	} else if(lua_istable(L, -1)) {
		luaL_argerror(L, r->arg, lua_pushfstring(L, "%s takes one name, not a list", what));
		return NULL;
	} else {
		value = check_string(L, r->arg, -1, r->arena, what);
	}
	lua_remove(L, -2);
	return value;
}

static void read_given(reader *r, sl_given *given, const char *option, const sl_axis *axis) {
	if(sl_push_option(r->L, r->arg, option) != LUA_TNIL) {
		const char *value = read_value(r, option, axis);
		const char *how = lua_pushfstring(r->L, "%s's option %s", r->caller, option);
		given[r->request->given_count++] = (sl_given) { option, value, sl_keep(r->L, r->arena, how) };
		lua_pop(r->L, 1);
	}
	lua_pop(r->L, 1);
}

static void read_choices(reader *r) {
	sl_given *given = sl_keep_memory(r->L, r->arena, (r->request->axis_count + 1) * sizeof(*given));
	for(size_t index = 0; index < r->request->axis_count; index++) {
		if(r->request->axes[index].option) {
			read_given(r, given, r->request->axes[index].option, &r->request->axes[index]);
		}
	}
	read_given(r, given, "domain", NULL);
	r->request->given = given;
}

/* Below sl_protect; the option's table, or nil, is on top of the stack. */
static void load_variables(void *context) {
	reader *r = context;
	r->request->variables = sl_variables_new(r->arena, r->findings);
	sl_load_variables(r->L, lua_istable(r->L, -1) ? lua_gettop(r->L) : 0, r->arena, r->request->variables);
}

static void read_variables(reader *r) {
	check_type(r, "variables", LUA_TTABLE);
	sl_check_variables(r->L, r->arg);
	sl_push_option(r->L, r->arg, "variables");
	sl_run(r->L, r->arena, load_variables, r);
	lua_pop(r->L, 1);
}

void sl_read_request(
	lua_State *L, int arg, const char *caller, const char *const *others, sl_arena *arena, sl_findings *findings, sl_request *request) {
	reader r = { L, arg, caller, others, arena, findings, request };
	const char *main_file = request->main_file;
	*request = (sl_request) { .main_file = main_file };
	luaL_checkstack(L, 10, "options");
	if(!lua_isnoneornil(L, arg)) {
		luaL_checktype(L, arg, LUA_TTABLE);
	}
	read_axes(&r);
	if(lua_istable(L, arg)) {
		check_names(&r);
	}
	read_roots(&r);
	read_sysroot(&r);
	read_choices(&r);
	read_variables(&r);
}
