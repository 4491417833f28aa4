#include "bounded.h"

#include <string.h>

#include "bounds.h"
#include "merge.h"
#include "stack.h"

typedef struct bounding {
	lua_State *L;
	int ud, value;             /* stack indices */
	const uint32_t *group;     /* the constraints that speak of one part */
	size_t count;
	uint32_t last;             /* the constraint that moved something last, 0: none did */
	sl_on_move *on_move;
	void *context;
} bounding;

static bool speak_of_same(lua_State *L, int ud, uint32_t one, uint32_t other) {
	const sl_entry *left = sl_entry_of(L, ud, one);
	const sl_entry *right = sl_entry_of(L, ud, other);
	if(!left->path || !right->path) {
		return left->path == right->path;
	}
	sl_push_path(L, ud, left);
	sl_push_path(L, ud, right);
	bool same = sl_value_equal(L, -2, -1);
	lua_pop(L, 2);
	return same;
}

/* Pushes the part of the value that the group speaks of. */
static void push_part(const bounding *b) {
	lua_State *L = b->L;
	const sl_entry *entry = sl_entry_of(L, b->ud, b->group[0]);
	if(!entry->path) {
		lua_pushvalue(L, b->value);
		return;
	}
	sl_push_path(L, b->ud, entry);
	lua_pushvalue(L, b->value);
	sl_value_descend(L, lua_gettop(L) - 1);
	lua_remove(L, -2);
}

/* Pushes the value with the part at `part` in place of what the group speaks of. */
static void push_whole(const bounding *b, int part) {
	lua_State *L = b->L;
	const sl_entry *entry = sl_entry_of(L, b->ud, b->group[0]);
	if(!entry->path) {
		lua_pushvalue(L, part);
		return;
	}
	sl_push_path(L, b->ud, entry);
	int path = lua_gettop(L);
	sl_merge merge;
	sl_merge_start(&merge, L);
	sl_merge_apply(&merge, SL_RULE_REPLACE, SL_SET, b->value, 1);
	sl_merge_apply_at(&merge, path, SL_REPLACE, part, 2);
	sl_merge_finish(&merge);
	lua_remove(L, path);
}

static void contradict(const bounding *b, uint32_t one, uint32_t other) {
	const sl_move move = { .reason = one, .other = other, .from = b->value, .to = b->value, .part = b->value, .moved = b->value };
	b->on_move(b->context, &move);
}

/* Bounds one part. */
static void bound_part(bounding *b) {
	lua_State *L = b->L;
	sl_bounds bounds;
	sl_bounds_gather(L, b->ud, b->group, b->count, &bounds);
	if(bounds.contradiction[0]) {
		contradict(b, bounds.contradiction[0], bounds.contradiction[1]);
		return;
	}
	int part = lua_gettop(L) + 1;
	push_part(b);
	lua_pushvalue(L, part);
	uint32_t reason = sl_bounds_apply(L, b->ud, &bounds);
	if(reason) {
		push_whole(b, part + 1);
		const sl_move move = { .reason = reason, .from = b->value, .to = part + 2, .part = part, .moved = part + 1 };
		b->on_move(b->context, &move);
		b->last = reason;
		lua_settop(L, part + 2);
		lua_replace(L, b->value);
	}
	lua_settop(L, part - 1);
}

/* Is the part still within its bounds, when all parts were looked at? A bound on a map and one on a key of it can exclude each other. */
static void check_part(bounding *b) {
	lua_State *L = b->L;
	int top = lua_gettop(L);
	sl_bounds bounds;
	sl_bounds_gather(L, b->ud, b->group, b->count, &bounds);
	push_part(b);
	uint32_t reason = bounds.contradiction[0] ? 0 : sl_bounds_apply(L, b->ud, &bounds);
	if(reason) {
		contradict(b, reason, b->last);
	}
	lua_settop(L, top);
}

/* Calls step() for each part that constraints speak of; `group` has room for all of them, `done` is empty. */
static void each_part(bounding *b, const uint32_t *constraints, size_t count, uint32_t *group, bool *done, void (*step)(bounding *b)) {
	for(size_t i = 0; i < count; i++) {
		if(done[i]) {
			continue;
		}
		b->group = group;
		b->count = 0;
		for(size_t k = i; k < count; k++) {
			if(!done[k] && speak_of_same(b->L, b->ud, constraints[i], constraints[k])) {
				group[b->count++] = constraints[k];
				done[k] = true;
			}
		}
		step(b);
	}
}

bool sl_bound_value(lua_State *L, int ud, const uint32_t *constraints, size_t count, sl_on_move *on_move, void *context) {
	luaL_checkstack(L, 16, "bounding an option");
	bounding b = { .L = L, .ud = ud, .value = lua_gettop(L), .on_move = on_move, .context = context };
	uint32_t *group = lua_newuserdatauv(L, count * sizeof(*group) + 1, 0);
	bool *done = memset(lua_newuserdatauv(L, count + 1, 0), 0, count + 1);
	each_part(&b, constraints, count, group, done, bound_part);
	if(b.last) {
		memset(done, 0, count + 1);
		each_part(&b, constraints, count, group, done, check_part);
	}
	lua_settop(L, b.value);
	return b.last != 0;
}
