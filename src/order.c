/* The order in which layers load: natural, total, the same on every file system. */
#include "discover.h"

#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "tree.h"

static bool is_digit(char letter) {
	return letter >= '0' && letter <= '9';
}

typedef struct digits {
	const char *start; /* past leading zeros */
	size_t length;
	size_t zeros;
} digits;

/* Reads the run of digits at *text, before `end`, and moves behind it. Any length: the values are never computed. */
static digits read_digits(const char **text, const char *end) {
	digits run = { .start = *text };
	while(run.start < end && *run.start == '0') {
		run.start++;
	}
	run.zeros = (size_t)(run.start - *text);
	const char *stop = run.start;
	while(stop < end && is_digit(*stop)) {
		stop++;
	}
	run.length = (size_t)(stop - run.start);
	*text = stop;
	return run;
}

static int compare_digits(const digits *left, const digits *right) {
	if(left->length != right->length) {
		return left->length < right->length ? -1 : 1;
	}
	return memcmp(left->start, right->start, left->length);
}

/* More leading zeros first: 01 before 1. */
static int compare_zeros(const digits *left, const digits *right) {
	return left->zeros == right->zeros ? 0 : left->zeros > right->zeros ? -1 : 1;
}

/* Compares two components given by their ends. Names that differ only in leading zeros are ordered by the first such
 * difference, so that only equal names are equal. */
static int compare_components(const char *left, const char *left_end, const char *right, const char *right_end) {
	int tie = 0;
	while(left < left_end && right < right_end) {
		if(is_digit(*left) && is_digit(*right)) {
			digits left_run = read_digits(&left, left_end);
			digits right_run = read_digits(&right, right_end);
			int order = compare_digits(&left_run, &right_run);
			if(order) {
				return order;
			}
			tie = tie ? tie : compare_zeros(&left_run, &right_run);
		} else if(*left != *right) {
			return (unsigned char)*left < (unsigned char)*right ? -1 : 1;
		} else {
			left++;
			right++;
		}
	}
	if(left < left_end || right < right_end) {
		return left < left_end ? 1 : -1;
	}
	return tie;
}

int sl_compare_parts(const char *left, size_t left_length, const char *right, size_t right_length) {
	return compare_components(left, left + left_length, right, right + right_length);
}


/* Where the component that begins at `text` ends; .cfg.lua does not count. */
static const char *component_end(const char *text) {
	const char *slash = strchr(text, '/');
	return slash ? slash : text + sl_stem_length(text);
}

int sl_compare_paths(const char *left, const char *right) {
	const char *left_start = left;
	const char *right_start = right;
	for(;;) {
		const char *left_end = component_end(left);
		const char *right_end = component_end(right);
		int order = compare_components(left, left_end, right, right_end);
		if(order) {
			return order;
		}
		if(*left_end != '/' && *right_end != '/') {
			return strcmp(left_start, right_start);
		}
		if(*left_end != '/' || *right_end != '/') {
			return *left_end == '/' ? 1 : -1;
		}
		left = left_end + 1;
		right = right_end + 1;
	}
}

bool sl_match_glob(const char *name, const char *glob) {
	const char *star = NULL;
	const char *retry = NULL;
	while(*name) {
		if(*glob == '*') {
			star = ++glob;
			retry = name;
		} else if(*glob == '?' || *glob == *name) {
			glob++;
			name++;
		} else if(star) {
			glob = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while(*glob == '*') {
		glob++;
	}
	return !*glob;
}

static int compare_entries(const void *left, const void *right) {
	return sl_compare_paths(*(const char *const *)left, *(const char *const *)right);
}

int sl_match_folder(sl_arena *arena, const char *folder, const char *glob, const char ***names, size_t *count) {
	sl_listed *all;
	size_t all_count;
	int code = sl_list_folder(arena, folder, &all, &all_count, NULL);
	*names = sl_new(arena, (all_count + 1) * sizeof(**names));
	*count = 0;
	for(size_t index = 0; !code && index < all_count; index++) {
		if(all[index].name[0] != '.' && sl_match_glob(all[index].name, glob)) {
			(*names)[(*count)++] = all[index].name;
		}
	}
	if(*count) {
		qsort(*names, *count, sizeof(**names), compare_entries);
	}
	return code;
}
