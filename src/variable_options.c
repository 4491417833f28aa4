#include "variable_options.h"

#include <ctype.h>
#include <string.h>

#include "info_api.h"
#include "layer.h"
#include "raise.h"
#include "readback.h"
#include "redact.h"
#include "text_options.h"

#define PREFIX "PROSODY_OPTION_"

typedef struct parsing {
	sl_arena *arena;
	const char *text;
	sl_literal *literal;
	sl_literal_error error;
} parsing;

static void parse_step(void *context) {
	parsing *p = context;
	p->literal = sl_literal_read(p->arena, p->text, strlen(p->text), &p->error);
}

static void push_lua(lua_State *L, const char *text) {
	parsing p = { .arena = sl_push_arena(L), .text = text };
	int arena = lua_gettop(L);
	sl_run(L, p.arena, parse_step, &p);
	if(!p.literal) {
		sl_raise(L, "%s; expected a Lua literal such as { \"a\", \"b\" } or \"text\"", p.error.message);
	}
	sl_push_literal(L, p.literal);
	sl_arena_free(p.arena);
	lua_remove(L, arena);
}

/* Pushes the text, or the number that prints as this very text: 0123, 1e5 and 5.70 are no numbers but what somebody calls something. */
static void push_number_or_text(lua_State *L, const char *text) {
	if(lua_stringtonumber(L, text)) {
		lua_pushvalue(L, -1);
		bool same = strcmp(lua_tostring(L, -1), text) == 0;
		lua_pop(L, same ? 1 : 2);
		if(same) {
			return;
		}
	}
	lua_pushstring(L, text);
}

static void push_list(lua_State *L, const char *text) {
	lua_newtable(L);
	for(lua_Integer count = 0; *text;) {
		size_t length = strcspn(text, ",");
		const char *next = text + length + (text[length] == ',');
		while(length && isspace((unsigned char)*text)) {
			text++;
			length--;
		}
		while(length && isspace((unsigned char)text[length - 1])) {
			length--;
		}
		if(length) {
			lua_pushlstring(L, text, length);
			push_number_or_text(L, lua_tostring(L, -1));   /* a list of ports holds numbers */
			lua_remove(L, -2);
			lua_rawseti(L, -2, ++count);
		}
		text = next;
	}
}

static void push_scalar(lua_State *L, const char *text) {
	if(strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
		lua_pushboolean(L, *text == 't');
	} else {
		push_number_or_text(L, text);
	}
}

/* Pushes the value that the variable gives the option of that id and name. */
static void push_option_value(lua_State *L, int ud, uint32_t option, const char *name, const char *text) {
	bool takes_text = sl_takes_text(name);
	if((*text == '{' && !takes_text) || *text == '"' || *text == '\'') {
		push_lua(L, text);
		return;
	}
	if(takes_text) {
		lua_pushstring(L, text);
		return;
	}
	sl_peek_so_far(L, ud, SL_GLOBAL, option);
	sl_kind kind = sl_value_kind(L, -1);
	lua_pop(L, 1);
	if(sl_rule_of(&sl_stack_at(L, ud)->journal, option) == SL_RULE_APPEND || kind == SL_KIND_LIST) {
		push_list(L, text);
	} else if(kind == SL_KIND_MAP || kind == SL_KIND_MIXED) {
		luaL_error(L, "the option is a table with names; write the value as a Lua table: { name = value }");
	} else if(sl_is_secret_option(L, ud, option)) {
		lua_pushstring(L, text);
	} else {
		push_scalar(L, text);
	}
}

/* (stack, variable): journals one option */
static int import_one(lua_State *L) {
	const sl_variable *variable = lua_touserdata(L, 2);
	sl_stack *stack = sl_stack_at(L, 1);
	const char *name = variable->name + strlen(PREFIX);
	luaL_Buffer lower;
	size_t length = strlen(name);
	char *text = luaL_buffinitsize(L, &lower, length);
	for(size_t i = 0; i < length; i++) {
		text[i] = (char)tolower((unsigned char)name[i]);
	}
	luaL_pushresultsize(&lower, length);
	lua_pushvalue(L, -1);
	const char *lower_name = lua_tostring(L, -1);
	uint32_t option = sl_option_id(L, 1);
	push_option_value(L, 1, option, lower_name, variable->value);
	sl_place place = { .layer = stack->running, .line = variable->line };
	place.file = sl_add_file(L, 1, sl_keep_string(L, stack, variable->path ? variable->path : variable->name));
	sl_journal_assign(L, 1, SL_GLOBAL, option, place, 0);
	return 0;
}

/* (stack) */
static int commit(lua_State *L) {
	sl_stack *stack = sl_stack_at(L, 1);
	size_t before = stack->journal.sealed;
	sl_journal_commit(L, 1);
	sl_layer_at(stack, stack->running)->options = (uint32_t)(stack->journal.sealed - before);
	return 0;
}

/* Journals the variable; a value that cannot be one is a finding. */
static void import(lua_State *L, int ud, const sl_variable *variable) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_variables_get(stack->variables, variable->name);   /* marks it as read */
	lua_pushcfunction(L, import_one);
	lua_pushvalue(L, ud);
	lua_pushlightuserdata(L, (void *)variable);
	if(lua_pcall(L, 2, 0, 0) != LUA_OK) {
		/* The value may be a password: it is not shown. */
		sl_report(L, stack, SL_ERROR, SL_ON_VARIABLE_OPTION, variable->path, variable->line, "%s: %s", variable->name, luaL_tolstring(L, -1, NULL));
		lua_pop(L, 2);
	}
}

void sl_import_variables(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	luaL_checkstack(L, 10, "reading variables");
	size_t count;
	const sl_variable **list = sl_list_variables(L, &stack->arena, stack->variables, &count);
	for(size_t i = 0; i < count; i++) {
		if(strncmp(list[i]->name, PREFIX, strlen(PREFIX)) == 0 && list[i]->name[strlen(PREFIX)]) {
			if(!stack->running) {
				sl_begin_layer(L, ud, "variables", NULL, (sl_origin) { "variables", PREFIX "*", NULL });
			}
			import(L, ud, list[i]);
		}
	}
	if(stack->running) {
		lua_pushcfunction(L, commit);
		lua_pushvalue(L, ud);
		sl_end_layer(L, ud, lua_pcall(L, 1, 0, 0) != LUA_OK);
	}
	lua_settop(L, top);
}
