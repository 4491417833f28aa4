#include "resolve.h"

#include <string.h>

#include "bounds.h"
#include "force.h"
#include "stack.h"

/* How many hosts are named one by one when the same thing happens to many. */
enum { NAMED_HOSTS = 3, TEXT_LIMIT = 80 };

static sl_journal *journal_at(lua_State *L, int ud) {
	return &sl_stack_at(L, ud)->journal;
}

/* ======== scopes ======== */

bool sl_is_host(lua_State *L, int ud, uint32_t scope) {
	sl_journal *journal = journal_at(L, ud);
	if(scope == SL_GLOBAL) {
		return true;
	}
	uint32_t defined = sl_slot_id(L, journal, scope, SL_OPT_DEFINED, false);
	uint32_t module = sl_slot_id(L, journal, scope, SL_OPT_COMPONENT_MODULE, false);
	return (defined && sl_slot_at(journal, defined)->first) || (module && sl_slot_at(journal, module)->first);
}

void sl_push_component_module(lua_State *L, int ud, uint32_t scope) {
	sl_history history;
	sl_history_push(L, ud, scope, 0, SL_OPT_COMPONENT_MODULE, false, &history);
	if(scope == SL_GLOBAL || !history.own) {
		lua_pushnil(L);
	} else {
		sl_fold(L, ud, history.operations, history.operation_count, NULL);
	}
	lua_remove(L, -2);
}

uint32_t sl_each_scope(lua_State *L, int ud, uint32_t scope) {
	if(scope == SL_GLOBAL) {
		return 0;
	}
	luaL_checkstack(L, 6, "looking for a host's kind");
	sl_push_component_module(L, ud, scope);
	const char *kind = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "host";
	lua_pushfstring(L, SL_EACH_PREFIX "%s", kind);
	uint32_t each = sl_find_scope(L, ud);
	lua_pop(L, 1);
	return each;
}

/* ======== messages ======== */

/* Pushes the name of an option, in a host with the host's: "archive_expires_after in chat.example". */
static const char *push_what(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	sl_push_option_name(L, ud, option);
	luaL_tolstring(L, -1, NULL);
	lua_remove(L, -2);
	if(scope != SL_GLOBAL) {
		sl_push_scope_name(L, ud, scope);
		const char *host = luaL_tolstring(L, -1, NULL);
		lua_pushfstring(L, "%s in %s", lua_tostring(L, -3), host);
		lua_replace(L, -4);
		lua_pop(L, 2);
	}
	return lua_tostring(L, -1);
}

static const char *push_place(lua_State *L, int ud, uint32_t entry) {
	const sl_stack *stack = sl_stack_at(L, ud);
	sl_push_place(L, stack, sl_entry_at(&stack->journal, entry));
	return lua_tostring(L, -1);
}

/* Pushes a short text of the value at an absolute index, secrets left out. */
static const char *push_text(lua_State *L, int ud, int value) {
	sl_value_text(L, value, 0);
	sl_redact(L, ud);
	size_t length;
	const char *text = lua_tolstring(L, -1, &length);
	if(length > TEXT_LIMIT) {
		lua_pushlstring(L, text, TEXT_LIMIT);
		lua_pushfstring(L, "%s…", lua_tostring(L, -1));
		lua_replace(L, -3);
		lua_pop(L, 1);
	}
	return lua_tostring(L, -1);
}

static void report_at(lua_State *L, int ud, sl_severity severity, uint32_t entry, const char *text) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_entry *e = sl_entry_at(&stack->journal, entry);
	const sl_file *file = e->file ? sl_file_at(stack, e->file) : NULL;
	sl_report(L, stack, severity, file ? file->path : NULL, e->line, "%s", text);
}

static void report_changes(lua_State *L, int ud, uint32_t scope, uint32_t option, const sl_merge *merge) {
	for(size_t i = 0; i < merge->change_count; i++) {
		const sl_kind_change *change = &merge->changes[i];
		int top = lua_gettop(L);
		const char *text = lua_pushfstring(L, "%s was a %s and becomes a %s here, which replaces it whole; write it as a %s to add to it, "
			"or stack.replace(…) to mean it", push_what(L, ud, scope, option), sl_kind_name(change->from), sl_kind_name(change->to),
			sl_kind_name(change->from));
		report_at(L, ud, SL_WARNING, change->sequence, text);
		lua_settop(L, top);
	}
}

/* ======== forces ======== */

static const sl_entry *entry_at(lua_State *L, int ud, uint32_t id) {
	return sl_entry_at(journal_at(L, ud), id);
}

static void report_lost(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t lost, uint32_t force) {
	int top = lua_gettop(L);
	const char *what = push_what(L, ud, scope, option);
	const char *place = push_place(L, ud, force);
	report_at(L, ud, SL_WARNING, lost, lua_pushfstring(L, "%s: this loses against the force at %s; change it there, or take it out here",
		what, place));
	lua_settop(L, top);
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
			report_lost(L, ud, scope, option, id, force);
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

/* The last entry of the host's own that counts: what its administrator wrote. */
static uint32_t last_own(lua_State *L, int ud, const sl_history *history, uint32_t scope) {
	for(size_t i = history->operation_count; i > 0; i--) {
		const sl_entry *entry = entry_at(L, ud, history->operations[i - 1]);
		if((scope == SL_GLOBAL || entry->scope != SL_GLOBAL) && entry->level != SL_DEFAULT) {
			return history->operations[i - 1];
		}
	}
	return 0;
}

/* Collects the operations of a history that are of the scope's own (`own`), or those at force level; pushes the array's userdata. */
static const uint32_t *push_some(lua_State *L, int ud, const sl_history *history, bool own, size_t *count) {
	uint32_t *ids = lua_newuserdatauv(L, history->operation_count * sizeof(*ids) + 1, 0);
	*count = 0;
	for(size_t i = 0; i < history->operation_count; i++) {
		const sl_entry *entry = entry_at(L, ud, history->operations[i]);
		if(own ? entry->scope != SL_GLOBAL : entry->level == SL_FORCE) {
			ids[(*count)++] = history->operations[i];
		}
	}
	return ids;
}

/* A host's own value against the global scope's forces, wherever in the order they stand. */
static void check_host(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	size_t count;
	int top = lua_gettop(L);
	uint32_t own = last_own(L, ud, history, scope);
	const uint32_t *ids = push_some(L, ud, history, true, &count);
	sl_fold(L, ud, ids, count, NULL);
	for(size_t i = 0; own && i < history->operation_count; i++) {
		const sl_entry *force = entry_at(L, ud, history->operations[i]);
		/* A later value was reported already where it undid the force; an earlier one is reported here. */
		if(force->scope == SL_GLOBAL && force->level == SL_FORCE && own < history->operations[i]
				&& entry_at(L, ud, own)->level == SL_PLAIN && !sl_holds(L, ud, history->operations[i], top + 2)) {
			report_lost(L, ud, scope, option, own, history->operations[i]);
			break;
		}
	}
	lua_settop(L, top);
}

/* What an operation demands, as the administrator wrote it. */
static const char *means(lua_State *L, int ud, uint32_t id) {
	const sl_entry *entry = entry_at(L, ud, id);
	sl_operation operation = (sl_operation)entry->operation;
	if(sl_is_constraint(operation)) {
		return lua_pushfstring(L, "stack.%s", sl_operation_name(operation));
	}
	return operation == SL_SET ? "stack.force" : lua_pushfstring(L, "stack.force(stack.%s)", sl_operation_name(operation));
}

static void report_contradiction(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t earlier, uint32_t later) {
	int top = lua_gettop(L);
	const char *what = push_what(L, ud, scope, option);
	const char *place = push_place(L, ud, earlier);
	report_at(L, ud, SL_ERROR, later, lua_pushfstring(L, "%s: %s here and %s at %s contradict each other, no value meets both; change one of them",
		what, means(L, ud, later), means(L, ud, earlier), place));
	lua_settop(L, top);
}

/* Two forces that cannot both hold are an error: of the first pair that shows it. */
static void check_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option) {
	size_t count;
	int top = lua_gettop(L);
	const uint32_t *forces = push_some(L, ud, history, false, &count);
	for(size_t later = 1; later < count; later++) {
		sl_fold(L, ud, forces, later, NULL);
		sl_fold_then(L, ud, forces, later, forces[later]);
		for(size_t i = 0; i < later; i++) {
			if(sl_holds(L, ud, forces[i], top + 2) && !sl_holds(L, ud, forces[i], top + 3)
					&& sl_contradict(journal_at(L, ud), forces[i], forces[later])) {
				report_contradiction(L, ud, scope, option, forces[i], forces[later]);
				lua_settop(L, top);
				return;
			}
		}
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

/* ======== constraints ======== */

static void report_moved(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t own, uint32_t reason, int before, int after) {
	int top = lua_gettop(L);
	const char *what = push_what(L, ud, scope, option);
	const char *place = push_place(L, ud, reason);
	const char *old = push_text(L, ud, before);
	const char *new = push_text(L, ud, after);
	report_at(L, ud, SL_WARNING, own, lua_pushfstring(L, "%s = %s is outside what stack.%s at %s allows and becomes %s", what, old,
		sl_operation_name((sl_operation)entry_at(L, ud, reason)->operation), place, new));
	lua_settop(L, top);
}

/* A force that no longer holds after a constraint moved the value contradicts the constraint. */
static bool contradicts_force(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option, uint32_t reason, int value) {
	for(size_t i = 0; i < history->operation_count; i++) {
		uint32_t id = history->operations[i];
		if(entry_at(L, ud, id)->level == SL_FORCE && !sl_holds(L, ud, id, value)) {
			report_contradiction(L, ud, scope, option, id < reason ? id : reason, id < reason ? reason : id);
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
		uint32_t a = bounds.contradiction[0];
		uint32_t b = bounds.contradiction[1];
		report_contradiction(L, ud, scope, option, a < b ? a : b, a < b ? b : a);
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
		uint32_t own = last_own(L, ud, history, scope);
		bool later = own > reason || (scope != SL_GLOBAL && entry_at(L, ud, reason)->scope == SL_GLOBAL);
		if(own && later && !lua_isnil(L, value)) {
			report_moved(L, ud, scope, option, own, reason, value, value + 1);
		}
	}
	lua_replace(L, value);
	return true;
}

/* ======== values ======== */

void sl_push_result(lua_State *L, int ud, uint32_t slot) {
	lua_getiuservalue(L, ud, SL_UV_RESULTS);
	lua_rawgeti(L, -1, slot);
	lua_remove(L, -2);
}

/* Pops a value and stores it as the slot's. */
static void set_result(lua_State *L, int ud, uint32_t slot) {
	lua_getiuservalue(L, ud, SL_UV_RESULTS);
	lua_insert(L, -2);
	lua_rawseti(L, -2, slot);
	lua_pop(L, 1);
}

/* Pushes the value in force of an option in a scope. */
static void push_result_of(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	uint32_t slot = sl_slot_id(L, journal_at(L, ud), scope, option, false);
	if(slot) {
		sl_push_result(L, ud, slot);
	} else {
		lua_pushnil(L);
	}
}

/* Does one operation, a plain set without anything beside it, decide? Then there is nothing to check. */
static bool is_simple(const sl_history *history) {
	return history->operation_count == 1 && !history->constraint_count && !(history->levels & (1U << SL_FORCE));
}

static void resolve_slot(lua_State *L, int ud, uint32_t slot_id, uint32_t each) {
	const sl_slot *slot = sl_slot_at(journal_at(L, ud), slot_id);
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
			check_losses(L, ud, &history, scope, option);
			if(scope != SL_GLOBAL) {
				check_host(L, ud, &history, scope, option);
			}
			check_forces(L, ud, &history, scope, option);
		}
		bool inherits = scope != SL_GLOBAL && lua_isnil(L, -1);
		if(inherits) {
			lua_pop(L, 1);
			push_result_of(L, ud, SL_GLOBAL, option);
		}
		if(!bound(L, ud, &history, scope, option) && inherits) {
			lua_pop(L, 1);   /* what the host inherits needs no value of its own */
			lua_pushnil(L);
		}
	}
	set_result(L, ud, slot_id);
	lua_settop(L, top);
}

/* ======== what a later global value does not reach ======== */

typedef struct unreached {
	lua_State *L;
	int ud;
	uint32_t *counts;     /* by option: how many hosts */
	uint32_t *globals;    /* by option: the last plain global set, 0 where there is none */
	uint32_t options;
} unreached;

static void find_global_sets(unreached *u) {
	const sl_journal *journal = journal_at(u->L, u->ud);
	const sl_scope *global = sl_scope_at(journal, SL_GLOBAL);
	for(uint32_t id = global->first_slot; id; id = sl_slot_at(journal, id)->next_in_scope) {
		const sl_slot *slot = sl_slot_at(journal, id);
		for(uint32_t e = slot->first; e && slot->option > SL_OPT_MODULES_DISABLED; e = sl_entry_at(journal, e)->next) {
			const sl_entry *entry = sl_entry_at(journal, e);
			if(entry->operation == SL_SET && entry->level == SL_PLAIN && !entry->path) {
				u->globals[slot->option] = e;
			}
		}
	}
}

static void report_unreached(unreached *u, uint32_t scope, uint32_t option, uint32_t global, uint32_t own) {
	lua_State *L = u->L;
	int top = lua_gettop(L);
	if(u->counts[option]++ < NAMED_HOSTS) {
		const char *what = push_what(L, u->ud, scope, option);
		const char *place = push_place(L, u->ud, own);
		report_at(L, u->ud, SL_WARNING, global, lua_pushfstring(L, "%s keeps its own value, set earlier at %s: a host's value beats a "
			"global one however late; set it in the host, or for every host with stack.each(\"host\", …)", what, place));
	}
	lua_settop(L, top);
}

static void check_reach(unreached *u, uint32_t slot_id, uint32_t each) {
	lua_State *L = u->L;
	const sl_slot *slot = sl_slot_at(journal_at(L, u->ud), slot_id);
	uint32_t global = slot->option < u->options ? u->globals[slot->option] : 0;
	if(!global || (slot->last && slot->last > global)) {
		return;
	}
	uint32_t scope = slot->scope;
	uint32_t option = slot->option;
	int top = lua_gettop(L);
	sl_history history;
	sl_history_push(L, u->ud, scope, each, option, false, &history);
	uint32_t own = last_own(L, u->ud, &history, scope);
	if(own && own < global) {
		sl_push_result(L, u->ud, slot_id);
		sl_push_value(L, u->ud, entry_at(L, u->ud, global));
		if(!lua_isnil(L, -2) && !sl_value_equal(L, -2, -1)) {
			report_unreached(u, scope, option, global, own);
		}
	}
	lua_settop(L, top);
}

static void report_rest(unreached *u) {
	for(uint32_t option = 1; option < u->options; option++) {
		if(u->counts[option] > NAMED_HOSTS) {
			int top = lua_gettop(u->L);
			sl_push_option_name(u->L, u->ud, option);
			report_at(u->L, u->ud, SL_WARNING, u->globals[option], lua_pushfstring(u->L, "%s: %d more hosts keep their own value",
				luaL_tolstring(u->L, -1, NULL), (int)(u->counts[option] - NAMED_HOSTS)));
			lua_settop(u->L, top);
		}
	}
}

/* ======== module lists ======== */

/* Does a force of the slot's history add (or with `removes` remove) the element at the absolute index? Returns the entry. */
static uint32_t forced_element(lua_State *L, int ud, uint32_t scope, uint32_t option, int element) {
	sl_journal *journal = journal_at(L, ud);
	uint32_t slot = sl_slot_id(L, journal, scope, option, false);
	uint32_t found = 0;
	for(uint32_t id = slot ? sl_slot_at(journal, slot)->first : 0; id && !found; id = sl_entry_at(journal, id)->next) {
		const sl_entry *entry = sl_entry_at(journal, id);
		if(entry->level == SL_FORCE && sl_adds_elements(journal, entry)) {
			int top = lua_gettop(L);
			sl_push_value(L, ud, entry);
			lua_createtable(L, 1, 0);
			lua_pushvalue(L, element);
			lua_rawseti(L, -2, 1);
			sl_merge merge;
			sl_merge_start(&merge, L);
			sl_merge_apply(&merge, SL_RULE_APPEND, SL_APPEND, top + 1, 1);
			size_t before = merge.union_count;
			sl_merge_apply(&merge, SL_RULE_APPEND, SL_REMOVE, top + 2, 2);
			found = merge.union_count < before ? id : 0;
			lua_settop(L, top);
		}
	}
	return found;
}

/* Applies an operation with the value at the top of the stack (popped) to a slot's result. */
static void change_result(lua_State *L, int ud, uint32_t slot, sl_operation operation, uint32_t sequence) {
	int value = lua_gettop(L);
	sl_merge merge;
	sl_push_result(L, ud, slot);
	sl_merge_start(&merge, L);
	sl_merge_apply(&merge, SL_RULE_REPLACE, SL_SET, value + 1, 1);
	sl_merge_apply(&merge, SL_RULE_APPEND, operation, value, sequence);
	sl_merge_finish(&merge);
	set_result(L, ud, slot);
	lua_settop(L, value - 1);
}

/* Is the element at the absolute index in the value in force of an option? */
static bool is_in_result(lua_State *L, int ud, uint32_t scope, uint32_t option, int element) {
	push_result_of(L, ud, scope, option);
	int value = lua_gettop(L);
	size_t length = sl_is_plain_table(L, value) ? (size_t)lua_rawlen(L, value) : 0;
	bool found = length == 0 && sl_value_equal(L, element, value);
	for(size_t i = 1; i <= length && !found; i++) {
		lua_rawgeti(L, value, (lua_Integer)i);
		found = sl_value_equal(L, element, -1);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return found;
}

/* A module that the host removes but the global list enables is disabled in the host, since Prosody unites the two lists. */
static void disable_removed(lua_State *L, int ud, uint32_t scope, uint32_t remove, int element) {
	if(is_in_result(L, ud, scope, SL_OPT_MODULES_ENABLED, element) || !is_in_result(L, ud, SL_GLOBAL, SL_OPT_MODULES_ENABLED, element)
			|| is_in_result(L, ud, scope, SL_OPT_MODULES_DISABLED, element)) {
		return;
	}
	uint32_t force = forced_element(L, ud, SL_GLOBAL, SL_OPT_MODULES_ENABLED, element);
	if(force) {
		report_lost(L, ud, scope, SL_OPT_MODULES_ENABLED, remove, force);
		return;
	}
	uint32_t slot = sl_slot_id(L, journal_at(L, ud), scope, SL_OPT_MODULES_DISABLED, true);
	lua_pushvalue(L, element);
	change_result(L, ud, slot, SL_APPEND, remove);
}

static void settle_removals(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	sl_history history;
	int top = lua_gettop(L);
	sl_history_push(L, ud, scope, each, SL_OPT_MODULES_ENABLED, false, &history);
	for(size_t i = 0; i < history.operation_count; i++) {
		uint32_t id = history.operations[i];
		if(entry_at(L, ud, id)->operation != SL_REMOVE || entry_at(L, ud, id)->scope == SL_GLOBAL) {
			continue;
		}
		sl_push_value(L, ud, entry_at(L, ud, id));
		int value = lua_gettop(L);
		size_t length = sl_is_plain_table(L, value) ? (size_t)lua_rawlen(L, value) : 0;
		for(size_t k = 1; k <= length; k++) {
			lua_rawgeti(L, value, (lua_Integer)k);
			disable_removed(L, ud, scope, id, value + 1);
			lua_settop(L, value);
		}
		if(!length) {
			disable_removed(L, ud, scope, id, value);
		}
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

/* A module that is forced into modules_disabled leaves the host's modules_enabled, which would beat a global modules_disabled. */
static void settle_disabled(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	int top = lua_gettop(L);
	uint32_t slot = sl_slot_id(L, journal_at(L, ud), scope, SL_OPT_MODULES_ENABLED, false);
	if(!slot) {
		return;
	}
	sl_push_result(L, ud, slot);
	int enabled = top + 1;
	size_t length = sl_is_plain_table(L, enabled) ? (size_t)lua_rawlen(L, enabled) : 0;
	for(size_t i = 1; i <= length; i++) {
		lua_rawgeti(L, enabled, (lua_Integer)i);
		int element = lua_gettop(L);
		uint32_t force = forced_element(L, ud, SL_GLOBAL, SL_OPT_MODULES_DISABLED, element);
		force = force ? force : forced_element(L, ud, scope, SL_OPT_MODULES_DISABLED, element);
		force = force || !each ? force : forced_element(L, ud, each, SL_OPT_MODULES_DISABLED, element);
		if(force) {
			sl_history history;
			sl_history_push(L, ud, scope, each, SL_OPT_MODULES_ENABLED, false, &history);
			uint32_t own = last_own(L, ud, &history, scope);
			if(own) {
				report_lost(L, ud, scope, SL_OPT_MODULES_ENABLED, own, force);
			}
			lua_pushvalue(L, element);
			change_result(L, ud, slot, SL_REMOVE, force);
		}
		lua_settop(L, enabled);
	}
	lua_settop(L, top);
}

/* A component whose module two layers name differently. */
static void check_module(lua_State *L, int ud, uint32_t scope) {
	sl_history history;
	int top = lua_gettop(L);
	uint32_t before = 0;
	sl_history_push(L, ud, scope, 0, SL_OPT_COMPONENT_MODULE, false, &history);
	for(size_t i = 0; i < history.operation_count; i++) {
		uint32_t id = history.operations[i];
		if(entry_at(L, ud, id)->level != SL_PLAIN) {
			continue;
		}
		sl_push_value(L, ud, entry_at(L, ud, id));
		if(before) {
			sl_push_value(L, ud, entry_at(L, ud, before));
			if(!sl_value_equal(L, -1, -2)) {
				sl_push_scope_name(L, ud, scope);
				const char *host = lua_tostring(L, -1);
				const char *module = push_text(L, ud, top + 2);
				const char *other = push_text(L, ud, top + 3);
				const char *place = push_place(L, ud, before);
				report_at(L, ud, SL_WARNING, id, lua_pushfstring(L, "Component \"%s\" is given the module %s here and %s at %s; this one holds",
					host, module, other, place));
			}
		}
		before = id;
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

/* ======== the whole ======== */

/* What stack.each says of an option reaches a host that says nothing of it: it needs a slot. */
static void make_slots(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	sl_journal *journal = journal_at(L, ud);
	for(uint32_t id = each ? sl_scope_at(journal, each)->first_slot : 0; id; id = sl_slot_at(journal, id)->next_in_scope) {
		sl_slot_id(L, journal, scope, sl_slot_at(journal, id)->option, true);
	}
}

static void resolve_scope(lua_State *L, int ud, uint32_t scope, uint32_t each, unreached *u) {
	const sl_journal *journal = journal_at(L, ud);
	make_slots(L, ud, scope, each);
	for(uint32_t id = sl_scope_at(journal, scope)->first_slot; id; id = sl_slot_at(journal, id)->next_in_scope) {
		resolve_slot(L, ud, id, each);
	}
	if(scope == SL_GLOBAL) {
		return;
	}
	for(uint32_t id = sl_scope_at(journal, scope)->first_slot; id; id = sl_slot_at(journal, id)->next_in_scope) {
		check_reach(u, id, each);
	}
	settle_removals(L, ud, scope, each);
	settle_disabled(L, ud, scope, each);
	check_module(L, ud, scope);
}

void sl_resolve(lua_State *L, int ud) {
	sl_journal *journal = journal_at(L, ud);
	luaL_checkstack(L, 20, "resolving the options");
	int top = lua_gettop(L);
	lua_newtable(L);
	lua_setiuservalue(L, ud, SL_UV_RESULTS);
	uint32_t options = (uint32_t)journal->rules.count;
	unreached u = { .L = L, .ud = ud, .options = options };
	u.counts = memset(lua_newuserdatauv(L, options * sizeof(uint32_t), 0), 0, options * sizeof(uint32_t));
	u.globals = memset(lua_newuserdatauv(L, options * sizeof(uint32_t), 0), 0, options * sizeof(uint32_t));
	resolve_scope(L, ud, SL_GLOBAL, 0, &u);
	find_global_sets(&u);
	for(uint32_t scope = SL_GLOBAL + 1; scope < sl_scope_count(journal); scope++) {
		if(sl_is_host(L, ud, scope)) {
			resolve_scope(L, ud, scope, sl_each_scope(L, ud, scope), &u);
		}
	}
	report_rest(&u);
	lua_settop(L, top);
}
