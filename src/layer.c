#include "layer.h"

#include <errno.h>
#include <string.h>

#include "data_layer.h"
#include "files.h"
#include "readback.h"
#include "sandbox.h"
#include "stack.h"
#include "template.h"

/* ======== files ======== */

uint32_t sl_add_file(lua_State *L, int ud, const char *path) {
	sl_stack *stack = sl_stack_at(L, ud);
	const char *chunk = sl_keep_string(L, stack, lua_pushfstring(L, "@%s", path));
	lua_pop(L, 1);
	sl_file *file = sl_vector_add(L, &stack->files);
	*file = (sl_file) { .path = chunk + 1, .chunk = chunk, .layer = stack->running };
	return (uint32_t)stack->files.count - 1;
}

/* The text lasts until the next file is read, the names as long as their arena. */
typedef struct reading {
	sl_stack *stack;
	sl_arena *arena;
	const char *path;
	const char *text;
	size_t length;
	sl_name_line *names;
	size_t name_count;
	int error;
} reading;

static void read_step(void *context) {
	reading *r = context;
	r->error = sl_read_into(&r->stack->scratch, r->path, &r->stack->text, NULL);
	r->text = r->stack->text.bytes;
	r->length = r->stack->text.length;
	if(!r->error && r->length >= 3 && memcmp(r->text, "\xEF\xBB\xBF", 3) == 0) {
		r->text += 3;
		r->length -= 3;
	}
}

static void names_step(void *context) {
	reading *r = context;
	sl_name_lines(r->arena, r->text, r->length, &r->names, &r->name_count);
}

static void refuse_unreadable(lua_State *L, const reading *r) {
	const char *reason;
	switch(r->error) {
	case 0:
		return;
	case EFBIG:
		reason = "the file is larger than any configuration; is it one?";
		break;
	case EISDIR:
		reason = "this is a folder, a file was expected";
		break;
	case EINVAL:
		reason = "this is no regular file (a pipe, a socket or a device)";
		break;
	default:
		reason = strerror(r->error);
	}
	luaL_error(L, "%s: cannot be read: %s", r->path, reason);
}

/* Lua shortens a long path in its messages to "...end"; the administrator gets it whole. */
static void restore_path(lua_State *L, const char *path) {
	enum { KEPT = LUA_IDSIZE - 4 };   /* behind three dots, before the final zero */
	const char *message = lua_tostring(L, -1);
	size_t length = strlen(path);
	if(length < LUA_IDSIZE || strncmp(message, "...", 3) != 0 || strncmp(message + 3, path + length - KEPT, KEPT) != 0) {
		return;
	}
	lua_pushfstring(L, "%s%s", path, message + 3 + KEPT);
	lua_remove(L, -2);
}

static void compile(lua_State *L, const reading *r, const char *chunk) {
	if(r->length && r->text[0] == LUA_SIGNATURE[0]) {
		luaL_error(L, "%s: this is compiled Lua code; a layer must be source text", r->path);
	}
	if(luaL_loadbufferx(L, r->text, r->length, chunk, "t") != LUA_OK) {
		restore_path(L, r->path);
		lua_error(L);
	}
}

static uint32_t read_file(lua_State *L, int ud, const char *path, reading *r) {
	sl_stack *stack = sl_stack_at(L, ud);
	*r = (reading) { .stack = stack, .path = path };
	sl_run(L, &stack->scratch, read_step, r);
	stack->unread = true;
	refuse_unreadable(L, r);
	return sl_add_file(L, ud, path);
}

/* Runs the file that was read and pushes what it returns. */
static void run_chunk(lua_State *L, int ud, uint32_t file, reading *r) {
	sl_stack *stack = sl_stack_at(L, ud);
	luaL_checkstack(L, 10, "running a layer");
	int base = lua_gettop(L);
	r->arena = sl_push_arena(L);
	sl_run(L, r->arena, names_step, r);
	sl_file_at(stack, file)->names = r->names;
	sl_file_at(stack, file)->name_count = r->name_count;
	compile(L, r, sl_file_at(stack, file)->chunk);
	stack->unread = false;
	sl_push_environment(L, ud, file);
	if(!lua_setupvalue(L, -2, 1)) {
		lua_pop(L, 1);   /* a chunk that names nothing has no environment */
	}
	lua_call(L, 0, 1);
	sl_file_at(stack, file)->names = NULL;
	sl_file_at(stack, file)->name_count = 0;
	sl_arena_free(r->arena);
	lua_replace(L, base + 1);
	lua_settop(L, base + 1);
}

void sl_run_file(lua_State *L, int ud, const char *path) {
	reading r;
	uint32_t file = read_file(L, ud, path, &r);
	run_chunk(L, ud, file, &r);
}

/* ======== layers ======== */

uint32_t sl_begin_layer(lua_State *L, int ud, const char *id, const char *path, const char *axis, const char *why) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_layer_run *run = sl_vector_add(L, &stack->runs);
	*run = (sl_layer_run) { .id = id, .path = path, .axis = axis, .why = why };
	stack->running = (uint32_t)stack->runs.count - 1;
	return stack->running;
}

/* Files of the layer no longer run: their lists of names are gone with their text. */
static void close_files(sl_stack *stack) {
	for(uint32_t i = (uint32_t)stack->files.count; i > 1; i--) {
		sl_file *file = sl_file_at(stack, i - 1);
		if(file->layer != stack->running) {
			break;
		}
		file->names = NULL;
		file->name_count = 0;
	}
}

/* Splits "path:line: text" where the message begins with a path that the layer has. */
static const char *split_place(const sl_stack *stack, const char *message, const char **path, unsigned *line) {
	for(uint32_t i = (uint32_t)stack->files.count; i > 1; i--) {
		const sl_file *file = sl_file_at(stack, i - 1);
		size_t length = strlen(file->path);
		if(file->layer != stack->running) {
			break;
		}
		if(strncmp(message, file->path, length) == 0 && message[length] == ':') {
			const char *rest = message + length + 1;
			unsigned number = 0;
			while(*rest >= '0' && *rest <= '9' && number < 100000000) {
				number = number * 10 + (unsigned)(*rest++ - '0');
			}
			*path = file->path;
			*line = number;
			return rest + strspn(rest, ": ");
		}
	}
	return message;
}

static bool has_broken_layer(const sl_stack *stack) {
	for(uint32_t i = 1; i < stack->running; i++) {
		if(sl_layer_at(stack, i)->broken) {
			return true;
		}
	}
	return false;
}

static void report_failure(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	const char *path = NULL;
	unsigned line = 0;
	const char *text = split_place(stack, lua_tostring(L, -1), &path, &line);
	const sl_layer_run *run = sl_layer_at(stack, stack->running);
	if(!path && run->path && strncmp(text, run->path, strlen(run->path)) != 0) {
		path = run->path;
	}
	bool follows = !stack->unread && has_broken_layer(stack);
	sl_report(L, stack, SL_ERROR, SL_ON_LAYER, path, line, "%s%s", text, follows ? " (may only follow from a broken layer above)" : "");
	sl_layer_at(stack, stack->running)->broken = true;
}

void sl_end_layer(lua_State *L, int ud, bool failed) {
	sl_stack *stack = sl_stack_at(L, ud);
	if(failed) {
		sl_journal_rollback(&stack->journal);
		sl_forget_views(L, ud);
		report_failure(L, ud);
		lua_pop(L, 1);
	}
	close_files(stack);
	stack->include_depth = 0;
	stack->unread = false;
	stack->running = 0;
}

/* (message) -> string, whatever was thrown */
static int handle_error(lua_State *L) {
	if(lua_type(L, 1) != LUA_TSTRING) {
		if(luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) {
			return 1;
		}
		lua_pushfstring(L, "the layer raised an error that is a %s and no text", luaL_typename(L, 1));
		return 1;
	}
	lua_settop(L, 1);
	lua_Debug ar;
	/* The place in the message is that of the innermost function or, with a level, one not far from it. */
	for(int level = 1; level < 10 && lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "S", &ar);
		if(ar.source[0] == '@') {
			restore_path(L, ar.source + 1);
		}
	}
	return 1;
}

/* (stack, path): the protected part of a layer's run */
static int evaluate(lua_State *L) {
	sl_stack *stack = sl_stack_at(L, 1);
	size_t before = stack->journal.sealed;
	reading r;
	uint32_t file = read_file(L, 1, lua_tostring(L, 2), &r);
	bool data = sl_run_data(L, 1, file, r.text, r.length);
	if(!data) {
		run_chunk(L, 1, file, &r);
		sl_journal_views(L, 1);
		sl_use_template(L, 1, file);
		sl_journal_commit(L, 1);
	}
	stack->unread = false;
	sl_layer_at(stack, stack->running)->data = data;
	sl_layer_at(stack, stack->running)->options = (uint32_t)(stack->journal.sealed - before);
	return 0;
}

void sl_run_layer(lua_State *L, int ud, const sl_layer *layer) {
	double start = sl_now();
	luaL_checkstack(L, 6, "running a layer");
	uint32_t index = sl_begin_layer(L, ud, layer->id, layer->path, layer->axis, layer->why);
	lua_pushcfunction(L, handle_error);
	int handler = lua_gettop(L);
	lua_pushcfunction(L, evaluate);
	lua_pushvalue(L, ud);
	lua_pushstring(L, layer->path);
	int status = lua_pcall(L, 2, 0, handler);
	if(status != LUA_OK && lua_type(L, -1) != LUA_TSTRING) {
		lua_pop(L, 1);   /* an error in handling one: there is no text to be had */
		lua_pushliteral(L, "the layer raised an error that cannot be turned into text");
	}
	sl_end_layer(L, ud, status != LUA_OK);
	lua_settop(L, handler - 1);
	sl_layer_at(sl_stack_at(L, ud), index)->seconds = sl_now() - start;
}
