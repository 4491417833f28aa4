/* Feeds random text to the reader of data files. What it reads, statement by statement, is what Lua's own evaluation assigns in an
 * environment that has nothing but VirtualHost and Component, less what describes the file. The text of each part alone reads as it did in the
 * whole. A value is the same again from the text that is written of it, and what is noted beside that text is what it reads as. */
#include <string.h>

#include "common.h"
#include "data_layer.h"
#include "data_text.h"
#include "info_api.h"

/* Lua's evaluation notes rows { kind, name, value } here; kind is that of the datum. Values are made by a stack. */
enum { ROWS = 2, STACK = 3 };

static void note(lua_State *L, sl_datum_kind kind, int name, int value) {
	lua_createtable(L, 3, 0);
	lua_pushinteger(L, kind);
	lua_rawseti(L, -2, 1);
	lua_pushvalue(L, name);
	lua_rawseti(L, -2, 2);
	lua_pushvalue(L, value);
	lua_rawseti(L, -2, 3);
	lua_rawseti(L, lua_upvalueindex(1), (lua_Integer)lua_rawlen(L, lua_upvalueindex(1)) + 1);
}

/* (environment, name, value) */
static int assign(lua_State *L) {
	if(lua_type(L, 2) != LUA_TSTRING || !sl_describes_itself(lua_tostring(L, 2))) {
		note(L, SL_DATUM_ASSIGN, 2, 3);
	}
	return 0;
}

/* (name) */
static int virtual_host(lua_State *L) {
	lua_settop(L, 2);
	note(L, SL_DATUM_HOST, 1, 2);
	return 0;
}

/* (module): the row that Component "name" made gets it */
static int component_module(lua_State *L) {
	lua_rawgeti(L, lua_upvalueindex(1), (lua_Integer)lua_rawlen(L, lua_upvalueindex(1)));
	lua_pushinteger(L, SL_DATUM_COMPONENT);
	lua_rawseti(L, -2, 1);
	lua_pushvalue(L, 1);
	lua_rawseti(L, -2, 3);
	return 0;
}

/* (name) */
static int component(lua_State *L) {
	lua_settop(L, 2);
	note(L, SL_DATUM_EXTERNAL, 1, 2);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_pushcclosure(L, component_module, 1);
	return 1;
}

static int look_up(lua_State *L) {
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	if(strcmp(name, "VirtualHost") != 0 && strcmp(name, "Component") != 0) {
		return 0;
	}
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_pushcclosure(L, *name == 'V' ? virtual_host : component, 1);
	return 1;
}

/* Pushes the environment; rows go into the table at ROWS. */
static void push_environment(lua_State *L) {
	static const luaL_Reg metamethods[] = { { "__index", look_up }, { "__newindex", assign }, { NULL, NULL } };
	lua_newtable(L);
	lua_newtable(L);
	lua_pushvalue(L, ROWS);
	luaL_setfuncs(L, metamethods, 1);
	lua_setmetatable(L, -2);
}

static bool has_text(const sl_datum *datum) {
	return datum->kind <= SL_DATUM_KEY || datum->kind == SL_DATUM_STRING;
}

static void check_same(const sl_datum *one, const sl_datum *other) {
	require(one->kind == other->kind);
	if(has_text(one)) {
		require(one->length == other->length && memcmp(one->as.text, other->as.text, one->length) == 0);
	} else if(one->kind == SL_DATUM_TABLE) {
		require(one->length == other->length && one->listed == other->listed);
	} else if(one->kind == SL_DATUM_INTEGER || one->kind == SL_DATUM_NUMBER) {
		require(memcmp(&one->as, &other->as, sizeof(one->as)) == 0);
	}
}

static void check_noted(sl_arena *arena, const sl_written *written, const char *text, size_t length) {
	sl_data data = { .row = NULL };
	require(sl_data_read_value(arena, text, length, &data) && data.count == written->noted);
	for(size_t i = 0; i < data.count && data.count <= SL_MOST_NOTED; i++) {
		check_same(&written->row[i], &data.row[i]);
	}
}

/* Writes the value at the top of the stack as text where that can be done: the same value is in it, and it needs the room that it takes. */
static void check_written(lua_State *L, sl_arena *arena) {
	int value = lua_gettop(L);
	char text[8192];
	sl_written written;
	sl_begin_writing(&written);
	size_t length = sl_write_data(L, value, &written, text, sizeof(text));
	require(lua_gettop(L) == value);
	if(length) {
		char again[sizeof(text)];
		check_noted(arena, &written, text, length);
		sl_push_data_text(L, STACK, text, length);
		require(!memchr(text, '\0', length) && sl_fuzz_same(L, -1, value) && sl_value_equal(L, -1, value));
		sl_begin_writing(&written);
		require(sl_write_data(L, value, &written, again, length) == length && memcmp(text, again, length) == 0);
		sl_begin_writing(&written);
		require(!sl_write_data(L, value, &written, again, length - 1));
	}
	lua_settop(L, value);
}

/* Is the row, at the top of the stack, what the datum says? Returns the datum behind it. */
static const sl_datum *check_row(lua_State *L, const sl_fuzz_input *input, const sl_datum *datum) {
	int row = lua_gettop(L);
	lua_rawgeti(L, row, 1);
	require(lua_tointeger(L, -1) == datum->kind);
	lua_rawgeti(L, row, 2);
	lua_pushlstring(L, datum->as.text, datum->length);
	require(lua_rawequal(L, -1, -2));
	bool has_value = datum->kind == SL_DATUM_ASSIGN || datum->kind == SL_DATUM_COMPONENT;
	lua_rawgeti(L, row, 3);
	if(has_value) {
		sl_push_data_text(L, STACK, input->text + datum[1].start, datum[1].size);
	} else {
		lua_pushnil(L);
	}
	require(sl_fuzz_same(L, -1, -2));
	lua_pop(L, 1);
	check_written(L, input->arena);
	lua_settop(L, row - 1);
	return has_value ? sl_datum_after(datum + 1) : datum + 1;
}

typedef struct pair {
	const sl_fuzz_input *input;
	const sl_data *data;
} pair;

static int compare(lua_State *L) {
	const pair *p = lua_touserdata(L, 1);
	lua_newtable(L);
	sl_push_stack(L);
	if(luaL_loadbufferx(L, p->input->text, p->input->length, "=data", "t") != LUA_OK) {
		return lua_error(L);
	}
	push_environment(L);
	lua_setupvalue(L, -2, 1);
	lua_call(L, 0, 0);
	const sl_datum *datum = p->data->row;
	size_t count = (size_t)lua_rawlen(L, ROWS);
	for(size_t i = 1; i <= count; i++) {
		require(datum && datum < p->data->row + p->data->count);
		lua_rawgeti(L, ROWS, (lua_Integer)i);
		datum = check_row(L, p->input, datum);
	}
	require(count ? datum == p->data->row + p->data->count : p->data->count == 0);
	return 0;
}

static void check_lines(const sl_fuzz_input *input, const sl_data *data) {
	for(size_t i = 0; i < data->count; i++) {
		require(data->row[i].line >= (i ? 0 : 1) && data->row[i].line <= input->length + 1);
	}
}

/* ======== parts ======== */

/* What a part says, whose first byte is so far into the whole, as the whole has it. */
static void check_datum(const sl_datum *part, const sl_datum *whole, uint32_t start) {
	check_same(part, whole);
	require(part->start + start == whole->start && part->size == whole->size);
}

/* A copy of its own, behind which nothing may be read. */
static const char *copy_part(const sl_fuzz_input *input, uint32_t start, uint32_t end) {
	require(start < end && end <= input->length);
	return memcpy(sl_new(input->arena, end - start), input->text + start, end - start);
}

static void check_value(const sl_fuzz_input *input, const sl_datum *value, sl_data *part) {
	require(sl_data_read_value(input->arena, copy_part(input, value->start, value->start + value->size), value->size, part));
	require(part->count == (size_t)(sl_datum_after(value) - value));
	for(size_t i = 0; i < part->count; i++) {
		check_datum(&part->row[i], &value[i], value->start);
	}
}

/* The statements from one on to the next that opens a host; returns the datum behind them. */
static const sl_datum *check_section(const sl_fuzz_input *input, const sl_datum *from, const sl_datum *end, sl_data *part) {
	uint32_t text_end = from->start + from->size;
	const sl_datum *datum = from->kind == SL_DATUM_ASSIGN ? from : from + (from->kind == SL_DATUM_COMPONENT ? 2 : 1);
	for(; datum < end && datum->kind == SL_DATUM_ASSIGN; datum = sl_datum_after(datum + 1)) {
		text_end = datum[1].start + datum[1].size;
	}
	const char *text = copy_part(input, from->start, text_end);
	require(sl_data_read_statements(input->arena, text, text_end - from->start, from->line, part));
	require(part->count == (size_t)(datum - from));
	for(size_t i = 0; i < part->count; i++) {
		check_datum(&part->row[i], &from[i], from->start);
		require(part->row[i].line == from[i].line);
	}
	return datum;
}

static void check_parts(const sl_fuzz_input *input, const sl_data *data) {
	const sl_datum *end = data->row + data->count;
	sl_data part = { .row = NULL };
	for(const sl_datum *datum = data->row; datum < end; datum++) {
		if(datum->kind > SL_DATUM_KEY) {
			check_value(input, datum, &part);
		}
	}
	for(const sl_datum *from = data->row; from < end;) {
		from = check_section(input, from, end, &part);
	}
}

static void read_data(void *context) {
	const sl_fuzz_input *input = context;
	sl_data data = { .row = NULL };
	if(!sl_data_read(input->arena, input->text, input->length, &data)) {
		require(!data.expected == !data.found);
		require(!data.found || (data.found >= input->text && data.found <= input->text + input->length));
		return;
	}
	check_lines(input, &data);
	check_parts(input, &data);
	pair p = { .input = input, .data = &data };
	sl_fuzz_in_lua(compare, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	require(sl_fuzz_in_arena(data, size, SIZE_MAX, read_data) == SL_OK);
	return 0;
}
