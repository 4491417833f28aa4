/* section.h: what `prosodyctl check config` says of the stack. */
#ifndef SL_SECTION_H
#define SL_SECTION_H

#include "stack.h"

/* Lets lua/stackloader/section.lua print the layers and findings. False where that file is not installed beside the module; else *errors is
 * the number of findings that must not stay. */
bool sl_show_section(lua_State *L, int ud, lua_Integer *errors);

#endif
