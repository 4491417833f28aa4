#include "history.h"

#include <string.h>

#include "force.h"
#include "stack.h"

/* ======== gathering ======== */

/* A place in one slot's chain of entries. */
typedef struct cursor {
	uint32_t entry;
	bool forces_only;    /* the global scope's forces reach into hosts, the rest of it does not */
	uint32_t pending;    /* after the sealed entries come the running layer's */
} cursor;

static cursor cursor_at(lua_State *L, int ud, uint32_t scope, uint32_t option, bool forces_only) {
	const sl_journal *journal = sl_journal_of(L, ud);
	uint32_t id = scope ? sl_slot_id(L, ud, scope, option, false) : 0;
	cursor c = { .forces_only = forces_only };
	if(id) {
		const sl_slot *slot = sl_slot_at(journal, id);
		c.entry = slot->first ? slot->first : slot->pending;
		c.pending = slot->first ? slot->pending : 0;
	}
	return c;
}

static void advance(const sl_journal *journal, cursor *c) {
	c->entry = sl_entry_at(journal, c->entry)->next;
	if(!c->entry) {
		c->entry = c->pending;
		c->pending = 0;
	}
}

/* Module lists: Prosody itself unites a host's with the global one. */
static bool is_united(uint32_t option) {
	return option == SL_OPT_MODULES_ENABLED || option == SL_OPT_MODULES_DISABLED;
}

static bool skips(const sl_journal *journal, const cursor *c) {
	const sl_entry *entry = sl_entry_at(journal, c->entry);
	sl_operation operation = (sl_operation)entry->operation;
	if(!c->forces_only || sl_is_constraint(operation)) {
		return false;
	}
	return entry->level != SL_FORCE || (is_united(entry->option) && !entry->path && sl_adds_elements(journal, entry));
}

/* The cursor with the lowest entry, or NULL at the end of all. */
static cursor *lowest(const sl_journal *journal, cursor *cursors, size_t count) {
	cursor *found = NULL;
	for(size_t i = 0; i < count; i++) {
		while(cursors[i].entry && skips(journal, &cursors[i])) {
			advance(journal, &cursors[i]);
		}
		if(cursors[i].entry && (!found || cursors[i].entry < found->entry)) {
			found = &cursors[i];
		}
	}
	return found;
}

/* Counts, and with arrays fills in, what the cursors see. */
static void gather(const sl_journal *journal, cursor *cursors, size_t count, uint32_t *operations, uint32_t *constraints,
		sl_history *history) {
	cursor *c;
	history->operation_count = history->constraint_count = 0;
	while((c = lowest(journal, cursors, count))) {
		const sl_entry *entry = sl_entry_at(journal, c->entry);
		if(sl_is_constraint((sl_operation)entry->operation)) {
			if(constraints) {
				constraints[history->constraint_count] = c->entry;
			}
			history->constraint_count++;
		} else {
			if(operations) {
				operations[history->operation_count] = c->entry;
			}
			history->operation_count++;
			history->levels |= (uint8_t)(1U << entry->level);
			history->own = history->own || !c->forces_only;
		}
		advance(journal, c);
	}
}

/* The global scope's forces are for hosts that have a value of their own. Where the host's operations come to nothing, it inherits the
 * global value, whole. */
static void drop_idle_forces(lua_State *L, int ud, uint32_t *ids, sl_history *history) {
	const sl_journal *journal = sl_journal_of(L, ud);
	uint32_t *own = lua_newuserdatauv(L, history->operation_count * sizeof(*own) + 1, 0);
	size_t count = 0;
	for(size_t i = 0; i < history->operation_count; i++) {
		if(sl_entry_at(journal, ids[i])->scope != SL_GLOBAL) {
			own[count++] = ids[i];
		}
	}
	if(count < history->operation_count) {
		sl_fold(L, ud, own, count, NULL);
		if(lua_isnil(L, -1)) {
			memcpy(ids, own, count * sizeof(*ids));
			history->operation_count = count;
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

void sl_history_push(lua_State *L, int ud, uint32_t scope, uint32_t each, uint32_t option, bool alone, sl_history *history) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	luaL_checkstack(L, 4, "gathering an option's history");
	cursor start[] = {
		cursor_at(L, ud, scope, option, false),
		cursor_at(L, ud, each, option, false),
		cursor_at(L, ud, alone || scope == SL_GLOBAL ? 0 : SL_GLOBAL, option, true),
	};
	size_t count = sizeof(start) / sizeof(*start);
	cursor again[] = { start[0], start[1], start[2] };
	*history = (sl_history) { .own = false };
	gather(journal, start, count, NULL, NULL, history);
	size_t total = history->operation_count + history->constraint_count;
	uint32_t *ids = lua_newuserdatauv(L, total * sizeof(*ids) + 1, 0);
	history->operations = ids;
	history->constraints = ids + history->operation_count;
	gather(journal, again, count, ids, ids + history->operation_count, history);
	if(history->own && scope != SL_GLOBAL) {
		drop_idle_forces(L, ud, ids, history);
	}
}

uint32_t sl_last_own(lua_State *L, int ud, const sl_history *history, uint32_t scope, bool defaults) {
	const sl_journal *journal = sl_journal_of(L, ud);
	for(size_t i = history->operation_count; i > 0; i--) {
		const sl_entry *entry = sl_entry_at(journal, history->operations[i - 1]);
		if((scope == SL_GLOBAL || entry->scope != SL_GLOBAL) && (defaults || entry->level != SL_DEFAULT)) {
			return history->operations[i - 1];
		}
	}
	return 0;
}

/* ======== folding ======== */

static void apply_entry(lua_State *L, int ud, sl_merge *merge, uint32_t id) {
	const sl_journal *journal = sl_journal_of(L, ud);
	const sl_entry *entry = sl_entry_at(journal, id);
	sl_operation operation = (sl_operation)entry->operation;
	int top = lua_gettop(L);
	sl_push_value(L, ud, entry);
	if(entry->path) {
		sl_push_path(L, ud, entry);
		sl_merge_apply_at(merge, top + 2, operation, top + 1, id);
	} else {
		sl_merge_apply(merge, sl_rule_of(journal, entry->option), operation, top + 1, id);
	}
	lua_settop(L, top);
}

/* The order in which levels are applied. The global scope's forces come on top of all that a host says, its forces included. */
enum { RANKS = SL_FORCE + 2 };

static int rank_of(const sl_entry *entry) {
	return entry->level + (entry->level == SL_FORCE && entry->scope == SL_GLOBAL);
}

static void fold_levels(lua_State *L, int ud, sl_merge *merge, const uint32_t *operations, size_t count) {
	const sl_journal *journal = sl_journal_of(L, ud);
	for(int rank = 0; rank < RANKS; rank++) {
		for(size_t i = 0; i < count; i++) {
			if(rank_of(sl_entry_at(journal, operations[i])) == rank) {
				apply_entry(L, ud, merge, operations[i]);
			}
		}
	}
}

void sl_fold(lua_State *L, int ud, const uint32_t *operations, size_t count, sl_merge *changes) {
	const sl_journal *journal = sl_journal_of(L, ud);
	luaL_checkstack(L, 8, "merging an option");
	if(changes) {
		changes->change_count = 0;
	}
	if(count == 1) {
		const sl_entry *entry = sl_entry_at(journal, operations[0]);
		if(entry->operation == SL_SET && !entry->path) {
			sl_push_value(L, ud, entry);   /* what only one layer says passes untouched */
			return;
		}
	}
	sl_merge merge;
	sl_merge_start(&merge, L);
	fold_levels(L, ud, &merge, operations, count);
	if(changes) {
		*changes = merge;
	}
	sl_merge_finish(&merge);
}

static bool is_one_rank(const sl_journal *journal, const uint32_t *operations, size_t count) {
	for(size_t i = 1; i < count; i++) {
		if(rank_of(sl_entry_at(journal, operations[i])) != rank_of(sl_entry_at(journal, operations[0]))) {
			return false;
		}
	}
	return true;
}

/* Operations of one rank are applied in their order, so one accumulator sees them all; of several, each step begins anew. */
void sl_fold_each(lua_State *L, int ud, const uint32_t *operations, size_t count, void (*made)(void *context, uint32_t operation), void *context) {
	if(!is_one_rank(sl_journal_of(L, ud), operations, count)) {
		for(size_t i = 0; i < count; i++) {
			sl_fold(L, ud, operations, i + 1, NULL);
			made(context, operations[i]);
		}
		return;
	}
	sl_merge merge;
	luaL_checkstack(L, 8, "merging an option");
	sl_merge_start(&merge, L);
	for(size_t i = 0; i < count; i++) {
		apply_entry(L, ud, &merge, operations[i]);
		sl_merge_push(&merge);
		made(context, operations[i]);
	}
	sl_merge_finish(&merge);
	lua_pop(L, 1);
}

void sl_fold_then(lua_State *L, int ud, const uint32_t *operations, size_t count, uint32_t last) {
	sl_merge merge;
	sl_merge_start(&merge, L);
	fold_levels(L, ud, &merge, operations, count);
	apply_entry(L, ud, &merge, last);
	sl_merge_finish(&merge);
}
