/* choices_api.h: what was chosen and which features are on, as Lua tables. */
#ifndef SL_CHOICES_API_H
#define SL_CHOICES_API_H

#include <lua.h>

#include "discover.h"

/* Pushes a list of { name, on, why, description, depends, alias_of, extra }, sorted by name. */
void sl_push_features(lua_State *L, const sl_discovery *discovery);

/* Pushes a list of { axis, option, variable, names, how, available }, one a chosen axis, in order of the axes. */
void sl_push_choices(lua_State *L, const sl_discovery *discovery);

/* Sets a field of the table at the top of the stack to a list of the strings; an empty one for NULL. */
void sl_set_texts(lua_State *L, const char *name, const char *const *texts);

#endif
