/* subset.h: the constraint stack.subset_of: which elements a list may have. */
#ifndef SL_SUBSET_H
#define SL_SUBSET_H

#include "journal.h"

/* Of the constraints, those that are subset_of: takes what one of them leaves out from the value at the top of the stack, where it is a list, a
 * map (by its keys) or a single value; an unset value (nil) becomes the list of all that they allow. Returns the first constraint that
 * changed something, 0 where none did. */
uint32_t sl_subset_apply(lua_State *L, int ud, const uint32_t *constraints, size_t count);

#endif
