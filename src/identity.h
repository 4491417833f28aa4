/* identity.h: is a file still the one that was read? No Lua in here. */
#ifndef SL_IDENTITY_H
#define SL_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

typedef struct sl_identity {
	dev_t device;
	ino_t inode;
	off_t size;
	time_t modified, changed;
	uint32_t modified_fraction, changed_fraction;   /* nanoseconds behind these seconds */
	/* Who may do what with it: a change of these changes the time of change. */
	mode_t mode;
	uid_t owner;
	gid_t group;
} sl_identity;

/* A file or folder that was opened, or looked at on the way to one. */
typedef struct sl_met {
	const char *path;
	sl_identity identity;
} sl_met;

typedef struct sl_met_list {
	sl_met *list;
	size_t count, capacity;
} sl_met_list;

sl_identity sl_identify(const struct stat *info);

bool sl_same_identity(const sl_identity *left, const sl_identity *right);

/* Was the file older than the grain of any file system's clock (two seconds) when it was read? If not, it may have changed since without any of
 * its times telling. */
bool sl_is_settled(const sl_identity *identity, const struct timespec *read_at);

#endif
