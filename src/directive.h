/* directive.h: operations at a level, as a layer writes them: stack.append { … }, stack.force(x), stack.at_most("30d"). */
#ifndef SL_DIRECTIVE_H
#define SL_DIRECTIVE_H

#include <stdbool.h>

#include "stackloader.h"

typedef enum sl_level { SL_DEFAULT, SL_PLAIN, SL_FORCE } sl_level;

typedef enum sl_operation {
	SL_SET,
	SL_APPEND,
	SL_PREPEND,
	SL_REMOVE,
	SL_REPLACE,
	SL_UNSET,
	/* Constraints are kept beside the operations and bound what comes out. */
	SL_AT_MOST,
	SL_AT_LEAST,
	SL_ONE_OF,
	SL_SUBSET_OF
} sl_operation;

bool sl_is_constraint(sl_operation operation);

/* "set", "append" … and "default", "plain", "force", as explain reports them. */
const char *sl_operation_name(sl_operation operation);
const char *sl_level_name(sl_level level);

/* Adds the functions default, force, append, prepend, remove, replace, at_most, at_least, one_of, subset_of and the directive
 * `unset` to the table at the top of the stack. */
void sl_add_directives(lua_State *L);

/* Is the value a directive? Then *operation and *level are set and its value is pushed (nil for unset). */
bool sl_to_directive(lua_State *L, int index, sl_operation *operation, sl_level *level);

#endif
