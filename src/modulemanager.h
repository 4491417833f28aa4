/* modulemanager.h: what Prosody's core/modulemanager.lua says of which modules load, read from its text. No Lua in here. */
#ifndef SL_MODULEMANAGER_H
#define SL_MODULEMANAGER_H

#include "list.h"

typedef struct sl_modulemanager {
	sl_list automatic;   /* autoload_modules: what every host loads */
	bool platform;            /* it has prosody.platform as well */
	sl_list inheritable; /* component_inheritable_modules, or the same with default_ before it: what components take over of the global list */
	sl_list headers;     /* the keys of a module's header (header.h) that it looks at */
} sl_modulemanager;

/* Reads a chunk. Never fails: the names of a list that is not found are NULL. Linear in time. Below sl_protect. */
void sl_modulemanager_read(sl_arena *arena, const char *text, size_t length, sl_modulemanager *found);

#endif
