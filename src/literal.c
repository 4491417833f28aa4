#define _GNU_SOURCE /* memmem */
#include "literal.h"

#include <string.h>

#include "chunk.h"

/* Tables in tables; deeper data is a mistake, and Lua itself gives up at about 200. */
enum { MAX_DEPTH = 100 };

/* As much of the text as an error message repeats. */
enum { MAX_QUOTED = 40 };

typedef struct reader {
	sl_arena *arena;
	sl_lexer lexer;
	sl_token token;         /* the next one, not read yet */
	unsigned last;          /* line of the one before it */
	sl_literal_error error; /* it ends the reading */
	unsigned depth;
} reader;

static sl_literal *read_value(reader *self);

static void advance(reader *self) {
	self->last = self->token.line;
	self->token = sl_lexer_next(&self->lexer);
}

/* Always NULL, so that a function can end with it. */
static sl_literal *fail(reader *self, unsigned line, const char *message) {
	self->error = (sl_literal_error) { .line = line, .message = message };
	return NULL;
}

/* The token in words. What is in a string is never repeated: it can be a secret. */
static const char *describe(const reader *self) {
	const sl_token *token = &self->token;
	switch(token->kind) {
	case SL_TOKEN_END:
		return "the end of the text";
	case SL_TOKEN_BROKEN:
		return self->lexer.broken;
	case SL_TOKEN_STRING:
		return "a string";
	case SL_TOKEN_NUMERAL:
		return "a number";
	default:
		break;
	}
	if((unsigned char)*token->start < ' ' || (unsigned char)*token->start > '~') {
		return sl_format(self->arena, "the byte %u", (unsigned)(unsigned char)*token->start);
	}
	int shown = token->length > MAX_QUOTED ? MAX_QUOTED : (int)token->length;
	return sl_format(self->arena, "'%.*s'%s", shown, token->start, token->length > MAX_QUOTED ? " (shortened)" : "");
}

static sl_literal *unexpected(reader *self, const char *expected) {
	return fail(self, self->token.line, sl_format(self->arena, "expected %s, found %s", expected, describe(self)));
}

static sl_literal *new_literal(reader *self, sl_literal_kind kind) {
	sl_literal *literal = sl_new(self->arena, sizeof(*literal));
	literal->kind = kind;
	literal->line = self->token.line;
	return literal;
}

static sl_literal *read_boolean(reader *self) {
	sl_literal *literal = new_literal(self, SL_LIT_BOOLEAN);
	literal->boolean = self->token.kind == SL_TOKEN_TRUE;
	advance(self);
	return literal;
}

static sl_literal *read_nil(reader *self) {
	sl_literal *literal = new_literal(self, SL_LIT_NIL);
	advance(self);
	return literal;
}

static sl_literal *read_string(reader *self) {
	sl_literal *literal = new_literal(self, SL_LIT_STRING);
	const char *wrong;
	unsigned line;
	literal->string = sl_token_string(self->arena, &self->token, &literal->length, &wrong, &line);
	if(wrong) {
		return fail(self, line, wrong);
	}
	advance(self);
	return literal;
}

static sl_literal *read_number(reader *self) {
	sl_literal *literal = new_literal(self, SL_LIT_NUMBER);
	switch(sl_token_number(self->arena, &self->token, &literal->integer, &literal->number)) {
	case SL_NUMERAL_MALFORMED:
		return fail(self, self->token.line, sl_format(self->arena, "%s is malformed", describe(self)));
	case SL_NUMERAL_INTEGER:
		literal->kind = SL_LIT_INTEGER;
		break;
	case SL_NUMERAL_FLOAT:
		break;
	}
	advance(self);
	return literal;
}

static sl_literal *read_negative(reader *self) {
	unsigned line = self->token.line;
	advance(self);
	if(self->token.kind != SL_TOKEN_NUMERAL) {
		return unexpected(self, "a number after '-'");
	}
	sl_literal *literal = read_number(self);
	if(!literal) {
		return NULL;
	}
	literal->line = line;
	if(literal->kind == SL_LIT_NUMBER) {
		literal->number = -literal->number;
	} else if(literal->integer != INT64_MIN) { /* which has no counterpart and stays what it is, as in Lua */
		literal->integer = -literal->integer;
	}
	return literal;
}

/* Tables. */

static bool expect(reader *self, int kind, const char *expected) {
	if(self->token.kind != kind) {
		unexpected(self, expected);
		return false;
	}
	advance(self);
	return true;
}

static sl_literal *read_name(reader *self) {
	sl_literal *literal = new_literal(self, SL_LIT_STRING);
	literal->string = sl_strndup(self->arena, self->token.start, self->token.length);
	literal->length = self->token.length;
	advance(self);
	return literal;
}

/* The key in brackets; the opening one is read already. */
static sl_literal *read_key(reader *self) {
	sl_literal *key = read_value(self);
	if(!key || !expect(self, ']', "']' after the key")) {
		return NULL;
	}
	if(key->kind == SL_LIT_NIL || key->kind == SL_LIT_TABLE) {
		return fail(self, key->line, key->kind == SL_LIT_NIL ? "nil cannot be a key" : "a table cannot be a key");
	}
	return key;
}

/* Reads `NAME =` or `[key] =` where one is there. False on an error. */
static bool read_field_key(reader *self, sl_literal **key) {
	*key = NULL;
	if(self->token.kind == SL_TOKEN_NAME) {
		sl_lexer ahead = self->lexer;
		if(sl_lexer_next(&ahead).kind != '=') {
			unexpected(self, "a value (a string, a number, true, false, nil or a table) or a name with '='");
			return false;
		}
		*key = read_name(self);
	} else if(self->token.kind == '[') {
		advance(self);
		*key = read_key(self);
		if(!*key) {
			return false;
		}
	} else {
		return true;
	}
	return expect(self, '=', "'=' after the key");
}

static bool read_field(reader *self, sl_field *field) {
	field->line = self->token.line;
	if(!read_field_key(self, &field->key)) {
		return false;
	}
	field->value = read_value(self);
	return field->value != NULL;
}

static bool read_fields(reader *self, sl_literal *table) {
	size_t capacity = 0;
	while(self->token.kind != '}') {
		sl_field field;
		if(!read_field(self, &field)) {
			return false;
		}
		table->fields = sl_grow(self->arena, table->fields, table->count, &capacity, sizeof(field));
		table->fields[table->count++] = field;
		if(self->token.kind == ',' || self->token.kind == ';') {
			advance(self);
		} else if(self->token.kind != '}') {
			unexpected(self, sl_format(self->arena, "',' or the '}' of the table that begins on line %u", table->line));
			return false;
		}
	}
	return true;
}

static sl_literal *read_table(reader *self) {
	sl_literal *table = new_literal(self, SL_LIT_TABLE);
	if(self->depth == MAX_DEPTH) {
		return fail(self, table->line, sl_format(self->arena, "tables are nested deeper than %d", MAX_DEPTH));
	}
	self->depth++;
	advance(self);
	if(!read_fields(self, table)) {
		return NULL;
	}
	self->depth--;
	advance(self);
	return table;
}

static sl_literal *read_value(reader *self) {
	switch(self->token.kind) {
	case SL_TOKEN_NIL:
		return read_nil(self);
	case SL_TOKEN_TRUE:
	case SL_TOKEN_FALSE:
		return read_boolean(self);
	case SL_TOKEN_STRING:
		return read_string(self);
	case SL_TOKEN_NUMERAL:
		return read_number(self);
	case '-':
		return read_negative(self);
	case '{':
		return read_table(self);
	default:
		return unexpected(self, "a value (a string, a number, true, false, nil or a table)");
	}
}

sl_literal *sl_literal_read(sl_arena *arena, const char *text, size_t length, sl_literal_error *error) {
	reader self = { .arena = arena };
	sl_lexer_init(&self.lexer, text, length);
	advance(&self);
	sl_literal *literal = read_value(&self);
	if(literal && self.token.kind != SL_TOKEN_END) {
		literal = unexpected(&self, "nothing after the value");
	}
	*error = self.error;
	return literal;
}

/* The value of an assignment in a chunk. */

/* A value is complete where the next token cannot go on with it. A parenthesis on a later line begins a statement; beside the
 * value it is meant as a call. */
static bool ends_statement(const sl_token *next, unsigned line) {
	switch(next->kind) {
	case SL_TOKEN_END:
	case SL_TOKEN_NAME:
	case SL_TOKEN_DOUBLE_COLON:
	case ';':
		return true;
	case '(':
		return next->line > line;
	default:
		return sl_leads_statement(next->kind);
	}
}

/* Reads what follows the `=` that is the chunk's next token. */
static sl_literal *read_assigned(sl_arena *arena, const sl_chunk *chunk, sl_literal_error *error) {
	reader self = { .arena = arena, .lexer = chunk->lexer };
	advance(&self);
	sl_literal *literal = read_value(&self);
	if(literal && !ends_statement(&self.token, self.last)) {
		literal = unexpected(&self, "a plain value that nothing is done to");
	}
	*error = self.error;
	return literal;
}

static bool is_named(const sl_chunk *chunk, const char *name, size_t length) {
	return chunk->token.kind == SL_TOKEN_NAME && chunk->token.length == length && memcmp(chunk->token.start, name, length) == 0;
}

/* Where the name stands last in the text, in whatever it may stand; NULL where it does not. */
static const char *last_place(const char *text, size_t length, const char *name, size_t name_length) {
	const char *last = NULL;
	const char *end = text + length;
	for(const char *at = text; (at = memmem(at, (size_t)(end - at), name, name_length)); at++) {
		last = at;
	}
	return last;
}

sl_literal *sl_literal_find(sl_arena *arena, const char *text, size_t length, const char *name, sl_literal_error *error) {
	sl_literal *found = NULL;
	size_t name_length = strlen(name);
	const char *last = last_place(text, length, name, name_length);
	sl_chunk chunk;
	sl_chunk_init(&chunk, text, length);
	*error = (sl_literal_error) { 0 };
	while(last && chunk.next.start <= last && sl_chunk_next(&chunk)) {
		if(chunk.count > 0 || !is_named(&chunk, name, name_length) || !sl_chunk_is_target(&chunk)) {
			continue;
		}
		if(chunk.begins && chunk.next.kind == '=') {
			found = read_assigned(arena, &chunk, error);
		} else {
			found = NULL;
			*error = (sl_literal_error) { chunk.token.line,
				"it is assigned together with other names; give it a statement of its own" };
		}
	}
	return found;
}

const sl_literal *sl_literal_field(const sl_literal *table, const char *name) {
	size_t length = strlen(name);
	for(size_t i = table->count; i-- > 0;) {
		const sl_field *field = &table->fields[i];
		if(field->key && field->key->kind == SL_LIT_STRING && field->key->length == length
			&& memcmp(field->key->string, name, length) == 0) {
			return field->value->kind == SL_LIT_NIL ? NULL : field->value;
		}
	}
	return NULL;
}
