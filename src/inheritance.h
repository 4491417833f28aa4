/* inheritance.h: which modules of the global list a component takes over, as the installed Prosody has it. */
#ifndef SL_INHERITANCE_H
#define SL_INHERITANCE_H

#include "stack.h"

/* Does a component of that module (NULL: an external one) take over the module where the global modules_enabled has it? core/modulemanager.lua of
 * the installed Prosody has a list for all components; from 13.0.6 on, a component's module adds to it with its header inherit_modules. Both are
 * read from the source, once a stack. Where the list is not found there, every module counts as taken over, so that a force holds; outside Prosody
 * there is nothing to read, and the list of Prosody 13.0.7 counts. */
bool sl_takes_over(lua_State *L, int ud, const char *component, const char *module);

#endif
