#include "units.h"

#include <locale.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The longest number that is worth converting; Lua's own limit. */
enum { MAX_NUMBER = 200 };

/* ctype.h's functions follow the locale; configuration must not. */
static bool is_space(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static const char *skip_space(const char *text) {
	while(is_space(*text)) {
		text++;
	}
	return text;
}

static const char *skip_digits(const char *text) {
	while(is_digit(*text)) {
		text++;
	}
	return text;
}

/* Is `word` what is left of the text, white space around it aside? */
static bool is_rest(const char *text, const char *word) {
	text = skip_space(text);
	size_t length = strlen(word);
	return strncasecmp(text, word, length) == 0 && *skip_space(text + length) == '\0';
}

bool sl_parse_boolean(const char *text, bool *result) {
	static const struct {
		const char *word;
		bool value;
	} words[] = {
		{ "true", true }, { "yes", true }, { "on", true }, { "1", true },
		{ "false", false }, { "no", false }, { "off", false }, { "0", false },
	};
	for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if(is_rest(text, words[i].word)) {
			*result = words[i].value;
			return true;
		}
	}
	return false;
}

/* The value of a digit in the base, or -1. */
static int digit_value(char c, int base) {
	int value = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
	return value < base ? value : -1;
}

/* Reads digits up to `limit`. NULL where there is none or the number is larger; else where the digits end. */
static const char *read_digits(const char *text, int base, uint64_t limit, uint64_t *result) {
	const char *start = text;
	int digit;
	*result = 0;
	for(; (digit = digit_value(*text, base)) >= 0; text++) {
		if(*result > (limit - (uint64_t)digit) / (uint64_t)base) {
			return NULL;
		}
		*result = *result * (uint64_t)base + (uint64_t)digit;
	}
	return text > start ? text : NULL;
}

bool sl_parse_integer(const char *text, int64_t *result) {
	text = skip_space(text);
	bool negative = *text == '-';
	text += *text == '-' || *text == '+';
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	uint64_t value;
	text = read_digits(base == 16 ? text + 2 : text, base, (uint64_t)INT64_MAX + negative, &value);
	if(!text || *skip_space(text) != '\0') {
		return false;
	}
	/* -INT64_MIN does not fit: negated in two steps. */
	*result = negative && value ? -(int64_t)(value - 1) - 1 : (int64_t)value;
	return true;
}

/* Where a decimal number at `text` ends, or NULL where there is none. *point gets its decimal point or NULL. */
static const char *number_end(const char *text, const char **point) {
	text += *text == '-' || *text == '+';
	const char *whole = text;
	text = skip_digits(text);
	ptrdiff_t digits = text - whole;
	*point = *text == '.' ? text : NULL;
	if(*point) {
		text = skip_digits(text + 1);
		digits += text - *point - 1;
	}
	if(digits == 0) {
		return NULL;
	}
	if(*text == 'e' || *text == 'E') {
		const char *exponent = text + 1;
		exponent += *exponent == '-' || *exponent == '+';
		text = skip_digits(exponent);
		return text > exponent ? text : NULL;
	}
	return text;
}

bool sl_parse_number(const char *text, double *result) {
	char copy[MAX_NUMBER + 1];
	const char *point;
	text = skip_space(text);
	const char *end = number_end(text, &point);
	if(!end || *skip_space(end) != '\0' || end - text > MAX_NUMBER) {
		return false;
	}
	memcpy(copy, text, (size_t)(end - text));
	copy[end - text] = '\0';
	if(point) {
		copy[point - text] = localeconv()->decimal_point[0];
	}
	double number = strtod(copy, NULL);
	if(!isfinite(number)) {
		return false;
	}
	*result = number;
	return true;
}

/* What a size's unit multiplies by, or 0 where it is no unit. */
static uint64_t byte_unit(const char *unit) {
	static const struct {
		const char *decimal[2];
		const char *binary[2];
	} units[] = {
		{ { "k", "kB" }, { "Ki", "KiB" } },
		{ { "M", "MB" }, { "Mi", "MiB" } },
		{ { "G", "GB" }, { "Gi", "GiB" } },
		{ { "T", "TB" }, { "Ti", "TiB" } },
	};
	uint64_t decimal = 1, binary = 1;
	if(is_rest(unit, "") || is_rest(unit, "B")) {
		return 1;
	}
	for(size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		decimal *= 1000;
		binary *= 1024;
		if(is_rest(unit, units[i].decimal[0]) || is_rest(unit, units[i].decimal[1])) {
			return decimal;
		}
		if(is_rest(unit, units[i].binary[0]) || is_rest(unit, units[i].binary[1])) {
			return binary;
		}
	}
	return 0;
}

/* The fraction ".d1d2…" (its digits from `first` up to `end`) of a unit, rounded down, exactly: from the last digit to the
 * first, since rounding down at each step gives the same as once at the end. */
static uint64_t fraction_of(const char *first, const char *end, uint64_t unit) {
	uint64_t part = 0;
	while(end > first) {
		part = (part + (uint64_t)(*--end - '0') * unit) / 10;
	}
	return part;
}

bool sl_parse_bytes(const char *text, int64_t *bytes) {
	uint64_t whole;
	const char *end = read_digits(skip_space(text), 10, INT64_MAX, &whole);
	if(!end) {
		return false;
	}
	const char *fraction = *end == '.' ? end + 1 : end;
	end = skip_digits(fraction);
	uint64_t unit = byte_unit(end);
	if(!unit || (end == fraction && end[-1] == '.')) {
		return false;
	}
	uint64_t part = fraction_of(fraction, end, unit);
	if(whole > ((uint64_t)INT64_MAX - part) / unit) {
		return false;
	}
	*bytes = (int64_t)(whole * unit + part);
	return true;
}

/* The seconds of a unit of time, or 0 where it is none. */
static double time_unit(const char *unit) {
	static const double day = 86400;
	static const struct {
		const char *words[6];
		double seconds;
	} units[] = {
		{ { "s", "sec", "secs", "second", "seconds" }, 1 },
		{ { "mi", "min", "mins", "minute", "minutes" }, 60 },
		{ { "h", "hr", "hrs", "hour", "hours" }, 3600 },
		{ { "d", "day", "days" }, day },
		{ { "w", "week", "weeks" }, 7 * day },
		{ { "mo", "mon", "month", "months" }, 31 * day },
		{ { "y", "yr", "yrs", "year", "years" }, 365.2425 * day },
	};
	for(size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		for(const char *const *word = units[i].words; *word; word++) {
			if(is_rest(unit, *word)) {
				return units[i].seconds;
			}
		}
	}
	return 0;
}

sl_duration sl_parse_duration(const char *text, double *seconds) {
	double number;
	if(is_rest(text, "never")) {
		return SL_NEVER;
	}
	if(sl_parse_number(text, &number)) {
		*seconds = number;
		return signbit(number) ? SL_NO_DURATION : SL_SECONDS;
	}
	uint64_t count;
	const char *unit = read_digits(skip_space(text), 10, INT64_MAX, &count);
	if(!unit) {
		return SL_NO_DURATION;
	}
	if(is_rest(unit, "m")) {
		return SL_AMBIGUOUS;
	}
	*seconds = (double)count * time_unit(unit);
	return time_unit(unit) > 0 ? SL_SECONDS : SL_NO_DURATION;
}
