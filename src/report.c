#include "report.h"

#include "redact.h"

enum { TEXT_LIMIT = 80 };

/* Appends the host's name to what is at the top of the stack, and returns the text. */
static const char *append_host(lua_State *L, int ud, uint32_t scope) {
	if(scope != SL_GLOBAL) {
		sl_push_scope_name(L, ud, scope);
		const char *host = luaL_tolstring(L, -1, NULL);
		lua_pushfstring(L, "%s in %s", lua_tostring(L, -3), host);
		lua_replace(L, -4);
		lua_pop(L, 2);
	}
	return lua_tostring(L, -1);
}

static void push_name(lua_State *L, int ud, uint32_t option) {
	sl_push_option_name(L, ud, option);
	luaL_tolstring(L, -1, NULL);
	lua_remove(L, -2);
}

const char *sl_push_what(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	push_name(L, ud, option);
	return append_host(L, ud, scope);
}

/* Appends the keys of an entry's path, if it has one, to the option's name at the top of the stack. */
static void append_path(lua_State *L, int ud, const sl_entry *entry) {
	sl_push_path(L, ud, entry);
	int path = lua_gettop(L);
	size_t length = lua_istable(L, path) ? (size_t)lua_rawlen(L, path) : 0;
	for(size_t i = 1; i <= length; i++) {
		lua_rawgeti(L, path, (lua_Integer)i);
		const char *key = luaL_tolstring(L, -1, NULL);
		lua_pushfstring(L, "%s.%s", lua_tostring(L, path - 1), key);
		lua_replace(L, path - 1);
		lua_settop(L, path);
	}
	lua_pop(L, 1);
}

const char *sl_push_what_of(lua_State *L, int ud, uint32_t scope, uint32_t id) {
	const sl_entry *entry = sl_entry_of(L, ud, id);
	luaL_checkstack(L, 8, "reporting");
	push_name(L, ud, entry->option);
	append_path(L, ud, entry);
	return append_host(L, ud, scope);
}

const char *sl_push_entry_place(lua_State *L, int ud, uint32_t entry) {
	const sl_stack *stack = sl_stack_at(L, ud);
	sl_push_place(L, stack, sl_entry_at(&stack->journal, entry));
	return lua_tostring(L, -1);
}

const char *sl_push_short_text(lua_State *L, int ud, uint32_t scope, uint32_t option, int value) {
	lua_pushvalue(L, value);
	sl_redact_value(L, ud, sl_is_secret_option(L, ud, option), sl_tenant_of_scope(L, ud, scope));
	sl_value_text(L, -1, 0);
	lua_remove(L, -2);
	size_t length;
	const char *text = lua_tolstring(L, -1, &length);
	if(length > TEXT_LIMIT) {
		lua_pushlstring(L, text, TEXT_LIMIT);
		lua_pushfstring(L, "%s…", lua_tostring(L, -1));
		lua_replace(L, -3);
		lua_pop(L, 1);
	}
	return lua_tostring(L, -1);
}

void sl_report_at(lua_State *L, int ud, sl_severity severity, sl_topic topic, uint32_t entry, const char *text) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_entry *e = sl_entry_at(&stack->journal, entry);
	const sl_layer_file *file = e->file ? sl_layer_file_at(stack, e->file) : NULL;
	sl_report(L, stack, severity, topic, file ? file->path : NULL, e->line, "%s", text);
}

void sl_report_lost(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t lost, uint32_t force) {
	int top = lua_gettop(L);
	const char *what = sl_push_what(L, ud, scope, option);
	const char *place = sl_push_entry_place(L, ud, force);
	sl_report_at(L, ud, SL_WARNING, SL_ON_LOST, lost, lua_pushfstring(L, "%s: this loses against the force at %s; change it there, or take it out here",
		what, place));
	lua_settop(L, top);
}

const char *sl_push_demand(lua_State *L, int ud, uint32_t id) {
	const sl_entry *entry = sl_entry_at(&sl_stack_at(L, ud)->journal, id);
	sl_operation operation = (sl_operation)entry->operation;
	if(sl_is_constraint(operation)) {
		return lua_pushfstring(L, "stack.%s", sl_operation_name(operation));
	}
	return operation == SL_SET ? lua_pushliteral(L, "stack.force") : lua_pushfstring(L, "stack.force(stack.%s)", sl_operation_name(operation));
}

void sl_report_contradiction(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t one, uint32_t other) {
	uint32_t earlier = one < other ? one : other;
	uint32_t later = one < other ? other : one;
	int top = lua_gettop(L);
	const char *what = sl_push_what(L, ud, scope, option);
	const char *here = sl_push_demand(L, ud, later);
	const char *there = sl_push_demand(L, ud, earlier);
	const char *place = sl_push_entry_place(L, ud, earlier);
	sl_report_at(L, ud, SL_ERROR, SL_ON_CONTRADICTION, later, lua_pushfstring(L,
		"%s: %s here and %s at %s contradict each other, no value meets both; change one "
		"of them", what, here, there, place));
	lua_settop(L, top);
}
