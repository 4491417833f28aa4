/* template.h: the table that a layer's file may return: { modules, utilities, version, dependencies }. */
#ifndef SL_TEMPLATE_H
#define SL_TEMPLATE_H

#include "journal.h"

/* Journals what the returned value at the top of the stack says (popped), after what the file itself assigned. Raises an error for a
 * table that is no template and for a dependency that is not met. */
void sl_use_template(lua_State *L, int ud, uint32_t file, const char *text, size_t length);

/* Pushes the table that an earlier layer returned, by an id as short as is unique; nil where it returned none. Raises an error for
 * a name that no layer or several match. */
void sl_push_export(lua_State *L, int ud, const char *name);

/* Runs every utilities.validate_* over the finished configuration and reports what they object to. */
void sl_validate(lua_State *L, int ud);

#endif
