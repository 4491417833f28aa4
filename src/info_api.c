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
		lua_newtable(L);
		for(size_t i = 0, position = 0; i < literal->count; i++) {
			const sl_field *field = &literal->fields[i];
			if(field->key) {
				sl_push_literal(L, field->key);
			} else {
				lua_pushinteger(L, (lua_Integer)++position);
			}
			sl_push_literal(L, field->value);
			if(lua_isnil(L, -2)) {
				luaL_error(L, "a key is nil");
			}
			lua_rawset(L, -3);
		}
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
