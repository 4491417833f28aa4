/* map.h: finds what belongs to a name, at the same speed for ten names and for ten thousand. No Lua in here. */
#ifndef SL_MAP_H
#define SL_MAP_H

#include "memory.h"

typedef struct sl_map_slot {
	const char *name; /* NULL: free */
	void *value;
} sl_map_slot;

typedef struct sl_map {
	sl_arena *arena;
	sl_map_slot *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
} sl_map;

void sl_map_init(sl_map *map, sl_arena *arena);

/* What was stored for the name, or NULL. */
void *sl_map_get(const sl_map *map, const char *name);

/* Where the name's value is stored; a new name is added with the value NULL and is kept, not copied. The place is good until
 * the next call. Only below sl_protect. */
void **sl_map_place(sl_map *map, const char *name);

#endif
