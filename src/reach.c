#include "reach.h"

#include <string.h>

#include "report.h"
#include "resolve.h"

/* How many hosts are named one by one when the same thing happens to many. */
enum { NAMED_HOSTS = 3 };

static void find_global_sets(sl_reach *u) {
	const sl_journal *journal = &sl_stack_at(u->L, u->ud)->journal;
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

static void report_unreached(sl_reach *u, uint32_t scope, uint32_t option, uint32_t global, uint32_t own) {
	lua_State *L = u->L;
	int top = lua_gettop(L);
	if(u->counts[option]++ < NAMED_HOSTS) {
		const char *what = sl_push_what(L, u->ud, scope, option);
		const char *place = sl_push_entry_place(L, u->ud, own);
		sl_report_at(L, u->ud, SL_WARNING, SL_ON_REACH, global, lua_pushfstring(L, "%s keeps its own value, set earlier at %s: a host's value beats a "
			"global one however late; set it in the host, or for every host with stack.each(\"host\", …)", what, place));
	}
	lua_settop(L, top);
}

void sl_check_reach(sl_reach *u, uint32_t slot_id, uint32_t each) {
	lua_State *L = u->L;
	const sl_slot *slot = sl_slot_at(&sl_stack_at(L, u->ud)->journal, slot_id);
	uint32_t global = slot->option < u->options ? u->globals[slot->option] : 0;
	if(!global || (slot->last && slot->last > global)) {
		return;
	}
	uint32_t scope = slot->scope;
	uint32_t option = slot->option;
	int top = lua_gettop(L);
	sl_history history;
	sl_history_push(L, u->ud, scope, each, option, false, &history);
	uint32_t own = sl_last_own(L, u->ud, &history, scope, true);
	sl_fold(L, u->ud, history.operations, history.operation_count, NULL);
	if(own && own < global && !lua_isnil(L, -1)) {
		sl_push_result(L, u->ud, slot_id);
		sl_push_value(L, u->ud, sl_entry_of(L, u->ud, global));
		sl_push_result_of(L, u->ud, SL_GLOBAL, option);
		if(!lua_isnil(L, -3) && !sl_value_equal(L, -3, -2) && !sl_value_equal(L, -3, -1)) {
			report_unreached(u, scope, option, global, own);
		}
	}
	lua_settop(L, top);
}

void sl_report_reach(sl_reach *u) {
	for(uint32_t option = 1; option < u->options; option++) {
		if(u->counts[option] > NAMED_HOSTS) {
			int top = lua_gettop(u->L);
			sl_push_option_name(u->L, u->ud, option);
			sl_report_at(u->L, u->ud, SL_WARNING, SL_ON_REACH, u->globals[option], lua_pushfstring(u->L, "%s: %d more hosts keep their own value",
				luaL_tolstring(u->L, -1, NULL), (int)(u->counts[option] - NAMED_HOSTS)));
			lua_settop(u->L, top);
		}
	}
}


void sl_start_reach(lua_State *L, int ud, sl_reach *u) {
	uint32_t options = (uint32_t)sl_stack_at(L, ud)->journal.options.count;
	*u = (sl_reach) { .L = L, .ud = ud, .options = options };
	u->counts = memset(lua_newuserdatauv(L, options * sizeof(uint32_t), 0), 0, options * sizeof(uint32_t));
	u->globals = memset(lua_newuserdatauv(L, options * sizeof(uint32_t), 0), 0, options * sizeof(uint32_t));
	find_global_sets(u);
}
