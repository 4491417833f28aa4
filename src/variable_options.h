/* variable_options.h: the axis `variables`: PROSODY_OPTION_<NAME>=value sets one global option without a file. */
#ifndef SL_VARIABLE_OPTIONS_H
#define SL_VARIABLE_OPTIONS_H

#include "stack.h"

void sl_import_variables(lua_State *L, int ud);

#endif
