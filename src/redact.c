#include "redact.h"

#include <string.h>

#include "files.h"
#include "lexer.h"
#include "spared.h"
#include "waiting.h"

/* ======== remembering ======== */

typedef struct adding {
	sl_arena *arena;
	sl_secrets *secrets;
	const char *text;
	size_t length;
	bool always;
	const sl_tenant *owner;
} adding;

static void add_step(void *context) {
	const adding *a = context;
	sl_secrets_add(a->arena, a->secrets, a->text, a->length, a->always, a->owner);
}

static void add(lua_State *L, const adding *a) {
	adding copy = *a;
	sl_run(L, a->arena, add_step, &copy);
}

void sl_remember_secret(lua_State *L, sl_stack *stack, const char *text, size_t length) {
	add(L, &(adding) { .arena = &stack->arena, .secrets = &stack->secrets, .text = text, .length = length, .always = true });
}

/* Remembers what a text that is no secret itself says to be one. */
static void add_said(lua_State *L, const adding *text) {
	size_t from = 0;
	size_t to = 0;
	while(sl_says_secret(text->text, text->length, &from, &to)) {
		adding part = *text;
		part.text += from;
		part.length = to - from;
		add(L, &part);
		from = to;
	}
}

/* ======== the journal ======== */

static bool is_secret_key(lua_State *L, int key) {
	size_t length;
	const char *name = lua_type(L, key) == LUA_TSTRING ? lua_tolstring(L, key, &length) : NULL;
	return name && sl_is_secret_name(name, length);
}

bool sl_is_secret_option(lua_State *L, int ud, uint32_t option) {
	return sl_option_at(sl_journal_of(L, ud), option)->secret;
}

/* Was the table at an absolute index looked through already, as a secret or as what it is? A table may hold itself. */
static bool is_known(lua_State *L, int memo, int index, bool secret) {
	lua_pushvalue(L, index);
	bool known = lua_rawget(L, memo) == LUA_TBOOLEAN && (lua_toboolean(L, -1) || !secret);
	lua_pop(L, 1);
	if(!known) {
		lua_pushvalue(L, index);
		lua_pushboolean(L, secret);
		lua_rawset(L, memo);
	}
	return known;
}

/* Deeper than any value that the journal takes; what a layer that fails has made may be as deep as it likes. */
enum { DEEPEST = 250 };

/* Whose value is looked through, and the table that knows which tables were. */
typedef struct learning {
	sl_stack *stack;
	int memo;
	const sl_tenant *owner;
} learning;

/* Remembers what is secret in the value at an absolute index. */
static void learn_value(lua_State *L, const learning *from, int index, bool secret, unsigned depth) {
	luaL_checkstack(L, 6, "looking for secrets");
	if(lua_type(L, index) == LUA_TSTRING) {
		size_t length;
		const char *text = lua_tolstring(L, index, &length);
		const adding a = { .arena = &from->stack->arena, .secrets = &from->stack->secrets, .text = text, .length = length, .owner = from->owner };
		(secret ? add : add_said)(L, &a);
	} else if(lua_type(L, index) == LUA_TTABLE && depth < DEEPEST && !is_known(L, from->memo, index, secret)) {
		lua_pushnil(L);
		while(lua_next(L, index)) {
			int value = lua_gettop(L);
			learn_value(L, from, value, secret || is_secret_key(L, value - 1), depth + 1);
			lua_settop(L, value - 1);
		}
	}
}

static bool may_hold_secret(const sl_entry *entry) {
	return entry->text ? strchr("\"'{[", *entry->text) != NULL : entry->value != 0;
}

static void learn_entry(lua_State *L, int ud, int memo, const sl_entry *entry) {
	if(!may_hold_secret(entry) || entry->option == SL_OPT_MODULES_ENABLED) {
		return;
	}
	int top = lua_gettop(L);
	bool secret = sl_is_secret_option(L, ud, entry->option);
	sl_push_path(L, ud, entry);
	for(lua_Integer i = 1; lua_istable(L, -1) && i <= (lua_Integer)lua_rawlen(L, top + 1); i++) {
		lua_rawgeti(L, top + 1, i);
		secret = secret || is_secret_key(L, -1);
		lua_pop(L, 1);
	}
	sl_push_value(L, ud, entry);
	sl_stack *stack = sl_stack_at(L, ud);
	const learning from = { .stack = stack, .memo = memo, .owner = sl_layer_origin(stack, entry->layer)->tenant };
	learn_value(L, &from, lua_gettop(L), secret, 0);
	lua_settop(L, top);
}

static void learn_entries(lua_State *L, int ud, uint32_t from, uint32_t to) {
	lua_newtable(L);
	int memo = lua_gettop(L);
	size_t waiting = 1;
	for(uint32_t id = sl_skip_waiting(sl_journal_of(L, ud), from, &waiting); id < to; id = sl_skip_waiting(sl_journal_of(L, ud), id + 1, &waiting)) {
		learn_entry(L, ud, memo, sl_entry_at(sl_journal_of(L, ud), id));
	}
	lua_pop(L, 1);
}

/* ======== variables ======== */

void sl_learn_variables(lua_State *L, sl_arena *arena, sl_secrets *secrets, sl_variables *variables) {
	size_t count;
	const sl_variable **list = sl_list_variables(L, arena, variables, &count);
	for(size_t i = 0; i < count; i++) {
		const char *value = list[i]->value;
		const adding a = { .arena = arena, .secrets = secrets, .text = value, .length = strlen(value) };
		(sl_is_secret_variable(list[i]->name) ? add : add_said)(L, &a);
	}
}

/* What came since this was asked last. */
static void learn(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	luaL_checkstack(L, 10, "looking for secrets");
	if(stack->variables && !stack->secrets.knows_variables) {
		sl_learn_variables(L, &stack->arena, &stack->secrets, stack->variables);
		stack->secrets.knows_variables = stack->discovered;   /* all of them are known once the layers are */
	}
	if(stack->secrets.learned < stack->journal.sealed) {
		sl_expand_secretive(L, ud, stack->secrets.learned);
		learn_entries(L, ud, stack->secrets.learned, stack->journal.sealed);
		stack->secrets.learned = stack->journal.sealed;
	}
}

/* ======== layers that failed ======== */

typedef struct rereading {
	sl_stack *stack;
	const char *path;
} rereading;

/* Where a chunk speaks of a secret. */
typedef struct speaking {
	sl_stack *stack;
	const sl_tenant *owner;   /* whose chunk it is, NULL: the server's own */
	bool named;      /* the name of one */
	bool assigned;   /* and "=" behind it */
	bool asked;      /* a string that follows is the name of a variable or a file */
	bool joined;     /* the token before belongs to the one behind it: f.x, a..b */
	unsigned line;
	sl_token word;   /* a word behind "=" that may have lost its quotes */
} speaking;

static bool is_reader(const sl_token *token) {
	static const char *const readers[] = { "secret", "string", "getenv", "Credential", "FileContents", "FileLine", "FileLines" };
	for(size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		if(strlen(readers[i]) == token->length && memcmp(readers[i], token->start, token->length) == 0) {
			return true;
		}
	}
	return false;
}

static void add_spoken(const speaking *s, const char *text, size_t length, bool always) {
	sl_secrets_add(&s->stack->arena, &s->stack->secrets, text, length, always, s->owner);
}

static void take_name(speaking *s, const sl_token *token, size_t quotes) {
	if(s->assigned && token->line == s->line) {
		s->asked = is_reader(token);
		s->word = s->joined ? s->word : *token;
		return;
	}
	s->named = token->length > 2 * quotes && sl_is_secret_name(token->start + quotes, token->length - 2 * quotes);
	s->assigned = s->asked = false;
	s->line = token->line;
}

static void take_string(speaking *s, const sl_token *token) {
	size_t length;
	const char *wrong = NULL;
	unsigned line;
	if(!s->assigned) {
		take_name(s, token, 1);   /* ["password"] = … */
		return;
	}
	const char *text = sl_token_string(&s->stack->arena, token, &length, &wrong, &line);
	if(text && !s->asked) {
		add_spoken(s, text, length, false);
	}
	s->stack->secrets.misspelt = s->stack->secrets.misspelt || !text;
	s->asked = false;
}

/* Does the token make an expression of the word before it? It is a variable then, or the beginning of another assignment. */
static bool is_joining(const sl_token *token) {
	static const char joining[] = ".:({[=";
	return token->kind == SL_TOKEN_STRING || token->kind == SL_TOKEN_AND || token->kind == SL_TOKEN_OR
		|| (token->kind == SL_TOKEN_OPERATOR && token->start[0] == '.') || (token->kind < SL_TOKEN_END && strchr(joining, token->kind));
}

/* `ldap_password = hunter2`: a word behind the name of a secret that is no part of an expression is one that has lost its quotes. */
static void take_word(speaking *s, const sl_token *next) {
	bool same_line = next->line == s->line && next->kind != SL_TOKEN_END;
	if(s->word.start && !(same_line && is_joining(next))) {
		add_spoken(s, s->word.start, s->word.length, true);
		s->stack->secrets.misspelt = true;
	}
	s->word.start = NULL;
	if(s->assigned && same_line && (next->kind == SL_TOKEN_NUMERAL || next->kind == SL_TOKEN_BROKEN || next->kind > SL_TOKEN_OR)) {
		s->stack->secrets.misspelt = true;
	}
}

static void take_token(speaking *s, const sl_token *token) {
	take_word(s, token);
	switch(token->kind) {
	case SL_TOKEN_NAME:
		take_name(s, token, 0);
		break;
	case SL_TOKEN_STRING:
		take_string(s, token);
		break;
	case '=':
		s->assigned = s->named;
		break;
	case ',':
	case ';':
	case '}':
		s->named = s->assigned = s->asked = false;
		break;
	default:
		break;
	}
	s->joined = token->kind != SL_TOKEN_STRING && token->kind != '=' && is_joining(token);
}

/* `ldap_password = "…"`: Lua's messages quote from chunks. */
static void take_named(sl_stack *stack, const char *text, size_t length) {
	sl_lexer lexer;
	speaking s = { .stack = stack, .owner = stack->running ? sl_layer_origin(stack, stack->running)->tenant : NULL };
	sl_lexer_init(&lexer, text, length);
	sl_token token = sl_lexer_next(&lexer);
	while(token.kind != SL_TOKEN_END && token.kind != SL_TOKEN_BROKEN) {
		take_token(&s, &token);
		token = sl_lexer_next(&lexer);
	}
	take_word(&s, &token);
	if(s.assigned && token.kind == SL_TOKEN_BROKEN && token.start < text + length) {   /* a string without its end */
		size_t rest = (size_t)(text + length - token.start);
		const char *end = memchr(token.start, '\n', rest);
		size_t size = end ? (size_t)(end - token.start) : rest;
		add_spoken(&s, token.start + 1, size - 1, false);
	}
}

static void reread_step(void *context) {
	const rereading *r = context;
	sl_text text = { .bytes = NULL };
	if(sl_read_into(&r->stack->arena, NULL, r->path, &text, NULL) == 0) {
		take_named(r->stack, text.bytes, text.length);
	}
}

void sl_remember_failed(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	luaL_checkstack(L, 10, "looking for secrets");
	stack->secrets.misspelt = false;
	learn_entries(L, ud, stack->journal.sealed, stack->journal.entry_count);
	/* The running layer's files are the last ones. */
	for(size_t i = stack->files.count; i > 1; i--) {
		const sl_layer_file *file = sl_layer_file_at(stack, (uint32_t)i - 1);
		if(file->layer != stack->running) {
			break;
		}
		rereading r = { .stack = stack, .path = file->path };
		sl_run(L, &stack->arena, reread_step, &r);
	}
}

void sl_push_without_quotation(lua_State *L, const sl_stack *stack, const char *message) {
	const char *near = stack->secrets.misspelt ? strstr(message, " near ") : NULL;
	luaL_checkstack(L, 2, "leaving out a quotation");
	if(near) {
		lua_pushlstring(L, message, (size_t)(near - message));
		lua_pushliteral(L, " near " SL_HIDDEN);
		lua_concat(L, 2);
	} else {
		lua_pushstring(L, message);
	}
}

/* ======== texts ======== */

/* Replaces what is found in the string at the top of the stack; `ud`: of the stack whose names and paths are spared, 0: nothing is. */
static void replace(lua_State *L, int ud, const sl_looking *looking) {
	size_t length;
	const char *text = lua_tolstring(L, -1, &length);
	size_t from = 0;
	size_t to = 0;
	size_t done = 0;
	int parts = 0;
	for(; sl_secrets_next(looking, text, length, &from, &to); from = to) {
		if(ud && sl_is_spared(L, ud, text, length, from, to)) {
			continue;
		}
		luaL_checkstack(L, 4, "leaving out secrets");
		lua_pushlstring(L, text + done, from - done);
		lua_pushliteral(L, SL_HIDDEN);
		lua_concat(L, parts ? 3 : 2);
		parts = 1;
		done = to;
	}
	if(parts) {
		lua_pushlstring(L, text + done, length - done);
		lua_concat(L, 2);
		lua_remove(L, -2);
	}
}

void sl_leave_out(lua_State *L, const sl_secrets *secrets) {
	replace(L, 0, &(sl_looking) { .secrets = secrets, .said = true });
}

void sl_redact(lua_State *L, int ud, const sl_tenant *owner) {
	learn(L, ud);
	replace(L, ud, &(sl_looking) { .secrets = &sl_stack_at(L, ud)->secrets, .said = true, .owner = owner });
}

void sl_mask(lua_State *L, int ud) {
	learn(L, ud);
	replace(L, ud, &(sl_looking) { .secrets = &sl_stack_at(L, ud)->secrets, .sure = true });
}

const sl_tenant *sl_tenant_of_scope(lua_State *L, int ud, uint32_t scope) {
	const sl_stack *stack = sl_stack_at(L, ud);
	uint32_t layer = scope ? sl_scope_at(&stack->journal, scope)->tenant : 0;
	return layer ? sl_layer_origin(stack, layer)->tenant : NULL;
}

/* ======== values ======== */

/* Where the copies of tables are remembered: as secrets, and as what they are. */
typedef struct redacting {
	lua_State *L;
	int ud, secret, plain;
	bool sure;   /* only the secrets that nothing holds by chance, and no names; this may be any text, so that names and paths in it are spared */
	const sl_tenant *owner;
} redacting;

static void redact(const redacting *r, int index, bool secret, unsigned depth);

static void redact_table(const redacting *r, int index, bool secret, unsigned depth) {
	lua_State *L = r->L;
	luaL_checkstack(L, 8, "leaving out secrets");
	lua_newtable(L);
	int copy = lua_gettop(L);
	lua_pushvalue(L, index);
	lua_pushvalue(L, copy);
	lua_rawset(L, secret ? r->secret : r->plain);
	lua_pushnil(L);
	while(lua_next(L, index)) {
		int value = lua_gettop(L);
		redact(r, value - 1, false, depth);
		redact(r, value, secret || (!r->sure && is_secret_key(L, value - 1)), depth + 1);
		lua_rawset(L, copy);
		lua_settop(L, value - 1);
	}
}

/* Replaces the number at the top of the stack where it is a secret that a layer turned into one. */
static void redact_number(const redacting *r) {
	lua_State *L = r->L;
	size_t length;
	lua_pushvalue(L, -1);
	const char *text = lua_tolstring(L, -1, &length);
	size_t from = 0;
	size_t to = 0;
	const sl_looking looking = { .secrets = &sl_stack_at(L, r->ud)->secrets, .owner = r->owner };
	bool hidden = sl_secrets_next(&looking, text, length, &from, &to) && from == 0 && to == length;
	lua_pop(L, 1);
	if(hidden) {
		lua_pop(L, 1);
		lua_pushliteral(L, SL_HIDDEN);
	}
}

/* An empty text is no secret, and it helps to see that it is empty. */
static bool is_hidden(lua_State *L, int index, bool secret) {
	return secret && (lua_type(L, index) == LUA_TNUMBER || (lua_type(L, index) == LUA_TSTRING && lua_rawlen(L, index) > 0));
}

/* Pushes the value at an absolute index, without secrets. */
static void redact(const redacting *r, int index, bool secret, unsigned depth) {
	lua_State *L = r->L;
	luaL_checkstack(L, 4, "leaving out secrets");
	if(is_hidden(L, index, secret) || depth > DEEPEST) {
		lua_pushliteral(L, SL_HIDDEN);
		return;
	}
	lua_pushvalue(L, index);
	if(lua_type(L, index) == LUA_TSTRING) {
		const sl_looking looking = { .secrets = &sl_stack_at(L, r->ud)->secrets, .sure = r->sure, .said = !r->sure, .owner = r->owner };
		replace(L, r->sure ? r->ud : 0, &looking);
	} else if(lua_type(L, index) == LUA_TNUMBER && !r->sure) {
		redact_number(r);
	} else if(sl_is_plain_table(L, index)) {
		lua_rawget(L, secret ? r->secret : r->plain);
		if(lua_isnil(L, -1)) {
			lua_pop(L, 1);
			redact_table(r, index, secret, depth);
		}
	}
}

static void copy_without_secrets(lua_State *L, int ud, bool all, bool sure, const sl_tenant *owner) {
	int value = lua_gettop(L);
	luaL_checkstack(L, 6, "leaving out secrets");
	learn(L, ud);
	const redacting r = { .L = L, .ud = ud, .secret = value + 1, .plain = value + 2, .sure = sure, .owner = owner };
	lua_newtable(L);
	lua_newtable(L);
	redact(&r, value, all, 0);
	lua_replace(L, value);
	lua_settop(L, value);
}

void sl_redact_value(lua_State *L, int ud, bool all, const sl_tenant *owner) {
	copy_without_secrets(L, ud, all, false, owner);
}

void sl_mask_value(lua_State *L, int ud) {
	copy_without_secrets(L, ud, false, true, NULL);
}
