/* bounded.h: what the constraints of an option make of its value: as a whole, and of each key of a map that one of them speaks of. */
#ifndef SL_BOUNDED_H
#define SL_BOUNDED_H

#include "journal.h"

/* One thing that a constraint did. The indices are of the Lua stack. */
typedef struct sl_move {
	uint32_t reason;     /* the constraint, an entry of the journal */
	uint32_t other;      /* another that no value meets together with it, and nothing was moved; else 0 */
	int from, to;        /* the option's value before and after */
	int part, moved;     /* what the constraint speaks of, before and after: the values themselves, or what their key leads to */
} sl_move;

typedef void sl_on_move(void *context, const sl_move *move);

/* Replaces the value at the top of the stack (nil: unset) by what the constraints allow; tables that were handed in stay as they are. Tells
 * on_move of each change and each contradiction. Returns whether there was a change. */
bool sl_bound_value(lua_State *L, int ud, const uint32_t *constraints, size_t count, sl_on_move *on_move, void *context);

#endif
