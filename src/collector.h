/* collector.h: how often Lua collects garbage while a load runs. */
#ifndef SL_COLLECTOR_H
#define SL_COLLECTOR_H

#include <stdbool.h>

#include <lua.h>

/* What the collector is held to while a load runs. */
typedef struct sl_patience {
	int pause;          /* what was set before */
	bool first;
	bool clean;         /* there is hardly any garbage */
	bool stopped;       /* by us */
	unsigned data;      /* so many layers of data ran, and none of code since */
	struct sl_patience **owner;
} sl_patience;

/* Makes the collector wait until memory has grown by 60 percent, in place of Prosody's twentieth part: a load only adds, and there is little to
 * find. The `first` load leaves nothing behind, and may take three times what there was; reloads leave what was in force. Pushes a to-be-closed value
 * that ends this; until then, *owner is what the collector is held to, else NULL. */
void sl_push_patience(lua_State *L, bool first, sl_patience **owner);

/* A layer of data comes: it leaves no garbage. Where there is hardly any, as in the first load, and in a reload when the collector is done with
 * what the one before left, the collector is stopped from some such layers on. */
void sl_expect_data(lua_State *L, sl_patience *patience);

/* What comes may leave any amount of garbage, such as code of layers: the collector runs. `patience` may be NULL: then it does. */
void sl_expect_code(lua_State *L, sl_patience *patience);

#endif
