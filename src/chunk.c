#include "chunk.h"

void sl_chunk_init(sl_chunk *chunk, const char *text, size_t length) {
	*chunk = (sl_chunk) { .token.kind = ';' };
	sl_lexer_init(&chunk->lexer, text, length);
	sl_lexer_skip_mark(&chunk->lexer);
	chunk->token.line = 1;
	chunk->next = sl_lexer_next(&chunk->lexer);
}

const sl_open *sl_chunk_open(const sl_chunk *chunk) {
	return &chunk->open[chunk->count];
}

/* After these an expression can be complete, so that a name behind it begins a statement. */
static bool ends_operand(int kind) {
	switch(kind) {
	case SL_TOKEN_NAME:
	case SL_TOKEN_STRING:
	case SL_TOKEN_NUMERAL:
	case SL_TOKEN_DOTS:
	case SL_TOKEN_NIL:
	case SL_TOKEN_TRUE:
	case SL_TOKEN_FALSE:
	case SL_TOKEN_ENDWORD:
	case SL_TOKEN_BREAK:
	case ')':
	case ']':
	case '}':
		return true;
	default:
		return false;
	}
}

/* After these a statement begins, whatever comes. */
static bool opens_statement(int kind) {
	return kind == ';' || kind == SL_TOKEN_DO || kind == SL_TOKEN_THEN || kind == SL_TOKEN_ELSE || kind == SL_TOKEN_REPEAT;
}

bool sl_leads_statement(int kind) {
	switch(kind) {
	case SL_TOKEN_BREAK:
	case SL_TOKEN_DO:
	case SL_TOKEN_FOR:
	case SL_TOKEN_FUNCTION:
	case SL_TOKEN_GOTO:
	case SL_TOKEN_IF:
	case SL_TOKEN_LOCAL:
	case SL_TOKEN_REPEAT:
	case SL_TOKEN_RETURN:
	case SL_TOKEN_WHILE:
		return true;
	default:
		return false;
	}
}

static bool begins_statement(const sl_chunk *chunk) {
	int kind = chunk->token.kind;
	if(sl_chunk_open(chunk)->kind != SL_CHUNK_BLOCK || chunk->label) {
		return false;
	}
	if(opens_statement(chunk->previous.kind)) {
		return true;
	}
	return ends_operand(chunk->previous.kind) && (kind == SL_TOKEN_NAME || sl_leads_statement(kind));
}

static bool open(sl_chunk *chunk, int kind) {
	if(chunk->count == SL_CHUNK_OPEN) {
		return false;
	}
	const sl_open *outer = sl_chunk_open(chunk);
	sl_open *inner = &chunk->open[chunk->count + 1];
	*inner = (sl_open) { .kind = kind, .statement = outer->statement };
	if(kind != SL_CHUNK_BLOCK) {
		inner->depth = outer->depth + 1;
		inner->key = kind == '[' && sl_chunk_begins_field(chunk);
	}
	chunk->count++;
	return true;
}

/* Does what the token before the current one opens. */
static bool open_after(sl_chunk *chunk, int kind) {
	switch(kind) {
	case '(':
	case '[':
	case '{':
		return open(chunk, kind);
	case SL_TOKEN_FUNCTION:
	case SL_TOKEN_IF:
	case SL_TOKEN_DO:
	case SL_TOKEN_REPEAT:
		return open(chunk, SL_CHUNK_BLOCK);
	default:
		return true;
	}
}

static bool shut(sl_chunk *chunk, int kind) {
	if(chunk->count == 0 || sl_chunk_open(chunk)->kind != kind) {
		return false;
	}
	chunk->count--;
	return true;
}

/* Does what the current token closes. */
static bool shut_at(sl_chunk *chunk, int kind) {
	switch(kind) {
	case ')':
		return shut(chunk, '(');
	case ']':
		return shut(chunk, '[');
	case '}':
		return shut(chunk, '{');
	case SL_TOKEN_ENDWORD:
	case SL_TOKEN_UNTIL:
		return shut(chunk, SL_CHUNK_BLOCK);
	default:
		return true;
	}
}

/* A label counts as one `;`, so that what follows it begins a statement. */
static void follow_label(sl_chunk *chunk) {
	if(chunk->token.kind == SL_TOKEN_DOUBLE_COLON) {
		chunk->label = !chunk->label;
		if(!chunk->label) {
			chunk->token.kind = ';';
		}
	}
}

static void follow_statement(sl_chunk *chunk) {
	sl_open *inner = &chunk->open[chunk->count];
	chunk->begins = begins_statement(chunk);
	if(chunk->begins) {
		inner->statement = chunk->token.line;
		inner->targets = chunk->token.kind == SL_TOKEN_NAME;
	} else if(chunk->token.kind == '=' || opens_statement(chunk->token.kind)) {
		inner->targets = false;
	}
}

bool sl_chunk_next(sl_chunk *chunk) {
	if(chunk->next.kind == SL_TOKEN_END || chunk->next.kind == SL_TOKEN_BROKEN) {
		return false;
	}
	if(!open_after(chunk, chunk->token.kind)) {
		return false;
	}
	chunk->before = chunk->previous;
	chunk->previous = chunk->token;
	chunk->token = chunk->next;
	chunk->next = sl_lexer_next(&chunk->lexer);
	if(!shut_at(chunk, chunk->token.kind)) {
		return false;
	}
	follow_label(chunk);
	follow_statement(chunk);
	return true;
}

bool sl_chunk_is_target(const sl_chunk *chunk) {
	bool first = chunk->begins || (chunk->previous.kind == ',' && sl_chunk_open(chunk)->targets);
	return sl_chunk_open(chunk)->kind == SL_CHUNK_BLOCK && first && (chunk->next.kind == '=' || chunk->next.kind == ',');
}

bool sl_chunk_begins_field(const sl_chunk *chunk) {
	int previous = chunk->previous.kind;
	return sl_chunk_open(chunk)->kind == '{' && (previous == '{' || previous == ',' || previous == ';');
}
