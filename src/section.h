/* section.h: what `prosodyctl check config` says of the stack, and the server's log. */
#ifndef SL_SECTION_H
#define SL_SECTION_H

#include "stack.h"

/* Lets lua/stackloader/section.lua print the layers and findings. False where that file is not installed beside the module; else *errors is
 * the number of findings that must not stay. */
bool sl_show_section(lua_State *L, int ud, lua_Integer *errors);

/* In the server: lets lua/stackloader/later_log.lua log, at the start and after each reload, what the main file sets behind the call and must not. */
void sl_log_later(lua_State *L);

#endif
