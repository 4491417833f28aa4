#include "layer.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "compile.h"
#include "confine.h"
#include "data_layer.h"
#include "draft.h"
#include "inside.h"
#include "readback.h"
#include "redact.h"
#include "rights.h"
#include "sandbox.h"
#include "stack.h"
#include "statement.h"
#include "template.h"

void sl_expect_layers(lua_State *L, int ud, size_t count) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_vector_reserve(L, &stack->runs, count);
	sl_vector_reserve(L, &stack->files, count);
	sl_begin_keeping(L, ud, count < INT_MAX / 2 ? (int)count : 0);
}

/* ======== files ======== */

uint32_t sl_add_file(lua_State *L, int ud, const char *path) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_layer_file *file = sl_vector_add(L, &stack->files);
	*file = (sl_layer_file) { .path = path, .layer = stack->running };
	return (uint32_t)stack->files.count - 1;
}

void sl_set_rights(lua_State *L, int ud, uint32_t file, sl_rights rights) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_rights *last = (const sl_rights *)stack->rights.data + stack->rights.count - 1;
	if(last->mode != rights.mode || last->owner != rights.owner || last->group != rights.group || last->refused != rights.refused) {
		*(sl_rights *)sl_vector_add(L, &stack->rights) = rights;
	}
	sl_layer_file_at(stack, file)->rights = (uint32_t)stack->rights.count - 1;
}

static void note_rights(lua_State *L, int ud, uint32_t file, const sl_identity *identity) {
	sl_set_rights(L, ud, file, (sl_rights) { .mode = identity->mode, .owner = identity->owner, .group = identity->group });
}

/* A file whose content we have, as it was when it was read. */
static uint32_t add_read_file(lua_State *L, int ud, const char *path, const sl_identity *identity) {
	uint32_t file = sl_add_file(L, ud, path);
	note_rights(L, ud, file, identity);
	sl_refuse_writable(L, ud, file);
	return file;
}

/* The text lasts until the next file is read. */
typedef struct reading {
	sl_stack *stack;
	const char *path;
	const sl_layer *confined;   /* a restricted layer, or NULL */
	const char *text;
	size_t length;
	sl_identity identity;
	struct timespec read_at;
	bool settled;               /* long before that */
	int error;
} reading;

static int read_text(const reading *r, struct stat *info) {
	const sl_layer *layer = r->confined;
	if(!layer) {
		return sl_read_into(&r->stack->scratch, &r->stack->nearby, r->path, &r->stack->text, info);
	}
	return sl_read_inside(&r->stack->scratch, r->path, layer->base, layer->tenant->name, layer->tenant->restriction->size, &r->stack->text, info);
}

static void read_step(void *context) {
	reading *r = context;
	struct stat info;
	r->error = read_text(r, &info);
	if(!r->error) {
		r->identity = sl_identify(&info);
		r->settled = sl_is_settled(&r->identity, &r->read_at);
	}
	r->text = r->stack->text.bytes;
	r->length = r->stack->text.length;
}

static void skip_mark(reading *r) {
	if(r->length >= 3 && memcmp(r->text, "\xEF\xBB\xBF", 3) == 0) {
		r->text += 3;
		r->length -= 3;
	}
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

static void try_to_read(lua_State *L, int ud, const char *path, const sl_layer *confined, reading *r) {
	sl_stack *stack = sl_stack_at(L, ud);
	*r = (reading) { .stack = stack, .path = path, .confined = confined };
	sl_take_time(stack, &r->read_at);
	stack->unread = true;
	sl_run(L, &stack->scratch, read_step, r);
}

/* Adds a file that was read, or was to be. */
static uint32_t finish_reading(lua_State *L, int ud, reading *r) {
	refuse_unreadable(L, r);
	skip_mark(r);
	return add_read_file(L, ud, r->path, &r->identity);
}

/* Is the layer's file, at which nobody has looked before it was read, empty? */
static bool is_absent(const sl_layer *layer, const reading *r) {
	r->stack->absent = layer->unlooked && !r->error && !r->length;
	return r->stack->absent;
}

/* Reads the layer's file, unless it was read to find the layers. False where it is no layer. */
static bool take_file(lua_State *L, int ud, const sl_layer *layer, reading *r, uint32_t *file) {
	sl_stack *stack = sl_stack_at(L, ud);
	if(layer->content) {
		*r = (reading) {
			.stack = stack, .path = layer->path, .text = layer->content->text, .length = layer->content->length,
			.identity = layer->content->identity, .settled = sl_is_settled(&layer->content->identity, &stack->begun)
		};
		stack->unread = true;
	} else {
		try_to_read(L, ud, layer->path, NULL, r);
		if(is_absent(layer, r)) {
			return false;
		}
	}
	*file = finish_reading(L, ud, r);
	return true;
}

/* Pushes what was read of a file, to be kept. */
static sl_kept *push_new_kept(lua_State *L, const reading *r) {
	return sl_new_kept(L, r->path, &r->identity, r->settled, r->text, r->length, false);
}

/* Runs the chunk at the top of the stack, behind the kept file, and replaces it by what it returns. */
static void run_chunk(lua_State *L, int ud, uint32_t file, sl_kept *kept) {
	sl_stack *stack = sl_stack_at(L, ud);
	luaL_checkstack(L, 10, "running a layer");
	size_t outer = stack->open.count;
	lua_pushvalue(L, -2);
	sl_open_file(L, ud, file, sl_kept_text(kept), kept->length);
	lua_pop(L, 1);
	stack->unread = false;
	sl_push_environment(L, ud, file);
	lua_setupvalue(L, -2, 1);
	lua_call(L, 0, 1);
	stack->open.count = outer;
}

void sl_run_file(lua_State *L, int ud, const char *path) {
	reading r;
	sl_refuse_restricted(L, ud, path);
	try_to_read(L, ud, sl_keep_string(L, sl_stack_at(L, ud), path), NULL, &r);
	uint32_t file = finish_reading(L, ud, &r);
	sl_kept *kept = push_new_kept(L, &r);
	sl_push_chunk(L, r.path, r.text, r.length);
	run_chunk(L, ud, file, kept);
	lua_remove(L, -2);
}

/* ======== layers ======== */

uint32_t sl_begin_layer(lua_State *L, int ud, const char *id, const char *path, sl_origin origin) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_origin *last = (const sl_origin *)stack->origins.data + stack->origins.count - 1;
	if(last->axis != origin.axis || last->why != origin.why || last->tenant != origin.tenant) {
		*(sl_origin *)sl_vector_add(L, &stack->origins) = origin;
	}
	sl_layer_run *run = sl_vector_add(L, &stack->runs);
	*run = (sl_layer_run) { .id = id, .path = path, .origin = (uint32_t)stack->origins.count - 1 };
	stack->running = (uint32_t)stack->runs.count - 1;
	stack->returning = 0;
	return stack->running;
}

/* Files of the layer no longer run. */
static void close_files(sl_stack *stack) {
	stack->open.count = 0;
	sl_arena_free(&stack->naming);
}

/* Splits "path:line: text" where the message begins with a path that the layer has. */
static const char *split_place(const sl_stack *stack, const char *message, const char **path, unsigned *line) {
	for(uint32_t i = (uint32_t)stack->files.count; i > 1; i--) {
		const sl_layer_file *file = sl_layer_file_at(stack, i - 1);
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

/* Did the layer fail since everybody can write that file of it? Where the load goes on, that is told of anyhow. */
static bool is_told_later(const sl_stack *stack, const char *path) {
	for(uint32_t i = (uint32_t)stack->files.count; stack->tolerant && path && i > 1; i--) {
		const sl_layer_file *file = sl_layer_file_at(stack, i - 1);
		if(sl_layer_file_rights(stack, file)->refused && file->layer == stack->running && strcmp(file->path, path) == 0) {
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
	sl_layer_at(stack, stack->running)->broken = true;
	if(!line && is_told_later(stack, path)) {
		return;
	}
	const char *follows = "";
	if(!stack->unread && has_broken_layer(stack)) {
		follows = " (may only follow from a broken layer above)";
	} else if(!stack->unread && stack->findings.count[SL_ERROR]) {
		follows = " (may only follow from an error above)";
	}
	sl_topic topic = strstr(text, SL_CLASHES) ? SL_ON_CLASH : SL_ON_LAYER;
	sl_push_without_quotation(L, stack, text);
	sl_report(L, stack, SL_ERROR, topic, path, line, "%s%s", lua_tostring(L, -1), follows);
	lua_pop(L, 1);
}

void sl_end_layer(lua_State *L, int ud, bool failed) {
	sl_stack *stack = sl_stack_at(L, ud);
	if(failed) {
		sl_settle_draft(L, ud);
		sl_remember_failed(L, ud);
		sl_journal_rollback(&stack->journal);
		sl_forget_views(L, ud);
		report_failure(L, ud);
		lua_pop(L, 1);
	}
	close_files(stack);
	sl_forget_marks(L, ud);
	stack->include_depth = 0;
	stack->unread = false;
	stack->running = 0;
}

/* Replaces what was thrown, at argument 1, by a text. */
static void make_text(lua_State *L) {
	if(lua_type(L, 1) != LUA_TSTRING) {
		if(!luaL_callmeta(L, 1, "__tostring") || lua_type(L, -1) != LUA_TSTRING) {
			lua_pushfstring(L, "the layer raised an error that is a %s and no text", luaL_typename(L, 1));
		}
		lua_replace(L, 1);
	}
	lua_settop(L, 1);
}

static bool is_running_file(const sl_stack *stack, const char *path) {
	bool found = false;
	for(uint32_t i = (uint32_t)stack->files.count; i > 1 && !found; i--) {
		const sl_layer_file *file = sl_layer_file_at(stack, i - 1);
		if(file->layer != stack->running) {
			break;
		}
		found = strcmp(file->path, path) == 0;
	}
	return found;
}

/* Puts the innermost line of the layer in front of the message at argument 1, which has none: Lua gives functions of C no place, such as the one
 * that ipairs and table.sort call, nor what was thrown at level 0. */
static void add_place(lua_State *L, const sl_stack *stack) {
	lua_Debug ar;
	for(int level = 1; lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "Sl", &ar);
		if(ar.source[0] == '@' && ar.currentline > 0 && is_running_file(stack, ar.source + 1)) {
			lua_pushfstring(L, "%s:%d: %s", ar.source + 1, ar.currentline, lua_tostring(L, 1));
			lua_replace(L, 1);
			return;
		}
	}
	const char *path = sl_layer_at(stack, stack->running)->path;
	if(stack->returning && path) {
		lua_pushfstring(L, "%s:%d: %s", path, (int)stack->returning, lua_tostring(L, 1));
		lua_replace(L, 1);
	}
}

/* (message) -> string, whatever was thrown. The stack object is an upvalue. */
static int handle_error(lua_State *L) {
	const sl_stack *stack = sl_stack_at(L, lua_upvalueindex(1));
	const char *path = NULL;
	unsigned line = 0;
	luaL_checkstack(L, 6, "reporting an error");
	make_text(L);
	lua_Debug ar;
	/* The place in the message is that of the innermost function or, with a level, one not far from it. */
	for(int level = 1; level < 10 && lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "S", &ar);
		if(ar.source[0] == '@') {
			sl_restore_path(L, ar.source + 1);
		}
	}
	split_place(stack, lua_tostring(L, 1), &path, &line);
	/* Of a file that is nested too deep Lua says this while it compiles; compile.c gives that its place. */
	if(!line && strcmp(lua_tostring(L, 1), "C stack overflow") != 0) {
		add_place(L, stack);
	}
	return 1;
}

/* Runs the chunk of the layer's file, which is at the top of the stack behind what is kept of the file. */
static void run_layer_chunk(lua_State *L, int ud, uint32_t file, sl_kept *kept) {
	int index = lua_gettop(L) - 1;
	sl_expect_code(L, sl_stack_at(L, ud)->patience);
	sl_begin_draft(sl_journal_of(L, ud), file);
	run_chunk(L, ud, file, kept);
	bool alone = lua_isnil(L, -1) && sl_is_left_alone(L, ud, file);
	sl_journal_views(L, ud);
	sl_use_template(L, ud, file, sl_kept_text(kept), kept->length);
	if(sl_commit_draft(L, ud, index, alone) && alone) {
		sl_release_environment(sl_stack_at(L, ud));
	}
	sl_journal_commit(L, ud);
}

static void run_text(lua_State *L, int ud, uint32_t file, const reading *r) {
	sl_kept *kept = push_new_kept(L, r);
	sl_push_kept_chunk(L, lua_gettop(L), r->path);
	lua_pushvalue(L, -2);
	sl_keep_file(L, ud);
	lua_pop(L, 1);
	run_layer_chunk(L, ud, file, kept);
}

/* Data that says something about which Lua's side has a word is run as code after all. */
static void run_data(lua_State *L, int ud, const sl_layer *layer, uint32_t file, sl_kept *kept, const sl_data *data) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_expect_data(L, stack->patience);
	bool taken = sl_run_data(L, ud, file, sl_kept_text(kept), data, false);
	sl_return_data(stack, data);
	if(taken) {
		sl_layer_at(stack, stack->running)->data = true;
		return;
	}
	const reading r = {
		.stack = stack, .path = layer->path, .text = sl_kept_text(kept), .length = kept->length, .identity = kept->identity,
		.settled = kept->settled
	};
	run_text(L, ud, file, &r);
}

/* What an earlier load kept is at the top of the stack. */
static void run_kept(lua_State *L, int ud, const sl_layer *layer, sl_kept *kept) {
	sl_stack *stack = sl_stack_at(L, ud);
	uint32_t file = add_read_file(L, ud, layer->path, &kept->identity);
	sl_layer_at(stack, stack->running)->kept = true;
	sl_keep_file(L, ud);
	if(kept->data) {
		sl_data data;
		sl_reread_data(L, ud, kept, &data);
		run_data(L, ud, layer, file, kept, &data);
	} else {
		sl_push_kept_chunk(L, lua_gettop(L), layer->path);
		run_layer_chunk(L, ud, file, kept);
	}
}

static void run_new(lua_State *L, int ud, const sl_layer *layer) {
	reading r;
	uint32_t file;
	if(!take_file(L, ud, layer, &r, &file)) {
		return;
	}
	sl_data data;
	sl_kept *kept = sl_read_data(L, ud, layer, &r.identity, r.settled, r.text, r.length, &data);
	if(kept) {
		run_data(L, ud, layer, file, kept, &data);
	} else {
		run_text(L, ud, file, &r);
	}
}

/* Reads a restricted layer: pushes and returns its data; NULL where there is none, which is reported. */
static sl_kept *read_confined(lua_State *L, int ud, const sl_layer *layer, sl_data *data) {
	reading r;
	try_to_read(L, ud, layer->path, layer, &r);
	if(r.error == EXDEV || r.error == EFBIG) {
		sl_report_confined(L, ud, layer, r.error);
		return NULL;
	}
	if(is_absent(layer, &r)) {
		return NULL;
	}
	refuse_unreadable(L, &r);
	skip_mark(&r);
	sl_kept *kept = sl_read_data(L, ud, layer, &r.identity, r.settled, r.text, r.length, data);
	if(!kept) {
		sl_report_no_data(L, ud, layer, r.text, r.length);
		return NULL;
	}
	kept->confined = (uint32_t)layer->base;
	return kept;
}

/* A restricted layer is data that its tenant may have, or nothing. What an earlier load kept of the file is at the top of the stack where there is
 * something; a chunk, and data of which nobody looked where it is, does not count. */
static void run_restricted(lua_State *L, int ud, const sl_layer *layer, sl_kept *kept) {
	sl_layer_run *run = sl_layer_at(sl_stack_at(L, ud), sl_stack_at(L, ud)->running);
	run->kept = kept && kept->data && kept->confined == layer->base && kept->length <= layer->tenant->restriction->size;
	sl_data data;
	if(run->kept) {
		sl_keep_file(L, ud);
		sl_reread_data(L, ud, kept, &data);
	} else {
		kept = read_confined(L, ud, layer, &data);
		if(sl_stack_at(L, ud)->absent) {
			return;
		}
	}
	uint32_t file = sl_add_file(L, ud, layer->path);
	if(kept) {
		note_rights(L, ud, file, &kept->identity);
	}
	run->data = kept && sl_is_confined(L, ud, file, layer, &data);
	run->broken = !run->data;
	if(run->data) {
		sl_expect_data(L, sl_stack_at(L, ud)->patience);
		sl_play_data(L, ud, file, sl_kept_text(kept), &data);
	}
	if(kept) {
		sl_return_data(sl_stack_at(L, ud), &data);
	}
}

/* (stack, address of the layer): the protected part of a layer's run */
static int evaluate(lua_State *L) {
	sl_stack *stack = sl_stack_at(L, 1);
	const sl_layer *layer = *(const sl_layer **)lua_touserdata(L, 2);
	size_t before = stack->journal.sealed;
	if(!layer->tenant) {
		sl_refuse_leading_in(L, 1, layer);
	}
	sl_kept *kept = layer->unlooked ? NULL : sl_push_kept(L, layer->path, layer->identity);
	if(layer->tenant) {
		run_restricted(L, 1, layer, kept);
	} else if(kept) {
		run_kept(L, 1, layer, kept);
	} else {
		run_new(L, 1, layer);
	}
	stack->unread = false;
	sl_layer_at(stack, stack->running)->options = (uint32_t)(stack->journal.sealed - before);
	return 0;
}

static int do_nothing(lua_State *L) {
	(void)L;
	return 0;
}

/* What a layer took for which the memory did not suffice is free again, but only Lua's own requests would look for it. A finalizer that Lua cannot
 * call for lack of memory is lost with all that it holds, so a call is tried first: what that needs stays there for the next. */
static void free_what_it_took(lua_State *L) {
	lua_pushcfunction(L, do_nothing);
	if(lua_pcall(L, 0, 0, 0) != LUA_OK) {
		lua_pop(L, 1);
		return;
	}
	lua_gc(L, LUA_GCCOLLECT, 0);
}

void sl_run_layer(lua_State *L, int ud, const sl_layer *layer) {
	double start = sl_now();
	luaL_checkstack(L, 6, "running a layer");
	uint32_t index = sl_begin_layer(L, ud, layer->id, layer->path, (sl_origin) { layer->axis, layer->why, layer->tenant });
	lua_pushvalue(L, ud);
	lua_pushcclosure(L, handle_error, 1);
	int handler = lua_gettop(L);
	lua_pushcfunction(L, evaluate);
	lua_pushvalue(L, ud);
	lua_pushlightuserdata(L, &layer);
	int status = lua_pcall(L, 2, 0, handler);
	if(status == LUA_ERRMEM) {
		free_what_it_took(L);
	}
	sl_end_layer(L, ud, status != LUA_OK);
	lua_settop(L, handler - 1);
	sl_stack *stack = sl_stack_at(L, ud);
	if(stack->absent) {
		stack->absent = false;
		stack->runs.count--;
		return;
	}
	sl_layer_at(stack, index)->seconds = (float)(sl_now() - start);
}
