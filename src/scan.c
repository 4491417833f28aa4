#include "scan.h"

#include <string.h>

enum { MOST_VISITED = 2048 }; /* tokens of one bracket: pieces are cut of one table again and again */

typedef struct builder {
	sl_arena *arena;
	sl_scan *scan;
	size_t capacity;
	uint32_t open; /* the innermost one that is open, SL_NOWHERE outside */
} builder;

static bool opens(int kind) {
	switch(kind) {
	case '(':
	case '[':
	case '{':
	case SL_TOKEN_FUNCTION:
	case SL_TOKEN_IF:
	case SL_TOKEN_DO:
	case SL_TOKEN_REPEAT:
		return true;
	default:
		return false;
	}
}

static bool closes(int kind) {
	return kind == ')' || kind == ']' || kind == '}' || kind == SL_TOKEN_ENDWORD || kind == SL_TOKEN_UNTIL;
}

static bool fits(int opener, int closer) {
	switch(closer) {
	case ')':
		return opener == '(';
	case ']':
		return opener == '[';
	case '}':
		return opener == '{';
	case SL_TOKEN_UNTIL:
		return opener == SL_TOKEN_REPEAT;
	default:
		return opener == SL_TOKEN_FUNCTION || opener == SL_TOKEN_IF || opener == SL_TOKEN_DO;
	}
}

/* Closes what is open up to the one that fits. In a chunk that is Lua, that is the innermost. */
static void close_to(builder *self, uint32_t at) {
	sl_scanned *items = self->scan->items;
	bool done = false;
	while(!done && self->open != SL_NOWHERE) {
		sl_scanned *opener = &items[self->open];
		done = fits(opener->token.kind, items[at].token.kind);
		opener->match = at;
		items[at].match = self->open;
		self->open = opener->opener;
	}
	items[at].opener = self->open;
}

static bool add(builder *self, sl_token token) {
	sl_scan *scan = self->scan;
	if(token.kind == SL_TOKEN_BROKEN) {
		token.kind = SL_TOKEN_END;
	}
	scan->items = sl_grow(self->arena, scan->items, scan->count, &self->capacity, sizeof(*scan->items));
	scan->items[scan->count] = (sl_scanned) { .token = token, .match = SL_NOWHERE, .opener = self->open };
	if(token.kind == SL_TOKEN_END) {
		return false;
	}
	uint32_t at = scan->count++;
	if(opens(token.kind)) {
		self->open = at;
	} else if(closes(token.kind)) {
		close_to(self, at);
	}
	return true;
}

void sl_scan_text(sl_arena *arena, const char *text, size_t length, unsigned line, sl_scan *scan) {
	sl_lexer lexer;
	*scan = (sl_scan) { 0 };
	builder self = { .arena = arena, .scan = scan, .open = SL_NOWHERE };
	sl_lexer_init(&lexer, text, length);
	lexer.line = line;
	sl_lexer_skip_mark(&lexer);
	while(add(&self, sl_lexer_next(&lexer))) {
	}
	while(self.open != SL_NOWHERE) {
		scan->items[self.open].match = scan->count;
		self.open = scan->items[self.open].opener;
	}
}

int sl_scan_kind(const sl_scan *scan, uint32_t index) {
	return index < scan->count ? scan->items[index].token.kind : SL_TOKEN_END;
}

bool sl_scan_is(const sl_scan *scan, uint32_t index, const char *name) {
	if(index >= scan->count) {
		return false;
	}
	const sl_token *token = &scan->items[index].token;
	return token->length == strlen(name) && memcmp(token->start, name, token->length) == 0;
}

/* Behind a bracket or a function that opens there. */
static uint32_t behind(const sl_scan *scan, uint32_t index) {
	uint32_t match = scan->items[index].match;
	return match < scan->count ? match + 1 : scan->count;
}

/* --- Expressions --- */

static bool is_unary(int kind) {
	return kind == SL_TOKEN_NOT || kind == '-' || kind == '#' || kind == '~';
}

static bool is_binary(int kind) {
	return kind == SL_TOKEN_AND || kind == SL_TOKEN_OR || kind == SL_TOKEN_OPERATOR
		|| (kind > 0 && kind < 256 && strchr("+-*/%^&|~<>", kind));
}

static uint32_t skip_suffixes(const sl_scan *scan, uint32_t index) {
	for(;;) {
		int kind = sl_scan_kind(scan, index);
		if((kind == '.' || kind == ':') && sl_scan_kind(scan, index + 1) == SL_TOKEN_NAME) {
			index += 2;
		} else if(kind == '(' || kind == '[' || kind == '{') {
			index = behind(scan, index);
		} else if(kind == SL_TOKEN_STRING) {
			index++;
		} else {
			return index;
		}
	}
}

uint32_t sl_scan_operand(const sl_scan *scan, uint32_t index) {
	while(is_unary(sl_scan_kind(scan, index))) {
		index++;
	}
	switch(sl_scan_kind(scan, index)) {
	case SL_TOKEN_NAME:
		return skip_suffixes(scan, index + 1);
	case '(':
		return skip_suffixes(scan, behind(scan, index));
	case '{':
	case SL_TOKEN_FUNCTION:
		return behind(scan, index);
	case SL_TOKEN_STRING:
	case SL_TOKEN_NUMERAL:
	case SL_TOKEN_DOTS:
	case SL_TOKEN_NIL:
	case SL_TOKEN_TRUE:
	case SL_TOKEN_FALSE:
		return index + 1;
	default:
		return index;
	}
}

uint32_t sl_scan_expression(const sl_scan *scan, uint32_t index) {
	for(;;) {
		uint32_t next = sl_scan_operand(scan, index);
		if(next == index || !is_binary(sl_scan_kind(scan, next))) {
			return next;
		}
		index = next + 1;
	}
}

/* --- Pieces --- */

/* Stores a piece that is not empty; returns how many there are now. */
static size_t add_piece(sl_range piece, sl_range *pieces, size_t most, size_t count) {
	if(piece.from >= piece.to) {
		return count;
	}
	if(count < most) {
		pieces[count] = piece;
	}
	return count + 1;
}

size_t sl_scan_pieces(const sl_scan *scan, uint32_t index, sl_range *pieces, size_t most) {
	size_t count = 0;
	int kind = sl_scan_kind(scan, index);
	if(kind == SL_TOKEN_STRING) {
		return add_piece((sl_range) { index, index + 1 }, pieces, most, count);
	}
	uint32_t end = scan->items[index].match;
	uint32_t from = index + 1;
	unsigned visited = 0;
	for(uint32_t at = from; at < end && count <= most; visited++) {
		int here = sl_scan_kind(scan, at);
		if(visited == MOST_VISITED) {
			return count;
		}
		if(here == ',' || (here == ';' && kind == '{')) {
			count = add_piece((sl_range) { from, at }, pieces, most, count);
			from = ++at;
		} else {
			at = opens(here) ? behind(scan, at) : at + 1;
		}
	}
	return add_piece((sl_range) { from, end }, pieces, most, count);
}
