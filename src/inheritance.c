#include "inheritance.h"

#include <string.h>

#include "assumed.h"
#include "files.h"
#include "header.h"
#include "host.h"
#include "list.h"
#include "modulemanager.h"
#include "plugins.h"
#include "stackloader.h"

static const char inherit_modules[] = "inherit_modules";

/* What the header of a component's module adds. */
typedef struct sl_heritage {
	const char *component;
	const char *value; /* "" for nothing */
	struct sl_heritage *next;
} heritage;

struct sl_inheritance {
	const char *const *common; /* NULL: not found */
	bool has_headers;
	heritage *first;
};

/* ======== the list for all components ======== */

/* What is read in a passing arena is copied into the stack's. */
typedef struct asking {
	sl_arena *passing, *arena;
	const char *path;
	sl_modulemanager found;
	sl_inheritance *answer;
} asking;

static void read_list(void *context) {
	asking *a = context;
	char *text;
	size_t length;
	if(sl_read_file(a->passing, a->path, &text, &length, NULL) == 0) {
		sl_modulemanager_read(a->passing, text, length, &a->found);
	}
}

static void keep_list(void *context) {
	static const char *const outside[] = {
		"tls", "saslauth", "dialback", "iq", "s2s", "s2s_bidi", "smacks", "server_contact_info", "admin_shell", NULL
	};
	asking *a = context;
	const sl_list *found = &a->found.inheritable;
	a->answer = sl_new(a->arena, sizeof(*a->answer));
	a->answer->has_headers = sl_is_among(inherit_modules, a->found.headers.names);
	a->answer->common = a->path ? NULL : outside;
	if(found->names) {
		const char **names = sl_new(a->arena, (found->count + 1) * sizeof(*names));
		for(size_t i = 0; i < found->count; i++) {
			names[i] = sl_strdup(a->arena, found->names[i]);
		}
		a->answer->common = names;
	}
}

static sl_inheritance *inheritance_of(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	if(!stack->inheritance) {
		int top = lua_gettop(L);
		asking a = { .arena = &stack->arena, .passing = sl_push_arena(L) };
		sl_push_global(L, "CFG_SOURCEDIR");
		if(lua_type(L, -1) == LUA_TSTRING) {
			a.path = lua_pushfstring(L, "%s/core/modulemanager.lua", lua_tostring(L, -1));
			sl_run(L, a.passing, read_list, &a);
		}
		sl_run(L, &stack->arena, keep_list, &a);
		stack->inheritance = a.answer;
		sl_arena_free(a.passing);
		lua_settop(L, top);
	}
	return stack->inheritance;
}

/* ======== what a component's module adds ======== */

typedef struct reading {
	sl_arena *passing, *arena;
	const char *component, *path;
	sl_header found;
	heritage *answer;
} reading;

static void read_header(void *context) {
	reading *r = context;
	char *text;
	size_t length;
	sl_header header;
	if(sl_read_file(r->passing, r->path, &text, &length, NULL) != 0) {
		return;
	}
	for(const char *at = text; sl_next_header(&at, text + length, &header);) {
		if(header.key_length == sizeof(inherit_modules) - 1 && memcmp(header.key, inherit_modules, header.key_length) == 0) {
			r->found = header;   /* the last one counts */
		}
	}
}

static void keep_header(void *context) {
	reading *r = context;
	r->answer = sl_new(r->arena, sizeof(*r->answer));
	r->answer->component = sl_strdup(r->arena, r->component);
	r->answer->value = r->found.value ? sl_strndup(r->arena, r->found.value, r->found.value_length) : "";
}

static const char *added_by(lua_State *L, int ud, sl_inheritance *inheritance, const char *component) {
	for(const heritage *known = inheritance->first; known; known = known->next) {
		if(strcmp(known->component, component) == 0) {
			return known->value;
		}
	}
	int top = lua_gettop(L);
	reading r = { .arena = &sl_stack_at(L, ud)->arena, .passing = sl_push_arena(L), .component = component };
	r.path = sl_push_plugin(L, ud, component);
	if(r.path) {
		sl_run(L, r.passing, read_header, &r);
	}
	sl_run(L, r.arena, keep_header, &r);
	r.answer->next = inheritance->first;
	inheritance->first = r.answer;
	sl_arena_free(r.passing);
	lua_settop(L, top);
	return r.answer->value;
}

bool sl_takes_over(lua_State *L, int ud, const char *component, const char *module) {
	luaL_checkstack(L, 6, "looking for what a component takes over");
	bool answer = false;
	if(sl_assumed_takes_over(L, component, module, &answer)) {
		return answer;
	}
	sl_inheritance *inheritance = inheritance_of(L, ud);
	if(!inheritance->common || sl_is_among(module, inheritance->common)) {
		return true;
	}
	if(!component || !inheritance->has_headers) {
		return false;
	}
	const char *added = added_by(L, ud, inheritance, component);
	return sl_value_lists(added, strlen(added), module);
}
