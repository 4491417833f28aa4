#include "list.h"

#include <string.h>

void sl_list_init(sl_list *list, sl_arena *arena) {
	list->names = sl_new(arena, sizeof(char *));
	list->count = 0;
	list->capacity = 1;
}

void sl_list_add(sl_list *list, sl_arena *arena, const char *name) {
	/* One more than there are names, for the NULL at the end. */
	list->names = sl_grow(arena, list->names, list->count + 1, &list->capacity, sizeof(char *));
	list->names[list->count++] = name;
	list->names[list->count] = NULL;
}

bool sl_list_has(const sl_list *list, const char *name) {
	for(size_t index = 0; index < list->count; index++) {
		if(strcmp(list->names[index], name) == 0) {
			return true;
		}
	}
	return false;
}

bool sl_is_among(const char *name, const char *const *names) {
	while(names && *names && (**names != *name || strcmp(*names, name) != 0)) {
		names++;
	}
	return names && *names;
}
