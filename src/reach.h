/* reach.h: later global values that do not reach a host which has its own. */
#ifndef SL_REACH_H
#define SL_REACH_H

#include "history.h"

typedef struct sl_reach {
	lua_State *L;
	int ud;
	uint32_t *counts;     /* by option: how many hosts */
	uint32_t *globals;    /* by option: the last plain global set, 0 where there is none */
	uint32_t options;
} sl_reach;

/* Begins; pushes two userdata that must stay on the stack until sl_report_reach. The global scope must be resolved. */
void sl_start_reach(lua_State *L, int ud, sl_reach *u);

/* Looks at one slot of a resolved host. */
void sl_check_reach(sl_reach *u, uint32_t slot_id, uint32_t each);

/* Sums up the hosts that were not named one by one. */
void sl_report_reach(sl_reach *u);

#endif
