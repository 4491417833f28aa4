/* files.h: the only ways in which the steps without Lua read the file system. */
#ifndef SL_FILES_H
#define SL_FILES_H

#include <sys/stat.h>

#include "identity.h"
#include "memory.h"

/* The largest file that is read whole: no configuration is larger, and a sparse file must not fill the memory. */
#ifndef SL_MAX_FILE
#define SL_MAX_FILE (64UL * 1024 * 1024)
#endif

/* Files and folders that a search looks at, and that a folder may hold. */
#ifndef SL_MAX_ENTRIES
#define SL_MAX_ENTRIES 1000000
#endif

/* A text whose memory is used again for the next. */
typedef struct sl_text {
	char *bytes;      /* NUL-terminated once something was read */
	size_t length, capacity;
} sl_text;

/* What was read of a file, in an arena. */
typedef struct sl_content {
	char *text;
	size_t length;
	sl_identity identity;
} sl_content;

/* O_NONBLOCK: opening a FIFO that nobody writes to must not wait. */
#define SL_OPEN_TO_READ (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* Reads what the arena holds open, and closes it: as sl_read_file, with EFBIG over `most` bytes. */
int sl_read_held(sl_arena *arena, size_t most, sl_text *text, struct stat *info);

/* The folder of the files that were asked for last. Where many in a row are in it, the system need not look their whole paths up. */
typedef struct sl_nearby {
	const char *path;   /* of the first of them, or NULL; kept, not copied */
	size_t length;      /* of its folder's part */
	unsigned count;     /* of those that came after it */
	int fd;             /* the folder, or -1 */
} sl_nearby;

/* Closes what it holds open, if anything. */
void sl_leave_nearby(sl_nearby *nearby);

/* As stat. `nearby` may be NULL. */
int sl_stat_nearby(sl_nearby *nearby, const char *path, struct stat *info);

/* Like sl_read_file, into *text. `nearby` may be NULL. */
int sl_read_into(sl_arena *arena, sl_nearby *nearby, const char *path, sl_text *text, struct stat *info);

/* Reads a regular file (links are followed) without ever blocking on a FIFO or a device.
 * Returns 0 and sets *text (NUL-terminated, in the arena) and *length; or an errno value: EFBIG over SL_MAX_FILE, EISDIR for a
 * folder, EINVAL for what is neither file nor folder. `info` (may be NULL) gets fstat's answer. */
int sl_read_file(sl_arena *arena, const char *path, char **text, size_t *length, struct stat *info);

/* Takes "./" and "../" from the beginning of *path, which is relative to the folder of the file `base`, and returns how much of `base` is the folder
 * that the rest is relative to, without a slash. A link, behind which ".." leads elsewhere, stays: the "../" then does too. */
size_t sl_resolve_folder(const char *base, const char **path);

typedef enum sl_listed_kind {
	SL_LISTED_UNKNOWN, /* it has gone since it was listed */
	SL_LISTED_LINK,
	SL_LISTED_FILE, /* a regular one */
	SL_LISTED_FOLDER,
	SL_LISTED_OTHER
} sl_listed_kind;

/* A name in a folder. */
typedef struct sl_listed {
	const char *name;
	ino_t inode;
	sl_listed_kind kind;
	unsigned short stem; /* the length of the name without .cfg.lua, where the folder was recalled */
	bool whole; /* the folder's path and a slash stand right before the name */
} sl_listed;

/* What is in a folder, in no particular order, without "." and "..". Returns 0 or an errno value: EFBIG over
 * SL_MAX_ENTRIES. `info` (may be NULL) gets fstat's answer. */
int sl_list_folder(sl_arena *arena, const char *path, sl_listed **entries, size_t *count, struct stat *info);

/* Adds to the list; the path is kept, not copied. Below sl_protect. */
void sl_note_met(sl_arena *arena, sl_met_list *met, const char *path, const sl_identity *identity);

#endif
