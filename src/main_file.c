#include "main_file.h"

#include <string.h>

#include "layer.h"
#include "main_places.h"
#include "request_api.h"

/* Everything that an import needs to know. */
typedef struct import {
	sl_main_places places;
	uint32_t *files;       /* by reading: the file in the stack, 0: not yet */
	uint32_t unplaced;     /* the calling file there */
} import;

static uint32_t file_of(lua_State *L, int ud, const import *m, const sl_said *said) {
	uint32_t *file = &m->files[said->reading];
	if(!*file) {
		*file = sl_add_file(L, ud, sl_keep_string(L, sl_stack_at(L, ud), said->path));
	}
	return *file;
}

/* ======== what is lost inside the main file ======== */

/* Is it an assignment that ran and set the option whole? */
static bool is_whole(const sl_said *said) {
	return said->sure && !said->adds && !said->implied;
}

/* The assignment that this one replaces, or NULL. */
static const sl_said *replaced_by(const sl_said *said) {
	const sl_said *before = is_whole(said) ? said->before : NULL;
	while(before && !is_whole(before)) {
		before = before->before;
	}
	return before;
}

static bool accumulates(lua_State *L, int ud, const char *name) {
	lua_pushstring(L, name);
	uint32_t option = sl_find_option(L, ud);
	return option && sl_rule_of(sl_journal_of(L, ud), option) == SL_RULE_APPEND;
}

/* Prosody takes the last assignment, so what an earlier one says is lost: twice in one file, or a list of another file that would accumulate in
 * layers. */
static void report_replaced(lua_State *L, int ud, const sl_said *said, const sl_said *before) {
	const char *host = strcmp(said->host, "*") == 0 ? "" : lua_pushfstring(L, " in %s", said->host);
	if(before->reading == said->reading) {
		sl_report(L, sl_stack_at(L, ud), SL_WARNING, SL_ON_DUPLICATE, said->path, said->line,
			"Duplicate option '%s'%s: what line %u says of it is lost; keep one of the two", said->option, host, before->line);
	} else if(accumulates(L, ud, said->option)) {
		sl_report(L, sl_stack_at(L, ud), SL_WARNING, SL_ON_REPLACED, said->path, said->line, "%s%s replaces the list that %s:%u set: lists of the main "
			"file do not accumulate, only those of layers do; write one list, or move these files into a layer's folder", said->option, host,
			before->path, before->line);
	}
}

static void check_replaced(lua_State *L, int ud, const sl_main_places *places) {
	luaL_checkstack(L, 4, "looking for lost options");
	for(size_t i = places->from; i < places->to; i++) {
		const sl_said *said = places->text.items[i];
		const sl_said *before = replaced_by(said);
		int top = lua_gettop(L);
		if(before) {
			report_replaced(L, ud, said, before);
		}
		lua_settop(L, top);
	}
}

/* ======== importing ======== */

/* Where the option's value, at the top of the stack, comes from. */
static sl_place place_of(lua_State *L, int ud, const import *m, const char *host, const char *option) {
	sl_place place = { .layer = sl_stack_at(L, ud)->running, .file = m->unplaced };
	const sl_said *said = option ? sl_main_place(L, &m->places, host, option, lua_gettop(L)) : NULL;
	const sl_said *all = said || !option ? said : sl_main_only(L, &m->places, host, option);
	place.file = all ? file_of(L, ud, m, all) : place.file;
	place.line = said ? said->line : 0;
	return place;
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
static void import_host(lua_State *L, int ud, const import *m, const char *host) {
	int options = lua_gettop(L);
	lua_pushstring(L, host);
	uint32_t scope = sl_scope_id(L, ud);
	size_t count = sl_sorted_keys(L, options);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, options + 1, (lua_Integer)i);
		int key = lua_gettop(L);
		const char *name = lua_type(L, key) == LUA_TSTRING ? lua_tostring(L, key) : NULL;
		lua_pushvalue(L, key);
		uint32_t option = sl_option_id(L, ud);
		lua_pushvalue(L, key);
		lua_rawget(L, options);
		sl_place place = place_of(L, ud, m, host, name);
		sl_journal_assign(L, ud, scope, option, place, flags_of(L, option));
		lua_settop(L, options + 1);
	}
	lua_settop(L, options);
}

/* (stack, config, import) */
static int import_all(lua_State *L) {
	const import *m = lua_touserdata(L, 3);
	size_t count = sl_sorted_keys(L, 2);
	int hosts = lua_gettop(L);
	luaL_checkstack(L, 16, "reading the main file's options");
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, hosts, (lua_Integer)i);
		lua_pushvalue(L, -1);
		lua_rawget(L, 2);
		if(lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1)) {
			import_host(L, 1, m, lua_tostring(L, -2));
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
	import m = { .unplaced = 0 };
	sl_main_places_push(L, ud, false, &m.places);
	m.files = sl_keep_memory(L, m.places.arena, (m.places.text.readings + 1) * sizeof(*m.files));
	sl_begin_layer(L, ud, "main", path, (sl_origin) { "main", "set before stackloader.load was called", NULL });
	m.unplaced = sl_add_file(L, ud, sl_keep_string(L, sl_stack_at(L, ud), path));
	lua_pushcfunction(L, import_all);
	lua_pushvalue(L, ud);
	lua_pushvalue(L, config);
	lua_pushlightuserdata(L, &m);
	int status = lua_pcall(L, 3, 0, 0);
	/* What an assignment sets to nil leaves no value, and its file counts all the same. */
	for(size_t i = m.places.from; i < m.places.to; i++) {
		file_of(L, ud, &m, m.places.text.items[i]);
	}
	sl_end_layer(L, ud, status != LUA_OK);
	check_replaced(L, ud, &m.places);
	sl_arena_free(m.places.arena);
	lua_settop(L, top);
}
