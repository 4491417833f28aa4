#include "kept.h"

#include <string.h>

#include "metatable.h"

/* The addresses are registry keys: path -> what the stack in force keeps; what all loads remember. */
static const char kept_key = 'k';
static const char recall_key = 'r';

#define RECALL "stackloader.recall"

/* The files are found by what does not change with their names: the key in the table. Several files of one key, such as hard links, take turns. */
static lua_Integer key_of(const sl_identity *identity) {
	return (lua_Integer)identity->inode;
}

static bool serves(sl_kept *kept, const char *path) {
	return !kept->placed || strcmp(sl_kept_text(kept) + kept->length + 1, path) == 0;
}

/* The table that loads find kept files in, unless there is none yet: that of the last stack in force. */
static bool push_handed_on(lua_State *L) {
	return lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key) == LUA_TTABLE;
}

sl_kept *sl_push_kept(lua_State *L, const char *path, const sl_identity *identity) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 4, "looking for a kept file");
	if(push_handed_on(L) && lua_rawgeti(L, -1, key_of(identity)) == LUA_TUSERDATA) {
		sl_kept *kept = lua_touserdata(L, -1);
		if(kept->settled && sl_same_identity(&kept->identity, identity) && serves(kept, path)) {
			lua_replace(L, top + 1);
			lua_settop(L, top + 1);
			return kept;
		}
	}
	lua_settop(L, top);
	return NULL;
}

sl_kept *sl_new_kept(lua_State *L, const char *path, const sl_identity *identity, bool settled, const char *text, size_t length, bool data) {
	luaL_checkstack(L, 2, "keeping a file");
	size_t size = path ? strlen(path) + 1 : 0;
	sl_kept *kept = lua_newuserdatauv(L, sizeof(*kept) + length + 1 + size, data ? 0 : SL_KEPT_SAID);
	*kept = (sl_kept) { .identity = *identity, .settled = settled, .data = data, .placed = path, .length = (uint32_t)length };
	char *copy = sl_kept_text(kept);
	if(length) {
		memcpy(copy, text, length);
	}
	copy[length] = '\0';
	if(path) {
		memcpy(copy + length + 1, path, size);
	}
	return kept;
}

char *sl_kept_text(sl_kept *kept) {
	return (char *)(kept + 1);
}

/* The journal reads values from the text of every file that was kept, also of one whose key another file gets: such a one stays by its address. */
static void keep_former(lua_State *L, int table, const sl_kept *kept) {
	if(lua_rawgeti(L, table, key_of(&kept->identity)) == LUA_TUSERDATA) {
		lua_pushvalue(L, -1);
		lua_rawsetp(L, table, lua_touserdata(L, -1));
	}
	lua_pop(L, 1);
}

static uint32_t number_of_load(lua_State *L, int ud) {
	lua_getiuservalue(L, ud, SL_UV_RECALL);
	const sl_recall *recall = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return (uint32_t)recall->loads;
}

void sl_begin_keeping(lua_State *L, int ud, int room) {
	luaL_checkstack(L, 2, "keeping files");
	sl_stack *stack = sl_stack_at(L, ud);
	stack->shares_kept = push_handed_on(L);
	if(!stack->shares_kept) {
		lua_pop(L, 1);
		lua_createtable(L, 0, room);
	}
	lua_setiuservalue(L, ud, SL_UV_KEPT);
}

/* Gives the stack a table of its own, with those of the shared one that this load came upon. */
static void stop_sharing(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	uint32_t load = number_of_load(L, ud);
	luaL_checkstack(L, 5, "keeping files");
	lua_getiuservalue(L, ud, SL_UV_KEPT);
	lua_createtable(L, 0, (int)stack->files.count);
	lua_pushnil(L);
	while(lua_next(L, top + 1)) {
		const sl_kept *kept = lua_touserdata(L, -1);
		if(kept->load == load) {
			lua_pushvalue(L, -2);
			lua_pushvalue(L, -2);
			lua_rawset(L, top + 2);
		}
		lua_pop(L, 1);
	}
	lua_setiuservalue(L, ud, SL_UV_KEPT);
	stack->shares_kept = false;
	lua_settop(L, top);
}

/* Is the one at the top of the stack in the table that the stack shares? Then it is noted there. */
static bool is_shared(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_kept *kept = lua_touserdata(L, -1);
	if(!stack->shares_kept) {
		return false;
	}
	lua_getiuservalue(L, ud, SL_UV_KEPT);
	lua_rawgeti(L, -1, key_of(&kept->identity));
	bool shared = lua_touserdata(L, -1) == kept;
	lua_pop(L, 2);
	uint32_t load = shared ? number_of_load(L, ud) : 0;
	if(shared && kept->load != load) {
		kept->load = load;
		stack->kept++;
	}
	return shared;
}

void sl_keep_file(lua_State *L, int ud) {
	luaL_checkstack(L, 4, "keeping a file");
	sl_kept *kept = lua_touserdata(L, -1);
	if(is_shared(L, ud)) {
		return;
	}
	if(sl_stack_at(L, ud)->shares_kept) {
		stop_sharing(L, ud);
	}
	lua_getiuservalue(L, ud, SL_UV_KEPT);
	keep_former(L, lua_gettop(L), kept);
	lua_pushvalue(L, -2);
	lua_rawseti(L, -2, key_of(&kept->identity));
	lua_pop(L, 1);
	sl_stack_at(L, ud)->kept++;
}

/* Where the shared table has more than this load came upon, files have gone, and what was kept of them goes as well. */
void sl_hand_on_kept(lua_State *L, int ud) {
	const sl_stack *stack = sl_stack_at(L, ud);
	luaL_checkstack(L, 2, "keeping files");
	lua_getiuservalue(L, ud, SL_UV_RECALL);
	sl_recall *recall = lua_touserdata(L, -1);
	if(stack->shares_kept && stack->kept != recall->kept) {
		stop_sharing(L, ud);
	}
	recall->kept = stack->kept;
	lua_getiuservalue(L, ud, SL_UV_KEPT);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
	lua_pop(L, 1);
}

bool sl_has_kept(lua_State *L) {
	bool has = push_handed_on(L);
	lua_pop(L, 1);
	return has;
}

static int forget(lua_State *L) {
	sl_recall *recall = luaL_checkudata(L, 1, RECALL);
	sl_arena_free(&recall->arena);
	return 0;
}

static sl_recall *push_new_recall(lua_State *L) {
	static const luaL_Reg metamethods[] = { { "__gc", forget }, { NULL, NULL } };
	void *ud;
	lua_Alloc alloc = lua_getallocf(L, &ud);
	sl_recall *recall = lua_newuserdatauv(L, sizeof(*recall), 0);
	sl_recall_init(recall, alloc, ud);
	sl_push_metatable(L, RECALL, metamethods, NULL);
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &recall_key);
	return recall;
}

sl_recall *sl_use_recall(lua_State *L, int ud) {
	luaL_checkstack(L, 8, "remembering the tree");
	lua_rawgetp(L, LUA_REGISTRYINDEX, &recall_key);
	sl_recall *recall = luaL_testudata(L, -1, RECALL);
	size_t loads = recall ? recall->loads : 0;
	if(!recall || sl_recall_is_worn(recall)) {
		lua_pop(L, 1);
		recall = push_new_recall(L);
		recall->loads = loads;
	}
	sl_recall_begin(recall, &sl_stack_at(L, ud)->begun);
	lua_setiuservalue(L, ud, SL_UV_RECALL);
	return recall;
}
