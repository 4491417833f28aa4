/* language.h: the names that layers have beside Prosody's: `stack` and `prosody`. */
#ifndef SL_LANGUAGE_H
#define SL_LANGUAGE_H

#include "journal.h"

/* Makes both and keeps them with the stack (SL_UV_LANGUAGE, SL_UV_PROSODY). */
void sl_make_language(lua_State *L, int ud);

#endif
