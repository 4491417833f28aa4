/* info_api.h: literals as Lua values, and the tables by which layers describe themselves. */
#ifndef SL_INFO_API_H
#define SL_INFO_API_H

#include "literal.h"
#include "stackloader.h"

/* Pushes the literal's value. Raises an error for a key that is nil. */
void sl_push_literal(lua_State *L, const sl_literal *literal);

/* Is that the name of a table by which a layer describes itself: profile_info, feature_info, client_info, usecase_info? */
bool sl_describes_itself(const char *name);

/* (path) -> table: stackloader.info */
int sl_api_info(lua_State *L);

#endif
