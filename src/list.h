/* list.h: growing lists of names. No Lua in here. */
#ifndef SL_LIST_H
#define SL_LIST_H

#include "memory.h"

typedef struct sl_list {
	const char **names; /* NULL-terminated once sl_list_init or sl_list_add has seen it */
	size_t count;
	size_t capacity;
} sl_list;

/* An empty list. Below sl_protect. */
void sl_list_init(sl_list *list, sl_arena *arena);

/* Adds a name, which is kept and not copied. Below sl_protect. */
void sl_list_add(sl_list *list, sl_arena *arena, const char *name);

bool sl_list_has(const sl_list *list, const char *name);

/* Is the name one of those that a NULL ends? NULL in place of them: no. */
bool sl_is_among(const char *name, const char *const *names);

#endif
