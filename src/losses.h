/* losses.h: what loses against a force, and forces that contradict each other. */
#ifndef SL_LOSSES_H
#define SL_LOSSES_H

#include "history.h"

/* Reports every later plain operation that undoes a force, a host's value that a global force overrides, and forces that contradict
 * each other. */
void sl_check_forces(lua_State *L, int ud, const sl_history *history, uint32_t scope, uint32_t option);

#endif
