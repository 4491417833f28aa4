/* history.h: everything that bears on one option in one scope, gathered from the journal, and what it makes. */
#ifndef SL_HISTORY_H
#define SL_HISTORY_H

#include "journal.h"
#include "merge.h"

/* Which of a host's slots see what `stack.each` says: the scopes that it speaks in are named by this and the kind. */
#define SL_EACH_PREFIX "\1each "

/* Entry ids in journal order. The arrays live in the userdata that sl_history_push leaves on the stack. */
typedef struct sl_history {
	const uint32_t *operations;   /* the scope's own and stack.each's, then merged in: the global scope's forces */
	size_t operation_count;
	const uint32_t *constraints;  /* the scope's own, stack.each's and the global scope's */
	size_t constraint_count;
	bool own;                     /* the scope itself (or stack.each) has operations */
	uint8_t levels;               /* of all operations: bit SL_DEFAULT … SL_FORCE */
} sl_history;

/* Gathers the history of an option in a scope and pushes the userdata that holds it. `each` is the scope that stack.each
 * uses for this kind of host (0: none). With `alone` the global scope's forces and constraints stay out, as they do while
 * layers still run. */
void sl_history_push(lua_State *L, int ud, uint32_t scope, uint32_t each, uint32_t option, bool alone, sl_history *history);

/* The last operation of the scope's own; those at default level only where `defaults`. 0: none. */
uint32_t sl_last_own(lua_State *L, int ud, const sl_history *history, uint32_t scope, bool defaults);

/* Pushes what the first `count` operations make, highest level last; `changes` (may be NULL) gets the changes of kind. */
void sl_fold(lua_State *L, int ud, const uint32_t *operations, size_t count, sl_merge *changes);

/* Pushes, for the first one, the first two … of `count` operations, what they make, and calls made(), which pops it. */
void sl_fold_each(lua_State *L, int ud, const uint32_t *operations, size_t count, void (*made)(void *context, uint32_t operation), void *context);

/* Like sl_fold, with the operation `last` applied on top whatever its level. */
void sl_fold_then(lua_State *L, int ud, const uint32_t *operations, size_t count, uint32_t last);

#endif
