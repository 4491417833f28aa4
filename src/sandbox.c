#include "sandbox.h"

#include <string.h>

#include "draft.h"
#include "host.h"
#include "info_api.h"
#include "layer.h"
#include "list.h"
#include "readback.h"
#include "reads.h"
#include "statement.h"

static const char *name_at(lua_State *L, int index) {
	return lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : NULL;
}

/* ======== assigning ======== */

/* "Duplicate option" stays a warning, as in Prosody: of two plain assignments in one file the first is lost. */
static void note_duplicate(lua_State *L, uint32_t scope, uint32_t option, sl_place place, const char *name) {
	sl_operation operation;
	sl_level level;
	bool directive = sl_to_directive(L, 3, &operation, &level);
	lua_settop(L, 3);
	uint32_t slot = sl_slot_id(L, sl_up_stack(), scope, option, true);
	lua_Integer line = sl_marked_line(L, sl_up_stack(), sl_up_file(L), slot);
	if(line >= 0 && !directive) {
		sl_report(L, sl_stack_at(L, sl_up_stack()), SL_WARNING, SL_ON_DUPLICATE, sl_up_path(L), place.line,
			"Duplicate option '%s': what line %d says of it is lost; "
			"keep one of the two", name ? name : "?", (int)line);
	}
	sl_mark_set(L, sl_up_stack(), sl_up_file(L), slot, place.line);
}

/* How profiles, features, clients and use cases describe themselves: data, and never an option. The file itself may read it. */
static bool describes_itself(lua_State *L, int name) {
	return lua_type(L, name) == LUA_TSTRING
		&& sl_describes_itself(lua_tostring(L, name));
}

/* (environment, name, value): NAME = value in the file */
static int assign(lua_State *L) {
	int ud = sl_up_stack();
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
	uint32_t scope = sl_current_scope(L);
	lua_pushvalue(L, 2);
	uint32_t option = sl_option_id(L, ud);
	const char *name = name_at(L, 2);
	sl_place place = sl_place_in(L, ud, sl_up_file(L), name);
	if(sl_is_own_view(L, ud, scope, option, 3)) {
		return 0;
	}
	if(sl_draft(L, ud, scope, option, place, SL_DRAFT_ASSIGNED)) {
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

/* What Prosody 13 has beyond 0.12. On 13 all but Lua are raw keys of the environment; on 0.12 an option may have the name. */
static const luaL_Reg newer[] = {
	{ "FileContents", sl_file_contents }, { "FileLine", sl_file_line }, { "FileLines", sl_file_lines }, { "Credential", sl_credential },
	{ NULL, NULL }
};

static bool push_newer(lua_State *L, const char *name) {
	if(strcmp(name, "Lua") == 0) {
		lua_pushglobaltable(L);
		return true;
	}
	for(const luaL_Reg *row = newer; row->name; row++) {
		if(strcmp(row->name, name) == 0) {
			sl_push_statement(L, row->func, 0);
			return true;
		}
	}
	return false;
}

/* Pushes what the name means where neither the layer nor an option has it. */
static void push_language(lua_State *L, const char *name) {
	sl_stack *stack = sl_stack_at(L, sl_up_stack());
	if(strncmp(name, "ENV_", 4) == 0) {
		sl_note_read(L, stack, name + 4, "getenv", 0);
		lua_pushstring(L, sl_variables_text(stack->variables, name + 4));
	} else if(strcmp(name, "stack") == 0) {
		lua_getiuservalue(L, sl_up_stack(), SL_UV_LANGUAGE);
	} else if(strcmp(name, "prosody") == 0) {
		lua_getiuservalue(L, sl_up_stack(), SL_UV_PROSODY);
	} else if(sl_is_among(name, prosody_names)) {
		sl_push_global(L, name);
	} else if(!push_newer(L, name)) {
		lua_pushnil(L);
	}
}

/* Has this file set the option in the scope? */
static bool is_set_here(lua_State *L, uint32_t scope, uint32_t option) {
	uint32_t slot = sl_slot_id(L, sl_up_stack(), scope, option, false);
	return slot && sl_marked_line(L, sl_up_stack(), sl_up_file(L), slot) >= 0;
}

/* Pushes what the name means that is no raw key. The name is the second argument, and nothing is above it. */
static void push_meaning(lua_State *L) {
	int ud = sl_up_stack();
	const char *name = name_at(L, 2);
	uint32_t scope = sl_current_scope(L);
	lua_pushvalue(L, 2);
	uint32_t option = sl_find_option(L, ud);
	bool running = sl_stack_at(L, ud)->running != 0;   /* an option that is a function may ask later */
	sl_place place = sl_place_in(L, ud, sl_up_file(L), NULL);
	/* A name of Lua's is only hidden by this very file, not by another that the layer includes it with. */
	if(name && sl_is_among(name, lua_names) && !(option && is_set_here(L, scope, option))) {
		sl_push_global(L, name);
		return;
	}
	if(option && running && sl_read_own(L, ud, scope, option, place)) {
		return;
	}
	if(option) {
		if(running) {
			sl_read_so_far(L, ud, scope, option, place);
		} else {
			sl_peek_so_far(L, ud, scope, option);
		}
		if(!lua_isnil(L, -1)) {
			return;
		}
	}
	if(name) {
		push_language(L, name);
	} else {
		lua_pushnil(L);
	}
}

/* (environment, name): reading a name that is no raw key */
static int read_name(lua_State *L) {
	lua_settop(L, 2);
	push_meaning(L);
	if(!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TSTRING) {
		sl_up_sandbox(L)->reached = true;
	}
	return 1;
}

/* ======== the environment ======== */

/* What the functions of an environment know, as stack indices. */
typedef struct making {
	lua_State *L;
	int ud, environment, sandbox;
} making;

/* Pushes a function with the environment's upvalues. */
static void push_function(const making *m, lua_CFunction function) {
	lua_State *L = m->L;
	lua_pushvalue(L, m->ud);
	lua_pushvalue(L, m->environment);
	lua_pushvalue(L, m->sandbox);
	lua_pushcclosure(L, function, SL_UP_EXTRA - 1);
}

static void fill(const making *m) {
	/* Spellings of one statement are one function, as in Prosody. */
	static const struct statement {
		lua_CFunction function;
		const char *names[3];
	} statements[] = {
		{ sl_virtual_host, { "VirtualHost", "Host", "host" } }, { sl_component, { "Component", "component" } },
		{ sl_include, { "Include", "include" } }, { sl_run_script, { "RunScript" } }
	};
	lua_State *L = m->L;
	const char *version = sl_stack_at(L, m->ud)->prosody_version;
	bool has_newer = version && strncmp(version, "0.", 2) != 0;
	for(size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++) {
		push_function(m, statements[i].function);
		for(size_t name = 1; name < 3 && statements[i].names[name]; name++) {
			lua_pushvalue(L, -1);
			lua_setfield(L, m->environment, statements[i].names[name]);
		}
		lua_setfield(L, m->environment, statements[i].names[0]);
	}
	for(const luaL_Reg *row = newer; has_newer && row->name; row++) {
		push_function(m, row->func);
		lua_setfield(L, m->environment, row->name);
	}
	lua_pushliteral(L, "*");
	lua_setfield(L, m->environment, SL_CURRENT);
}

/* Every bit of the number in all bits. */
static uint64_t scatter(uint64_t number) {
	number = (number ^ number >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	number = (number ^ number >> 27) * UINT64_C(0x94D049BB133111EB);
	return number ^ number >> 31;
}

/* Changes with whatever is set to a raw key. */
static uint64_t sum_raw_keys(lua_State *L, int environment) {
	uint64_t sum = 0;
	lua_pushnil(L);
	while(lua_next(L, environment)) {
		sum += scatter((uintptr_t)lua_topointer(L, -2) + scatter((uintptr_t)lua_topointer(L, -1)));
		lua_pop(L, 1);
	}
	return sum;
}

static void make_environment(lua_State *L, int ud) {
	lua_createtable(L, 0, 16);
	const making m = { .L = L, .ud = ud, .environment = lua_gettop(L), .sandbox = lua_gettop(L) + 1 };
	sl_sandbox *sandbox = lua_newuserdatauv(L, sizeof(*sandbox), 1);
	fill(&m);
	*sandbox = (sl_sandbox) { .sum = sum_raw_keys(L, m.environment) };
	lua_createtable(L, 0, 2);
	push_function(&m, read_name);
	lua_setfield(L, -2, "__index");
	push_function(&m, assign);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, m.environment);
	lua_pushvalue(L, m.environment);
	lua_setiuservalue(L, m.sandbox, 1);
	lua_setiuservalue(L, ud, SL_UV_SANDBOX);
}

void sl_push_environment(lua_State *L, int ud, uint32_t file) {
	luaL_checkstack(L, 10, "making an environment");
	sl_stack *stack = sl_stack_at(L, ud);
	if(!stack->spare) {
		make_environment(L, ud);
	}
	lua_getiuservalue(L, ud, SL_UV_SANDBOX);
	sl_sandbox *sandbox = lua_touserdata(L, -1);
	sandbox->file = file;
	if(stack->spare) {
		lua_getiuservalue(L, -1, 1);
		lua_replace(L, -2);
		stack->spare = false;
	} else {
		lua_pop(L, 1);
	}
}

bool sl_is_left_alone(lua_State *L, int ud, uint32_t file) {
	luaL_checkstack(L, 6, "making an environment");
	lua_getiuservalue(L, ud, SL_UV_SANDBOX);
	const sl_sandbox *sandbox = lua_touserdata(L, -1);
	bool alone = sandbox->file == file && !sandbox->reached;
	if(alone) {
		lua_getiuservalue(L, -1, 1);
		lua_pushliteral(L, "*");
		lua_setfield(L, -2, SL_CURRENT);
		alone = sum_raw_keys(L, lua_gettop(L)) == sandbox->sum;
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return alone;
}

void sl_release_environment(sl_stack *stack) {
	stack->spare = true;
}
