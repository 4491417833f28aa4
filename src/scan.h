/* scan.h: a Lua chunk as an array of tokens whose brackets and blocks know their ends. No Lua in here. */
#ifndef SL_SCAN_H
#define SL_SCAN_H

#include "lexer.h"

#define SL_NOWHERE UINT32_MAX

typedef struct sl_scanned {
	sl_token token;
	uint32_t match;  /* of `( [ {` and function, if, do, repeat: where it is closed; of what closes: where it was opened */
	uint32_t opener; /* the innermost of them that it is in, or SL_NOWHERE; what closes is outside, as what opens is */
} sl_scanned;

typedef struct sl_scan {
	sl_scanned *items; /* the last one is SL_TOKEN_END */
	uint32_t count;    /* without the last */
} sl_scan;

/* Tokens [from, to) of a scan. */
typedef struct sl_range {
	uint32_t from, to;
} sl_range;

/* Cuts a text that begins on a line. What is no Lua ends the array early or leaves brackets open, which end with the text then. Linear in
 * time. The text has fewer than 2^32 - 1 bytes. Below sl_protect. */
void sl_scan_text(sl_arena *arena, const char *text, size_t length, unsigned line, sl_scan *scan);

/* The kind at an index; SL_TOKEN_END at and behind the end. */
int sl_scan_kind(const sl_scan *scan, uint32_t index);

/* Is the token there this name (or word)? */
bool sl_scan_is(const sl_scan *scan, uint32_t index, const char *name);

/* The first index behind the expression that begins there. Visits what is directly in the expression, not what is in its brackets. */
uint32_t sl_scan_expression(const sl_scan *scan, uint32_t index);

/* The first index behind the operand there, with what it is indexed by and called with. */
uint32_t sl_scan_operand(const sl_scan *scan, uint32_t index);

/* Cuts what an opening bracket holds at its commas (in braces, semicolons too). Stores the first `most` pieces and
 * returns how many there are, `most` + 1 for all that are more. A string, as in `f "x"`, is one piece. */
size_t sl_scan_pieces(const sl_scan *scan, uint32_t index, sl_range *pieces, size_t most);

#endif
