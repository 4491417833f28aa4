#include "resolve.h"

#include <string.h>

#include "bounded.h"
#include "bounds.h"
#include "force.h"
#include "losses.h"
#include "modules.h"
#include "reach.h"
#include "report.h"
#include "waiting.h"

/* ======== scopes ======== */

bool sl_is_host(lua_State *L, int ud, uint32_t scope) {
	if(scope == SL_GLOBAL) {
		return true;
	}
	if(!sl_journal_of(L, ud)->has_each) {
		return sl_scope_at(sl_journal_of(L, ud), scope)->used;
	}
	luaL_checkstack(L, 4, "looking for a host");
	sl_push_scope_name(L, ud, scope);
	const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
	bool each = strncmp(name, SL_EACH_PREFIX, strlen(SL_EACH_PREFIX)) == 0;
	lua_pop(L, 1);
	return !each && sl_scope_at(sl_journal_of(L, ud), scope)->used;
}

/* Pushes the component's module as the layers so far have it, or nil for a virtual host. */
static void push_component_module(lua_State *L, int ud, uint32_t scope) {
	sl_history history;
	sl_history_push(L, ud, scope, 0, SL_OPT_COMPONENT_MODULE, false, &history);
	if(!history.own) {
		lua_pushnil(L);
	} else {
		sl_fold(L, ud, history.operations, history.operation_count, NULL);
	}
	lua_remove(L, -2);
}

uint32_t sl_each_scope(lua_State *L, int ud, uint32_t scope) {
	if(scope == SL_GLOBAL || !sl_journal_of(L, ud)->has_each) {
		return 0;
	}
	luaL_checkstack(L, 6, "looking for a host's kind");
	push_component_module(L, ud, scope);
	const char *kind = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "host";
	lua_pushfstring(L, SL_EACH_PREFIX "%s", kind);
	uint32_t each = sl_find_scope(L, ud);
	lua_pop(L, 1);
	return each;
}

/* ======== changes of kind ======== */

static void report_changes(lua_State *L, int ud, uint32_t scope, uint32_t option, const sl_merge *merge) {
	for(size_t i = 0; i < merge->change_count; i++) {
		const sl_kind_change *change = &merge->changes[i];
		int top = lua_gettop(L);
		const char *text = lua_pushfstring(L, "%s was a %s and becomes a %s here, which replaces it whole; write it as a %s to add to it, "
			"or stack.replace(…) to mean it", sl_push_what(L, ud, scope, option), sl_kind_name(change->from), sl_kind_name(change->to),
			sl_kind_name(change->from));
		sl_report_at(L, ud, SL_WARNING, SL_ON_KIND, change->sequence, text);
		lua_settop(L, top);
	}
}

/* ======== constraints ======== */

/* The value of one option in one scope, whose constraints move it. */
typedef struct moving {
	lua_State *L;
	int ud;
	const sl_history *history;
	uint32_t scope, option;
} moving;

/* Pushes what the operation alone makes of the part that the constraint speaks of. */
static void push_said(const moving *m, uint32_t operation, uint32_t reason) {
	lua_State *L = m->L;
	sl_push_path(L, m->ud, sl_entry_of(L, m->ud, reason));
	int path = lua_gettop(L);
	sl_fold(L, m->ud, &operation, 1, NULL);
	if(lua_istable(L, path)) {
		sl_value_descend(L, path);
	}
	lua_remove(L, path);
}

/* The last operation of the scope's own that says something of that part, else the last one; 0: there is none. */
static uint32_t last_said(const moving *m, uint32_t reason) {
	const sl_history *history = m->history;
	for(size_t i = history->operation_count; i > 0; i--) {
		const sl_entry *entry = sl_entry_of(m->L, m->ud, history->operations[i - 1]);
		if(entry->level != SL_DEFAULT && (m->scope == SL_GLOBAL || entry->scope != SL_GLOBAL)) {
			push_said(m, history->operations[i - 1], reason);
			bool said = !lua_isnil(m->L, -1);
			lua_pop(m->L, 1);
			if(said) {
				return history->operations[i - 1];
			}
		}
	}
	return sl_last_own(m->L, m->ud, history, m->scope, false);
}

/* A constraint that comes later than what it moves just does its work; what comes after it, or in a host, should know. */
static bool is_told(const moving *m, uint32_t own, uint32_t reason) {
	return own && (own > reason || (m->scope != SL_GLOBAL && sl_entry_of(m->L, m->ud, reason)->scope == SL_GLOBAL));
}

static void report_moved(const moving *m, const sl_move *move) {
	lua_State *L = m->L;
	int top = lua_gettop(L);
	uint32_t own = last_said(m, move->reason);
	/* What stands in the place of the map that has the key is replaced whole. */
	bool whole = lua_isnil(L, move->part) && !sl_is_plain_table(L, move->from);
	int old_value = whole ? move->from : move->part;
	if(is_told(m, own, move->reason) && !lua_isnil(L, old_value)) {
		const char *what = whole ? sl_push_what(L, m->ud, m->scope, m->option) : sl_push_what_of(L, m->ud, m->scope, move->reason);
		const char *place = sl_push_entry_place(L, m->ud, move->reason);
		const char *old = sl_push_short_text(L, m->ud, m->scope, m->option, old_value);
		const char *new = sl_push_short_text(L, m->ud, m->scope, m->option, whole ? move->to : move->moved);
		const char *unread = whole ? "" : sl_push_unread(L, m->ud, move->reason, old_value);
		sl_report_at(L, m->ud, SL_WARNING, SL_ON_BOUND, own, lua_pushfstring(L, "%s = %s is outside what stack.%s at %s allows%s and becomes %s",
			what, old, sl_operation_name((sl_operation)sl_entry_of(L, m->ud, move->reason)->operation), place, unread, new));
	}
	lua_settop(L, top);
}

/* Calls step() for each element of the list at an absolute index, for each key of a map, or for the value itself where it is single. The element
 * is at the top of the stack, which step() leaves alone. */
static void each_element(lua_State *L, int value, void (*step)(lua_State *L, int table), int table) {
	if(!sl_is_plain_table(L, value)) {
		lua_pushvalue(L, value);
		if(!lua_isnil(L, -1)) {
			step(L, table);
		}
		lua_pop(L, 1);
		return;
	}
	size_t length = (size_t)lua_rawlen(L, value);
	for(size_t i = 1; i <= length; i++) {
		lua_rawgeti(L, value, (lua_Integer)i);
		step(L, table);
		lua_pop(L, 1);
	}
	lua_pushnil(L);
	while(lua_next(L, value)) {
		lua_pop(L, 1);
		if(!sl_is_listed(L, -1, length)) {
			step(L, table);
		}
	}
}

static void add_gone(lua_State *L, int gone) {
	sl_value_key(L, -1);
	lua_pushboolean(L, 1);
	lua_rawset(L, gone);
}

static void drop_gone(lua_State *L, int gone) {
	sl_value_key(L, -1);
	lua_pushnil(L);
	lua_rawset(L, gone);
}

/* Appends the element to the list behind the table of those that are gone, if it is one of them. */
static void list_gone(lua_State *L, int gone) {
	sl_value_key(L, -1);
	if(lua_rawget(L, gone) != LUA_TNIL) {
		lua_pushvalue(L, -2);
		lua_rawseti(L, gone + 1, (lua_Integer)lua_rawlen(L, gone + 1) + 1);
	}
	lua_pop(L, 1);
}

/* One operation that added elements which are removed again: of those in the table at `gone` (by their keys, value.h). */
static void report_gone(const moving *m, const sl_move *move, uint32_t own, int gone) {
	lua_State *L = m->L;
	lua_newtable(L);
	push_said(m, own, move->reason);
	each_element(L, gone + 2, list_gone, gone);
	if(lua_rawlen(L, gone + 1)) {
		const char *what = sl_push_what_of(L, m->ud, m->scope, move->reason);
		const char *place = sl_push_entry_place(L, m->ud, move->reason);
		const char *list = sl_push_short_text(L, m->ud, m->scope, m->option, gone + 1);
		sl_report_at(L, m->ud, SL_WARNING, SL_ON_BOUND, own, lua_pushfstring(L, "%s loses %s, which stack.subset_of at %s leaves out", what, list,
			place));
	}
	lua_settop(L, gone);
}

static void report_removed(const moving *m, const sl_move *move) {
	lua_State *L = m->L;
	lua_newtable(L);
	int gone = lua_gettop(L);
	each_element(L, move->part, add_gone, gone);
	each_element(L, move->moved, drop_gone, gone);
	for(size_t i = 0; i < m->history->operation_count; i++) {
		uint32_t own = m->history->operations[i];
		bool inherited = m->scope != SL_GLOBAL && sl_entry_of(L, m->ud, own)->scope == SL_GLOBAL;
		if(!inherited && is_told(m, own, move->reason)) {
			report_gone(m, move, own, gone);
		}
	}
	lua_settop(L, gone - 1);
}

static void check_force(const moving *m, const sl_move *move, uint32_t id) {
	const sl_entry *entry = sl_entry_of(m->L, m->ud, id);
	if(entry->level == SL_FORCE && !sl_is_constraint((sl_operation)entry->operation) && sl_holds(m->L, m->ud, id, move->from)
			&& !sl_holds(m->L, m->ud, id, move->to)) {
		sl_report_contradiction(m->L, m->ud, m->scope, m->option, id, move->reason);
	}
}

/* A force that no longer holds after a constraint moved the value contradicts the constraint; in a host that inherits, so does the global
 * scope's. */
static void check_forces(const moving *m, const sl_move *move) {
	sl_journal *journal = sl_journal_of(m->L, m->ud);
	for(size_t i = 0; i < m->history->operation_count; i++) {
		check_force(m, move, m->history->operations[i]);
	}
	uint32_t global = m->scope == SL_GLOBAL ? 0 : sl_slot_id(m->L, m->ud, SL_GLOBAL, m->option, false);
	for(uint32_t id = global ? sl_slot_at(journal, global)->first : 0; id; id = sl_entry_at(journal, id)->next) {
		check_force(m, move, id);
	}
}

static void on_move(void *context, const sl_move *move) {
	const moving *m = context;
	if(move->other) {
		sl_report_contradiction(m->L, m->ud, m->scope, m->option, move->reason, move->other);
		return;
	}
	check_forces(m, move);
	if(sl_entry_of(m->L, m->ud, move->reason)->operation == SL_SUBSET_OF) {
		report_removed(m, move);
	} else {
		report_moved(m, move);
	}
}

/* Moves the value at the top of the stack within the bounds of its history. */
static bool bound(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	moving m = { .L = L, .ud = ud, .history = history, .scope = scope, .option = option };
	return history->constraint_count && sl_bound_value(L, ud, history->constraints, history->constraint_count, on_move, &m);
}

/* ======== values ======== */

bool sl_push_result(lua_State *L, int ud, uint32_t slot) {
	const sl_journal *journal = sl_journal_of(L, ud);
	uint32_t direct = sl_slot_at(journal, slot)->direct;
	if(direct) {
		sl_push_value(L, ud, sl_entry_at(journal, direct));
		return sl_entry_at(journal, direct)->text != NULL;
	}
	lua_getiuservalue(L, ud, SL_UV_RESULTS);
	lua_rawgeti(L, -1, slot);
	lua_remove(L, -2);
	return false;
}

/* Pops a value and stores it as the slot's. */
void sl_set_result(lua_State *L, int ud, uint32_t slot) {
	sl_slot_at(sl_journal_of(L, ud), slot)->direct = 0;
	lua_getiuservalue(L, ud, SL_UV_RESULTS);
	lua_insert(L, -2);
	lua_rawseti(L, -2, slot);
	lua_pop(L, 1);
}

/* Pushes the value in force of an option in a scope. */
void sl_push_result_of(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	uint32_t slot = sl_slot_id(L, ud, scope, option, false);
	if(slot) {
		sl_push_result(L, ud, slot);
	} else {
		lua_pushnil(L);
	}
}

void sl_push_global_option(lua_State *L, int ud, const char *name) {
	luaL_checkstack(L, 4, "reading an option");
	lua_pushstring(L, name);
	uint32_t option = sl_find_option(L, ud);
	if(option) {
		sl_push_result_of(L, ud, SL_GLOBAL, option);
	} else {
		lua_pushnil(L);
	}
}

/* Does one operation, a plain set without anything beside it, decide? Then there is nothing to check. */
static bool is_simple(const sl_history *history) {
	return history->operation_count == 1 && !history->constraint_count && !(history->levels & (1U << SL_FORCE));
}

static void note_reached(lua_State *L, int ud) {
	const sl_journal *journal = sl_journal_of(L, ud);
	for(uint32_t id = sl_first_slot(L, ud, SL_GLOBAL); id; id = sl_slot_at(journal, id)->next_in_scope) {
		const sl_slot *slot = sl_slot_at(journal, id);
		sl_option_at(journal, slot->option)->reached = slot->constrained || (slot->levels & (1U << SL_FORCE));
	}
}

/* Does what stack.each or the global scope says of the option reach into a host that sets it itself? */
static bool reaches(lua_State *L, int ud, uint32_t each, uint32_t option) {
	uint32_t id = each ? sl_slot_id(L, ud, each, option, false) : 0;
	return sl_option_at(sl_journal_of(L, ud), option)->reached || (id && sl_slot_at(sl_journal_of(L, ud), id)->first);
}

/* Is the option set once, and nothing else bears on it? Most are, and their value is what stands there. */
static bool is_direct(lua_State *L, int ud, const sl_slot *slot, uint32_t each) {
	const sl_entry *entry = sl_entry_of(L, ud, slot->first);
	return slot->first && slot->first == slot->last && entry->operation == SL_SET && !entry->path && entry->level != SL_FORCE
		&& (slot->scope == SL_GLOBAL || !reaches(L, ud, each, slot->option));
}

static void resolve_slot(lua_State *L, int ud, uint32_t slot_id, uint32_t each) {
	sl_slot *simple = sl_slot_at(sl_journal_of(L, ud), slot_id);
	if(is_direct(L, ud, simple, each)) {
		simple->direct = simple->first;
		return;
	}
	const sl_slot *slot = sl_slot_at(sl_journal_of(L, ud), slot_id);
	uint32_t scope = slot->scope;
	uint32_t option = slot->option;
	int top = lua_gettop(L);
	sl_history history;
	sl_merge changes = { .change_count = 0 };
	sl_history_push(L, ud, scope, each, option, false, &history);
	if(!history.own && !history.constraint_count) {
		lua_settop(L, top);
		return;
	}
	if(history.own) {
		sl_fold(L, ud, history.operations, history.operation_count, &changes);
	} else {
		lua_pushnil(L);
	}
	if(!is_simple(&history)) {
		report_changes(L, ud, scope, option, &changes);
		if(history.own && (history.levels & (1U << SL_FORCE))) {
			sl_check_forces(L, ud, &history, scope, option);
		}
		bool inherits = scope != SL_GLOBAL && lua_isnil(L, -1);
		if(inherits) {
			lua_pop(L, 1);
			sl_push_result_of(L, ud, SL_GLOBAL, option);
		}
		if(!bound(L, ud, &history, scope, option) && inherits) {
			lua_pop(L, 1);   /* what the host inherits needs no value of its own */
			lua_pushnil(L);
		}
	}
	sl_set_result(L, ud, slot_id);
	lua_settop(L, top);
}

/* ======== the whole ======== */

/* What stack.each says of an option reaches a host that says nothing of it: it needs a slot. */
static void make_slots(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	sl_journal *journal = sl_journal_of(L, ud);
	for(uint32_t id = each ? sl_first_slot(L, ud, each) : 0; id; id = sl_slot_at(journal, id)->next_in_scope) {
		sl_slot_id(L, ud, scope, sl_slot_at(journal, id)->option, true);
	}
}

static void resolve_scope(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	const sl_journal *journal = sl_journal_of(L, ud);
	make_slots(L, ud, scope, each);
	for(uint32_t id = sl_first_slot(L, ud, scope); id; id = sl_slot_at(journal, id)->next_in_scope) {
		resolve_slot(L, ud, id, each);
	}
}

static void resolve_host(lua_State *L, int ud, uint32_t scope, sl_reach *reach, const sl_forced_modules *forced) {
	const sl_journal *journal = sl_journal_of(L, ud);
	uint32_t each = sl_each_scope(L, ud, scope);
	resolve_scope(L, ud, scope, each);
	for(uint32_t id = sl_first_slot(L, ud, scope); id; id = sl_slot_at(journal, id)->next_in_scope) {
		sl_check_reach(reach, id, each);
	}
	sl_settle_modules(L, ud, scope, each, forced);
}

void sl_resolve(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	luaL_checkstack(L, 20, "resolving the options");
	int top = lua_gettop(L);
	lua_newtable(L);
	lua_setiuservalue(L, ud, SL_UV_RESULTS);
	sl_settle_waiting(L, ud);
	resolve_scope(L, ud, SL_GLOBAL, 0);
	sl_forced_modules forced;
	sl_start_modules(L, ud, &forced);
	note_reached(L, ud);
	sl_reach reach;
	sl_start_reach(L, ud, &reach);
	for(uint32_t scope = SL_GLOBAL + 1; scope < sl_scope_count(journal); scope++) {
		if(!sl_waiting_of(journal, scope) && sl_is_host(L, ud, scope)) {
			resolve_host(L, ud, scope, &reach, &forced);
		}
	}
	sl_report_reach(&reach);
	lua_settop(L, top);
}
