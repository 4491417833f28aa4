/* union.h: the union of two lists in the order of first appearance. */
#ifndef SL_UNION_H
#define SL_UNION_H

#include "value.h"

/* More elements than this in both together are for the accumulator of merge.h. */
enum { SL_UNION_MOST = 1 << 24 };

/* Pushes the list of all elements of the values at `base` and `over`, equal ones once; what is no plain table is a list of one. Absolute
 * indices; the list parts have `base_length` and `over_length` elements. */
void sl_push_union(lua_State *L, int base, size_t base_length, int over, size_t over_length);

#endif
