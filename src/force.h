/* force.h: what a force demands, and whether a value meets it. */
#ifndef SL_FORCE_H
#define SL_FORCE_H

#include "journal.h"

/* Does the operation add elements to a list, rather than decide a value whole? */
bool sl_adds_elements(const sl_journal *journal, const sl_entry *entry);

/* Is the value at the absolute index (nil: unset) as the operation demands? */
bool sl_holds(lua_State *L, int ud, uint32_t operation, int value);

/* Two forces of which the later undid the earlier: do they contradict each other? Two different sets do, adding and removing one element, and
 * whatever undoes another layer's force in the same scope. Adding to a list that was set refines it: who means exactly this list forces
 * stack.replace. */
bool sl_contradict(const sl_journal *journal, uint32_t earlier, uint32_t later);

#endif
