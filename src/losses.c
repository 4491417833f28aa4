#include "losses.h"

#include "force.h"
#include "forced_modules.h"
#include "report.h"
#include "stack.h"

/* Reports the operation at `position` where it would undo a force that held before it. */
static void check_loss(lua_State *L, int ud, const uint32_t *ids, size_t position, uint32_t scope, uint32_t option) {
	int top = lua_gettop(L);
	sl_fold(L, ud, ids, position, NULL);
	sl_fold_then(L, ud, ids, position, ids[position]);
	for(size_t i = 0; i < position; i++) {
		bool forced = sl_entry_of(L, ud, ids[i])->level == SL_FORCE;
		if(forced && sl_holds(L, ud, ids[i], top + 1) && !sl_holds(L, ud, ids[i], top + 2)) {
			sl_report_lost(L, ud, scope, option, ids[position], ids[i]);
			break;
		}
	}
	lua_settop(L, top);
}

/* Every later plain operation of the same scope that undoes one of its forces. */
static void check_losses(lua_State *L, int ud, const uint32_t *ids, size_t count, uint32_t scope, uint32_t option) {
	bool forced = false;
	for(size_t i = 0; i < count; i++) {
		const sl_entry *entry = sl_entry_of(L, ud, ids[i]);
		if(entry->level == SL_FORCE) {
			forced = true;
		} else if(forced && entry->level == SL_PLAIN) {
			check_loss(L, ud, ids, i, scope, option);
		}
	}
}

/* Pushes the array of the operations that are the scope's own. */
static const uint32_t *push_own(lua_State *L, int ud, const sl_history *history, uint32_t scope, size_t *count) {
	uint32_t *ids = lua_newuserdatauv(L, history->operation_count * sizeof(*ids) + 1, 0);
	*count = 0;
	for(size_t i = 0; i < history->operation_count; i++) {
		if(scope == SL_GLOBAL || sl_entry_of(L, ud, history->operations[i])->scope != SL_GLOBAL) {
			ids[(*count)++] = history->operations[i];
		}
	}
	return ids;
}

/* Would the host's own value (at the absolute index `own`) undo the global force, set over what the force alone makes? A value
 * that merely lacks what is forced loses nothing. */
static bool undoes(lua_State *L, int ud, uint32_t force, int own) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	const sl_entry *entry = sl_entry_of(L, ud, force);
	int top = lua_gettop(L);
	sl_fold(L, ud, &force, 1, NULL);
	sl_merge merge;
	sl_merge_start(&merge, L);
	if(!lua_isnil(L, top + 1)) {
		sl_merge_apply(&merge, SL_RULE_REPLACE, SL_SET, top + 1, force);
	}
	sl_merge_apply(&merge, sl_rule_of(journal, entry->option), SL_SET, own, force + 1);
	sl_merge_finish(&merge);
	bool lost = !sl_holds(L, ud, force, lua_gettop(L));
	lua_settop(L, top);
	return lost;
}

/* A host's own value against the global scope's forces, wherever in the order they stand. */
static void check_host(lua_State *L, int ud, const sl_history *history, const uint32_t *ids, size_t count, uint32_t scope, uint32_t option) {
	int top = lua_gettop(L);
	uint32_t own = sl_last_own(L, ud, history, scope, false);
	if(!own) {
		return;
	}
	sl_fold(L, ud, ids, count, NULL);
	for(size_t i = 0; i < history->operation_count; i++) {
		uint32_t force = history->operations[i];
		if(sl_entry_of(L, ud, force)->scope == SL_GLOBAL && undoes(L, ud, force, top + 1)) {
			sl_report_lost(L, ud, scope, option, own, force);
			break;
		}
	}
	lua_settop(L, top);
}

/* Does the global force reach into that scope? Prosody itself unites a host's modules with the global ones, so these are not replayed; a component
 * takes over only some of them, which forced_modules.h knows. */
static bool reaches(lua_State *L, int ud, uint32_t scope, const sl_entry *global) {
	bool adds = global->option == SL_OPT_MODULES_ENABLED && sl_adds_elements(&sl_stack_at(L, ud)->journal, global);
	return !adds || !sl_is_component(L, ud, scope);
}

/* Pushes the array of all forces that bear on the option, the global ones included. */
static const uint32_t *push_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option, size_t *count) {
	sl_journal *journal = &sl_stack_at(L, ud)->journal;
	uint32_t slot = scope == SL_GLOBAL ? 0 : sl_slot_id(L, ud, SL_GLOBAL, option, false);
	uint32_t global = slot ? sl_slot_at(journal, slot)->first : 0;
	size_t room = history->operation_count;
	for(uint32_t id = global; id; id = sl_entry_at(journal, id)->next) {
		room++;
	}
	uint32_t *ids = lua_newuserdatauv(L, room * sizeof(*ids) + 1, 0);
	size_t next = 0;
	*count = 0;
	while(global || next < history->operation_count) {
		bool own = next < history->operation_count && (!global || history->operations[next] < global);
		uint32_t id = own ? history->operations[next++] : global;
		const sl_entry *entry = sl_entry_at(journal, id);
		if(!own) {
			global = entry->next;
		}
		bool counted = own ? scope == SL_GLOBAL || entry->scope != SL_GLOBAL : reaches(L, ud, scope, entry);
		if(counted && entry->level == SL_FORCE && !sl_is_constraint((sl_operation)entry->operation)) {
			ids[(*count)++] = id;
		}
	}
	return ids;
}

/* Two global forces are reported once, for the global scope. */
static bool concerns(lua_State *L, int ud, uint32_t scope, uint32_t one, uint32_t other) {
	return scope == SL_GLOBAL || sl_entry_of(L, ud, one)->scope != SL_GLOBAL || sl_entry_of(L, ud, other)->scope != SL_GLOBAL;
}

/* Does the later force undo the earlier, taken by themselves? */
static bool undoes_force(lua_State *L, int ud, uint32_t earlier, uint32_t later) {
	if(!sl_contradict(&sl_stack_at(L, ud)->journal, earlier, later)) {
		return false;
	}
	int top = lua_gettop(L);
	sl_fold_then(L, ud, &earlier, 1, later);
	bool undone = !sl_holds(L, ud, earlier, top + 1);
	lua_settop(L, top);
	return undone;
}

/* Do all of them add elements to a list? Such forces never contradict each other, and there may be thousands. */
static bool only_add(lua_State *L, int ud, const uint32_t *forces, size_t count) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	for(size_t i = 0; i < count; i++) {
		if(!sl_adds_elements(journal, sl_entry_at(journal, forces[i]))) {
			return false;
		}
	}
	return true;
}

/* Two forces that cannot both hold are an error: of the first pair that shows it. */
static void check_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	size_t count;
	const uint32_t *forces = push_forces(L, ud, history, scope, option, &count);
	count = only_add(L, ud, forces, count) ? 0 : count;
	for(size_t later = 1; later < count; later++) {
		for(size_t earlier = 0; earlier < later; earlier++) {
			if(concerns(L, ud, scope, forces[earlier], forces[later]) && undoes_force(L, ud, forces[earlier], forces[later])) {
				sl_report_contradiction(L, ud, scope, option, forces[earlier], forces[later]);
				lua_pop(L, 1);
				return;
			}
		}
	}
	lua_pop(L, 1);
}

void sl_check_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	size_t count;
	int top = lua_gettop(L);
	const uint32_t *ids = push_own(L, ud, history, scope, &count);
	check_losses(L, ud, ids, count, scope, option);
	if(scope != SL_GLOBAL) {
		check_host(L, ud, history, ids, count, scope, option);
	}
	check_forces(L, ud, history, scope, option);
	lua_settop(L, top);
}
