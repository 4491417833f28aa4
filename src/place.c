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

/* ======== the text ======== */

/* Does no string and no comment go on over several lines, as far as is plain to see? */
static bool is_plain(const char *text, size_t length) {
	bool plain = !memchr(text, '\\', length);
	const char *end = text + length;
	for(const char *at = text; plain && (at = memchr(at, '[', (size_t)(end - at))); at++) {
		plain = at + 1 == end || (at[1] != '[' && at[1] != '=');
	}
	return plain;
}

static sl_open_text *find_open(const sl_stack *stack, uint32_t file) {
	sl_open_text *open = stack->open.data;
	for(size_t i = stack->open.count; i > 0; i--) {
		if(open[i - 1].file == file) {
			return &open[i - 1];
		}
	}
	return NULL;
}

/* A layer may survive an error in a file that it includes and call a function of that file, for which the text is there still. */
void sl_open_file(lua_State *L, int ud, uint32_t file, const char *text, size_t length) {
	sl_vector *texts = &sl_stack_at(L, ud)->open;
	luaL_checkstack(L, 2, "running a file");
	lua_getiuservalue(L, ud, SL_UV_OPEN);
	lua_pushvalue(L, -2);
	lua_rawseti(L, -2, (lua_Integer)texts->count + 1);
	lua_pop(L, 1);
	sl_open_text *open = sl_vector_add(L, texts);
	*open = (sl_open_text) { .file = file, .text = text, .length = length, .plain = is_plain(text, length) };
}

/* Where the line begins: code runs forwards for the most part, so the search goes on from the line that was asked for last. */
static const char *find_line(sl_open_text *file, unsigned line) {
	if(!file->line || file->line > line) {
		file->line = 1;
		file->at = 0;
	}
	for(; file->line < line; file->line++) {
		const char *end = memchr(file->text + file->at, '\n', file->length - file->at);
		if(!end) {
			return NULL;
		}
		file->at = (size_t)(end - file->text) + 1;
	}
	return file->text + file->at;
}

static bool is_word(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Does an expression that begins here end on its line, and nothing that was begun before? What is not plain to see does not count. */
static bool ends_on_line(const char *at, const char *end) {
	int open = 0;
	for(; at < end && *at != '\n' && open >= 0; at++) {
		if(*at == '"' || *at == '\'') {
			at = memchr(at + 1, *at, (size_t)(end - at - 1));
			if(!at) {
				return false;
			}
		} else if(*at == '{' || *at == '(' || *at == '[') {
			open++;
		} else if(*at == '}' || *at == ')' || *at == ']') {
			open--;
		} else if(*at == '-' && at + 1 < end && at[1] == '-') {
			break;
		} else if(is_word(*at)) {
			const char *word = at;
			while(at + 1 < end && is_word(at[1])) {
				at++;
			}
			if((at - word == 2 && memcmp(word, "end", 3) == 0) || (at - word == 4 && memcmp(word, "until", 5) == 0)) {
				return false;
			}
		}
	}
	return open == 0;
}

/* Is `NAME = …` all that stands on the line? Then that is the name, and the names of the whole file need not be looked for. */
static bool is_alone_on_line(sl_open_text *file, const char *name, unsigned line) {
	const char *end = file->text + file->length;
	const char *at = file->plain ? find_line(file, line) : NULL;
	size_t length = strlen(name);
	if(!at) {
		return false;
	}
	at += strspn(at, " \t");
	if((size_t)(end - at) <= length || memcmp(at, name, length) != 0) {
		return false;
	}
	at += length;
	at += strspn(at, " \t");
	return at[0] == '=' && at[1] != '=' && ends_on_line(at + 1, end);
}

typedef struct naming {
	sl_arena *arena;
	const sl_open_text *file;
	sl_name_line *names;
	size_t count;
} naming;

static void names_step(void *context) {
	naming *n = context;
	sl_name_lines(n->arena, n->file->text, n->file->length, &n->names, &n->count);
}

static void find_names(lua_State *L, sl_stack *stack, sl_open_text *file) {
	if(!file->named) {
		naming n = { .arena = &stack->naming, .file = file };
		sl_run(L, &stack->naming, names_step, &n);
		file->names = n.names;
		file->name_count = n.count;
		file->named = true;
	}
}

/* ======== names ======== */

/* How far the search for a name goes back: code that makes names up never finds one. */
enum { SEARCH_LIMIT = 20000 };

/* The first of the names that stand after the line. */
static size_t names_until(const sl_open_text *file, unsigned line) {
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
static unsigned line_of_name(const sl_open_text *file, const char *name, unsigned line) {
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
static unsigned line_of_field(const sl_open_text *file, const char *name, unsigned line) {
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
		unsigned (*find)(const sl_open_text *, const char *, unsigned)) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_place place = { .layer = stack->running, .file = file_index };
	if(!file_index) {
		return place;
	}
	place.line = (uint32_t)running_line(L, sl_layer_file_at(stack, file_index)->path);
	sl_open_text *file = name && place.line ? find_open(stack, file_index) : NULL;
	if(file && !(find == line_of_name && is_alone_on_line(file, name, place.line))) {
		find_names(L, stack, file);
		place.line = find(file, name, place.line);
	}
	return place;
}

sl_place sl_place_in(lua_State *L, int ud, uint32_t file, const char *name) {
	return place_of(L, ud, file, name, line_of_name);
}

sl_place sl_place_of_field(lua_State *L, int ud, uint32_t file, const char *name) {
	return place_of(L, ud, file, name, line_of_field);
}
