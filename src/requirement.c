#include "requirement.h"

#include "collector.h"
#include "history.h"
#include "report.h"
#include "resolve.h"
#include "waiting.h"

/* What SL_UV_REQUIREMENTS holds of each: a table. */
enum { FIELD_NAMES = 1 /* name -> true */, FIELD_RULE };

/* How many hosts are named one by one when a rule refuses many. */
enum { NAMED_HOSTS = 3 };

/* ======== adding ======== */

static void add_name(lua_State *L, int names) {
	if(lua_type(L, -1) != LUA_TSTRING) {
		luaL_error(L, "stack.require takes the names of the options that the rule looks at, got a %s", luaL_typename(L, -1));
	}
	lua_pushboolean(L, 1);
	lua_rawset(L, names);
}

/* Pushes the set of the names at argument 1. */
static void push_names(lua_State *L) {
	lua_newtable(L);
	int names = lua_gettop(L);
	if(lua_type(L, 1) == LUA_TTABLE) {
		for(lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, 1); i++) {
			lua_rawgeti(L, 1, i);
			add_name(L, names);
		}
	} else {
		lua_pushvalue(L, 1);
		add_name(L, names);
	}
	lua_pushnil(L);
	if(!lua_next(L, names)) {
		luaL_error(L, "stack.require needs the name of an option that the rule looks at, as in stack.require(\"authentication\", function (option, host) … end)");
	}
	lua_settop(L, names);
}

void sl_add_requirement(lua_State *L, int ud, sl_place place) {
	sl_stack *stack = sl_stack_at(L, ud);
	if(lua_type(L, 2) != LUA_TFUNCTION) {
		luaL_error(L, "stack.require needs a function behind the names of options: function (option, host) … end; it got a %s", luaL_typename(L, 2));
	}
	luaL_checkstack(L, 8, "adding a rule");
	lua_getiuservalue(L, ud, SL_UV_REQUIREMENTS);
	lua_createtable(L, 2, 0);
	push_names(L);
	lua_rawseti(L, -2, FIELD_NAMES);
	lua_pushvalue(L, 2);
	lua_rawseti(L, -2, FIELD_RULE);
	sl_vector_reserve(L, &stack->requirements, 1);
	lua_rawseti(L, -2, (lua_Integer)stack->requirements.count + 1);
	lua_pop(L, 1);
	*(sl_place *)sl_vector_add(L, &stack->requirements) = place;
}

/* ======== the options of a rule ======== */

/* Pushes what is kept of the i-th rule, and the set of its names. */
static void push_requirement(lua_State *L, int ud, size_t i) {
	lua_getiuservalue(L, ud, SL_UV_REQUIREMENTS);
	lua_rawgeti(L, -1, (lua_Integer)i + 1);
	lua_remove(L, -2);
	lua_rawgeti(L, -1, FIELD_NAMES);
}

bool sl_requires_waiting(lua_State *L, int ud) {
	const sl_stack *stack = sl_stack_at(L, ud);
	bool found = false;
	luaL_checkstack(L, 10, "looking for rules");
	for(size_t i = 0; i < stack->requirements.count && !found; i++) {
		push_requirement(L, ud, i);
		int names = lua_gettop(L);
		lua_pushnil(L);
		while(!found && lua_next(L, names)) {
			lua_pop(L, 1);
			lua_pushvalue(L, -1);
			uint32_t option = sl_find_option(L, ud);
			found = option && sl_option_at(&stack->journal, option)->waiting;
		}
		lua_settop(L, names - 2);
	}
	return found;
}

void sl_each_requirement(lua_State *L, int ud, uint32_t option, void (*look)(void *context, sl_place place), void *context) {
	const sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	luaL_checkstack(L, 10, "looking for rules");
	for(size_t i = 0; i < stack->requirements.count; i++) {
		push_requirement(L, ud, i);
		sl_push_option_name(L, ud, option);
		bool named = lua_rawget(L, -2) != LUA_TNIL;
		lua_settop(L, top);
		if(named) {
			look(context, ((const sl_place *)stack->requirements.data)[i]);
		}
	}
}

/* ======== asking ======== */

/* What the function `option`, which a rule gets, knows: a userdata, since the rule may keep the function. */
typedef struct asking {
	uint32_t scope;   /* 0: the rule has ended */
	uint32_t read;    /* the option that it asked for last, 0: none */
} asking;

enum { UP_STACK = 1, UP_NAMES, UP_CONFIG /* Prosody's table of options, nil: the stack's results count */, UP_ASKING };

/* Pushes the own value of the scope in Prosody's table of options. */
static void push_configured(lua_State *L, int ud, int config, uint32_t scope, uint32_t option) {
	sl_push_scope_name(L, ud, scope);
	if(lua_rawget(L, config) == LUA_TTABLE) {
		sl_push_option_name(L, ud, option);
		lua_rawget(L, -2);
	} else {
		lua_pushnil(L);
	}
	lua_remove(L, -2);
}

static void push_own(lua_State *L, const asking *a, uint32_t scope) {
	if(lua_isnil(L, lua_upvalueindex(UP_CONFIG))) {
		sl_push_result_of(L, lua_upvalueindex(UP_STACK), scope, a->read);
	} else {
		push_configured(L, lua_upvalueindex(UP_STACK), lua_upvalueindex(UP_CONFIG), scope, a->read);
	}
}

/* (name) -> value: what Prosody will read of an option, a host's own value or else the global one */
static int read_option(lua_State *L) {
	int ud = lua_upvalueindex(UP_STACK);
	asking *a = lua_touserdata(L, lua_upvalueindex(UP_ASKING));
	lua_settop(L, 1);
	lua_pushvalue(L, 1);
	if(lua_isnil(L, 1) || lua_rawget(L, lua_upvalueindex(UP_NAMES)) == LUA_TNIL) {
		return luaL_error(L, "the rule reads %s, which stack.require does not name; add it to the names in front of the rule",
			luaL_tolstring(L, 1, NULL));
	}
	if(!a->scope) {
		return luaL_error(L, "the options of a rule can be read only while the rule runs");
	}
	lua_settop(L, 1);
	/* What the main file alone sets, no layer may speak of. */
	a->read = lua_isnil(L, lua_upvalueindex(UP_CONFIG)) ? sl_find_option(L, ud) : sl_option_id(L, ud);
	if(!a->read) {
		lua_pushnil(L);
		return 1;
	}
	push_own(L, a, a->scope);
	if(lua_isnil(L, -1) && a->scope != SL_GLOBAL) {
		push_own(L, a, SL_GLOBAL);
	}
	sl_value_copy(L, -1, 0, 0);
	return 1;
}

/* A rule that is asked, as stack indices of what belongs to it. */
typedef struct checking {
	lua_State *L;
	int ud, names, rule, reader;
	asking *asking;
	sl_place place;
	size_t refused;   /* hosts */
	int config;       /* Prosody's table of options, 0: the stack's results are asked about */
	sl_on_refusal *on_refusal;
	void *context;
} checking;

/* The last assignment of the option in the scope, or in the global one where the scope inherits. 0: there is none. */
static uint32_t decided_by(const checking *c, uint32_t scope, uint32_t option) {
	lua_State *L = c->L;
	sl_history history;
	sl_history_push(L, c->ud, scope, sl_each_scope(L, c->ud, scope), option, false, &history);
	uint32_t own = sl_last_own(L, c->ud, &history, scope, true);
	if(!own && history.constraint_count) {
		own = history.constraints[history.constraint_count - 1];
	}
	lua_pop(L, 1);
	return own || scope == SL_GLOBAL ? own : decided_by(c, SL_GLOBAL, option);
}

const char *sl_push_rule_place(lua_State *L, int ud, sl_place place) {
	const sl_entry entry = { .layer = place.layer, .file = place.file, .line = place.line };
	sl_push_place(L, sl_stack_at(L, ud), &entry);
	return lua_tostring(L, -1);
}

static void report_at_rule(const checking *c, const char *text) {
	sl_stack *stack = sl_stack_at(c->L, c->ud);
	const char *path = c->place.file ? sl_layer_file_at(stack, c->place.file)->path : NULL;
	sl_report(c->L, stack, SL_ERROR, SL_ON_REQUIREMENT, path, c->place.line, "%s", text);
}

/* Pushes "in HOST", or what says that it is the global section. */
static const char *push_where(const checking *c, uint32_t scope) {
	if(scope == SL_GLOBAL) {
		return lua_pushliteral(c->L, "globally");
	}
	sl_push_scope_name(c->L, c->ud, scope);
	const char *host = luaL_tolstring(c->L, -1, NULL);
	return lua_pushfstring(c->L, "in %s", host);
}

/* Reports what the rule refuses with the message at the top of the stack: at the place of the value that it asked for last, where one sets it. */
static void report_refusal(const checking *c, uint32_t scope) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	uint32_t option = c->asking->read;
	const char *message = luaL_tolstring(L, top, NULL);
	const char *where = push_where(c, scope);
	uint32_t entry = option ? decided_by(c, scope, option) : 0;
	if(!entry) {
		report_at_rule(c, lua_pushfstring(L, "stack.require refuses what is set %s: %s", where, message));
		return;
	}
	const char *place = sl_push_rule_place(L, c->ud, c->place);
	sl_push_option_name(L, c->ud, option);
	const char *name = luaL_tolstring(L, -1, NULL);
	sl_push_result_of(L, c->ud, scope, option);
	if(lua_isnil(L, -1)) {
		sl_push_result_of(L, c->ud, SL_GLOBAL, option);
	}
	const char *value = sl_push_short_text(L, c->ud, scope, option, lua_gettop(L));
	sl_report_at(L, c->ud, SL_ERROR, SL_ON_REQUIREMENT, entry, lua_pushfstring(L, "%s = %s %s breaks stack.require at %s: %s", name, value, where,
		place, message));
}

/* Calls the rule. Does it refuse the scope? Then why is pushed. */
static bool is_refused(const checking *c, uint32_t scope) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	*c->asking = (asking) { .scope = scope };
	lua_pushvalue(L, c->rule);
	lua_pushvalue(L, c->reader);
	if(scope == SL_GLOBAL) {
		lua_pushnil(L);
	} else {
		sl_push_scope_name(L, c->ud, scope);
	}
	bool failed = lua_pcall(L, 2, LUA_MULTRET, 0) != LUA_OK;
	c->asking->scope = 0;
	bool holds = !failed && (lua_gettop(L) == top || lua_toboolean(L, top + 1));
	if(!failed && !holds && lua_isnoneornil(L, top + 2)) {
		lua_settop(L, top);
		lua_pushliteral(L, "the rule does not hold");
	} else if(!failed && !holds) {
		lua_settop(L, top + 2);
		lua_remove(L, top + 1);
	}
	return !holds;
}

static void ask(checking *c, uint32_t scope) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	luaL_checkstack(L, 20, "asking a rule");
	bool refused = is_refused(c, scope);
	if(refused && c->on_refusal) {
		const char *message = luaL_tolstring(L, -1, NULL);
		c->on_refusal(c->context, scope, c->asking->read, c->place, message);
	} else if(refused && (scope == SL_GLOBAL || c->refused++ < NAMED_HOSTS)) {
		report_refusal(c, scope);
	}
	lua_settop(L, top);
}

/* Does the scope set one of the rule's options itself? */
static bool concerns(const checking *c, uint32_t scope) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	bool found = false;
	lua_pushnil(L);
	while(!found && lua_next(L, c->names)) {
		lua_pop(L, 1);
		lua_pushvalue(L, -1);
		uint32_t option = sl_find_option(L, c->ud);
		uint32_t slot = option ? sl_slot_id(L, c->ud, scope, option, false) : 0;
		if(slot) {
			sl_push_result(L, c->ud, slot);
			found = !lua_isnil(L, -1);
			lua_pop(L, 1);
		}
	}
	lua_settop(L, top);
	return found;
}

static void ask_everywhere(checking *c) {
	const sl_journal *journal = sl_journal_of(c->L, c->ud);
	ask(c, SL_GLOBAL);
	for(uint32_t scope = SL_GLOBAL + 1; scope < sl_scope_count(journal); scope++) {
		if(!sl_waiting_of(journal, scope) && sl_is_host(c->L, c->ud, scope) && concerns(c, scope)) {
			ask(c, scope);
		}
	}
	if(c->refused > NAMED_HOSTS) {
		report_at_rule(c, lua_pushfstring(c->L, "stack.require refuses %d more hosts", (int)(c->refused - NAMED_HOSTS)));
		lua_pop(c->L, 1);
	}
}

/* Does Prosody's table have one of the rule's options in the host itself? */
static bool is_configured(const checking *c, uint32_t scope) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	bool found = false;
	sl_push_scope_name(L, c->ud, scope);
	if(lua_type(L, -1) == LUA_TSTRING && lua_rawget(L, c->config) == LUA_TTABLE) {
		lua_pushnil(L);
		while(!found && lua_next(L, c->names)) {
			lua_pop(L, 1);
			lua_pushvalue(L, -1);
			found = lua_rawget(L, top + 1) != LUA_TNIL;
			lua_pop(L, 1);
		}
	}
	lua_settop(L, top);
	return found;
}

static void ask_configured(checking *c) {
	const sl_journal *journal = sl_journal_of(c->L, c->ud);
	uint32_t count = sl_scope_count(journal);
	ask(c, SL_GLOBAL);
	for(uint32_t scope = SL_GLOBAL + 1; scope < count; scope++) {
		if(is_configured(c, scope)) {
			ask(c, scope);
		}
	}
}

/* Asks all rules as the pattern says. */
static void check_all(lua_State *L, int ud, checking pattern) {
	const sl_stack *stack = sl_stack_at(L, ud);
	int top = lua_gettop(L);
	luaL_checkstack(L, 24, "asking rules");
	for(size_t i = 0; i < stack->requirements.count; i++) {
		sl_expect_code(L, stack->patience);
		push_requirement(L, ud, i);
		checking c = pattern;
		c.L = L;
		c.ud = ud;
		c.names = top + 2;
		c.rule = top + 3;
		c.reader = top + 4;
		c.place = ((const sl_place *)stack->requirements.data)[i];
		lua_rawgeti(L, top + 1, FIELD_RULE);
		lua_pushvalue(L, ud);
		lua_pushvalue(L, c.names);
		if(c.config) {
			lua_pushvalue(L, c.config);
		} else {
			lua_pushnil(L);
		}
		c.asking = lua_newuserdatauv(L, sizeof(*c.asking), 0);   /* lives as long as the reader */
		lua_pushcclosure(L, read_option, UP_ASKING);
		if(c.config) {
			ask_configured(&c);
		} else {
			ask_everywhere(&c);
		}
		lua_settop(L, top);
	}
}

void sl_check_requirements(lua_State *L, int ud) {
	check_all(L, ud, (checking) { .config = 0 });
}

void sl_ask_requirements(lua_State *L, int ud, int config, sl_on_refusal *refused, void *context) {
	check_all(L, ud, (checking) { .config = config, .on_refusal = refused, .context = context });
}
