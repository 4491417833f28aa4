#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "resolve.h"

/* The variable of the record that names the main file. */
#define MAIN_FILE "STACKLOADER_MAIN_FILE"

const char *sl_push_record_path(lua_State *L, int ud) {
	int top = lua_gettop(L);
	sl_push_global_option(L, ud, "data_path");
	if(lua_type(L, -1) != LUA_TSTRING) {
		sl_push_global(L, "CFG_DATADIR");
	}
	if(lua_type(L, -1) == LUA_TSTRING && *lua_tostring(L, -1) == '/') {
		lua_pushfstring(L, "%s/" SL_RECORD_FILE, lua_tostring(L, -1));
	} else {
		lua_pushnil(L);
	}
	lua_replace(L, top + 1);
	lua_settop(L, top + 1);
	return lua_tostring(L, -1);
}

/* Pushes the names of a choice, joined by commas. */
static const char *push_names(lua_State *L, const sl_choice *choice) {
	lua_pushliteral(L, "");
	for(const char *const *name = choice->names; *name; name++) {
		lua_pushfstring(L, name == choice->names ? "%s%s" : "%s,%s", lua_tostring(L, -1), *name);
		lua_remove(L, -2);
	}
	return lua_tostring(L, -1);
}

/* The variable that a choice is recorded under: its first spelling. NULL where an axis of the user's own has none. */
static const char *variable_of(const sl_choice *choice) {
	return choice->axis->variables ? choice->axis->variables[0] : NULL;
}

/* The main file, which the record can name: a path with a quote or a line end has no place in it. */
static const char *main_file_of(const sl_stack *stack) {
	return stack->main_file && !strpbrk(stack->main_file, "'\n\r") ? stack->main_file : NULL;
}

/* Pushes the whole text of the record. */
static void push_text(lua_State *L, const sl_stack *stack) {
	const sl_discovery *tree = &stack->tree;
	lua_pushliteral(L, "# What the server chose when it last loaded its configuration; written by stackloader.\n");
	if(main_file_of(stack)) {
		lua_pushfstring(L, "%s" MAIN_FILE "='%s'\n", lua_tostring(L, -1), main_file_of(stack));
		lua_remove(L, -2);
	}
	for(size_t i = 0; i < tree->choice_count; i++) {
		const char *variable = variable_of(&tree->choices[i]);
		if(variable) {
			push_names(L, &tree->choices[i]);
			lua_pushfstring(L, "%s%s='%s'\n", lua_tostring(L, -2), variable, lua_tostring(L, -1));
			lua_replace(L, -3);
			lua_pop(L, 1);
		}
	}
}

/* A file that was not there before. A server that starts as root writes into a folder of its later user's: whatever stands there under
 * that name, a link to somewhere else most of all, is removed and not followed. */
static FILE *open_draft(const char *draft) {
	if(unlink(draft) != 0 && errno != ENOENT) {
		return NULL;
	}
	int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	if(fd >= 0 && !file) {
		int problem = errno;
		close(fd);
		errno = problem;
	}
	return file;
}

/* Writes the text under another name and renames it: a reader sees the old record or the new one, never a part. Returns an errno value. */
static int replace_file(const char *path, const char *draft, const char *text) {
	FILE *file = open_draft(draft);
	if(!file) {
		return errno;
	}
	bool written = fputs(text, file) >= 0;
	int problem = written ? 0 : errno;
	if(fclose(file) != 0 && !problem) {
		problem = errno;
	}
	if(!problem && rename(draft, path) != 0) {
		problem = errno;
	}
	if(problem) {
		(void)remove(draft);
	}
	return problem;
}

/* Is that text what the file holds? Of a link it is not asked. */
static bool holds_text(const char *path, const char *text) {
	char held[4096];
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if(fd < 0) {
		return false;
	}
	ssize_t length = read(fd, held, sizeof(held));
	close(fd);
	return length >= 0 && (size_t)length == strlen(text) && memcmp(held, text, (size_t)length) == 0;
}

void sl_write_record(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "recording the choices");
	const char *path = sl_push_record_path(L, ud);
	if(path) {
		const char *draft = lua_pushfstring(L, "%s.new", path);
		push_text(L, stack);
		const char *text = lua_tostring(L, -1);
		int problem = holds_text(path, text) ? 0 : replace_file(path, draft, text);
		if(problem) {
			sl_report(L, stack, SL_NOTE, SL_ON_RECORD, path, 0,
				"the choices of this server cannot be left here for prosodyctl to compare: %s", strerror(problem));
		}
	}
	lua_settop(L, top);
}

typedef struct comparing {
	sl_stack *stack;
	const char *path;
	sl_variables *record;
} comparing;

/* The record is not the administrator's: what is wrong in it is no finding. */
static void read_step(void *context) {
	comparing *c = context;
	sl_findings *ignored = sl_new(&c->stack->arena, sizeof(*ignored));
	sl_findings_init(ignored, &c->stack->arena);
	c->record = sl_variables_new(&c->stack->arena, ignored);
	sl_variables_read(c->record, SL_DOTENV, c->path, NULL);
}

static bool is_flag(const sl_choice *choice) {
	return choice->how && strncmp(choice->how, "--", 2) == 0;
}

/* Is the record that of another configuration, which has the same data folder? */
static bool is_of_another(const comparing *c) {
	const char *recorded = sl_variables_peek(c->record, MAIN_FILE);
	return recorded && c->stack->main_file && strcmp(recorded, c->stack->main_file) != 0;
}

static void compare_choice(lua_State *L, const comparing *c, const sl_choice *choice) {
	const char *variable = variable_of(choice);
	const char *recorded = variable ? sl_variables_peek(c->record, variable) : NULL;
	const char *chosen = push_names(L, choice);
	if(variable && !is_flag(choice) && strcmp(chosen, recorded ? recorded : "") != 0) {
		sl_report(L, c->stack, SL_WARNING, SL_ON_RECORD, NULL, 0,
			"%s: the server chose %s when it last loaded, here it would be %s (%s): prosodyctl runs without the "
			"service's environment; put the variable into .env, where both read it", variable, recorded ? recorded : "(nothing)",
			*chosen ? chosen : "(nothing)", choice->how ? choice->how : "default");
	}
	lua_pop(L, 1);
}


void sl_compare_record(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "comparing the choices");
	comparing c = { .stack = stack, .path = sl_push_record_path(L, ud) };
	/* Where nobody started the server yet there is nothing to compare with. */
	if(c.path && access(c.path, R_OK) == 0) {
		sl_run(L, &stack->arena, read_step, &c);
		for(size_t i = 0; i < stack->tree.choice_count && !is_of_another(&c); i++) {
			compare_choice(L, &c, &stack->tree.choices[i]);
		}
	}
	lua_settop(L, top);
}
