/* value.h: what an option's value can be, and how values are copied, compared and named.
 *
 * All indices may be relative; every function leaves the stack as it found it but for what it says that it pushes.
 */
#ifndef SL_VALUE_H
#define SL_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "stackloader.h"

/* Tables nested deeper than this are refused: Lua's own parser stops at about the same depth, and every walk below
 * recurses in C. */
#ifndef SL_MAX_DEPTH
#define SL_MAX_DEPTH 180
#endif

typedef enum sl_kind {
	SL_KIND_NIL,
	SL_KIND_SCALAR,   /* string, number, boolean */
	SL_KIND_OPAQUE,   /* function, userdata, thread, table with a foreign metatable: kept by reference */
	SL_KIND_EMPTY,    /* {} is no kind of its own: it takes the kind of what it meets */
	SL_KIND_LIST,
	SL_KIND_MAP,
	SL_KIND_MIXED
} sl_kind;

sl_kind sl_value_kind(lua_State *L, int index);

/* "list", "map" …, for messages. */
const char *sl_kind_name(sl_kind kind);

/* The kind of a plain table, with the length of its list part and the number of its named keys. */
sl_kind sl_table_shape(lua_State *L, int index, size_t *listed, size_t *named);

/* The same of any value; both are 0 where it is no plain table. */
sl_kind sl_value_shape(lua_State *L, int index, size_t *listed, size_t *named);

/* The kind of a plain table that has so much of both parts. */
sl_kind sl_kind_of_parts(size_t listed, size_t named);

/* Is the key at `key` one of a list part of `listed` elements? */
bool sl_is_listed(lua_State *L, int key, size_t listed);

/* Is a value that equals the element in the list part of the table at `list`? */
bool sl_list_holds(lua_State *L, int list, int element);

/* Copies the named part of the table at `from` (or with `list` its list part) into the one at `to`; absolute indices. */
void sl_copy_part(lua_State *L, int from, int to, bool list);

/* Is the value a table that is data: without a metatable, or with the one that reading an option back adds? */
bool sl_is_plain_table(lua_State *L, int index);

/* Pushes a deep copy of a value: plain tables anew and without metatable, all else as it is. A subtable that stands in
 * several places is copied once; `memo`, the index of a table, keeps that over several calls (0: only within this one).
 * `found`, the index of a table, makes directives part of a value's grammar: they are left out of the copy and appended
 * there as { path, operation, level, value } (0: a directive is an error). Raises an error for a cycle, for nesting
 * over SL_MAX_DEPTH and for a directive where none can stand. */
void sl_value_copy(lua_State *L, int index, int memo, int found);

/* Replaces the value at the top of the stack by what stands below the path, an array of keys at an absolute index, in it: nil where there is no
 * such key. */
void sl_value_descend(lua_State *L, int path);

/* Raise the errors for what no value can be or hold. */
void sl_refuse_cycle(lua_State *L) __attribute__((noreturn));
void sl_refuse_cyclic_key(lua_State *L) __attribute__((noreturn));
void sl_refuse_depth(lua_State *L) __attribute__((noreturn));

/* Raises one where the value is a directive. */
void sl_refuse_directive(lua_State *L, int index);

/* Deep equality; numbers as Lua compares them, what is opaque by identity. */
bool sl_value_equal(lua_State *L, int left, int right);

/* How many fields the table at an absolute index has. */
size_t sl_count_keys(lua_State *L, int index);

/* Are the fields of two tables, at absolute indices, deeply equal? Their own metatables do not matter. */
bool sl_fields_equal(lua_State *L, int left, int right);

/* Pushes a key under which an element can be looked up by value: the element itself where Lua compares it by value, and
 * a string that no scalar of a configuration equals for a table. */
void sl_value_key(lua_State *L, int index);

/* Pushes the value as Lua source on one line, cut at `limit` bytes (0: whole), for messages. */
void sl_value_text(lua_State *L, int index, size_t limit);

/* Pushes an array of the table's keys in an order that is the same in every run: numbers, strings by their bytes, then all else.
 * Returns how many there are. */
size_t sl_sorted_keys(lua_State *L, int index);

/* The metatable that gives a table which was read back the methods of Prosody 13's option syntax (opt {…}, :append, :value, :values). */
void sl_push_option_metatable(lua_State *L);

/* Gives the table at the top of the stack those methods, or replaces it by a proxy that has them where it cannot. */
void sl_offer_option(lua_State *L);

/* Is the value such a proxy? Then what it stands for is pushed. */
bool sl_unwrap_option(lua_State *L, int index);

#endif
