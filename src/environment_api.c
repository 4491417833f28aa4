#include "stackloader.h"

#include <string.h>

#include "environment_api.h"
#include "redact.h"

static const sl_option options[] = {
	{ "environment", LUA_TSTRING },
	{ "platform", LUA_TSTRING },
	{ "sysroot", LUA_TSTRING },
	{ "variables", LUA_TTABLE },
	{ NULL, 0 },
};

static const char *const name_variables[] = { "PROSODY_ENVIRONMENT", "PROSODY_ENV", NULL };
static const char *const platform_variables[] = { "PROSODY_DEPLOYMENT_TYPE", NULL };

/* What is asked, and what came out. Strings of the options stay alive in the options table. */
typedef struct question {
	lua_State *L;
	sl_arena *arena;
	const char *sysroot;
	const char *environment;   /* the option, or NULL */
	const char *platform;      /* the same */
	int variables;             /* stack index of the option, or 0 */
	sl_variables *known;
	sl_environment found;
	sl_answer name;
	const char *complaint;     /* what is wrong with the variables, a line each, or NULL */
} question;

/* Names choose files below environments/, so each must be one component of a path. */
static bool is_plain_name(const char *name) {
	for(const char *c = name; *c; c++) {
		if((unsigned char)*c < ' ' || *c == 127 || *c == '/') {
			return false;
		}
	}
	return *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* The value as a message may show it. */
static const char *printable(sl_arena *arena, const char *value) {
	char *copy = sl_strdup(arena, value);
	for(char *c = copy; *c; c++) {
		if((unsigned char)*c < ' ' || *c == 127) {
			*c = '?';
		}
	}
	return copy;
}

static void complain(question *q, const sl_variable *variable) {
	const char *before = q->complaint ? sl_format(q->arena, "%s\n", q->complaint) : "";
	q->complaint = sl_format(q->arena,
		"%s%s is \"%s\", expected a plain name such as \"production\" or \"docker\", without \"/\" or \"..\"",
		before, variable->name, printable(q->arena, variable->value));
}

/* What the option or else one of the variables chooses; the value is NULL where neither does. */
static sl_answer choose(question *q, sl_variables *variables, const char *given, const char *how,
		const char *const *aliases) {
	if(given) {
		return (sl_answer) { given, how };
	}
	const sl_variable *variable = sl_variables_choice(variables, aliases);
	if(!variable) {
		return (sl_answer) { NULL, NULL };
	}
	if(!is_plain_name(variable->value)) {
		complain(q, variable);
	}
	return (sl_answer) { variable->value, variable->name };
}

static void choose_name(question *q, sl_variables *variables) {
	q->name = choose(q, variables, q->environment, "option environment", name_variables);
	if(!q->name.value) {
		q->name = (sl_answer) { "production", "default" };
	}
}

static void choose_platform(question *q, sl_variables *variables) {
	sl_answer chosen = choose(q, variables, q->platform, "option platform", platform_variables);
	if(chosen.value) {
		q->found.platform = chosen;
	}
	if(strcmp(q->found.platform.value, "manual") == 0) {
		q->found.platform.value = "none";
	}
}

/* "/" is the real system, as "" is, and no path below the root gets two slashes. */
static const char *without_slashes(sl_arena *arena, const char *path) {
	size_t length = strlen(path);
	while(length > 0 && path[length - 1] == '/') {
		length--;
	}
	return sl_strndup(arena, path, length);
}

/* Below sl_protect. */
static void answer(void *context) {
	question *q = context;
	sl_findings findings;
	sl_findings_init(&findings, q->arena);
	sl_variables *variables = q->known = sl_variables_new(q->arena, &findings);
	sl_load_variables(q->L, q->variables, q->arena, variables);
	sl_environment_begin(q->arena, without_slashes(q->arena, q->sysroot), variables, &q->found);
	sl_environment_find_all(&q->found);
	choose_name(q, variables);
	choose_platform(q, variables);
}

static const char *string_option(lua_State *L, const char *name, const char *fallback) {
	const char *value = sl_push_option(L, 1, name) == LUA_TSTRING ? lua_tostring(L, -1) : fallback;
	lua_pop(L, 1);
	return value;
}

static const char *name_option(lua_State *L, const char *name) {
	const char *value = string_option(L, name, NULL);
	if(value && !is_plain_name(value)) {
		luaL_argerror(L, 1, lua_pushfstring(L,
			"option '%s' must be a plain name, without \"/\", \"..\" or control characters", name));
	}
	return value;
}

/* The result is at index -2, its table `how` on top of the stack. */
static void set_how(lua_State *L, const char *key, const char *how) {
	lua_pushstring(L, how);
	lua_setfield(L, -2, key);
}

static void set_answer(lua_State *L, const char *key, const sl_answer *given) {
	lua_pushstring(L, given->value);
	lua_setfield(L, -3, key);
	set_how(L, key, given->how);
}

static void set_cpus(lua_State *L, const sl_environment *found) {
	lua_Integer whole = (lua_Integer)found->cpus;
	if((double)whole == found->cpus) {
		lua_pushinteger(L, whole);
	} else {
		lua_pushnumber(L, found->cpus);
	}
	lua_setfield(L, -3, "cpus");
	set_how(L, "cpus", found->cpus_how);
}

static void set_memory(lua_State *L, const sl_environment *found) {
	if(found->memory > 0) {
		lua_pushinteger(L, (lua_Integer)found->memory);
		lua_setfield(L, -3, "memory");
	}
	set_how(L, "memory", found->memory_how);
}

void sl_push_environment_found(lua_State *L, const sl_environment *found, const sl_answer *name) {
	luaL_checkstack(L, 4, "telling the environment");
	lua_createtable(L, 0, 9);
	lua_createtable(L, 0, 8);
	set_answer(L, "name", name);
	set_answer(L, "platform", &found->platform);
	set_answer(L, "container", &found->container);
	set_answer(L, "orchestrator", &found->orchestrator);
	set_answer(L, "hostname", &found->hostname);
	set_answer(L, "tier", &found->tier);
	set_cpus(L, found);
	set_memory(L, found);
	lua_setfield(L, -2, "how");
}

static int refuse(const question *q) {
	sl_secrets secrets = { .places = NULL };
	sl_learn_variables(q->L, q->arena, &secrets, q->known);
	luaL_where(q->L, 1);
	lua_pushstring(q->L, q->complaint);
	sl_leave_out(q->L, &secrets);
	lua_concat(q->L, 2);
	return lua_error(q->L);
}

int sl_api_environment(lua_State *L) {
	question q = { .L = L };
	lua_settop(L, 1);
	sl_check_options(L, 1, options);
	sl_check_variables(L, 1);
	q.sysroot = string_option(L, "sysroot", "");
	q.environment = name_option(L, "environment");
	q.platform = name_option(L, "platform");
	q.variables = sl_push_option(L, 1, "variables") == LUA_TTABLE ? lua_gettop(L) : 0;
	q.arena = sl_push_arena(L);
	lua_toclose(L, -1);
	sl_run(L, q.arena, answer, &q);
	if(q.complaint) {
		return refuse(&q);
	}
	sl_push_environment_found(L, &q.found, &q.name);
	return 1;
}
