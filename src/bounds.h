/* bounds.h: constraints: at_most and at_least on numbers, sizes and durations, one_of on scalars, subset_of on lists. A value is measured as Prosody reads the option
 * (measure.h). Outside of every bound are: a value that one of the option's readers does not take as it stands, and a negative number, which many
 * readers take for "no limit", unless the bound is negative itself. */
#ifndef SL_BOUNDS_H
#define SL_BOUNDS_H

#include "journal.h"
#include "measure.h"

/* Raises an error where the value at `index` cannot be the constraint's bound. The constraint is one on the option, or on a key in its map: `path`
 * is the index of an array of keys, 0 or that of nil for the option itself. */
void sl_check_bound(lua_State *L, int ud, uint32_t option, int path, sl_operation operation, int index);

/* What several constraints of one option, or of one key in its map, leave: entries of the journal, 0 where there is none. */
typedef struct sl_bounds {
	sl_measuring measuring;
	uint32_t most, least;      /* the tightest */
	uint32_t one_of, subset;   /* the first of them */
	const uint32_t *constraints;
	size_t count;
	uint32_t contradiction[2]; /* two that no value meets; 0 where there are none */
} sl_bounds;

/* Intersects constraints, which are at least one, all on the same option or key. */
void sl_bounds_gather(lua_State *L, int ud, const uint32_t *constraints, size_t count, sl_bounds *bounds);

/* Replaces the value at the top of the stack (nil: unset) by the bound where it is outside. Returns the constraint that
 * moved it, 0 where it stayed. */
uint32_t sl_bounds_apply(lua_State *L, int ud, const sl_bounds *bounds);

/* Pushes words that say which reader does not take the value at the index, as a clause to append to a message; "" where all do. */
const char *sl_push_unread(lua_State *L, int ud, uint32_t constraint, int index);

/* How the values that a constraint bounds are read, where the table of readers has no row for the option; NULL where it has one. */
const char *sl_bound_note(lua_State *L, int ud, uint32_t constraint);

#endif
