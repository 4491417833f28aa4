#include "readback.h"

#include "history.h"
#include "resolve.h"
#include "stack.h"

/* A view's record: the table the layer has, a copy of what it was, and where it was read last. */
enum { VIEW_TABLE = 1, VIEW_BASE, VIEW_LAYER, VIEW_FILE, VIEW_LINE };

/* Replaces the table at the top of the stack by a copy without directives. */
static void copy_top(lua_State *L) {
	lua_newtable(L);
	sl_value_copy(L, -2, 0, -1);
	lua_replace(L, -3);
	lua_pop(L, 1);
}

static void set_place(lua_State *L, int record, sl_place place) {
	lua_pushinteger(L, place.layer);
	lua_rawseti(L, record, VIEW_LAYER);
	lua_pushinteger(L, place.file);
	lua_rawseti(L, record, VIEW_FILE);
	lua_pushinteger(L, place.line);
	lua_rawseti(L, record, VIEW_LINE);
}

static sl_place get_place(lua_State *L, int record) {
	sl_place place;
	lua_rawgeti(L, record, VIEW_LAYER);
	lua_rawgeti(L, record, VIEW_FILE);
	lua_rawgeti(L, record, VIEW_LINE);
	place.layer = (uint32_t)lua_tointeger(L, -3);
	place.file = (uint32_t)lua_tointeger(L, -2);
	place.line = (uint32_t)lua_tointeger(L, -1);
	lua_pop(L, 3);
	return place;
}

/* Pushes the view's record of a slot, or nil. */
static bool push_record(lua_State *L, int ud, uint32_t slot) {
	lua_getiuservalue(L, ud, SL_UV_VIEWS);
	lua_rawgeti(L, -1, slot);
	lua_remove(L, -2);
	return lua_istable(L, -1);
}

/* ======== edits ======== */

/* One way in which the list at `view` can be the one at `base`, less some elements, with others in front and behind. */
typedef struct edit {
	size_t front;     /* elements of the view before the first that stayed */
	size_t kept;      /* that stayed, all together and in their order */
	size_t base, view;/* lengths */
} edit;

static bool element_equal(lua_State *L, int left, size_t i, int right, size_t j) {
	lua_rawgeti(L, left, (lua_Integer)i);
	lua_rawgeti(L, right, (lua_Integer)j);
	bool same = sl_value_equal(L, -2, -1);
	lua_pop(L, 2);
	return same;
}

static bool has_element(lua_State *L, int among, size_t from, size_t to, int list, size_t i) {
	for(size_t k = from; k <= to; k++) {
		if(element_equal(L, among, k, list, i)) {
			return true;
		}
	}
	return false;
}

/* Finds that way; false where there is none (a new order, an insertion in the middle, a repeated element unless `repeats` are nothing new). */
static bool find_edit(lua_State *L, int base, int view, bool repeats, edit *e) {
	*e = (edit) { .base = (size_t)lua_rawlen(L, base), .view = (size_t)lua_rawlen(L, view) };
	while(e->front < e->view && !has_element(L, base, 1, e->base, view, e->front + 1)) {
		e->front++;
	}
	size_t at = e->front;
	for(size_t i = 1; i <= e->base; i++) {
		if(has_element(L, base, 1, i - 1, base, i)) {
			return false;
		}
		if(at < e->view && element_equal(L, base, i, view, at + 1)) {
			at++;
		} else if(has_element(L, view, 1, e->view, base, i)) {
			return false;
		}
	}
	e->kept = at - e->front;
	for(size_t i = 1; i <= e->view; i++) {
		bool added = i <= e->front || i > e->front + e->kept;
		if(added && !repeats && has_element(L, view, 1, i - 1, view, i)) {
			return false;
		}
	}
	if(!e->kept) {   /* nothing stayed: what is there now comes behind */
		e->front = 0;
	}
	return true;
}

/* Pushes an array of the elements of `list` at positions in (from, to] that are not in `without` (0: all of them). */
static void push_range(lua_State *L, int list, size_t from, size_t to, int without) {
	lua_Integer count = 0;
	size_t length = without ? (size_t)lua_rawlen(L, without) : 0;
	lua_newtable(L);
	for(size_t i = from + 1; i <= to; i++) {
		if(!has_element(L, without, 1, length, list, i)) {
			lua_rawgeti(L, list, (lua_Integer)i);
			lua_rawseti(L, -2, ++count);
		}
	}
}

typedef struct target {
	int ud;
	uint32_t scope, option;
	sl_place place;
} target;

/* Journals one operation with the value at the top of the stack, which is popped; a list without elements says nothing. */
static void operate(lua_State *L, const target *t, sl_operation operation) {
	if(operation != SL_REPLACE && lua_rawlen(L, -1) == 0) {
		lua_pop(L, 1);
		return;
	}
	sl_journal_operate(L, t->ud, t->scope, t->option, t->place, operation, 0);
}

static void journal_list(lua_State *L, const target *t, int base, int view, const edit *e) {
	push_range(L, base, 0, e->base, view);
	operate(L, t, SL_REMOVE);
	push_range(L, view, 0, e->front, 0);
	operate(L, t, SL_PREPEND);
	push_range(L, view, e->front + e->kept, e->view, 0);
	operate(L, t, SL_APPEND);
}

static void push_directive(lua_State *L, int ud, const char *name, int value) {
	lua_getiuservalue(L, ud, SL_UV_LANGUAGE);
	lua_getfield(L, -1, name);
	lua_remove(L, -2);
	if(value) {
		lua_pushvalue(L, value);
		lua_call(L, 1, 1);
	}
}

static bool is_map(lua_State *L, int index) {
	return sl_value_kind(L, index) == SL_KIND_MAP;
}

/* Pushes a map of what changed from one map to another: stack.replace(…) for new values, maps of changes, and stack.unset for what is gone. */
static void push_changes(lua_State *L, int ud, int base, int view, unsigned depth) {
	luaL_checkstack(L, 16, "comparing an option");
	lua_newtable(L);
	int changes = lua_gettop(L);
	lua_pushnil(L);
	while(lua_next(L, view)) {
		int value = lua_gettop(L);
		lua_pushvalue(L, value - 1);
		lua_rawget(L, base);
		if(!sl_value_equal(L, value, value + 1)) {
			lua_pushvalue(L, value - 1);
			if(depth < SL_MAX_DEPTH && is_map(L, value) && is_map(L, value + 1)) {
				push_changes(L, ud, value + 1, value, depth + 1);
			} else {
				push_directive(L, ud, "replace", value);
			}
			lua_rawset(L, changes);
		}
		lua_settop(L, value - 1);
	}
	lua_pushnil(L);
	while(lua_next(L, base)) {
		lua_pop(L, 1);
		lua_pushvalue(L, -1);
		if(lua_rawget(L, view) == LUA_TNIL) {
			lua_pushvalue(L, -2);
			push_directive(L, ud, "unset", 0);
			lua_rawset(L, changes);
		}
		lua_pop(L, 1);
	}
}

/* Journals what changed in the named part. */
static void journal_named(lua_State *L, const target *t, int base, int view) {
	lua_newtable(L);
	lua_newtable(L);
	int named = lua_gettop(L) - 1;
	sl_copy_part(L, base, named, false);
	sl_copy_part(L, view, named + 1, false);
	if(!sl_value_equal(L, named, named + 1)) {
		push_changes(L, t->ud, named, named + 1, 1);
		sl_journal_operate(L, t->ud, t->scope, t->option, t->place, SL_SET, SL_ENTRY_CHANGES);
	}
	lua_settop(L, named - 1);
}

/* Journals how the copy of a view at `view` differs from `base`, with as little as says it exactly. */
static void journal_edit(lua_State *L, const target *t, int base, int view) {
	sl_kind from = sl_value_kind(L, base);
	sl_kind to = sl_value_kind(L, view);
	sl_rule rule = sl_rule_of(sl_journal_of(L, t->ud), t->option);
	bool other_kind = (from == SL_KIND_LIST && to == SL_KIND_MAP) || (from == SL_KIND_MAP && to == SL_KIND_LIST);
	bool has_names = from == SL_KIND_MAP || from == SL_KIND_MIXED || to == SL_KIND_MAP || to == SL_KIND_MIXED;
	edit e;
	if(!other_kind && !(has_names && rule == SL_RULE_REPLACE) && find_edit(L, base, view, rule == SL_RULE_APPEND, &e)) {
		journal_list(L, t, base, view, &e);
		journal_named(L, t, base, view);
	} else {
		lua_pushvalue(L, view);
		operate(L, t, SL_REPLACE);
	}
}

/* Journals what was edited in a view since it was last looked at. The record is at the top of the stack. */
static void journal_view(lua_State *L, int ud, uint32_t slot_id) {
	const sl_slot *slot = sl_slot_at(sl_journal_of(L, ud), slot_id);
	int record = lua_gettop(L);
	target t = { .ud = ud, .scope = slot->scope, .option = slot->option, .place = get_place(L, record) };
	lua_rawgeti(L, record, VIEW_TABLE);
	lua_rawgeti(L, record, VIEW_BASE);
	if(!sl_value_equal(L, record + 1, record + 2)) {
		lua_pushvalue(L, record + 1);
		copy_top(L);
		journal_edit(L, &t, record + 2, record + 3);
		lua_settop(L, record + 3);
		lua_rawseti(L, record, VIEW_BASE);
	}
	lua_settop(L, record);
}

/* ======== reading ======== */

/* Makes a view of the table at the top of the stack and replaces it. */
static void make_view(lua_State *L, int ud, uint32_t slot, sl_place place) {
	copy_top(L);
	int view = lua_gettop(L);
	lua_createtable(L, 5, 0);
	int record = lua_gettop(L);
	lua_pushvalue(L, view);
	lua_rawseti(L, record, VIEW_TABLE);
	lua_pushvalue(L, view);
	copy_top(L);
	lua_rawseti(L, record, VIEW_BASE);
	set_place(L, record, place);
	lua_getiuservalue(L, ud, SL_UV_VIEWS);
	lua_pushvalue(L, record);
	lua_rawseti(L, -2, slot);
	sl_journal_of(L, ud)->viewed = true;
	lua_settop(L, view);
	sl_offer_option(L);
}

static void push_so_far(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	sl_history history;
	sl_history_push(L, ud, scope, sl_each_scope(L, ud, scope), option, true, &history);
	sl_fold(L, ud, history.operations, history.operation_count, NULL);
	lua_remove(L, -2);
}

void sl_peek_so_far(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	luaL_checkstack(L, 20, "reading an option");
	push_so_far(L, ud, scope, option);
	if(sl_is_plain_table(L, -1)) {
		copy_top(L);
	}
}

void sl_read_so_far(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place) {
	luaL_checkstack(L, 20, "reading an option");
	push_so_far(L, ud, scope, option);
	if(sl_is_plain_table(L, -1)) {
		make_view(L, ud, sl_slot_id(L, ud, scope, option, true), place);
	}
}

/* The one plain value that the running layer gave the option; NULL where it used directives. */
static const sl_entry *only_value(const sl_journal *journal, uint32_t slot_id) {
	const sl_slot *slot = sl_slot_at(journal, slot_id);
	const sl_entry *entry = sl_entry_at(journal, slot->pending);
	bool only = slot->pending == slot->pending_last && entry->operation == SL_SET && entry->level != SL_FORCE
		&& (entry->level == SL_PLAIN || (entry->flags & SL_ENTRY_IMPLICIT));
	return only ? entry : NULL;
}

bool sl_read_own(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t slot = sl_slot_id(L, ud, scope, option, false);
	luaL_checkstack(L, 20, "reading an option");
	if(!slot) {
		return false;
	}
	if(push_record(L, ud, slot)) {
		journal_view(L, ud, slot);
		set_place(L, lua_gettop(L), place);
		lua_rawgeti(L, -1, VIEW_TABLE);
		lua_remove(L, -2);
		sl_offer_option(L);
		return true;
	}
	lua_pop(L, 1);
	if(!sl_journal_pending(journal, slot)) {
		return false;
	}
	const sl_entry *entry = only_value(journal, slot);
	if(!entry) {
		sl_read_so_far(L, ud, scope, option, place);
		return true;
	}
	sl_push_value(L, ud, entry);   /* the layer's own table itself: edits of it need no view */
	sl_offer_option(L);
	return true;
}

bool sl_is_own_view(lua_State *L, int ud, uint32_t scope, uint32_t option, int value) {
	value = lua_absindex(L, value);
	if(!sl_journal_of(L, ud)->viewed) {
		return false;
	}
	uint32_t slot = sl_slot_id(L, ud, scope, option, false);
	if(!slot || lua_type(L, value) != LUA_TTABLE) {
		return false;
	}
	bool own = false;
	luaL_checkstack(L, 4, "setting an option");
	if(push_record(L, ud, slot)) {
		lua_rawgeti(L, -1, VIEW_TABLE);
		own = lua_rawequal(L, -1, value);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return own;
}

void sl_forget_view(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	if(!sl_journal_of(L, ud)->viewed) {
		return;
	}
	luaL_checkstack(L, 4, "setting an option");
	lua_getiuservalue(L, ud, SL_UV_VIEWS);
	lua_pushnil(L);
	lua_rawseti(L, -2, sl_slot_id(L, ud, scope, option, true));
	lua_pop(L, 1);
}

void sl_journal_views(lua_State *L, int ud) {
	if(!sl_journal_of(L, ud)->viewed) {   /* most layers read nothing back */
		return;
	}
	luaL_checkstack(L, 20, "ending a layer");
	lua_getiuservalue(L, ud, SL_UV_VIEWS);
	int views = lua_gettop(L);
	size_t count = sl_sorted_keys(L, views);
	int keys = lua_gettop(L);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, keys, (lua_Integer)i);
		uint32_t slot = (uint32_t)lua_tointeger(L, -1);
		lua_rawget(L, views);
		journal_view(L, ud, slot);
		lua_settop(L, keys);
	}
	lua_settop(L, views - 1);
	sl_forget_views(L, ud);
}

void sl_forget_views(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	if(journal->viewed) {
		lua_newtable(L);
		lua_setiuservalue(L, ud, SL_UV_VIEWS);
		journal->viewed = false;
	}
}
