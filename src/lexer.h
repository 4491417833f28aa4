/* lexer.h: the tokens of Lua 5.4, as Lua's own lexer cuts them. No Lua in here.
 *
 * A token is a piece of the text. What a string or a numeral means is worked out only where it is asked for.
 */
#ifndef SL_LEXER_H
#define SL_LEXER_H

#include <stdint.h>

#include "memory.h"

/* A token of one character has that character as its kind. */
enum {
	SL_TOKEN_END = 256, /* of the text */
	SL_TOKEN_BROKEN,    /* a string or comment without its end, `[=` without its second bracket */
	SL_TOKEN_NAME,
	SL_TOKEN_STRING,
	SL_TOKEN_NUMERAL,
	SL_TOKEN_OPERATOR, /* of two characters, apart from the two that follow */
	SL_TOKEN_DOUBLE_COLON,
	SL_TOKEN_DOTS, /* ... */
	SL_TOKEN_AND,  /* the reserved words, in the order of the alphabet */
	SL_TOKEN_BREAK,
	SL_TOKEN_DO,
	SL_TOKEN_ELSE,
	SL_TOKEN_ELSEIF,
	SL_TOKEN_ENDWORD, /* the word `end` */
	SL_TOKEN_FALSE,
	SL_TOKEN_FOR,
	SL_TOKEN_FUNCTION,
	SL_TOKEN_GOTO,
	SL_TOKEN_IF,
	SL_TOKEN_IN,
	SL_TOKEN_LOCAL,
	SL_TOKEN_NIL,
	SL_TOKEN_NOT,
	SL_TOKEN_OR,
	SL_TOKEN_REPEAT,
	SL_TOKEN_RETURN,
	SL_TOKEN_THEN,
	SL_TOKEN_TRUE,
	SL_TOKEN_UNTIL,
	SL_TOKEN_WHILE
};

typedef struct sl_token {
	int kind;
	unsigned line;     /* on which it begins */
	const char *start; /* in the text */
	size_t length;
} sl_token;

typedef struct sl_lexer {
	const char *at;
	const char *end;
	unsigned line;
	const char *broken; /* what is wrong with the last token, where it is SL_TOKEN_BROKEN */
} sl_lexer;

void sl_lexer_init(sl_lexer *lexer, const char *text, size_t length);

/* Steps over a byte-order mark, if the text begins with one. */
void sl_lexer_skip_mark(sl_lexer *lexer);

/* The next token, after white space and comments. After SL_TOKEN_END or SL_TOKEN_BROKEN there is nothing more to read. */
sl_token sl_lexer_next(sl_lexer *lexer);

/* The bytes that a string token stands for, NUL-terminated; NULL and *wrong (with the *line) where an escape is none. */
const char *sl_token_string(sl_arena *arena, const sl_token *token, size_t *length, const char **wrong, unsigned *line);

typedef enum sl_numeral { SL_NUMERAL_MALFORMED, SL_NUMERAL_INTEGER, SL_NUMERAL_FLOAT } sl_numeral;

/* The value of a numeral token. Decimal integers that do not fit become floats, hexadecimal ones wrap around, as in Lua. */
sl_numeral sl_token_number(sl_arena *arena, const sl_token *token, int64_t *integer, double *number);

#endif
