#include "reads.h"

#include <string.h>

#include "redact.h"
#include "value.h"

/* ======== noting ======== */

/* The path as the stack keeps it: the file that runs is among the last. */
static const char *known_path(const sl_stack *stack, const char *path) {
	for(uint32_t i = (uint32_t)stack->files.count; i > 1; i--) {
		const sl_layer_file *file = sl_layer_file_at(stack, i - 1);
		if(file->layer != stack->running) {
			break;
		}
		if(strcmp(file->path, path) == 0) {
			return file->path;
		}
	}
	return NULL;
}

/* Where the innermost code stands that is in one of the layer's files. */
static void find_place(lua_State *L, const sl_stack *stack, sl_read *read) {
	enum { DEEPEST = 200 };
	lua_Debug ar;
	for(int level = 1; level < DEEPEST && lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "Sl", &ar);
		read->path = ar.source[0] == '@' ? known_path(stack, ar.source + 1) : NULL;
		if(read->path) {
			read->line = ar.currentline > 0 ? (uint32_t)ar.currentline : 0;
			return;
		}
	}
	read->path = sl_layer_at(stack, stack->running)->path;
}

/* A loop that reads the same variables over and over says nothing new. */
static bool is_noted(const sl_stack *stack, const char *name, const sl_read *read) {
	enum { LOOKED_AT = 16 };
	const sl_read *all = stack->reads.data;
	for(size_t i = stack->reads.count, steps = 0; i > 0 && steps < LOOKED_AT; i--, steps++) {
		const sl_read *known = &all[i - 1];
		if(known->layer == read->layer && known->line == read->line && known->path == read->path && strcmp(known->name, name) == 0) {
			return true;
		}
	}
	return false;
}

static const char *keep_fallback(lua_State *L, sl_stack *stack, int fallback) {
	if(!fallback || lua_isnoneornil(L, fallback)) {
		return NULL;
	}
	sl_value_text(L, fallback, 0);
	const char *text = sl_keep_string(L, stack, lua_tostring(L, -1));
	lua_pop(L, 1);
	return text;
}

const char *sl_reading_place(lua_State *L, const sl_stack *stack, uint32_t *line) {
	sl_read read = { 0 };
	if(stack->running) {
		find_place(L, stack, &read);
	}
	*line = read.line;
	return read.path;
}

void sl_note_read(lua_State *L, sl_stack *stack, const char *name, const char *type, int fallback) {
	if(!stack->running) {
		return;
	}
	luaL_checkstack(L, 6, "noting what is read");
	sl_read read = { .type = type, .layer = stack->running };
	find_place(L, stack, &read);
	if(!is_noted(stack, name, &read)) {
		read.name = sl_keep_string(L, stack, name);
		read.fallback = keep_fallback(L, stack, fallback);
		*(sl_read *)sl_vector_add(L, &stack->reads) = read;
	}
}

/* ======== stack:variables() ======== */

static const char *source_name(sl_source source) {
	static const char *const names[] = { "process", ".env", "defaults.env", "choice" };
	return names[source];
}

/* Pushes the entry of that name, making it. `entries`: name -> entry. */
static void push_variable(lua_State *L, int entries, const char *name) {
	if(lua_getfield(L, entries, name) == LUA_TTABLE) {
		return;
	}
	lua_pop(L, 1);
	lua_createtable(L, 0, 8);
	sl_set_text(L, "name", name);
	lua_newtable(L);
	lua_setfield(L, -2, "reads");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "read");
	lua_pushboolean(L, sl_is_secret_variable(name));
	lua_setfield(L, -2, "secret");
	lua_pushvalue(L, -1);
	lua_setfield(L, entries, name);
}

static void add_read(lua_State *L, const sl_stack *stack, int entries, const sl_read *read) {
	int top = lua_gettop(L);
	push_variable(L, entries, read->name);
	sl_set_true(L, "read", true);
	bool secret = strcmp(read->type, "secret") == 0;
	if(secret) {
		sl_set_true(L, "secret", true);
	}
	lua_getfield(L, -1, "reads");
	lua_createtable(L, 0, 5);
	sl_set_text(L, "by", sl_layer_at(stack, read->layer)->id);
	sl_set_text(L, "path", read->path);
	sl_set_line(L, read->line);
	sl_set_text(L, "type", read->type);
	if(read->fallback && !secret) {
		lua_pushstring(L, sl_is_secret_variable(read->name) ? SL_HIDDEN : read->fallback);
		sl_redact_value(L, 1, false, NULL);
		lua_setfield(L, -2, "default");
	}
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	lua_settop(L, top);
}

/* What the axes choose by. */
static void add_choices(lua_State *L, const sl_stack *stack, int entries) {
	int top = lua_gettop(L);
	for(size_t i = 0; i < stack->tree.choice_count; i++) {
		const sl_axis *axis = stack->tree.choices[i].axis;
		for(const char *const *name = axis->variables; name && *name; name++) {
			push_variable(L, entries, *name);
			sl_set_true(L, "read", true);
			lua_getfield(L, -1, "reads");
			lua_createtable(L, 0, 2);
			sl_set_text(L, "type", "choice");
			sl_set_text(L, "axis", axis->name);
			lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
			lua_settop(L, top);
		}
	}
}

/* The process has many variables that are none of ours. */
static bool is_of_interest(lua_State *L, int entries, const sl_variable *variable) {
	bool known = lua_getfield(L, entries, variable->name) == LUA_TTABLE;
	lua_pop(L, 1);
	return known || variable->read || variable->source != SL_PROCESS || strncmp(variable->name, "PROSODY_", strlen("PROSODY_")) == 0;
}

static void add_value(lua_State *L, int ud, int entries, const sl_variable *variable) {
	int top = lua_gettop(L);
	push_variable(L, entries, variable->name);
	sl_set_text(L, "source", source_name(variable->source));
	sl_set_text(L, "path", variable->path);
	sl_set_line(L, variable->line);
	sl_set_true(L, "read", variable->read);
	lua_getfield(L, -1, "secret");
	lua_pushstring(L, lua_toboolean(L, -1) ? SL_HIDDEN : variable->value);
	lua_remove(L, -2);
	sl_redact_value(L, ud, false, NULL);
	lua_setfield(L, -2, "value");
	lua_settop(L, top);
}

/* stack:variables() -> list of { name, value, source, path, line, read, secret, reads = { { by, path, line, type, default } } } */
int sl_stack_variables(lua_State *L) {
	sl_stack *stack = sl_check_stack(L, 1);
	lua_settop(L, 1);
	luaL_checkstack(L, 12, "listing variables");
	lua_newtable(L);
	int entries = lua_gettop(L);
	const sl_read *reads = stack->reads.data;
	for(size_t i = 0; i < stack->reads.count; i++) {
		add_read(L, stack, entries, &reads[i]);
	}
	add_choices(L, stack, entries);
	size_t count;
	const sl_variable **list = sl_list_variables(L, &stack->arena, stack->variables, &count);
	for(size_t i = 0; i < count; i++) {
		if(is_of_interest(L, entries, list[i])) {
			add_value(L, 1, entries, list[i]);
		}
	}
	count = sl_sorted_keys(L, entries);
	int keys = lua_gettop(L);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, keys, (lua_Integer)i);
		lua_rawget(L, entries);
		lua_rawseti(L, keys, (lua_Integer)i);
	}
	return 1;
}
