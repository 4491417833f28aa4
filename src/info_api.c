#include "info_api.h"

#include <string.h>

#include "files.h"

static const char *const tables[] = { "profile_info", "feature_info", "client_info", "usecase_info" };

enum { TABLES = sizeof(tables) / sizeof(*tables) };

bool sl_describes_itself(const char *name) {
	for(size_t i = 0; i < TABLES; i++) {
		if(strcmp(tables[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* Sets the field, or where it has no key the item at the next position. */
static void set_field(lua_State *L, const sl_field *field, lua_Integer *position) {
	if(field->key) {
		sl_push_literal(L, field->key);
	} else {
		lua_pushinteger(L, ++*position);
	}
	sl_push_literal(L, field->value);
	if(lua_isnil(L, -2)) {
		luaL_error(L, "a key is nil");
	}
	lua_rawset(L, -3);
}

static void set_items(lua_State *L, const sl_field *from, const sl_field *to, lua_Integer *position) {
	for(; from < to; from++) {
		if(!from->key) {
			set_field(L, from, position);
		}
	}
}

/* Lua sets the items without a key fifty at a time, behind the fields between them: of { "a", [1] = "b" } that decides which one stays. */
static void push_table(lua_State *L, const sl_literal *table) {
	enum { AT_ONCE = 50 };
	const sl_field *waiting = table->fields;
	const sl_field *end = table->fields ? table->fields + table->count : NULL;
	lua_Integer position = 0;
	unsigned count = 0;
	lua_newtable(L);
	for(const sl_field *field = waiting; field < end; field++) {
		if(count == AT_ONCE) {
			set_items(L, waiting, field, &position);
			waiting = field;
			count = 0;
		}
		count += !field->key;
		if(field->key) {
			set_field(L, field, &position);
		}
	}
	set_items(L, waiting, end, &position);
}

void sl_push_literal(lua_State *L, const sl_literal *literal) {
	luaL_checkstack(L, 6, "reading a variable");
	switch(literal->kind) {
	case SL_LIT_NIL:
		lua_pushnil(L);
		break;
	case SL_LIT_BOOLEAN:
		lua_pushboolean(L, literal->boolean);
		break;
	case SL_LIT_INTEGER:
		lua_pushinteger(L, (lua_Integer)literal->integer);
		break;
	case SL_LIT_NUMBER:
		lua_pushnumber(L, literal->number);
		break;
	case SL_LIT_STRING:
		lua_pushlstring(L, literal->string, literal->length);
		break;
	case SL_LIT_TABLE:
		push_table(L, literal);
		break;
	}
}

typedef struct reading {
	sl_arena *arena;
	const char *path;
	int code;
	const sl_literal *found[TABLES];
	sl_literal_error errors[TABLES];
} reading;

static void read_step(void *context) {
	reading *r = context;
	char *text;
	size_t length;
	r->code = sl_read_file(r->arena, r->path, &text, &length, NULL);
	for(size_t i = 0; !r->code && i < TABLES; i++) {
		r->found[i] = sl_literal_find(r->arena, text, length, tables[i], &r->errors[i]);
	}
}

/* (path: string) -> table: the tables by which the layer at `path` describes itself, by their names, read as data without running the file.
 * A table that is not literal is left out, as is everything else in the file. Raises an error where the file cannot be read. */
int sl_api_info(lua_State *L) {
	reading r = { .path = luaL_checkstring(L, 1) };
	lua_settop(L, 1);
	r.arena = sl_push_arena(L);
	lua_toclose(L, -1);
	sl_run(L, r.arena, read_step, &r);
	if(r.code) {
		return luaL_error(L, "%s: cannot be read: %s", r.path, strerror(r.code));
	}
	lua_newtable(L);
	for(size_t i = 0; i < TABLES; i++) {
		if(r.found[i] && r.found[i]->kind == SL_LIT_TABLE) {
			sl_push_literal(L, r.found[i]);
			lua_setfield(L, -2, tables[i]);
		}
	}
	return 1;
}
