#include <string.h>

#include "sandbox.h"
#include "stack.h"

/* Where in a layer's file the running code stands, to the line of the name that it assigns. */

/* The line of the innermost running code of the file, 0 where none runs. */
static int running_line(lua_State *L, const char *path) {
	enum { DEEPEST = 200 };   /* finding a level takes time in proportion to its depth */
	lua_Debug ar;
	for(int level = 1; level < DEEPEST && lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "Sl", &ar);
		if(ar.source[0] == '@' && strcmp(ar.source + 1, path) == 0) {
			return ar.currentline > 0 ? ar.currentline : 0;
		}
	}
	return 0;
}

/* How far the search for a name goes back: code that makes names up never finds one. */
enum { SEARCH_LIMIT = 20000 };

/* The first of the names that stand after the line. */
static size_t names_until(const sl_layer_file *file, unsigned line) {
	size_t low = 0;
	size_t high = file->name_count;
	while(low < high) {
		size_t middle = low + (high - low) / 2;
		if(file->names[middle].line <= line) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Lua knows the last line of a statement; the name that it assigns stands on its first. */
static unsigned line_of_name(const sl_layer_file *file, const char *name, unsigned line) {
	size_t end = names_until(file, line);
	for(size_t steps = 0; end > 0 && steps < SEARCH_LIMIT; steps++) {
		const sl_name_line *found = &file->names[--end];
		if(found->depth == 0 && strcmp(found->name, name) == 0) {
			return found->line;
		}
	}
	return line;
}

/* The line of a field in the table of `VirtualHost "x" { … }`, whose call Lua reports at its first line. In f("x", { … }) the field is
 * one bracket deeper. */
static unsigned line_of_field(const sl_layer_file *file, const char *name, unsigned line) {
	unsigned deeper = 0;
	for(size_t i = names_until(file, line - 1), steps = 0; i < file->name_count && steps < SEARCH_LIMIT; i++, steps++) {
		const sl_name_line *found = &file->names[i];
		if(found->statement > line) {
			break;
		}
		bool same = found->depth <= 2 && strcmp(found->name, name) == 0;
		if(same && found->depth == 1) {
			return found->line;
		}
		if(same && found->depth == 2 && !deeper) {
			deeper = found->line;
		}
	}
	return deeper ? deeper : line;
}

static sl_place place_of(lua_State *L, int ud, uint32_t file_index, const char *name,
		unsigned (*find)(const sl_layer_file *, const char *, unsigned)) {
	const sl_stack *stack = sl_stack_at(L, ud);
	sl_place place = { .layer = stack->running, .file = file_index };
	if(file_index) {
		const sl_layer_file *file = sl_layer_file_at(stack, file_index);
		place.line = (uint32_t)running_line(L, file->path);
		if(name && place.line) {
			place.line = find(file, name, place.line);
		}
	}
	return place;
}

sl_place sl_place_in(lua_State *L, int ud, uint32_t file, const char *name) {
	return place_of(L, ud, file, name, line_of_name);
}

sl_place sl_place_of_field(lua_State *L, int ud, uint32_t file, const char *name) {
	return place_of(L, ud, file, name, line_of_field);
}
