/* requirement.h: rules of layers over the finished configuration: stack.require. A rule names the options that it looks at, and is asked once for
 * the global section and once for each host and component that sets one of these itself. What it refuses is not loaded.
 */
#ifndef SL_REQUIREMENT_H
#define SL_REQUIREMENT_H

#include "stack.h"

/* (names, rule): adds the rule at argument 2 for the options that argument 1 names, a string or a list of strings. */
void sl_add_requirement(lua_State *L, int ud, sl_place place);

/* Is one of the rules to be asked of hosts that are deferred (waiting.h)? */
bool sl_requires_waiting(lua_State *L, int ud);

/* Asks all rules, and reports what they refuse as errors. Only after sl_resolve. */
void sl_check_requirements(lua_State *L, int ud);

/* A rule at that place refuses the scope; `option`: what it asked for last, 0: nothing. */
typedef void sl_on_refusal(void *context, uint32_t scope, uint32_t option, sl_place place, const char *message);

/* Asks all rules again, of the options in Prosody's table at the absolute index `config`. All its hosts must have a scope. */
void sl_ask_requirements(lua_State *L, int ud, int config, sl_on_refusal *refused, void *context);

/* Pushes "path:line" of a rule. */
const char *sl_push_rule_place(lua_State *L, int ud, sl_place place);

/* Calls look() for each rule that names the option, in the order in which they were added. */
void sl_each_requirement(lua_State *L, int ud, uint32_t option, void (*look)(void *context, sl_place place), void *context);

#endif
