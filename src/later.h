/* later.h: what the main file sets behind stackloader.load. It wins, as in any Prosody file, and is judged by what the layers say. */
#ifndef SL_LATER_H
#define SL_LATER_H

#include "stack.h"

/* Appends findings to the list at the absolute index: a warning for each option that is no longer what the layers made of it, and in its place an
 * error for each force, constraint and rule that it breaks. */
void sl_find_later(lua_State *L, int ud, int list);

#endif
