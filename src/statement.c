#include "statement.h"

#include "sandbox.h"

int sl_up_stack(void) {
	return lua_upvalueindex(SL_UP_STACK);
}

sl_sandbox *sl_up_sandbox(lua_State *L) {
	return lua_touserdata(L, lua_upvalueindex(SL_UP_SANDBOX));
}

uint32_t sl_up_file(lua_State *L) {
	return sl_up_sandbox(L)->file;
}

const char *sl_up_path(lua_State *L) {
	return sl_layer_file_at(sl_stack_at(L, sl_up_stack()), sl_up_file(L))->path;
}

/* Pushes a function with the environment's upvalues, and `extra` more from the top of the stack, which are popped. */
void sl_push_statement(lua_State *L, lua_CFunction function, int extra) {
	luaL_checkstack(L, 4, "making an environment");
	for(int up = SL_UP_STACK; up < SL_UP_EXTRA; up++) {
		lua_pushvalue(L, lua_upvalueindex(up));
		lua_insert(L, -1 - extra);
	}
	lua_pushcclosure(L, function, SL_UP_EXTRA - 1 + extra);
}

uint32_t sl_enter_scope(lua_State *L, int ud) {
	if(!lua_toboolean(L, -1)) {
		lua_pop(L, 1);
		return SL_GLOBAL;
	}
	return sl_scope_id(L, ud);
}

/* The scope that the file is inside of. */
uint32_t sl_current_scope(lua_State *L) {
	lua_pushliteral(L, SL_CURRENT);
	lua_rawget(L, lua_upvalueindex(SL_UP_ENVIRONMENT));
	return sl_enter_scope(L, sl_up_stack());
}

/* Pops the name of the scope that the file is now in. */
void sl_set_current(lua_State *L) {
	lua_pushliteral(L, SL_CURRENT);
	lua_insert(L, -2);
	lua_rawset(L, lua_upvalueindex(SL_UP_ENVIRONMENT));
}

void sl_leave_scope(lua_State *L) {
	lua_pushliteral(L, "*");
	sl_set_current(L);
}

/* ======== marks ======== */

static lua_Integer mark_of(uint32_t file, uint32_t slot) {
	return (lua_Integer)((uint64_t)file << 32 | slot);
}

void sl_mark_set(lua_State *L, int ud, uint32_t file, uint32_t slot, uint32_t line) {
	luaL_checkstack(L, 3, "setting an option");
	sl_journal_of(L, ud)->marked = true;
	lua_getiuservalue(L, ud, SL_UV_MARKS);
	lua_pushinteger(L, line);
	lua_rawseti(L, -2, mark_of(file, slot));
	lua_pop(L, 1);
}

lua_Integer sl_marked_line(lua_State *L, int ud, uint32_t file, uint32_t slot) {
	luaL_checkstack(L, 3, "setting an option");
	lua_getiuservalue(L, ud, SL_UV_MARKS);
	lua_Integer line = lua_rawgeti(L, -1, mark_of(file, slot)) == LUA_TNIL ? -1 : lua_tointeger(L, -1);
	lua_pop(L, 2);
	return line;
}

void sl_forget_marks(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	if(journal->marked) {
		lua_newtable(L);
		lua_setiuservalue(L, ud, SL_UV_MARKS);
		journal->marked = false;
	}
}
