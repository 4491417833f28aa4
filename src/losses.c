#include "losses.h"

#include "force.h"
#include "report.h"

static const sl_entry *entry_at(lua_State *L, int ud, uint32_t id) {
	return sl_entry_at(&sl_stack_at(L, ud)->journal, id);
}

/* Reports the operation at `position` where it would undo a force that held before it. */
static void check_loss(lua_State *L, int ud, const sl_history *history, size_t position, uint32_t scope, uint32_t option) {
	uint32_t id = history->operations[position];
	int top = lua_gettop(L);
	sl_fold(L, ud, history->operations, position, NULL);
	sl_fold_then(L, ud, history->operations, position, id);
	for(size_t i = 0; i < position; i++) {
		uint32_t force = history->operations[i];
		if(entry_at(L, ud, force)->level == SL_FORCE && sl_holds(L, ud, force, top + 1) && !sl_holds(L, ud, force, top + 2)) {
			sl_report_lost(L, ud, scope, option, id, force);
			break;
		}
	}
	lua_settop(L, top);
}

static void check_losses(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	bool forced = false;
	for(size_t i = 0; i < history->operation_count; i++) {
		const sl_entry *entry = entry_at(L, ud, history->operations[i]);
		if(entry->level == SL_FORCE) {
			forced = true;
		} else if(forced && entry->level == SL_PLAIN && (scope == SL_GLOBAL || entry->scope != SL_GLOBAL)) {
			check_loss(L, ud, history, i, scope, option);
		}
	}
}

/* Pushes the array of the operations that are the host's own. */
static const uint32_t *push_own(lua_State *L, int ud, const sl_history *history, size_t *count) {
	uint32_t *ids = lua_newuserdatauv(L, history->operation_count * sizeof(*ids) + 1, 0);
	*count = 0;
	for(size_t i = 0; i < history->operation_count; i++) {
		if(entry_at(L, ud, history->operations[i])->scope != SL_GLOBAL) {
			ids[(*count)++] = history->operations[i];
		}
	}
	return ids;
}

/* A host's own value against the global scope's forces, wherever in the order they stand. */
static void check_host(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	size_t count;
	int top = lua_gettop(L);
	uint32_t own = sl_last_own(L, ud, history, scope, false);
	const uint32_t *ids = push_own(L, ud, history, &count);
	sl_fold(L, ud, ids, count, NULL);
	for(size_t i = 0; own && i < history->operation_count; i++) {
		const sl_entry *force = entry_at(L, ud, history->operations[i]);
		/* A later value was reported already where it undid the force; an earlier one is reported here. */
		if(force->scope == SL_GLOBAL && force->level == SL_FORCE && own < history->operations[i]
				&& entry_at(L, ud, own)->level == SL_PLAIN && !sl_holds(L, ud, history->operations[i], top + 2)) {
			sl_report_lost(L, ud, scope, option, own, history->operations[i]);
			break;
		}
	}
	lua_settop(L, top);
}

/* Pushes the array of all forces that bear on the option, the global ones included that Prosody's own uniting of module lists
 * makes unnecessary to replay. */
static const uint32_t *push_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option, size_t *count) {
	sl_journal *journal = &sl_stack_at(L, ud)->journal;
	uint32_t slot = scope == SL_GLOBAL ? 0 : sl_slot_id(L, journal, SL_GLOBAL, option, false);
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
		bool counted = !own || scope == SL_GLOBAL || entry->scope != SL_GLOBAL;
		if(counted && entry->level == SL_FORCE && !sl_is_constraint((sl_operation)entry->operation)) {
			ids[(*count)++] = id;
		}
	}
	return ids;
}

/* Two global forces are reported once, for the global scope. */
static bool concerns(lua_State *L, int ud, uint32_t scope, uint32_t one, uint32_t other) {
	return scope == SL_GLOBAL || entry_at(L, ud, one)->scope != SL_GLOBAL || entry_at(L, ud, other)->scope != SL_GLOBAL;
}

/* Reports the first earlier force that the one at `later` undoes and contradicts. The values before and after it are at `before` and the
 * index behind. */
static bool check_pair(lua_State *L, int ud, const uint32_t *forces, size_t later, int before, uint32_t scope, uint32_t option) {
	for(size_t i = 0; i < later; i++) {
		if(concerns(L, ud, scope, forces[i], forces[later]) && sl_holds(L, ud, forces[i], before) && !sl_holds(L, ud, forces[i], before + 1)
				&& sl_contradict(&sl_stack_at(L, ud)->journal, forces[i], forces[later])) {
			sl_report_contradiction(L, ud, scope, option, forces[i], forces[later]);
			return true;
		}
	}
	return false;
}

/* Two forces that cannot both hold are an error: of the first pair that shows it. */
static void check_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	size_t count;
	int top = lua_gettop(L);
	const uint32_t *forces = push_forces(L, ud, history, scope, option, &count);
	bool found = false;
	for(size_t later = 1; later < count && !found; later++) {
		sl_fold(L, ud, forces, later, NULL);
		sl_fold_then(L, ud, forces, later, forces[later]);
		found = check_pair(L, ud, forces, later, top + 2, scope, option);
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

void sl_check_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	check_losses(L, ud, history, scope, option);
	if(scope != SL_GLOBAL) {
		check_host(L, ud, history, scope, option);
	}
	check_forces(L, ud, history, scope, option);
}
