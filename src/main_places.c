#include "main_places.h"

#include <string.h>

#include "host.h"
#include "info_api.h"
#include "literal.h"
#include "request_api.h"

/* ======== the files ======== */

/* Pushes the main file's path as Prosody spells it, or nil: the calling file may be one that it includes. */
static void push_root(lua_State *L) {
	sl_push_global(L, "prosody");
	if(lua_istable(L, -1)) {
		lua_pushliteral(L, "config_file");
		lua_rawget(L, -2);
	} else {
		lua_pushnil(L);
	}
	lua_remove(L, -2);
}

static bool is_path_at(lua_State *L, int list, lua_Integer i, int path) {
	lua_rawgeti(L, list, i);
	bool same = lua_rawequal(L, -1, path);
	lua_pop(L, 1);
	return same;
}

/* The last place in the list before `from` where the path is; 0 where it is not. */
static lua_Integer find_before(lua_State *L, int list, lua_Integer from, int path) {
	lua_Integer i = from - 1;
	while(i > 0 && !is_path_at(L, list, i, path)) {
		i--;
	}
	return i;
}

/* Prosody adds a file to its list when it has run, and never empties the list: each load ends with the main file. Finds the piece (*from, *to) of the
 * list that belongs to this load, which is still on its way unless `later`. */
static void find_piece(lua_State *L, int list, int root, bool later, lua_Integer *from, lua_Integer *to) {
	*to = (lua_Integer)lua_rawlen(L, list) + 1;
	*from = find_before(L, list, *to, root);
	if(later && *from) {
		*to = *from;
		*from = find_before(L, list, *to, root);
	}
}

/* Keeps the path at the top of the stack (popped), unless it was kept before; `seen` is the index of a set. */
static void keep_path(lua_State *L, sl_arena *arena, sl_loaded_files *files, int seen) {
	int top = lua_gettop(L);
	lua_pushvalue(L, top);
	if(lua_type(L, top) == LUA_TSTRING && lua_rawget(L, seen) == LUA_TNIL) {
		files->paths[files->count++] = sl_keep_path(L, arena, lua_tostring(L, top));
		lua_pushvalue(L, top);
		lua_pushboolean(L, 1);
		lua_rawset(L, seen);
	}
	lua_settop(L, top - 1);
}

static void reverse(const char **paths, size_t count) {
	for(size_t i = 0; i < count / 2; i++) {
		const char *path = paths[i];
		paths[i] = paths[count - 1 - i];
		paths[count - 1 - i] = path;
	}
}

/* The files of this load in their order. Of a file that a load which failed has left in the list as well, the last place counts. */
static void list_files(lua_State *L, sl_arena *arena, int root, bool later, sl_loaded_files *files) {
	int top = lua_gettop(L);
	sl_push_loaded_files(L);
	if(!lua_istable(L, top + 1)) {
		lua_settop(L, top);
		return;
	}
	lua_Integer from, to;
	find_piece(L, top + 1, root, later, &from, &to);
	lua_newtable(L);
	files->paths = sl_keep_memory(L, arena, (size_t)(to - from) * sizeof(*files->paths));
	for(lua_Integer i = to - 1; i > from; i--) {
		lua_rawgeti(L, top + 1, i);
		keep_path(L, arena, files, top + 2);
	}
	reverse(files->paths, files->count);
	lua_settop(L, top);
}

/* ======== reading ======== */

typedef struct reading {
	sl_main_places *places;
	sl_loaded_files files;
	const char *caller;
	unsigned line;
} reading;

static void read_step(void *context) {
	reading *r = context;
	sl_main_places *places = r->places;
	for(size_t i = 0; i < r->files.count; i++) {
		r->files.paths[i] = sl_tidy_path(places->arena, r->files.paths[i]);
	}
	places->root = sl_tidy_path(places->arena, places->root);
	sl_main_text_read(places->arena, places->root, sl_tidy_path(places->arena, r->caller), r->line, &r->files, &places->text);
}

void sl_main_places_push(lua_State *L, int ud, bool later, sl_main_places *places) {
	luaL_checkstack(L, 8, "reading the main file");
	const sl_stack *stack = sl_stack_at(L, ud);
	*places = (sl_main_places) { .arena = sl_push_arena(L) };
	int top = lua_gettop(L);
	reading r = { .places = places, .caller = stack->main_file ? stack->main_file : "", .line = stack->main_line };
	push_root(L);
	if(lua_type(L, -1) != LUA_TSTRING) {
		lua_pop(L, 1);
		lua_pushstring(L, r.caller);
	}
	places->root = sl_keep_path(L, places->arena, lua_tostring(L, -1));
	list_files(L, places->arena, top + 1, later, &r.files);
	sl_run(L, places->arena, read_step, &r);
	places->from = later ? places->text.load_at : 0;
	places->to = later ? places->text.count : places->text.load_at;
	lua_settop(L, top);
}

/* ======== asking ======== */

typedef struct question {
	const sl_main_places *places;
	const char *host, *option;
	const sl_said *said;
	const sl_literal *literal;
} question;

static void find_step(void *context) {
	question *q = context;
	q->said = sl_main_text_last(q->places->arena, &q->places->text, q->host, q->option);
}

static void literal_step(void *context) {
	question *q = context;
	sl_literal_error error;
	q->literal = sl_literal_read(q->places->arena, q->said->value, q->said->length, &error);
}

/* (question, value) -> boolean. What never ran may be data of which no table can be made. */
static int compare_literal(lua_State *L) {
	const question *q = lua_touserdata(L, 1);
	sl_push_literal(L, q->literal);
	lua_pushboolean(L, sl_value_equal(L, -1, 2));
	return 1;
}

typedef enum answer { SAME, OTHER, UNKNOWN } answer;

/* Does the assignment say the value at the index? */
static answer compare(lua_State *L, question *q, int value) {
	if(!q->said->value || q->said->adds) {
		return UNKNOWN;
	}
	sl_run(L, q->places->arena, literal_step, q);
	if(!q->literal) {
		return UNKNOWN;
	}
	lua_pushcfunction(L, compare_literal);
	lua_pushlightuserdata(L, q);
	lua_pushvalue(L, value);
	bool same = lua_pcall(L, 2, 1, 0) == LUA_OK && lua_toboolean(L, -1);
	lua_pop(L, 1);
	return same ? SAME : OTHER;
}

static bool is_looked_at(const sl_main_places *places, const sl_said *said) {
	return said->index >= places->from && said->index < places->to;
}

/* A host is opened where it is opened first, though later statements may say so again. */
static const sl_said *first_opening(const sl_main_places *places, const sl_said *said) {
	const sl_said *first = said;
	for(; said; said = said->before) {
		if(said->implied && said->sure && is_looked_at(places, said)) {
			first = said;
		}
	}
	return first;
}

/* Looks from the last assignment back to one that ran whatever else did. One that may have run and whose value the text does not show is taken
 * where no other one fits. */
const sl_said *sl_main_place(lua_State *L, const sl_main_places *places, const char *host, const char *option, int value) {
	question q = { .places = places, .host = host, .option = option };
	const sl_said *perhaps = NULL;
	luaL_checkstack(L, 6, "looking for a place");
	sl_run(L, places->arena, find_step, &q);
	for(; q.said; q.said = q.said->before) {
		if(!is_looked_at(places, q.said)) {
			continue;
		}
		answer found = compare(L, &q, value);
		if(found == SAME || (found == UNKNOWN && q.said->sure)) {
			return q.said->implied ? first_opening(places, q.said) : q.said;
		}
		perhaps = found == UNKNOWN && !perhaps ? q.said : perhaps;
		if(q.said->sure) {
			break;
		}
	}
	return perhaps;
}

const sl_said *sl_main_only(lua_State *L, const sl_main_places *places, const char *host, const char *option) {
	question q = { .places = places, .host = host, .option = option };
	const sl_said *found = NULL;
	sl_run(L, places->arena, find_step, &q);
	for(; q.said; q.said = q.said->before) {
		if(is_looked_at(places, q.said)) {
			if(found && strcmp(found->path, q.said->path) != 0) {
				return NULL;
			}
			found = q.said;
		}
	}
	return found;
}
