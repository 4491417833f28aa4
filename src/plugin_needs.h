/* plugin_needs.h: what the file of a module says that it cannot load without. No Lua in here. */
#ifndef SL_PLUGIN_NEEDS_H
#define SL_PLUGIN_NEEDS_H

#include "list.h"

typedef struct sl_plugin_needs {
	sl_list modules;                 /* other modules */
	sl_list lua, conflicts, requires; /* words of the header (header.h), the last line of each key; `names` is NULL where there is no such line */
} sl_plugin_needs;

/* Reads the text of a module. A module that it needs is one that the text gives to module:depends on a line that is not indented: what stands in a block
 * is needed only at times, and module:depends(name, true) loads the other module where it is there. Below sl_protect. */
void sl_find_needs(sl_arena *arena, const char *text, size_t length, sl_plugin_needs *needs);

#endif
