/* Feeds random text to the reader of Lua data: no step may read outside it, loop, or hand out half a value; and what it reads is what Lua's
 * own evaluation gives. */
#include <string.h>

#include "common.h"
#include "info_api.h"

/* Reads every byte of a value, so that the sanitizer sees each of them. */
static void walk(const sl_literal *literal) {
	require(literal->line > 0);
	if(literal->kind == SL_LIT_STRING) {
		require(literal->string[literal->length] == '\0');
		require(memchr(literal->string, '\0', literal->length + 1) != NULL);
	}
	for(size_t i = 0; i < literal->count; i++) {
		const sl_field *field = &literal->fields[i];
		if(field->key) {
			require(field->key->kind != SL_LIT_NIL && field->key->kind != SL_LIT_TABLE);
			walk(field->key);
		}
		walk(field->value);
	}
}

static void check_names(const sl_fuzz_input *input) {
	sl_name_line *names;
	size_t count;
	sl_name_lines(input->arena, input->text, input->length, &names, &count);
	for(size_t i = 0; i < count; i++) {
		require(strlen(names[i].name) <= input->length && names[i].statement <= names[i].line);
		require(i == 0 || names[i - 1].line <= names[i].line);
	}
}

/* What Lua makes of a text, and what the reader did. */
typedef struct pair {
	const sl_fuzz_input *input;
	const sl_literal *literal;
} pair;

static int compare(lua_State *L) {
	const pair *p = lua_touserdata(L, 1);
	lua_pushliteral(L, "return ");
	lua_pushlstring(L, p->input->text, p->input->length);
	lua_concat(L, 2);
	size_t length;
	const char *chunk = lua_tolstring(L, -1, &length);
	if(luaL_loadbufferx(L, chunk, length, "=literal", "t") != LUA_OK) {
		return lua_error(L);
	}
	lua_call(L, 0, 1);
	sl_push_literal(L, p->literal);
	require(sl_fuzz_same(L, -1, -2));
	return 0;
}

static void read_all(void *context) {
	const sl_fuzz_input *input = context;
	sl_literal_error error;
	sl_literal *literal = sl_literal_find(input->arena, input->text, input->length, "a", &error);
	require(!literal || !error.message);
	if(literal) {
		walk(literal);
	}
	check_names(input);
	literal = sl_literal_read(input->arena, input->text, input->length, &error);
	require((literal != NULL) == (error.message == NULL));
	if(literal) {
		walk(literal);
		sl_literal_field(literal, "a");
		pair p = { .input = input, .literal = literal };
		sl_fuzz_in_lua(compare, &p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	require(sl_fuzz_in_arena(data, size, SIZE_MAX, read_all) == SL_OK);
	return 0;
}
