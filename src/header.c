#include "header.h"

#include <string.h>

static bool is_word(char letter) {
	return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_';
}

static bool is_space(char letter) {
	return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

static const char *skip_spaces(const char *at, const char *end) {
	while(at < end && *at == ' ') {
		at++;
	}
	return at;
}

/* Reads a line without its end: `--%`, spaces, a key, a colon, spaces, a value. */
static bool read_line(const char *at, const char *end, sl_header *header) {
	static const char mark[] = "--%";
	if(end - at < 4 || memcmp(at, mark, sizeof(mark) - 1) != 0) {
		return false;
	}
	header->key = at = skip_spaces(at + sizeof(mark) - 1, end);
	while(at < end && is_word(*at)) {
		at++;
	}
	header->key_length = (size_t)(at - header->key);
	if(header->key_length == 0 || at == end || *at != ':') {
		return false;
	}
	header->value = skip_spaces(at + 1, end);
	/* A value of spaces alone is one space less than all of them, which end up cut off. */
	bool filled = end > at + 1;
	while(end > header->value && is_space(end[-1])) {
		end--;
	}
	header->value_length = (size_t)(end - header->value);
	return filled;
}

bool sl_next_header(const char **at, const char *end, sl_header *header) {
	while(*at < end) {
		const char *line = *at;
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		if(!stop) {
			*at = end;
			return false;
		}
		*at = stop + 1;
		if(stop > line && stop[-1] == '\r') {
			stop--;
		}
		if(read_line(line, stop, header)) {
			return true;
		}
	}
	return false;
}

bool sl_value_lists(const char *value, size_t length, const char *word) {
	size_t wanted = strlen(word);
	size_t from = 0;
	for(size_t at = 0; at <= length; at++) {
		if(at == length || value[at] == ',' || value[at] == ' ') {
			if(at - from == wanted && memcmp(value + from, word, wanted) == 0) {
				return wanted > 0;
			}
			from = at + 1;
		}
	}
	return false;
}
