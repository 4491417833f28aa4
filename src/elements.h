/* elements.h: a value as a list of elements, which is how options that accumulate are read: of a table its list part, else the value alone. */
#ifndef SL_ELEMENTS_H
#define SL_ELEMENTS_H

#include <stddef.h>

#include "stackloader.h"

/* How many elements the value at the absolute index has. Gaps of a list count; nil has none. */
size_t sl_element_count(lua_State *L, int value);

/* Pushes the i-th of them, from 1; nil for a gap. */
void sl_push_element(lua_State *L, int value, size_t i);

/* Replaces the element at the top of the stack, which is not nil, by what the set at the absolute index has under it (nil: nothing). */
void sl_look_up(lua_State *L, int set);

/* Sets what the set at the absolute index has under the element at another to an integer, or with 0 to nothing. */
void sl_put_element(lua_State *L, int set, int element, lua_Integer value);

/* Does the same with each element of the value. */
void sl_put_elements(lua_State *L, int set, int value, lua_Integer mark);

#endif
