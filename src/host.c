#include "host.h"

#include <ctype.h>
#include <string.h>

#include "assumed.h"
#include "files.h"
#include "sandbox.h"

void sl_push_global(lua_State *L, const char *name) {
	lua_pushglobaltable(L);
	lua_pushstring(L, name);
	lua_rawget(L, -2);
	lua_remove(L, -2);
}

void sl_push_prosody_module(lua_State *L, const char *name) {
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushfstring(L, "prosody.%s", name);
	if(lua_rawget(L, -2) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_pushstring(L, name);
		lua_rawget(L, -2);
	}
	lua_remove(L, -2);
}

void sl_push_loaded_files(lua_State *L) {
	int top = lua_gettop(L);
	sl_push_prosody_module(L, "core.configmanager");
	if(lua_istable(L, -1) && lua_getfield(L, -1, "files") == LUA_TFUNCTION) {
		lua_call(L, 0, 1);
	} else {
		lua_pushnil(L);
	}
	lua_replace(L, top + 1);
	lua_settop(L, top + 1);
}

/* ======== version ======== */

typedef struct version {
	sl_arena *arena;
	const char *path;
	const char *text;
} version;

/* Prosody reads the same file for its own version, but only after the configuration. */
static void read_version(void *context) {
	version *v = context;
	char *text;
	size_t length;
	if(sl_read_file(v->arena, v->path, &text, &length, NULL) == 0) {
		text[strcspn(text, " \t\r\n")] = '\0';
		v->text = text;
	}
}

/* Without the file (a development checkout) the layout of Prosody's own modules still tells 13 from 0.12. */
static const char *guess_version(lua_State *L) {
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, "prosody.core.configmanager");
	lua_getfield(L, -2, "core.configmanager");
	const char *guess = lua_istable(L, -2) ? "13.0.0" : lua_istable(L, -1) ? "0.12.0" : NULL;
	lua_pop(L, 3);
	return guess;
}

static void find_version(lua_State *L, sl_stack *stack) {
	int top = lua_gettop(L);
	version v = { .arena = &stack->arena };
	const char *assumed = sl_push_assumed_version(L);
	if(assumed) {
		stack->prosody_version = sl_keep_string(L, stack, assumed);
		lua_settop(L, top);
		return;
	}
	sl_push_global(L, "CFG_SOURCEDIR");
	if(lua_type(L, -1) == LUA_TSTRING) {
		v.path = lua_pushfstring(L, "%s/prosody.version", lua_tostring(L, -1));
		sl_run(L, &stack->arena, read_version, &v);
	}
	bool plain = v.text && isdigit((unsigned char)v.text[0]) && strchr(v.text, '.');
	stack->prosody_version = plain ? v.text : guess_version(L);
	lua_settop(L, top);
}

void sl_look_around(lua_State *L, sl_stack *stack) {
	luaL_checkstack(L, 8, "looking around");
	int top = lua_gettop(L);
	sl_push_global(L, "prosody");
	if(lua_istable(L, -1)) {
		lua_getfield(L, -1, "process_type");
		const char *type = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
		stack->prosodyctl = strcmp(type, "prosodyctl") == 0;
		stack->server = strcmp(type, "prosody") == 0;
	}
	lua_settop(L, top);
	find_version(L, stack);
	const sl_variable *credentials = sl_variables_get(stack->variables, "CREDENTIALS_DIRECTORY");
	stack->credentials = credentials ? credentials->value : NULL;
}

/* ======== command line ======== */

static bool is_word(lua_State *L, int arg, lua_Integer i, const char *word) {
	bool same = lua_rawgeti(L, arg, i) == LUA_TSTRING && strcmp(lua_tostring(L, -1), word) == 0;
	lua_pop(L, 1);
	return same;
}

static bool is_check(lua_State *L, int arg) {
	bool all = lua_rawgeti(L, arg, 2) == LUA_TNIL || (lua_type(L, -1) == LUA_TSTRING && lua_tostring(L, -1)[0] == '-');
	lua_pop(L, 1);
	return is_word(L, arg, 1, "check") && (all || is_word(L, arg, 2, "config"));
}

bool sl_checks_configuration(lua_State *L, const sl_stack *stack) {
	sl_push_global(L, "arg");
	bool checks = stack->prosodyctl && lua_istable(L, -1) && is_check(L, lua_gettop(L));
	lua_pop(L, 1);
	return checks;
}

bool sl_wants_all(lua_State *L, const sl_stack *stack) {
	sl_push_global(L, "arg");
	int arg = lua_gettop(L);
	bool wants = stack->prosodyctl && lua_istable(L, arg) && (is_word(L, arg, 1, "mod_stackloader") || is_check(L, arg));
	lua_pop(L, 1);
	return wants;
}

/* The option that a flag's name means, dashes read as underscores; NULL for flags of others. */
static const char *option_of(const sl_request *request, const char *name, size_t length) {
	static const char *const others[] = { "domain", "root" };
	for(size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if(length == strlen(others[i]) && strncmp(name, others[i], length) == 0) {
			return others[i];
		}
	}
	for(size_t i = 0; i < request->axis_count; i++) {
		const char *option = request->axes[i].option;
		bool same = option && strlen(option) == length;
		for(size_t k = 0; same && k < length; k++) {
			same = option[k] == (name[k] == '-' ? '_' : name[k]);
		}
		if(same) {
			return option;
		}
	}
	return NULL;
}

typedef struct flags {
	sl_arena *arena;
	sl_given *given;
	size_t count;
	const char *word, *option;
} flags;

static void add_flag(void *context) {
	flags *f = context;
	const char *equals = strchr(f->word, '=');
	f->given[f->count++] = (sl_given) {
		.option = f->option, .value = sl_strdup(f->arena, equals + 1), .how = sl_strndup(f->arena, f->word, (size_t)(equals - f->word))
	};
}

typedef struct room {
	sl_arena *arena;
	sl_given *given;
	size_t count;
} room;

static void make_room(void *context) {
	room *r = context;
	r->given = sl_new(r->arena, r->count * sizeof(*r->given));
}

void sl_add_flags(lua_State *L, sl_stack *stack, sl_request *request) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "reading the command line");
	if(!sl_wants_all(L, stack)) {
		return;
	}
	sl_push_global(L, "arg");
	int arg = lua_gettop(L);
	if(is_word(L, arg, 2, "diff")) {   /* its flags are what it compares; it loads each of them itself */
		lua_settop(L, top);
		return;
	}
	room r = { .arena = &stack->arena, .count = (size_t)lua_rawlen(L, arg) + request->given_count };
	sl_run(L, &stack->arena, make_room, &r);
	flags f = { .arena = &stack->arena, .given = r.given };
	for(lua_Integer i = 1; lua_rawgeti(L, arg, i) == LUA_TSTRING; i++) {
		f.word = lua_tostring(L, -1);
		const char *equals = strncmp(f.word, "--", 2) == 0 ? strchr(f.word, '=') : NULL;
		f.option = equals ? option_of(request, f.word + 2, (size_t)(equals - f.word) - 2) : NULL;
		if(f.option) {
			sl_run(L, &stack->arena, add_flag, &f);
		}
		lua_pop(L, 1);
	}
	if(request->given_count) {
		memcpy(f.given + f.count, request->given, request->given_count * sizeof(*f.given));
	}
	request->given = f.given;
	request->given_count += f.count;
	lua_settop(L, top);
}
