#include "sandbox.h"

#include <string.h>

#include "host.h"
#include "layer.h"
#include "readback.h"
#include "stack.h"

/* Upvalues of every function of an environment. */
enum { UP_STACK = 1, UP_ENVIRONMENT, UP_FILE, UP_EXTRA };

static int stack_index(void) {
	return lua_upvalueindex(UP_STACK);
}

static uint32_t file_of(lua_State *L) {
	return (uint32_t)lua_tointeger(L, lua_upvalueindex(UP_FILE));
}

static const char *path_of(lua_State *L) {
	return sl_file_at(sl_stack_at(L, stack_index()), file_of(L))->path;
}

/* Pushes a function with the environment's upvalues, and `extra` more from the top of the stack, which are popped. */
static void push_function(lua_State *L, lua_CFunction function, int extra) {
	luaL_checkstack(L, 4, "making an environment");
	for(int up = UP_STACK; up < UP_EXTRA; up++) {
		lua_pushvalue(L, lua_upvalueindex(up));
		lua_insert(L, -1 - extra);
	}
	lua_pushcclosure(L, function, UP_EXTRA - 1 + extra);
}

void sl_push_prosody_module(lua_State *L, const char *name) {
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushfstring(L, "prosody.%s", name);
	if(lua_rawget(L, -2) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_pushstring(L, name);
		lua_rawget(L, -2);
	}
	lua_remove(L, -2);
}

const char *sl_push_relative(lua_State *L, const char *base, const char *path) {
	const char *slash = strrchr(base, '/');
	if(*path == '/') {
		return lua_pushstring(L, path);
	}
	while(strncmp(path, "./", 2) == 0) {
		path += 2;
	}
	lua_pushlstring(L, base, slash ? (size_t)(slash - base) : 0);
	lua_pushfstring(L, "%s%s%s", lua_tostring(L, -1), slash ? "/" : "", path);
	lua_remove(L, -2);
	return lua_tostring(L, -1);
}

/* ======== lines ======== */

/* The line of the innermost running code of the file, 0 where none runs. */
static int running_line(lua_State *L, const char *chunk) {
	enum { DEEPEST = 200 };   /* finding a level takes time in proportion to its depth */
	lua_Debug ar;
	for(int level = 1; level < DEEPEST && lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "Sl", &ar);
		if(strcmp(ar.source, chunk) == 0) {
			return ar.currentline > 0 ? ar.currentline : 0;
		}
	}
	return 0;
}

/* How far the search for a name goes back: code that makes names up never finds one. */
enum { SEARCH_LIMIT = 20000 };

/* The first of the names that stand after the line. */
static size_t names_until(const sl_file *file, unsigned line) {
	size_t low = 0;
	size_t high = file->name_count;
	while(low < high) {
		size_t middle = low + (high - low) / 2;
		if(file->names[middle].line <= line) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Lua knows the last line of a statement; the name that it assigns stands on its first. */
static unsigned line_of_name(const sl_file *file, const char *name, unsigned line) {
	size_t end = names_until(file, line);
	for(size_t steps = 0; end > 0 && steps < SEARCH_LIMIT; steps++) {
		const sl_name_line *found = &file->names[--end];
		if(found->depth == 0 && strcmp(found->name, name) == 0) {
			return found->line;
		}
	}
	return line;
}

/* The line of a field in the table of `VirtualHost "x" { … }`, whose call Lua reports at its first line. In f("x", { … }) the field is
 * one bracket deeper. */
static unsigned line_of_field(const sl_file *file, const char *name, unsigned line) {
	unsigned deeper = 0;
	for(size_t i = names_until(file, line - 1), steps = 0; i < file->name_count && steps < SEARCH_LIMIT; i++, steps++) {
		const sl_name_line *found = &file->names[i];
		if(found->statement > line) {
			break;
		}
		bool same = found->depth <= 2 && strcmp(found->name, name) == 0;
		if(same && found->depth == 1) {
			return found->line;
		}
		if(same && found->depth == 2 && !deeper) {
			deeper = found->line;
		}
	}
	return deeper ? deeper : line;
}

static sl_place place_of(lua_State *L, int ud, uint32_t file_index, const char *name, unsigned (*find)(const sl_file *, const char *, unsigned)) {
	const sl_stack *stack = sl_stack_at(L, ud);
	sl_place place = { .layer = stack->running, .file = file_index };
	if(file_index) {
		const sl_file *file = sl_file_at(stack, file_index);
		place.line = (uint32_t)running_line(L, file->chunk);
		if(name && place.line) {
			place.line = find(file, name, place.line);
		}
	}
	return place;
}

sl_place sl_place_in(lua_State *L, int ud, uint32_t file, const char *name) {
	return place_of(L, ud, file, name, line_of_name);
}

static const char *name_at(lua_State *L, int index) {
	return lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : NULL;
}

/* ======== scopes ======== */

uint32_t sl_enter_scope(lua_State *L, int ud) {
	if(!lua_toboolean(L, -1)) {
		lua_pop(L, 1);
		return SL_GLOBAL;
	}
	return sl_scope_id(L, ud);
}

/* The scope that the file is inside of: its raw key __currenthost holds it, as in Prosody. */
static uint32_t current_scope(lua_State *L) {
	lua_pushliteral(L, "__currenthost");
	lua_rawget(L, lua_upvalueindex(UP_ENVIRONMENT));
	return sl_enter_scope(L, stack_index());
}

/* Pops the name of the scope that the file is now in. */
static void set_current(lua_State *L) {
	lua_pushliteral(L, "__currenthost");
	lua_insert(L, -2);
	lua_rawset(L, lua_upvalueindex(UP_ENVIRONMENT));
}

static void leave_scope(lua_State *L) {
	lua_pushliteral(L, "*");
	set_current(L);
}

/* ======== assigning ======== */

static sl_journal *journal_of(lua_State *L) {
	return &sl_stack_at(L, stack_index())->journal;
}

/* "Duplicate option" stays a warning, as in Prosody: of two plain assignments in one file the first is lost. */
static void note_duplicate(lua_State *L, uint32_t scope, uint32_t option, sl_place place, const char *name) {
	sl_operation operation;
	sl_level level;
	bool directive = sl_to_directive(L, 3, &operation, &level);
	lua_settop(L, 3);
	uint32_t slot = sl_slot_id(L, journal_of(L), scope, option, true);
	if(lua_rawgeti(L, lua_upvalueindex(UP_EXTRA), slot) != LUA_TNIL && !directive) {
		sl_report(L, sl_stack_at(L, stack_index()), SL_WARNING, path_of(L), place.line, "Duplicate option '%s': what line %d says of it is lost; "
			"keep one of the two", name ? name : "?", (int)lua_tointeger(L, -1));
	}
	lua_pushinteger(L, place.line);
	lua_rawseti(L, lua_upvalueindex(UP_EXTRA), slot);
	lua_settop(L, 3);
}

/* How profiles and features describe themselves: read as data before any layer runs, and never an option. The file itself may read it. */
static bool describes_itself(lua_State *L, int name) {
	return lua_type(L, name) == LUA_TSTRING
		&& (strcmp(lua_tostring(L, name), "profile_info") == 0 || strcmp(lua_tostring(L, name), "feature_info") == 0);
}

/* (environment, name, value): NAME = value in the file; upvalue UP_EXTRA: what this file has set */
static int assign(lua_State *L) {
	int ud = stack_index();
	lua_settop(L, 3);
	if(lua_type(L, 2) != LUA_TSTRING && lua_type(L, 2) != LUA_TNUMBER) {
		return luaL_error(L, "an option has a name, a string; this one is a %s", luaL_typename(L, 2));
	}
	if(!sl_stack_at(L, ud)->running) {
		return luaL_error(L, "an option can only be set while the configuration is being loaded");
	}
	if(describes_itself(L, 2)) {
		lua_rawset(L, 1);
		return 0;
	}
	if(sl_unwrap_option(L, 3)) {
		lua_replace(L, 3);
	}
	uint32_t scope = current_scope(L);
	lua_pushvalue(L, 2);
	uint32_t option = sl_option_id(L, ud);
	const char *name = name_at(L, 2);
	sl_place place = sl_place_in(L, ud, file_of(L), name);
	if(sl_is_own_view(L, ud, scope, option, 3)) {
		return 0;
	}
	note_duplicate(L, scope, option, place, name);
	sl_operation operation;
	sl_level level;
	if(!sl_to_directive(L, 3, &operation, &level)) {
		sl_forget_view(L, ud, scope, option);
	}
	lua_pushvalue(L, 3);
	sl_journal_assign(L, ud, scope, option, place, 0);
	return 0;
}

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
		const char *name = name_at(L, -1);
		if(!lua_toboolean(L, -1)) {
			lua_pop(L, 1);   /* an option cannot be called false: Prosody passes over it */
			continue;
		}
		sl_place place = place_of(L, ud, file, name, line_of_field);
		lua_pushvalue(L, -1);
		uint32_t option = sl_option_id(L, ud);
		lua_rawget(L, options);
		sl_journal_assign(L, ud, scope, option, place, 0);
	}
	lua_settop(L, top);
}

/* What a statement implies: a host is defined, a component is one. */
static void imply(lua_State *L, uint32_t scope, uint32_t option, sl_place place) {
	sl_journal_assign(L, stack_index(), scope, option, place, SL_ENTRY_IMPLICIT);
}

/* ======== reading ======== */

/* Names that Lua itself has: a fixed list, so that an option called `debug` or `log` breaks nobody. */
static const char *const lua_names[] = {
	"_G", "_VERSION", "assert", "collectgarbage", "coroutine", "debug", "dofile", "error", "getmetatable", "io", "ipairs", "load",
	"loadfile", "math", "next", "os", "package", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require",
	"select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "warn", "xpcall", NULL
};

/* Globals of Prosody that a configuration may use, after all that could be an option. */
static const char *const prosody_names[] = {
	"CFG_CONFIGDIR", "CFG_DATADIR", "CFG_PLUGINDIR", "CFG_SOURCEDIR", "arg", "hosts", NULL
};

static bool is_among(const char *const *names, const char *name) {
	for(; *names; names++) {
		if(strcmp(*names, name) == 0) {
			return true;
		}
	}
	return false;
}

static int file_contents(lua_State *L);
static int file_line(lua_State *L);
static int file_lines(lua_State *L);
static int credential(lua_State *L);

/* What Prosody 13 has beyond 0.12. On 13 all but Lua are raw keys of the environment; on 0.12 an option may have the name. */
static const luaL_Reg newer[] = {
	{ "FileContents", file_contents }, { "FileLine", file_line }, { "FileLines", file_lines }, { "Credential", credential },
	{ NULL, NULL }
};

static bool push_newer(lua_State *L, const char *name) {
	if(strcmp(name, "Lua") == 0) {
		lua_pushglobaltable(L);
		return true;
	}
	for(const luaL_Reg *row = newer; row->name; row++) {
		if(strcmp(row->name, name) == 0) {
			push_function(L, row->func, 0);
			return true;
		}
	}
	return false;
}

/* Pushes what the name means where neither the layer nor an option has it. */
static void push_language(lua_State *L, const char *name) {
	sl_stack *stack = sl_stack_at(L, stack_index());
	if(strncmp(name, "ENV_", 4) == 0) {
		lua_pushstring(L, sl_variables_text(stack->variables, name + 4));
	} else if(strcmp(name, "stack") == 0) {
		lua_getiuservalue(L, stack_index(), SL_UV_LANGUAGE);
	} else if(strcmp(name, "prosody") == 0) {
		lua_getiuservalue(L, stack_index(), SL_UV_PROSODY);
	} else if(is_among(prosody_names, name)) {
		sl_push_global(L, name);
	} else if(!push_newer(L, name)) {
		lua_pushnil(L);
	}
}

/* Has this file set the option in the scope? */
static bool is_set_here(lua_State *L, uint32_t scope, uint32_t option) {
	uint32_t slot = sl_slot_id(L, journal_of(L), scope, option, false);
	bool set = slot && lua_rawgeti(L, lua_upvalueindex(UP_EXTRA), slot) != LUA_TNIL;
	lua_pop(L, slot ? 1 : 0);
	return set;
}

/* (environment, name): reading a name that is no raw key; upvalue UP_EXTRA: what this file has set */
static int read_name(lua_State *L) {
	int ud = stack_index();
	lua_settop(L, 2);
	const char *name = name_at(L, 2);
	uint32_t scope = current_scope(L);
	lua_pushvalue(L, 2);
	uint32_t option = sl_find_option(L, ud);
	bool running = sl_stack_at(L, ud)->running != 0;   /* an option that is a function may ask later */
	sl_place place = sl_place_in(L, ud, file_of(L), NULL);
	/* A name of Lua's is only hidden by this very file, not by another that the layer includes it with. */
	if(name && is_among(lua_names, name) && !(option && is_set_here(L, scope, option))) {
		sl_push_global(L, name);
		return 1;
	}
	if(option && running && sl_read_own(L, ud, scope, option, place)) {
		return 1;
	}
	if(option) {
		if(running) {
			sl_read_so_far(L, ud, scope, option, place);
		} else {
			sl_peek_so_far(L, ud, scope, option);
		}
		if(!lua_isnil(L, -1)) {
			return 1;
		}
	}
	if(name) {
		push_language(L, name);
	} else {
		lua_pushnil(L);
	}
	return 1;
}

/* ======== hosts and components ======== */

/* Replaces the name at index 1 by what nameprep makes of it; `what` is the statement. */
static void prepare_name(lua_State *L, const char *what) {
	if(!lua_toboolean(L, 1)) {
		luaL_error(L, "%s must have a name", what);
	}
	if(!lua_isstring(L, 1)) {
		luaL_error(L, "%s must have a name, a string such as \"example.com\"; got a %s", what, luaL_typename(L, 1));
	}
	lua_settop(L, 1);
	lua_tostring(L, 1);
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
	sl_peek_so_far(L, stack_index(), scope, option);
}

/* The place at which the scope was opened first, for messages: pushes " (path:line)" or "". */
static const char *push_opened(lua_State *L, uint32_t scope, uint32_t option) {
	const sl_stack *stack = sl_stack_at(L, stack_index());
	uint32_t slot = sl_slot_id(L, journal_of(L), scope, option, false);
	const sl_slot *found = slot ? sl_slot_at(&stack->journal, slot) : NULL;
	uint32_t entry = found ? (found->first ? found->first : found->pending) : 0;
	if(!entry) {
		return lua_pushliteral(L, "");
	}
	sl_push_place(L, stack, sl_entry_at(&stack->journal, entry));
	lua_pushfstring(L, " (%s)", lua_tostring(L, -1));
	lua_remove(L, -2);
	return lua_tostring(L, -1);
}

static void refuse_component_clash(lua_State *L, uint32_t scope) {
	push_option_in(L, scope, SL_OPT_COMPONENT_MODULE);
	if(lua_isnil(L, -1)) {
		lua_pop(L, 1);
		return;
	}
	const char *module = luaL_tolstring(L, -1, NULL);
	const char *kind = strcmp(module, "component") == 0 ? "external" : strcmp(module, "muc") == 0 ? "MUC" : module;
	const char *name = lua_tostring(L, 1);
	luaL_error(L, "Host \"%s\" clashes with previously defined %s Component \"%s\"%s, for services use a sub-domain like conference.%s",
		name, kind, name, push_opened(L, scope, SL_OPT_COMPONENT_MODULE), name);
}

static void refuse_host_clash(lua_State *L, uint32_t scope) {
	push_option_in(L, scope, SL_OPT_DEFINED);
	push_option_in(L, scope, SL_OPT_COMPONENT_MODULE);
	if(lua_toboolean(L, -2) && !lua_toboolean(L, -1)) {
		const char *name = lua_tostring(L, 1);
		luaL_error(L, "Component \"%s\" clashes with previously defined VirtualHost \"%s\"%s, for services use a sub-domain like conference.%s",
			name, name, push_opened(L, scope, SL_OPT_DEFINED), name);
	}
	lua_pop(L, 2);
}

/* The scope that the returned function of VirtualHost or Component speaks of. */
static uint32_t bound_scope(lua_State *L) {
	lua_pushvalue(L, lua_upvalueindex(UP_EXTRA));
	return sl_enter_scope(L, stack_index());
}

/* ({ options }): what follows VirtualHost "name" */
static int host_options(lua_State *L) {
	leave_scope(L);
	if(lua_type(L, 1) == LUA_TSTRING) {
		return luaL_error(L, "VirtualHost entries do not accept a module name (module '%s' provided for host '%s')",
			lua_tostring(L, 1), lua_tostring(L, lua_upvalueindex(UP_EXTRA)));
	}
	if(lua_type(L, 1) != LUA_TTABLE) {
		return luaL_error(L, "Invalid syntax following VirtualHost, expected options but received a %s", luaL_typename(L, 1));
	}
	sl_assign_all(L, stack_index(), bound_scope(L), 1, file_of(L));
	return 0;
}

/* (name) -> function: VirtualHost "name" */
static int virtual_host(lua_State *L) {
	int ud = stack_index();
	prepare_name(L, "Host");
	lua_pushvalue(L, 1);
	uint32_t scope = sl_scope_id(L, ud);
	refuse_component_clash(L, scope);
	lua_pushvalue(L, 1);
	set_current(L);
	lua_pushboolean(L, 1);
	imply(L, scope, SL_OPT_DEFINED, sl_place_in(L, ud, file_of(L), NULL));
	lua_settop(L, 1);
	push_function(L, host_options, 1);
	return 1;
}

/* ({ options }): what follows Component "name" "module" */
static int component_options(lua_State *L) {
	leave_scope(L);
	if(lua_type(L, 1) != LUA_TTABLE) {
		return luaL_error(L, "Invalid syntax following Component, expected options but received a %s", luaL_typename(L, 1));
	}
	sl_assign_all(L, stack_index(), bound_scope(L), 1, file_of(L));
	return 0;
}

/* (module or options) -> function?: what follows Component "name" */
static int component_module(lua_State *L) {
	int ud = stack_index();
	if(lua_type(L, 1) != LUA_TSTRING) {
		return component_options(L);
	}
	lua_settop(L, 1);
	sl_journal_assign(L, ud, bound_scope(L), SL_OPT_COMPONENT_MODULE, sl_place_in(L, ud, file_of(L), NULL), 0);
	lua_pushvalue(L, lua_upvalueindex(UP_EXTRA));
	push_function(L, component_options, 1);
	return 1;
}

/* (name) -> function: Component "name" */
static int component(lua_State *L) {
	int ud = stack_index();
	prepare_name(L, "Component");
	lua_pushvalue(L, 1);
	uint32_t scope = sl_scope_id(L, ud);
	refuse_host_clash(L, scope);
	sl_place place = sl_place_in(L, ud, file_of(L), NULL);
	lua_pushliteral(L, "component");
	imply(L, scope, SL_OPT_COMPONENT_MODULE, place);
	lua_pushboolean(L, 0);
	imply(L, scope, SL_OPT_LOAD_GLOBAL, place);
	lua_pushvalue(L, 1);
	set_current(L);
	lua_settop(L, 1);
	push_function(L, component_module, 1);
	return 1;
}

/* ======== files ======== */

static void include_file(lua_State *L, const char *path) {
	sl_stack *stack = sl_stack_at(L, stack_index());
	enum { DEEPEST = 50 };   /* far deeper than anyone nests; Lua's own limit of C calls is at 200 */
	if(stack->include_depth >= DEEPEST) {
		luaL_error(L, "Include of %s: files include each other more than %d deep; does one include itself?", path, DEEPEST);
	}
	stack->include_depth++;
	sl_run_file(L, stack_index(), path);
	stack->include_depth--;
	lua_pop(L, 1);
}

/* What a protected step without Lua needs to match a pattern. */
typedef struct match {
	sl_arena *arena;
	const char *folder, *glob;
	char **names;
	size_t count;
	int error;
} match;

static void match_step(void *context) {
	match *m = context;
	m->error = sl_match_folder(m->arena, m->folder, m->glob, &m->names, &m->count);
}

static void include_matching(lua_State *L, const char *path) {
	const char *slash = strrchr(path, '/');
	match m = { .arena = sl_push_arena(L), .glob = slash ? slash + 1 : path };
	lua_pushlstring(L, slash ? path : ".", slash ? (size_t)(slash - path) : 1);
	m.folder = lua_tostring(L, -1);
	sl_run(L, m.arena, match_step, &m);
	if(m.error) {
		luaL_error(L, "Include \"%s\": cannot read the folder %s: %s", path, m.folder, strerror(m.error));
	}
	for(size_t i = 0; i < m.count; i++) {
		lua_pushfstring(L, "%s/%s", m.folder, m.names[i]);
		include_file(L, lua_tostring(L, -1));
		lua_pop(L, 1);
	}
	sl_arena_free(m.arena);
}

/* (path): Include; a wildcard's files come in natural order */
static int include(lua_State *L) {
	const char *path = luaL_checkstring(L, 1);
	sl_push_relative(L, path_of(L), path);
	if(strpbrk(path, "*?")) {
		include_matching(L, lua_tostring(L, -1));
	} else {
		include_file(L, lua_tostring(L, -1));
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* (path) -> whatever the script returns */
static int run_script(lua_State *L) {
	const char *path = luaL_checkstring(L, 1);
	lua_settop(L, 1);
	sl_push_global(L, "dofile");
	sl_push_relative(L, path_of(L), path);
	lua_call(L, 1, LUA_MULTRET);
	return lua_gettop(L) - 1;
}

/* Pushes a function of Lua's io library. */
static void push_io(lua_State *L, const char *name) {
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, "io");
	lua_getfield(L, -1, name);
	lua_replace(L, -3);
	lua_pop(L, 1);
}

/* Replaces the path at the top of the stack by the file, opened for reading. */
static void open_file(lua_State *L) {
	int path = lua_gettop(L);
	push_io(L, "open");
	lua_pushvalue(L, path);
	lua_call(L, 1, 2);
	if(lua_isnil(L, path + 1)) {
		luaL_error(L, "%s", lua_tostring(L, path + 2));
	}
	lua_pop(L, 1);
	lua_replace(L, path);
}

/* Pushes what a method of the file at an index returns, two values; `mode` (may be NULL) is its argument. */
static void call_file(lua_State *L, int file, const char *method, const char *mode) {
	lua_getfield(L, file, method);
	lua_pushvalue(L, file);
	if(mode) {
		lua_pushstring(L, mode);
	}
	lua_call(L, mode ? 2 : 1, 2);
}

/* Pushes what reading the file whose path is at the top of the stack gives, in the mode of argument 2 or the default. */
static int read_with(lua_State *L, const char *mode) {
	const char *path = lua_tostring(L, -1);
	lua_pushvalue(L, -1);
	open_file(L);
	int file = lua_gettop(L);
	call_file(L, file, "read", luaL_optstring(L, 2, mode));
	call_file(L, file, "close", NULL);
	lua_settop(L, file + 2);
	if(lua_isnil(L, file + 1)) {
		return luaL_error(L, "%s: %s", path, lua_isnil(L, file + 2) ? "there is nothing to read" : luaL_tolstring(L, file + 2, NULL));
	}
	lua_settop(L, file + 1);
	return 1;
}

/* (path, mode?) -> string */
static int file_contents(lua_State *L) {
	luaL_checkstring(L, 1);
	lua_settop(L, 2);
	sl_push_relative(L, path_of(L), lua_tostring(L, 1));
	return read_with(L, "a");
}

/* (path, mode?) -> string */
static int file_line(lua_State *L) {
	luaL_checkstring(L, 1);
	lua_settop(L, 2);
	sl_push_relative(L, path_of(L), lua_tostring(L, 1));
	return read_with(L, "l");
}

/* (path) -> list of lines */
static int file_lines(lua_State *L) {
	luaL_checkstring(L, 1);
	lua_settop(L, 1);
	lua_newtable(L);
	sl_push_relative(L, path_of(L), lua_tostring(L, 1));
	open_file(L);
	for(lua_Integer i = 1;; i++) {
		call_file(L, 3, "read", "l");
		lua_settop(L, 4);
		if(lua_isnil(L, 4)) {
			break;
		}
		lua_rawseti(L, 2, i);
	}
	call_file(L, 3, "close", NULL);
	lua_settop(L, 2);
	return 1;
}

/* (name, mode?) -> string: one of the credentials that systemd gives the service */
static int credential(lua_State *L) {
	sl_stack *stack = sl_stack_at(L, stack_index());
	const char *name = luaL_checkstring(L, 1);
	lua_settop(L, 2);
	if(!stack->credentials) {
		sl_place place = sl_place_in(L, stack_index(), file_of(L), NULL);
		if(!stack->prosodyctl) {
			return luaL_error(L, "Credential() requires the $CREDENTIALS_DIRECTORY environment variable to be set");
		}
		sl_report(L, stack, SL_WARNING, path_of(L), place.line, "Credential(\"%s\") requires the $CREDENTIALS_DIRECTORY environment variable "
			"to be set; the service has it where its unit has LoadCredential=", name);
		lua_pushnil(L);
		return 1;
	}
	lua_pushfstring(L, "%s/%s", stack->credentials, name);
	read_with(L, "a");
	if(lua_type(L, -1) == LUA_TSTRING) {
		size_t length;
		const char *value = lua_tolstring(L, -1, &length);
		stack->readers.remember_secret(L, stack, value, length);
	}
	return 1;
}

/* ======== the environment ======== */

static void set_raw(lua_State *L, int environment, const char *name) {
	lua_pushstring(L, name);
	lua_insert(L, -2);
	lua_rawset(L, environment);
}

/* (stack, environment, file): fills a new environment; its upvalues are what push_function hands on */
static int fill(lua_State *L) {
	static const luaL_Reg statements[] = {
		{ "VirtualHost", virtual_host }, { "Host", virtual_host }, { "host", virtual_host },
		{ "Component", component }, { "component", component },
		{ "Include", include }, { "include", include }, { "RunScript", run_script }, { NULL, NULL }
	};
	const char *version = sl_stack_at(L, stack_index())->prosody_version;
	bool has_newer = version && strncmp(version, "0.", 2) != 0;
	lua_pushvalue(L, lua_upvalueindex(UP_ENVIRONMENT));
	int environment = lua_gettop(L);
	for(const luaL_Reg *row = statements; row->name; row++) {
		push_function(L, row->func, 0);
		set_raw(L, environment, row->name);
	}
	for(const luaL_Reg *row = newer; has_newer && row->name; row++) {
		push_function(L, row->func, 0);
		set_raw(L, environment, row->name);
	}
	leave_scope(L);
	lua_createtable(L, 0, 2);
	lua_newtable(L);
	lua_pushvalue(L, -1);
	push_function(L, read_name, 1);
	lua_setfield(L, -3, "__index");
	push_function(L, assign, 1);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, environment);
	return 0;
}

void sl_push_environment(lua_State *L, int ud, uint32_t file) {
	luaL_checkstack(L, 6, "making an environment");
	lua_createtable(L, 0, 16);
	lua_pushvalue(L, ud);
	lua_pushvalue(L, -2);
	lua_pushinteger(L, file);
	lua_pushcclosure(L, fill, UP_EXTRA - 1);
	lua_call(L, 0, 0);
}
