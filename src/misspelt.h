/* misspelt.h: variables that say nothing because of how they are written. */
#ifndef SL_MISSPELT_H
#define SL_MISSPELT_H

#include "stack.h"

/* Reports variables that nothing in the tree reads, chosen or not, and values that have kept their quotes. After the layers have run. */
void sl_find_misspelt(lua_State *L, int ud);

#endif
