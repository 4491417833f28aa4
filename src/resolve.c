#include "resolve.h"

#include <string.h>

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

static void report_moved(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t own, uint32_t reason, int before, int after) {
	int top = lua_gettop(L);
	const char *what = sl_push_what(L, ud, scope, option);
	const char *place = sl_push_entry_place(L, ud, reason);
	const char *old = sl_push_short_text(L, ud, option, before);
	const char *new = sl_push_short_text(L, ud, option, after);
	sl_report_at(L, ud, SL_WARNING, SL_ON_BOUND, own, lua_pushfstring(L, "%s = %s is outside what stack.%s at %s allows and becomes %s", what, old,
		sl_operation_name((sl_operation)sl_entry_of(L, ud, reason)->operation), place, new));
	lua_settop(L, top);
}

static bool breaks_force(lua_State *L, int ud, uint32_t id, uint32_t reason, uint32_t scope, uint32_t option, int value) {
	const sl_entry *entry = sl_entry_of(L, ud, id);
	bool broken = entry->level == SL_FORCE && !sl_is_constraint((sl_operation)entry->operation) && !sl_holds(L, ud, id, value);
	if(broken) {
		sl_report_contradiction(L, ud, scope, option, id, reason);
	}
	return broken;
}

/* A force that no longer holds after a constraint moved the value contradicts the constraint; in a host that inherits, so does the global
 * scope's. */
static bool contradicts_force(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option, uint32_t reason, int value) {
	sl_journal *journal = sl_journal_of(L, ud);
	for(size_t i = 0; i < history->operation_count; i++) {
		if(breaks_force(L, ud, history->operations[i], reason, scope, option, value)) {
			return true;
		}
	}
	uint32_t global = scope == SL_GLOBAL ? 0 : sl_slot_id(L, ud, SL_GLOBAL, option, false);
	for(uint32_t id = global ? sl_slot_at(journal, global)->first : 0; id; id = sl_entry_at(journal, id)->next) {
		if(breaks_force(L, ud, id, reason, scope, option, value)) {
			return true;
		}
	}
	return false;
}

/* Moves the value at the top of the stack within the bounds of its history. */
static bool bound(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	sl_bounds bounds;
	if(!history->constraint_count) {
		return false;
	}
	sl_bounds_gather(L, ud, history->constraints, history->constraint_count, &bounds);
	if(bounds.contradiction[0]) {
		sl_report_contradiction(L, ud, scope, option, bounds.contradiction[0], bounds.contradiction[1]);
		return false;
	}
	int value = lua_gettop(L);
	lua_pushvalue(L, value);
	uint32_t reason = sl_bounds_apply(L, ud, &bounds);
	if(!reason) {
		lua_pop(L, 1);
		return false;
	}
	if(!contradicts_force(L, ud, history, scope, option, reason, value + 1)) {
		uint32_t own = sl_last_own(L, ud, history, scope, false);
		bool later = own > reason || (scope != SL_GLOBAL && sl_entry_of(L, ud, reason)->scope == SL_GLOBAL);
		if(own && later && !lua_isnil(L, value)) {
			report_moved(L, ud, scope, option, own, reason, value, value + 1);
		}
	}
	lua_replace(L, value);
	return true;
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

static void resolve_host(lua_State *L, int ud, uint32_t scope, sl_reach *reach) {
	const sl_journal *journal = sl_journal_of(L, ud);
	uint32_t each = sl_each_scope(L, ud, scope);
	resolve_scope(L, ud, scope, each);
	for(uint32_t id = sl_first_slot(L, ud, scope); id; id = sl_slot_at(journal, id)->next_in_scope) {
		sl_check_reach(reach, id, each);
	}
	sl_settle_modules(L, ud, scope, each);
}

void sl_resolve(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	luaL_checkstack(L, 20, "resolving the options");
	int top = lua_gettop(L);
	lua_newtable(L);
	lua_setiuservalue(L, ud, SL_UV_RESULTS);
	sl_settle_waiting(L, ud);
	resolve_scope(L, ud, SL_GLOBAL, 0);
	note_reached(L, ud);
	sl_reach reach;
	sl_start_reach(L, ud, &reach);
	for(uint32_t scope = SL_GLOBAL + 1; scope < sl_scope_count(journal); scope++) {
		if(!sl_waiting_of(journal, scope) && sl_is_host(L, ud, scope)) {
			resolve_host(L, ud, scope, &reach);
		}
	}
	sl_report_reach(&reach);
	lua_settop(L, top);
}
