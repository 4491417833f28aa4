#include "main_file.h"

#include <string.h>

#include "files.h"
#include "layer.h"

/* The calling file's text, for the lines of what it set. Prosody's table of options does not know them. */
typedef struct source {
	sl_arena *arena;
	const char *path;
	char *text;
	size_t length;
	sl_name_line *names;
	size_t count;
} source;

static void read_step(void *context) {
	source *s = context;
	if(sl_read_file(s->arena, s->path, &s->text, &s->length, NULL) == 0) {
		sl_name_lines(s->arena, s->text, s->length, &s->names, &s->count);
	}
}

/* The text of a line, without its end. */
static const char *line_text(const source *s, unsigned line, size_t *length) {
	const char *at = s->text;
	for(unsigned i = 1; i < line; i++) {
		const char *end = strchr(at, '\n');
		if(!end) {
			break;
		}
		at = end + 1;
	}
	*length = strcspn(at, "\n");
	return at;
}

/* Does the line hold the host's name as a whole string? */
static bool names_host(const source *s, unsigned line, const char *host) {
	size_t length;
	size_t size = strlen(host);
	const char *text = line_text(s, line, &length);
	for(size_t i = 0; i + size + 1 < length; i++) {
		if((text[i] == '"' || text[i] == '\'') && strncmp(text + i + 1, host, size) == 0 && text[i + 1 + size] == text[i]) {
			return true;
		}
	}
	return false;
}

static bool opens_scope(const char *name) {
	return strcmp(name, "VirtualHost") == 0 || strcmp(name, "Component") == 0 || strcmp(name, "Host") == 0
		|| strcmp(name, "host") == 0 || strcmp(name, "component") == 0;
}

/* The line of the last assignment of the option in the host's part of the file ("*": outside all of them); 0 where it does not show. */
static unsigned find_line(const source *s, const char *host, const char *option) {
	bool global = strcmp(host, "*") == 0;
	bool here = global;
	unsigned found = 0;
	for(size_t i = 0; i < s->count; i++) {
		const sl_name_line *name = &s->names[i];
		if(name->depth == 0 && opens_scope(name->name)) {
			here = !global && names_host(s, name->line, host);
			if(here && sl_is_implied_option(option, strlen(option))) {
				found = name->line;
			}
		} else if(here && name->depth <= (global ? 0U : 1U) && strcmp(name->name, option) == 0) {
			found = name->line;
		}
	}
	return found;
}

/* What Prosody's own statements set, rather than an assignment. */
static uint8_t flags_of(lua_State *L, uint32_t option) {
	switch(option) {
	case SL_OPT_DEFINED:
		return lua_isboolean(L, -1) ? SL_ENTRY_IMPLICIT : 0;
	case SL_OPT_COMPONENT_MODULE:
		return lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "component") == 0 ? SL_ENTRY_IMPLICIT : 0;
	case SL_OPT_LOAD_GLOBAL:
		return lua_isboolean(L, -1) && !lua_toboolean(L, -1) ? SL_ENTRY_IMPLICIT : 0;
	default:
		return 0;
	}
}

/* Journals the options of one host, whose table is at the top of the stack. */
static void import_host(lua_State *L, int ud, const source *s, uint32_t file, const char *host) {
	int options = lua_gettop(L);
	lua_pushstring(L, host);
	uint32_t scope = sl_scope_id(L, ud);
	size_t count = sl_sorted_keys(L, options);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, options + 1, (lua_Integer)i);
		int key = lua_gettop(L);
		sl_place place = { .layer = sl_stack_at(L, ud)->running, .file = file };
		if(lua_type(L, key) == LUA_TSTRING) {
			place.line = find_line(s, host, lua_tostring(L, key));
		}
		lua_pushvalue(L, key);
		uint32_t option = sl_option_id(L, ud);
		lua_rawget(L, options);
		sl_journal_assign(L, ud, scope, option, place, flags_of(L, option));
		lua_settop(L, options + 1);
	}
	lua_settop(L, options);
}

/* (stack, config, source, file) */
static int import_all(lua_State *L) {
	const source *s = lua_touserdata(L, 3);
	uint32_t file = (uint32_t)lua_tointeger(L, 4);
	size_t count = sl_sorted_keys(L, 2);
	int hosts = lua_gettop(L);
	luaL_checkstack(L, 16, "reading the main file's options");
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, hosts, (lua_Integer)i);
		lua_pushvalue(L, -1);
		lua_rawget(L, 2);
		if(lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1)) {
			import_host(L, 1, s, file, lua_tostring(L, -2));
		}
		lua_settop(L, hosts);
	}
	sl_stack *stack = sl_stack_at(L, 1);
	size_t before = stack->journal.sealed;
	sl_journal_commit(L, 1);
	sl_layer_at(stack, stack->running)->options = (uint32_t)(stack->journal.sealed - before);
	return 0;
}

static bool is_empty(lua_State *L, int config) {
	size_t listed, named;
	sl_table_shape(L, config, &listed, &named);
	lua_getfield(L, config, "*");
	bool bare = named <= 1 && (!lua_istable(L, -1) || sl_table_shape(L, -1, &listed, &named) == SL_KIND_EMPTY);
	lua_pop(L, 1);
	return bare;
}

void sl_import_main(lua_State *L, int ud, const char *path, int config) {
	luaL_checkstack(L, 10, "reading the main file's options");
	if(is_empty(L, config)) {
		return;
	}
	int top = lua_gettop(L);
	source s = { .arena = sl_push_arena(L), .path = path };
	sl_run(L, s.arena, read_step, &s);
	sl_begin_layer(L, ud, "main", path, (sl_origin) { "main", "set before stackloader.load was called", NULL });
	uint32_t file = sl_add_file(L, ud, sl_keep_string(L, sl_stack_at(L, ud), path));
	lua_pushcfunction(L, import_all);
	lua_pushvalue(L, ud);
	lua_pushvalue(L, config);
	lua_pushlightuserdata(L, &s);
	lua_pushinteger(L, file);
	int status = lua_pcall(L, 4, 0, 0);
	sl_end_layer(L, ud, status != LUA_OK);
	sl_arena_free(s.arena);
	lua_settop(L, top);
}
