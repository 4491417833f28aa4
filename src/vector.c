#include "vector.h"

#include <stdint.h>
#include <string.h>

#include "raise.h"

void sl_vector_reserve(lua_State *L, sl_vector *vector, size_t more) {
	size_t needed = vector->count + more;
	if(needed <= vector->capacity) {
		return;
	}
	size_t wanted = vector->capacity + vector->capacity / 2 + 32;   /* not twice as large: there may be one element a host */
	if(wanted < needed) {
		wanted = needed;
	}
	void *ud;
	lua_Alloc alloc = lua_getallocf(L, &ud);
	void *grown = wanted > SIZE_MAX / vector->size ? NULL : alloc(ud, vector->data, vector->capacity * vector->size, wanted * vector->size);
	if(!grown) {
		sl_raise(L, "not enough memory");
	}
	vector->data = grown;
	vector->capacity = wanted;
}

void *sl_vector_add(lua_State *L, sl_vector *vector) {
	if(vector->count == vector->capacity) {
		sl_vector_reserve(L, vector, 1);
	}
	void *element = (char *)vector->data + vector->count++ * vector->size;
	return memset(element, 0, vector->size);
}

void sl_vector_free(lua_State *L, sl_vector *vector) {
	void *ud;
	lua_Alloc alloc = lua_getallocf(L, &ud);
	if(vector->data) {
		alloc(ud, vector->data, vector->capacity * vector->size, 0);
	}
	*vector = (sl_vector) { .size = vector->size };
}
