/* main_places.h: where the main file, or a file that it includes, set an option. These files run before and after the stack is assembled, and must
 * not run twice: their texts are read instead. */
#ifndef SL_MAIN_PLACES_H
#define SL_MAIN_PLACES_H

#include "main_text.h"
#include "stack.h"

typedef struct sl_main_places {
	sl_arena *arena;
	const char *root;     /* the main file's path, absolute */
	sl_main_text text;
	size_t from, to;      /* which of the assignments are looked at */
} sl_main_places;

/* Reads the texts of the files that Prosody has loaded for this load, and pushes what holds them. With `later` those assignments are looked at
 * that come behind stackloader.load, else those before it. */
void sl_main_places_push(lua_State *L, int ud, bool later, sl_main_places *places);

/* The assignment that made the value at the absolute index (nil: unset) of the option in the host ("*": the global scope). NULL where the texts
 * do not show which one did. */
const sl_said *sl_main_place(lua_State *L, const sl_main_places *places, const char *host, const char *option, int value);

/* One of the option's assignments in the host where all of them stand in one file; NULL where they are in several, or there are none. */
const sl_said *sl_main_only(lua_State *L, const sl_main_places *places, const char *host, const char *option);

#endif
