#include "spelling.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Longer words are not compared letter by letter: nobody mistypes a name of that length by a slip. */
enum { MAX_WORD = 80 };

/* Bytes of a value that a message shows. */
enum { MAX_SHOWN = 200 };

/* Names that a message lists before it counts the rest. */
enum { MAX_LISTED = 30 };

static unsigned least(unsigned a, unsigned b) {
	return a < b ? a : b;
}

static bool same_letter(char left, char right) {
	return tolower((unsigned char)left) == tolower((unsigned char)right);
}

static bool swapped(const char *left, const char *right, size_t i, size_t j) {
	return i > 1 && j > 1 && same_letter(left[i - 1], right[j - 2]) && same_letter(left[i - 2], right[j - 1]);
}

/* Letters to insert, delete, replace or swap with their neighbour to come from one word to the other. */
static unsigned distance(const char *left, const char *right) {
	size_t height = strlen(left);
	size_t width = strlen(right);
	if(height > MAX_WORD || width > MAX_WORD) {
		return UINT_MAX;
	}
	unsigned rows[3][MAX_WORD + 1];
	for(size_t j = 0; j <= width; j++) {
		rows[0][j] = (unsigned)j;
	}
	for(size_t i = 1; i <= height; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *before = rows[(i - 1) % 3];
		row[0] = (unsigned)i;
		for(size_t j = 1; j <= width; j++) {
			row[j] = least(least(before[j], row[j - 1]) + 1, before[j - 1] + (same_letter(left[i - 1], right[j - 1]) ? 0 : 1));
			if(swapped(left, right, i, j)) {
				row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
			}
		}
	}
	return rows[height % 3][width];
}

/* Smaller is nearer; UINT_MAX is not near. */
static unsigned strangeness(const char *word, const char *candidate) {
	size_t length = strlen(word);
	size_t candidate_length = strlen(candidate);
	unsigned slips = distance(word, candidate);
	unsigned allowed = length < 4 ? 1 : length < 9 ? 2 : 3;
	if(slips <= allowed && slips < length) {
		return slips;
	}
	const char *last = strrchr(candidate, '/');
	if(last && strcasecmp(last + 1, word) == 0) {
		return allowed + 1;
	}
	bool begins = length >= 3 && length < candidate_length && strncasecmp(word, candidate, length) == 0;
	return begins ? allowed + 2 : UINT_MAX;
}

const char *sl_nearest(const char *word, const char *const *candidates) {
	const char *nearest = NULL;
	unsigned best = UINT_MAX;
	for(; *candidates; candidates++) {
		unsigned here = strangeness(word, *candidates);
		if(here < best) {
			best = here;
			nearest = *candidates;
		}
	}
	return nearest;
}

static const char *join(sl_arena *arena, const char *const *names, size_t count, const char *between) {
	size_t size = 1;
	for(size_t index = 0; index < count; index++) {
		size += strlen(names[index]) + strlen(between);
	}
	char *joined = sl_new(arena, size);
	char *end = joined;
	for(size_t index = 0; index < count; index++) {
		end = stpcpy(stpcpy(end, index ? between : ""), names[index]);
	}
	return joined;
}

static size_t count_names(const char *const *names) {
	size_t count = 0;
	while(names[count]) {
		count++;
	}
	return count;
}

const char *sl_join(sl_arena *arena, const char *const *names, const char *between) {
	return join(arena, names, count_names(names), between);
}

const char *sl_join_names(sl_arena *arena, const char *const *names) {
	size_t count = count_names(names);
	if(count <= MAX_LISTED) {
		return sl_printable(arena, join(arena, names, count, ", "));
	}
	return sl_format(arena, "%s and %zu more", sl_printable(arena, join(arena, names, MAX_LISTED, ", ")), count - MAX_LISTED);
}

const char *sl_did_you_mean(sl_arena *arena, const char *word, const char *const *candidates) {
	const char *nearest = sl_nearest(word, candidates);
	return nearest ? sl_format(arena, " (did you mean \"%s\"?)", sl_printable(arena, nearest)) : "";
}

const char *sl_printable(sl_arena *arena, const char *text) {
	char *printable = sl_new(arena, strlen(text) * 4 + 1);
	char *end = printable;
	for(; *text; text++) {
		unsigned char letter = (unsigned char)*text;
		if(letter < 0x20 || letter == 0x7f) {
			end += sprintf(end, "\\x%02X", letter);
		} else {
			*end++ = *text;
		}
	}
	return printable;
}

const char *sl_shown(sl_arena *arena, const char *value) {
	size_t length = strnlen(value, MAX_SHOWN + 1);
	if(length <= MAX_SHOWN) {
		return sl_printable(arena, value);
	}
	/* not in the middle of a character of UTF-8 */
	for(length = MAX_SHOWN; length > MAX_SHOWN - 4 && ((unsigned char)value[length] & 0xC0) == 0x80;) {
		length--;
	}
	return sl_format(arena, "%s…", sl_printable(arena, sl_strndup(arena, value, length)));
}
