#include "lexer.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
	"nil", "not", "or", "repeat", "return", "then", "true", "until", "while" };

enum { WORDS = sizeof(words) / sizeof(*words), SHORTEST_WORD = 2, LONGEST_WORD = 8 };

/* Lua's own classes, whatever the locale says. */

static bool is_digit(int c) {
	return c >= '0' && c <= '9';
}

static bool is_name(int c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_space(int c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_newline(int c) {
	return c == '\n' || c == '\r';
}

static int hex_value(int c) {
	if(is_digit(c)) {
		return c - '0';
	}
	if(c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte at an offset from here, -1 behind the end. */
static int peek(const sl_lexer *lexer, size_t offset) {
	return (size_t)(lexer->end - lexer->at) > offset ? (unsigned char)lexer->at[offset] : -1;
}

static bool accept(sl_lexer *lexer, int c) {
	if(peek(lexer, 0) != c) {
		return false;
	}
	lexer->at++;
	return true;
}

/* Steps over a line break: \n, \r, \r\n and \n\r are one each. */
static void skip_newline(sl_lexer *lexer) {
	int first = peek(lexer, 0);
	int second = peek(lexer, 1);
	lexer->at += is_newline(second) && second != first ? 2 : 1;
	lexer->line++;
}

static void skip_spaces(sl_lexer *lexer) {
	int c;
	while(is_space(c = peek(lexer, 0))) {
		if(is_newline(c)) {
			skip_newline(lexer);
		} else {
			lexer->at++;
		}
	}
}

void sl_lexer_init(sl_lexer *lexer, const char *text, size_t length) {
	*lexer = (sl_lexer) { .at = text, .end = text + length, .line = 1 };
}

void sl_lexer_skip_mark(sl_lexer *lexer) {
	if(lexer->end - lexer->at >= 3 && memcmp(lexer->at, "\xEF\xBB\xBF", 3) == 0) {
		lexer->at += 3;
	}
}

/* Long brackets. */

/* Steps over `[`, `=`s and, where there is a second `[`, it too (the same with `]`). Returns the number of `=` and
 * says whether the second bracket was there. */
static size_t skip_bracket(sl_lexer *lexer, bool *whole) {
	char bracket = *lexer->at++;
	size_t level = 0;
	while(accept(lexer, '=')) {
		level++;
	}
	*whole = peek(lexer, 0) == bracket;
	return level;
}

/* Steps behind the closing bracket of a level; lexer->at is behind the opening one. */
static bool skip_long(sl_lexer *lexer, size_t level) {
	int c;
	while((c = peek(lexer, 0)) != -1) {
		if(c == ']') {
			bool whole;
			size_t found = skip_bracket(lexer, &whole);
			if(whole && found == level) {
				lexer->at++;
				return true;
			}
		} else if(is_newline(c)) {
			skip_newline(lexer);
		} else {
			lexer->at++;
		}
	}
	return false;
}

/* Steps over a comment; lexer->at is behind its two dashes. */
static bool skip_comment(sl_lexer *lexer) {
	if(peek(lexer, 0) == '[') {
		bool whole;
		size_t level = skip_bracket(lexer, &whole);
		if(whole) {
			lexer->at++;
			return skip_long(lexer, level);
		}
	}
	while(lexer->at < lexer->end && !is_newline(peek(lexer, 0))) {
		lexer->at++;
	}
	return true;
}

/* Strings. */

/* Steps over a backslash and what it protects, as far as the end of the string and the count of lines depend on it. */
static void skip_escape(sl_lexer *lexer) {
	lexer->at++;
	int c = peek(lexer, 0);
	if(is_newline(c)) {
		skip_newline(lexer);
	} else if(c != -1) {
		lexer->at++;
		if(c == 'z') {
			skip_spaces(lexer);
		}
	}
}

static bool skip_quoted(sl_lexer *lexer) {
	char quote = *lexer->at++;
	int c;
	while((c = peek(lexer, 0)) != -1 && !is_newline(c)) {
		if(c == '\\') {
			skip_escape(lexer);
		} else {
			lexer->at++;
			if(c == quote) {
				return true;
			}
		}
	}
	return false;
}

/* Numerals and operators. */

/* Takes all that touches a numeral, right or wrong; sl_token_number judges. */
static void skip_numeral(sl_lexer *lexer) {
	int mark = 'e';
	if(accept(lexer, '0') && (accept(lexer, 'x') || accept(lexer, 'X'))) {
		mark = 'p';
	}
	for(;;) {
		int c = peek(lexer, 0);
		if(c == mark || c == mark - 'a' + 'A') {
			lexer->at++;
			if(!accept(lexer, '-')) {
				accept(lexer, '+');
			}
		} else if(hex_value(c) >= 0 || c == '.') {
			lexer->at++;
		} else {
			break;
		}
	}
	if(is_name(peek(lexer, 0))) {
		lexer->at++;
	}
}

static int skip_dots(sl_lexer *lexer) {
	if(is_digit(peek(lexer, 1))) {
		skip_numeral(lexer);
		return SL_TOKEN_NUMERAL;
	}
	lexer->at++;
	if(!accept(lexer, '.')) {
		return '.';
	}
	return accept(lexer, '.') ? SL_TOKEN_DOTS : SL_TOKEN_OPERATOR;
}

static int skip_operator(sl_lexer *lexer) {
	static const char pairs[][3] = { "==", "~=", "<=", ">=", "<<", ">>", "//" };
	int first = peek(lexer, 0);
	int second = peek(lexer, 1);
	lexer->at++;
	if(first == ':' && second == ':') {
		lexer->at++;
		return SL_TOKEN_DOUBLE_COLON;
	}
	for(size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if(pairs[i][0] == first && pairs[i][1] == second) {
			lexer->at++;
			return SL_TOKEN_OPERATOR;
		}
	}
	return first;
}

static int skip_name(sl_lexer *lexer) {
	const char *start = lexer->at;
	int c;
	do {
		lexer->at++;
		c = peek(lexer, 0);
	} while(is_name(c) || is_digit(c));
	size_t length = (size_t)(lexer->at - start);
	if(length < SHORTEST_WORD || length > LONGEST_WORD) {
		return SL_TOKEN_NAME;
	}
	for(int i = 0; i < WORDS; i++) {
		if(words[i][0] == *start && strlen(words[i]) == length && memcmp(words[i], start, length) == 0) {
			return SL_TOKEN_AND + i;
		}
	}
	return SL_TOKEN_NAME;
}

static int broken(sl_lexer *lexer, const char *what) {
	lexer->broken = what;
	lexer->at = lexer->end;
	return SL_TOKEN_BROKEN;
}

static int skip_square(sl_lexer *lexer) {
	bool whole;
	size_t level = skip_bracket(lexer, &whole);
	if(!whole) {
		return level == 0 ? '[' : broken(lexer, "a long bracket '[=' without its second '['");
	}
	lexer->at++;
	return skip_long(lexer, level) ? SL_TOKEN_STRING : broken(lexer, "a long string without its closing brackets");
}

static int skip_token(sl_lexer *lexer) {
	int c = peek(lexer, 0);
	if(c == -1) {
		return SL_TOKEN_END;
	}
	if(is_name(c)) {
		return skip_name(lexer);
	}
	if(is_digit(c)) {
		skip_numeral(lexer);
		return SL_TOKEN_NUMERAL;
	}
	switch(c) {
	case '"':
	case '\'':
		return skip_quoted(lexer) ? SL_TOKEN_STRING : broken(lexer, "a string without its closing quote on the same line");
	case '[':
		return skip_square(lexer);
	case '.':
		return skip_dots(lexer);
	default:
		return skip_operator(lexer);
	}
}

sl_token sl_lexer_next(sl_lexer *lexer) {
	sl_token token = { 0 };
	skip_spaces(lexer);
	while(peek(lexer, 0) == '-' && peek(lexer, 1) == '-') {
		token.line = lexer->line;
		token.start = lexer->at;
		lexer->at += 2;
		if(!skip_comment(lexer)) {
			token.kind = broken(lexer, "a comment without its closing brackets");
			return token;
		}
		skip_spaces(lexer);
	}
	token.line = lexer->line;
	token.start = lexer->at;
	token.kind = skip_token(lexer);
	token.length = (size_t)(lexer->at - token.start);
	return token;
}

/* What a string stands for. The bytes never outnumber those of the token. */

typedef struct unescaper {
	sl_lexer lexer; /* over the inside of the quotes */
	char *out;
	size_t length;
	const char *wrong;
} unescaper;

static void put(unescaper *self, unsigned byte) {
	self->out[self->length++] = (char)byte;
}

static void unescape_hex(unescaper *self) {
	int high = hex_value(peek(&self->lexer, 0));
	int low = hex_value(peek(&self->lexer, 1));
	if(high < 0 || low < 0) {
		self->wrong = "the escape \\x needs two hexadecimal digits";
		return;
	}
	self->lexer.at += 2;
	put(self, (unsigned)(high * 16 + low));
}

static void unescape_decimal(unescaper *self) {
	int value = 0;
	for(int i = 0; i < 3 && is_digit(peek(&self->lexer, 0)); i++) {
		value = value * 10 + *self->lexer.at++ - '0';
	}
	if(value > 255) {
		self->wrong = "a decimal escape is at most \\255";
		return;
	}
	put(self, (unsigned)value);
}

/* UTF-8 as Lua writes it: up to 2^31, in up to six bytes. */
static void put_utf8(unescaper *self, uint32_t code) {
	unsigned char bytes[6];
	unsigned count = 0;
	uint32_t first = 0x3f; /* the largest value that fits into the first byte */
	if(code < 0x80) {
		put(self, code);
		return;
	}
	do {
		bytes[count++] = (unsigned char)(0x80 | (code & 0x3f));
		code >>= 6;
		first >>= 1;
	} while(code > first);
	put(self, (~first << 1 | code) & 0xff);
	while(count > 0) {
		put(self, bytes[--count]);
	}
}

static void unescape_utf8(unescaper *self) {
	uint32_t code = 0;
	int digit = accept(&self->lexer, '{') ? hex_value(peek(&self->lexer, 0)) : -1;
	if(digit < 0) {
		self->wrong = "the escape \\u needs hexadecimal digits in braces, as in \\u{20AC}";
		return;
	}
	while(digit >= 0) {
		if(code > UINT32_C(0x7FFFFFFF) >> 4) {
			self->wrong = "the escape \\u{...} is at most \\u{7FFFFFFF}";
			return;
		}
		code = code * 16 + (uint32_t)digit;
		self->lexer.at++;
		digit = hex_value(peek(&self->lexer, 0));
	}
	if(!accept(&self->lexer, '}')) {
		self->wrong = "the escape \\u{...} lacks its closing brace";
		return;
	}
	put_utf8(self, code);
}

static void unescape(unescaper *self) {
	static const char letters[] = "abfnrtv\\\"'";
	static const char meanings[] = "\a\b\f\n\r\t\v\\\"'";
	int c = peek(&self->lexer, 0);
	const char *letter = c > 0 ? strchr(letters, c) : NULL;
	if(is_digit(c)) {
		unescape_decimal(self);
	} else if(is_newline(c)) {
		skip_newline(&self->lexer);
		put(self, '\n');
	} else if(letter) {
		self->lexer.at++;
		put(self, (unsigned char)meanings[letter - letters]);
	} else if(accept(&self->lexer, 'x')) {
		unescape_hex(self);
	} else if(accept(&self->lexer, 'u')) {
		unescape_utf8(self);
	} else if(accept(&self->lexer, 'z')) {
		skip_spaces(&self->lexer);
	} else {
		self->wrong = "an escape that Lua does not know; a backslash itself is written \\\\";
	}
}

static void read_quoted(unescaper *self) {
	self->lexer.at++;
	self->lexer.end--;
	while(self->lexer.at < self->lexer.end && !self->wrong) {
		if(accept(&self->lexer, '\\')) {
			unescape(self);
		} else {
			put(self, (unsigned char)*self->lexer.at++);
		}
	}
}

static void read_long(unescaper *self) {
	bool whole;
	size_t level = skip_bracket(&self->lexer, &whole);
	self->lexer.at++;
	self->lexer.end -= level + 2;
	if(is_newline(peek(&self->lexer, 0))) {
		skip_newline(&self->lexer);
	}
	int c;
	while((c = peek(&self->lexer, 0)) != -1) {
		if(is_newline(c)) {
			skip_newline(&self->lexer);
			put(self, '\n');
		} else {
			self->lexer.at++;
			put(self, (unsigned)c);
		}
	}
}

const char *sl_token_string(sl_arena *arena, const sl_token *token, size_t *length, const char **wrong, unsigned *line) {
	unescaper self = { .out = sl_new(arena, token->length) };
	sl_lexer_init(&self.lexer, token->start, token->length);
	self.lexer.line = token->line;
	if(*token->start == '[') {
		read_long(&self);
	} else {
		read_quoted(&self);
	}
	*length = self.length;
	*wrong = self.wrong;
	*line = self.lexer.line;
	return self.wrong ? NULL : self.out;
}

/* What a numeral stands for. */

static bool hex_integer(const char *digits, int64_t *integer) {
	uint64_t value = 0;
	if(!*digits) {
		return false;
	}
	for(; *digits; digits++) {
		int digit = hex_value((unsigned char)*digits);
		if(digit < 0) {
			return false;
		}
		value = value * 16 + (uint64_t)digit;
	}
	*integer = (int64_t)value; /* wraps around: gcc and clang promise it */
	return true;
}

static bool decimal_integer(const char *digits, int64_t *integer) {
	int64_t value = 0;
	for(; *digits; digits++) {
		int digit = *digits - '0';
		if(!is_digit(*digits) || value > (INT64_MAX - digit) / 10) {
			return false;
		}
		value = value * 10 + digit;
	}
	*integer = value;
	return true;
}

/* strtod goes by the process's locale; Lua's numerals do not. */
static bool read_float(char *text, double *number) {
	char *end;
	*number = strtod(text, &end);
	if(*end == '.') {
		char *point = end;
		*point = *localeconv()->decimal_point;
		*number = strtod(text, &end);
	}
	return *end == '\0';
}

sl_numeral sl_token_number(sl_arena *arena, const sl_token *token, int64_t *integer, double *number) {
	char *text = sl_strndup(arena, token->start, token->length);
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	if(hex ? hex_integer(text + 2, integer) : decimal_integer(text, integer)) {
		return SL_NUMERAL_INTEGER;
	}
	return read_float(text, number) ? SL_NUMERAL_FLOAT : SL_NUMERAL_MALFORMED;
}
