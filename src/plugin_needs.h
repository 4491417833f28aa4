/* plugin_needs.h: which modules a module cannot load without. No Lua in here. */
#ifndef SL_PLUGIN_NEEDS_H
#define SL_PLUGIN_NEEDS_H

#include "list.h"

/* Adds the names that the text of a module gives to module:depends on a line that is not indented. What stands in a block is needed only at times, and
 * module:depends(name, true) loads the other module where it is there. Below sl_protect. */
void sl_find_needs(sl_arena *arena, const char *text, size_t length, sl_list *names);

#endif
