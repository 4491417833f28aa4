/* Feeds random text to the reader of data files. What it reads, statement by statement, is what Lua's own evaluation assigns in an
 * environment that has nothing but VirtualHost and Component. */
#include <string.h>

#include "common.h"
#include "data_layer.h"

/* Lua's evaluation notes rows { kind, name, value } here; kind is that of the datum. */
enum { ROWS = 2 };

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
	note(L, SL_DATUM_ASSIGN, 2, 3);
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

/* Is the row, at the top of the stack, what the datum says? Returns the datum behind it. */
static const sl_datum *check_row(lua_State *L, const sl_datum *datum) {
	int row = lua_gettop(L);
	lua_rawgeti(L, row, 1);
	require(lua_tointeger(L, -1) == datum->kind);
	lua_rawgeti(L, row, 2);
	lua_pushlstring(L, datum->as.text, datum->length);
	require(lua_rawequal(L, -1, -2));
	bool has_value = datum->kind == SL_DATUM_ASSIGN || datum->kind == SL_DATUM_COMPONENT;
	lua_rawgeti(L, row, 3);
	if(has_value) {
		sl_push_datum(L, datum + 1);
	} else {
		lua_pushnil(L);
	}
	require(sl_fuzz_same(L, -1, -2));
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
		datum = check_row(L, datum);
	}
	require(count ? datum == p->data->row + p->data->count : p->data->count == 0);
	return 0;
}

static void check_lines(const sl_fuzz_input *input, const sl_data *data) {
	for(size_t i = 0; i < data->count; i++) {
		require(data->row[i].line >= (i ? 0 : 1) && data->row[i].line <= input->length + 1);
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
	pair p = { .input = input, .data = &data };
	sl_fuzz_in_lua(compare, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	require(sl_fuzz_in_arena(data, size, SIZE_MAX, read_data) == SL_OK);
	return 0;
}
