/* bounds.h: constraints: at_most and at_least on numbers, sizes and durations, one_of on scalars, subset_of on lists. */
#ifndef SL_BOUNDS_H
#define SL_BOUNDS_H

#include "journal.h"

/* Raises an error where the value at `index` cannot be the constraint's bound. */
void sl_check_bound(lua_State *L, sl_operation operation, int index);

/* What several constraints of one option, or of one key in its map, leave: entries of the journal, 0 where there is none. */
typedef struct sl_bounds {
	uint32_t most, least;      /* the tightest */
	uint32_t one_of, subset;   /* the first of them */
	const uint32_t *constraints;
	size_t count;
	uint32_t contradiction[2]; /* two that no value meets; 0 where there are none */
} sl_bounds;

/* Intersects constraints. */
void sl_bounds_gather(lua_State *L, int ud, const uint32_t *constraints, size_t count, sl_bounds *bounds);

/* Replaces the value at the top of the stack (nil: unset) by the bound where it is outside. Returns the constraint that
 * moved it, 0 where it stayed. */
uint32_t sl_bounds_apply(lua_State *L, int ud, const sl_bounds *bounds);

#endif
