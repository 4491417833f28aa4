#include "template.h"

#include <string.h>

#include "lexer.h"
#include "sandbox.h"
#include "stack.h"

/* ======== names of layers ======== */

/* How well a name fits a layer's id: not at all, a folder above it, the end of its path, or all of it. */
typedef enum fit { FIT_NONE, FIT_FOLDER, FIT_END, FIT_WHOLE } fit;

/* The length of a component's number, "01-" in 01-transport: whoever names the layer may leave it out. */
static size_t number_length(const char *component) {
	size_t digits = strspn(component, "0123456789");
	return digits && component[digits] == '-' ? digits + 1 : 0;
}

/* Where in the id the name ends that begins with it, component by component; NULL where it is another one. */
static const char *match(const char *id, const char *name) {
	for(;;) {
		if(!number_length(name)) {
			id += number_length(id);
		}
		size_t length = strcspn(name, "/");
		if(strncmp(id, name, length) != 0 || (id[length] != '/' && id[length] != '\0')) {
			return NULL;
		}
		id += length;
		name += length;
		if(!*name) {
			return id;
		}
		if(!*id) {
			return NULL;
		}
		id++;
		name++;
	}
}

static fit fit_of(const char *id, const char *name) {
	if(strcmp(id, name) == 0) {
		return FIT_WHOLE;
	}
	for(const char *at = id; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL) {
		const char *end = match(at, name);
		if(end) {
			return *end ? FIT_FOLDER : FIT_END;
		}
	}
	return FIT_NONE;
}

/* The layer before the running one that fits best; of several equally good ones the last, and *count says how many. */
static uint32_t find_layer(const sl_stack *stack, const char *name, size_t *count) {
	fit best = FIT_NONE;
	uint32_t found = 0;
	uint32_t end = stack->running ? stack->running : (uint32_t)stack->runs.count;
	*count = 0;
	for(uint32_t i = 1; i < end; i++) {
		fit this = fit_of(sl_layer_at(stack, i)->id, name);
		if(this == FIT_NONE || this < best) {
			continue;
		}
		*count = this > best ? 1 : *count + 1;
		best = this;
		found = i;
	}
	return found;
}

/* ======== dependencies ======== */

static void check_dependency(lua_State *L, sl_stack *stack) {
	size_t count;
	if(lua_type(L, -1) != LUA_TSTRING) {
		luaL_error(L, "dependencies: each is the id of a layer, a string; one is a %s", luaL_typename(L, -1));
	}
	const char *name = lua_tostring(L, -1);
	uint32_t by = find_layer(stack, name, &count);
	const char *kept = sl_keep_string(L, stack, name);
	*(sl_need *)sl_vector_add(L, &stack->needs) = (sl_need) { .name = kept, .layer = stack->running, .by = by };
	if(!by) {
		luaL_error(L, "this layer depends on \"%s\", and no layer of that id is active before it; switch it on, or correct the "
			"dependency", name);
	}
}

static void check_dependencies(lua_State *L, sl_stack *stack, int returned) {
	int type = lua_getfield(L, returned, "dependencies");
	if(type != LUA_TNIL && type != LUA_TTABLE) {
		luaL_error(L, "dependencies: expected a list of ids of layers, got a %s", luaL_typename(L, -1));
	}
	for(lua_Integer i = 1; type == LUA_TTABLE && lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
		check_dependency(L, stack);
		lua_pop(L, 1);
	}
	lua_settop(L, returned);
}

/* ======== modules ======== */

/* The line of a name in the file that just ended is no longer known; that of the return statement is the best there is. */
static sl_place place_of(const sl_stack *stack, uint32_t file) {
	return (sl_place) { .layer = stack->running, .file = file, .line = stack->returning };
}

/* Appends the modules in the list at the top of the stack, which is popped. */
static void append_modules(lua_State *L, int ud, uint32_t file) {
	if(lua_rawlen(L, -1)) {
		sl_journal_operate(L, ud, SL_GLOBAL, SL_OPT_MODULES_ENABLED, place_of(sl_stack_at(L, ud), file), SL_APPEND, 0);
	} else {
		lua_pop(L, 1);
	}
}

/* A group's list part appends modules. The group is at the top of the stack. */
static void append_group(lua_State *L, int ud, uint32_t file, const char *group) {
	lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
	int index = lua_gettop(L);
	lua_createtable(L, (int)count, 0);
	for(lua_Integer i = 1; i <= count; i++) {
		if(lua_rawgeti(L, index, i) != LUA_TSTRING) {
			luaL_error(L, "modules.%s: element %d is a %s, expected the name of a module", group, (int)i, luaL_typename(L, -1));
		}
		lua_rawseti(L, -2, i);
	}
	append_modules(L, ud, file);
}

/* A group's named part sets options. The group is at the top of the stack. */
static void set_options(lua_State *L, int ud, uint32_t file) {
	int group = lua_gettop(L);
	lua_newtable(L);
	int named = lua_gettop(L);
	sl_copy_part(L, group, named, false);
	size_t count = sl_sorted_keys(L, named);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, named + 1, (lua_Integer)i);
		lua_pushvalue(L, -1);
		uint32_t option = sl_option_id(L, ud);
		lua_rawget(L, named);
		sl_journal_assign(L, ud, SL_GLOBAL, option, place_of(sl_stack_at(L, ud), file), 0);
	}
	lua_settop(L, group);
}

static void refuse_group(lua_State *L, int key, int value) {
	const char *type = lua_istable(L, value) ? "directive or object" : luaL_typename(L, value);
	if(lua_isinteger(L, key)) {
		luaL_error(L, "modules: element %d is a %s, expected the name of a module or a group such as { \"tls\", c2s_timeout = 300 }",
			(int)lua_tointeger(L, key), type);
	}
	luaL_error(L, "modules.%s: expected a group such as { \"tls\", c2s_timeout = 300 }, got a %s", luaL_tolstring(L, key, NULL), type);
}

/* Uses one element of `modules`, whose key and value are at the top of the stack: the name of a module, which the list at `flat` gets, or a group. */
static void use_element(lua_State *L, int ud, uint32_t file, int flat) {
	int value = lua_gettop(L);
	bool listed = lua_isinteger(L, value - 1);
	if(listed && lua_type(L, value) == LUA_TSTRING) {
		lua_rawseti(L, flat, (lua_Integer)lua_rawlen(L, flat) + 1);
		return;
	}
	if(!sl_is_plain_table(L, value)) {
		refuse_group(L, value - 1, value);
	}
	lua_pushvalue(L, flat);   /* what stood before the group comes before it */
	append_modules(L, ud, file);
	lua_newtable(L);
	lua_replace(L, flat);
	const char *group = luaL_tolstring(L, value - 1, NULL);
	lua_pushvalue(L, value);
	append_group(L, ud, file, group);
	lua_settop(L, value);
	set_options(L, ud, file);
}

/* Uses `modules`: a flat list of modules, groups with or without names, or both: the list in its order, then the groups by their names. */
static void use_modules(lua_State *L, int ud, uint32_t file, int returned) {
	int type = lua_getfield(L, returned, "modules");
	if(type == LUA_TNIL) {
		lua_settop(L, returned);
		return;
	}
	if(type != LUA_TTABLE) {
		luaL_error(L, "modules: expected a list such as { \"carbons\", \"mam\" } or a table of groups such as "
			"{ core = { \"tls\", c2s_timeout = 300 } }, got a %s", luaL_typename(L, -1));
	}
	int modules = lua_gettop(L);
	size_t count = sl_sorted_keys(L, modules);
	lua_newtable(L);
	int flat = lua_gettop(L);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, modules + 1, (lua_Integer)i);
		lua_pushvalue(L, -1);
		lua_rawget(L, modules);
		use_element(L, ud, file, flat);
		lua_settop(L, flat);
	}
	append_modules(L, ud, file);
	lua_settop(L, returned);
}

static bool is_template(lua_State *L, int returned) {
	static const char *const fields[] = { "modules", "utilities", "version", "dependencies" };
	bool found = false;
	for(size_t i = 0; i < sizeof(fields) / sizeof(*fields) && lua_type(L, returned) == LUA_TTABLE && !found; i++) {
		found = lua_getfield(L, returned, fields[i]) != LUA_TNIL;
		lua_pop(L, 1);
	}
	return found;
}

static void keep_version(lua_State *L, sl_stack *stack, int returned) {
	int type = lua_getfield(L, returned, "version");
	if(type == LUA_TSTRING || type == LUA_TNUMBER) {
		sl_version version = { stack->running, sl_keep_string(L, stack, lua_tostring(L, -1)) };
		*(sl_version *)sl_vector_add(L, &stack->versions) = version;
	}
	lua_settop(L, returned);
}

/* By how much the token changes the depth of blocks that have an end of their own. */
static int depth_of(int kind) {
	switch(kind) {
	case SL_TOKEN_FUNCTION: case SL_TOKEN_DO: case SL_TOKEN_IF: case SL_TOKEN_REPEAT:
		return 1;
	case SL_TOKEN_ENDWORD: case SL_TOKEN_UNTIL:
		return -1;
	default:
		return 0;
	}
}

static bool ends_block(int kind) {
	return kind == SL_TOKEN_END || kind == SL_TOKEN_ENDWORD || kind == SL_TOKEN_ELSE || kind == SL_TOKEN_ELSEIF || kind == SL_TOKEN_UNTIL || kind == ';';
}

/* The line of the one statement by which the file, and no function in it, returns a value; 0 where there are several. */
static unsigned return_line(const char *text, size_t length) {
	sl_lexer lexer;
	sl_lexer_init(&lexer, text, length);
	unsigned line = 0;
	int depth = 0, function = 0;   /* function: the depth in the outermost one, 0: in none */
	sl_token token = sl_lexer_next(&lexer);
	while(token.kind != SL_TOKEN_END && token.kind != SL_TOKEN_BROKEN) {
		sl_token next = sl_lexer_next(&lexer);
		depth += depth_of(token.kind);
		if(token.kind == SL_TOKEN_FUNCTION && !function) {
			function = depth;
		} else if(depth < function) {
			function = 0;
		} else if(token.kind == SL_TOKEN_RETURN && !function && !ends_block(next.kind)) {
			if(line) {
				return 0;
			}
			line = token.line;
		}
		token = next;
	}
	return line;
}

void sl_use_template(lua_State *L, int ud, uint32_t file, const char *text, size_t length) {
	sl_stack *stack = sl_stack_at(L, ud);
	int returned = lua_gettop(L);
	luaL_checkstack(L, 20, "reading a layer's template");
	/* A plain configuration file may return what it likes; Prosody takes no notice. */
	if(is_template(L, returned)) {
		stack->returning = return_line(text, length);
		check_dependencies(L, stack, returned);
		keep_version(L, stack, returned);
		use_modules(L, ud, file, returned);
		lua_getiuservalue(L, ud, SL_UV_EXPORTS);
		lua_pushvalue(L, returned);
		lua_rawseti(L, -2, stack->running);
		stack->returning = 0;
	}
	lua_settop(L, returned - 1);
}

void sl_push_export(lua_State *L, int ud, const char *name) {
	size_t count;
	const sl_stack *stack = sl_stack_at(L, ud);
	uint32_t layer = find_layer(stack, name, &count);
	if(!layer) {
		luaL_error(L, "stack.layer(\"%s\"): no layer of that id is active before this one", name);
	}
	if(count > 1) {
		luaL_error(L, "stack.layer(\"%s\"): %d layers fit, write more of the id, such as \"%s\"", name, (int)count,
			sl_layer_at(stack, layer)->id);
	}
	lua_getiuservalue(L, ud, SL_UV_EXPORTS);
	lua_rawgeti(L, -1, layer);
	lua_remove(L, -2);
}

/* ======== validation ======== */

/* Calls the function at the top of the stack (popped) with copies of the configuration and reports what it objects to. */
static void call_validator(lua_State *L, int ud, uint32_t layer, const char *name, int config, int hosts) {
	sl_stack *stack = sl_stack_at(L, ud);
	int base = lua_gettop(L) - 1;
	const char *path = sl_layer_at(stack, layer)->path;
	lua_Debug ar;
	lua_pushvalue(L, base + 1);
	lua_getinfo(L, ">S", &ar);
	unsigned line = ar.linedefined > 0 ? (unsigned)ar.linedefined : 0;
	sl_expect_code(L, stack->patience);
	sl_value_copy(L, config, 0, 0);
	sl_value_copy(L, hosts, 0, 0);
	if(lua_pcall(L, 2, 2, 0) != LUA_OK) {
		sl_report(L, stack, SL_WARNING, SL_ON_VALIDATOR, path, line, "%s failed: %s", name, luaL_tolstring(L, -1, NULL));
	} else if(lua_isboolean(L, base + 1) && !lua_toboolean(L, base + 1)) {
		sl_report(L, stack, SL_WARNING, SL_ON_VALIDATOR, path, line, "%s: %s", name,
			lua_isnil(L, base + 2) ? "the configuration is not valid" : luaL_tolstring(L, base + 2, NULL));
	}
	lua_settop(L, base);
}

static void call_validators(lua_State *L, int ud, uint32_t layer, int config, int hosts) {
	int utilities = lua_gettop(L);
	size_t count = sl_sorted_keys(L, utilities);
	int keys = lua_gettop(L);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, keys, (lua_Integer)i);
		const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
		if(strncmp(name, "validate_", strlen("validate_")) == 0) {
			lua_pushvalue(L, -1);
			if(lua_rawget(L, utilities) == LUA_TFUNCTION) {
				call_validator(L, ud, layer, name, config, hosts);
			}
		}
		lua_settop(L, keys);
	}
	lua_settop(L, utilities);
}

void sl_validate(lua_State *L, int ud) {
	const sl_stack *stack = sl_stack_at(L, ud);
	luaL_checkstack(L, 16, "validating");
	int top = lua_gettop(L);
	lua_getiuservalue(L, ud, SL_UV_EXPORTS);
	int exports = lua_gettop(L);
	lua_pushnil(L);
	if(!lua_next(L, exports)) {   /* no layer returned a template */
		lua_settop(L, top);
		return;
	}
	lua_settop(L, exports);
	sl_push_configuration(L, ud);
	for(uint32_t layer = 1; layer < stack->runs.count; layer++) {
		if(lua_rawgeti(L, exports, layer) == LUA_TTABLE && lua_getfield(L, -1, "utilities") == LUA_TTABLE) {
			call_validators(L, ud, layer, top + 2, top + 3);
		}
		lua_settop(L, top + 3);
	}
	lua_settop(L, top);
}
