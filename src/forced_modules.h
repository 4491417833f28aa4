/* forced_modules.h: modules that a force keeps on or off. Prosody loads on a host
 *
 *     ((automatic + global modules_enabled - global modules_disabled) + host's modules_enabled) - host's modules_disabled
 *
 * and lets a component take over only a few of the global ones (inheritance.h). So a module that is forced into modules_enabled has to leave every
 * modules_disabled that would take it away again, and one that is forced into modules_disabled every modules_enabled.
 */
#ifndef SL_FORCED_MODULES_H
#define SL_FORCED_MODULES_H

#include "stack.h"

/* What the global scope says of modules, in slots of the Lua stack from sl_start_modules on. `on` and `off` have under each module (elements.h)
 * the entry that forces it, and are nil where there is none. */
typedef struct sl_forced_modules {
	int on, off;
	int enabled;   /* what the global modules_enabled has in the end */
	int told;      /* the contradictions that were reported */
} sl_forced_modules;

/* Pushes the slots and takes out of the global lists what is forced into the other. The global scope must be resolved. */
void sl_start_modules(lua_State *L, int ud, sl_forced_modules *global);

/* Takes out of a host's lists what the host, stack.each or the global scope forces into the other, and reports what loses by that and forces that
 * contradict each other. The host must be resolved. */
void sl_settle_forced_modules(lua_State *L, int ud, uint32_t scope, uint32_t each, const sl_forced_modules *global);

/* The global force that keeps the module at the absolute index on in the host; 0 where there is none or it does not reach that component. */
uint32_t sl_kept_on(lua_State *L, int ud, uint32_t scope, const sl_forced_modules *global, int module);

/* Is the scope a component's, which takes over only some of the global modules? */
bool sl_is_component(lua_State *L, int ud, uint32_t scope);

/* Pushes what to say of elements that the lists at two absolute indices, before and after, differ by, for explain. */
void sl_push_forced_note(lua_State *L, int ud, uint32_t scope, uint32_t each, uint32_t option, int before, int after);

/* Calls look() for each module in the list at the absolute index, a value of the option in that scope, that a force keeps out of it: one of the
 * scope's own, of stack.each or of the global scope. `component` is the module of a component that no layer opens, else NULL. Each force is told
 * once. Only after sl_resolve. */
void sl_each_misplaced(lua_State *L, int ud, uint32_t scope, uint32_t each, const char *component, uint32_t option, int list,
	void (*look)(void *context, uint32_t force), void *context);

#endif
