#include "map.h"

#include <stdint.h>
#include <string.h>

void sl_map_init(sl_map *map, sl_arena *arena) {
	*map = (sl_map) { .arena = arena };
}

/* FNV-1a */
static size_t hash(const char *name) {
	uint64_t value = 14695981039346656037u;
	for(const unsigned char *at = (const unsigned char *)name; *at; at++) {
		value = (value ^ *at) * 1099511628211u;
	}
	return (size_t)(value ^ (value >> 32));
}

/* The slot that holds the name, or the free one where it belongs. There always is a free one. */
static sl_map_slot *find(const sl_map *map, const char *name) {
	size_t mask = map->capacity - 1;
	size_t index = hash(name) & mask;
	while(map->slots[index].name && strcmp(map->slots[index].name, name) != 0) {
		index = (index + 1) & mask;
	}
	return &map->slots[index];
}

static void enlarge(sl_map *map) {
	sl_map larger = *map;
	larger.capacity = map->capacity ? map->capacity * 2 : 32;
	larger.slots = sl_new(map->arena, larger.capacity * sizeof(*larger.slots));
	for(size_t index = 0; index < map->capacity; index++) {
		if(map->slots[index].name) {
			*find(&larger, map->slots[index].name) = map->slots[index];
		}
	}
	*map = larger;
}

void *sl_map_get(const sl_map *map, const char *name) {
	return map->capacity ? find(map, name)->value : NULL;
}

void **sl_map_place(sl_map *map, const char *name) {
	if(map->count >= map->capacity / 2) {
		enlarge(map);
	}
	sl_map_slot *slot = find(map, name);
	if(!slot->name) {
		slot->name = name;
		map->count++;
	}
	return &slot->value;
}
