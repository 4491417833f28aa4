/* vector.h: an array that grows through Lua's allocator. Whoever owns it frees it in a __gc. */
#ifndef SL_VECTOR_H
#define SL_VECTOR_H

#include <stddef.h>

#include "stackloader.h"

typedef struct sl_vector {
	void *data;
	size_t count, capacity, size;   /* size: of one element */
} sl_vector;

/* Room for one more zeroed element at the end; returns it. Raises Lua's memory error. */
void *sl_vector_add(lua_State *L, sl_vector *vector);

/* Room for so many more elements than there are, which stay as they come. Raises Lua's memory error. */
void sl_vector_reserve(lua_State *L, sl_vector *vector, size_t more);

void sl_vector_free(lua_State *L, sl_vector *vector);

#endif
