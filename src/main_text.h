/* main_text.h: what the texts of the main file, and of all that it includes, assign, in the order in which Prosody ran them. No Lua in here.
 *
 * Prosody's table of options has the values and no places. The texts have the places; what code computes, they do not show. So a place is
 * taken from here only where the value there is the one in force.
 */
#ifndef SL_MAIN_TEXT_H
#define SL_MAIN_TEXT_H

#include <stdint.h>

#include "map.h"

/* Which files Prosody has loaded, as absolute paths in its order; each of them once. */
typedef struct sl_loaded_files {
	const char **paths;
	size_t count;
} sl_loaded_files;

/* One assignment in a text. */
typedef struct sl_said sl_said;
struct sl_said {
	const sl_said *before;     /* of the same option of the same host, or NULL */
	const char *host, *option; /* "*": outside all hosts */
	const char *path;
	unsigned line;             /* where the option's name stands */
	unsigned reading;          /* which time that a file was read: 1, 2 … */
	size_t index;              /* among all assignments */
	const char *value;         /* as it is written, `length` bytes; NULL: the text does not show it */
	size_t length;
	bool sure;                 /* it stands outside every block and function, so it ran */
	bool adds;                 /* option { … }, option:append { … } */
	bool implied;              /* VirtualHost or Component makes it */
};

typedef struct sl_main_text {
	sl_map last;               /* to sl_said: the last assignment of a host's option */
	sl_said **items;           /* all of them, in order */
	size_t count, capacity;
	size_t load_at;            /* the first one behind the call of stackloader.load */
	unsigned readings;
	bool loaded;               /* the call was found */
} sl_main_text;

/* Reads the file, and what it includes of `files`. `caller` and `line` are where stackloader.load is called. Never fails: what cannot be read,
 * or is no Lua, says nothing. Below sl_protect. */
void sl_main_text_read(sl_arena *arena, const char *path, const char *caller, unsigned line, const sl_loaded_files *files, sl_main_text *text);

/* The path without its `//` and `/./`, as a copy. Below sl_protect. */
const char *sl_tidy_path(sl_arena *arena, const char *path);

/* The last assignment of the option in the host, or NULL. Host names are compared without regard to the case of their letters.
 * Below sl_protect. */
const sl_said *sl_main_text_last(sl_arena *arena, const sl_main_text *text, const char *host, const char *option);

#endif
