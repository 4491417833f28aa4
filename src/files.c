#define _GNU_SOURCE
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static int close_held(sl_arena *arena, int result) {
	close(arena->held_fd);
	arena->held_fd = -1;
	return result;
}

static int wrong_kind(const struct stat *info, size_t most) {
	if(S_ISREG(info->st_mode)) {
		return (unsigned long long)info->st_size > most ? EFBIG : 0;
	}
	return S_ISDIR(info->st_mode) ? EISDIR : EINVAL;
}

/* A file that gives less than it was asked for has ended, if it gives all that it said it had: those of /proc and /sys say that they are empty
 * and are read until nothing comes. */
static bool has_ended(size_t got, size_t room, size_t used, size_t expected) {
	return got == 0 || (got < room && expected > 0 && used >= expected);
}

static int read_all(sl_arena *arena, size_t expected, size_t most, sl_text *text) {
	size_t used = 0;
	size_t wanted = expected ? expected + 2 : 4096;
	if(text->capacity < wanted) {
		text->capacity = wanted > text->capacity * 2 ? wanted : text->capacity * 2;
		text->bytes = sl_new(arena, text->capacity);
	}
	for(bool ended = false; !ended;) {
		size_t room = text->capacity - used - 1;
		ssize_t got = read(arena->held_fd, text->bytes + used, room);
		if(got < 0 && errno == EINTR) {
			continue;
		}
		if(got < 0) {
			return errno;
		}
		used += (size_t)got;
		ended = has_ended((size_t)got, room, used, expected);
		if(used > most) {
			return EFBIG;
		}
		if(text->capacity - used < 2) {
			text->bytes = sl_grow(arena, text->bytes, text->capacity, &text->capacity, 1);
		}
	}
	text->bytes[used] = '\0';
	text->length = used;
	return 0;
}

int sl_read_held(sl_arena *arena, size_t most, sl_text *text, struct stat *info) {
	if(fstat(arena->held_fd, info) != 0) {
		return close_held(arena, errno);
	}
	int wrong = wrong_kind(info, most);
	if(wrong) {
		return close_held(arena, wrong);
	}
	return close_held(arena, read_all(arena, (size_t)info->st_size, most, text));
}

void sl_leave_nearby(sl_nearby *nearby) {
	if(nearby->path && nearby->fd >= 0) {
		close(nearby->fd);
	}
	nearby->path = NULL;
}

/* To open the folder takes as long as so many files gain by it. */
enum { MANY = 6 };

/* The folder of the path, where it is that of many paths before too; else -1. */
static int folder_nearby(sl_nearby *nearby, const char *path, size_t length) {
	char folder[PATH_MAX];
	if(!nearby->path || nearby->length != length || memcmp(nearby->path, path, length) != 0) {
		sl_leave_nearby(nearby);
		*nearby = (sl_nearby) { .path = path, .length = length, .fd = -1 };
	} else if(++nearby->count == MANY && length < sizeof(folder)) {
		memcpy(folder, path, length);
		folder[length] = '\0';
		nearby->fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	return nearby->fd;
}

/* What the system is asked for: a path from the folder that is returned, or the whole. */
static int place_of(sl_nearby *nearby, const char **path) {
	const char *slash = strrchr(*path, '/');
	int folder = nearby && slash && slash > *path ? folder_nearby(nearby, *path, (size_t)(slash - *path)) : -1;
	*path = folder >= 0 ? slash + 1 : *path;
	return folder >= 0 ? folder : AT_FDCWD;
}

static int open_file(sl_nearby *nearby, const char *path) {
	int folder = place_of(nearby, &path);
	return openat(folder, path, SL_OPEN_TO_READ);
}

int sl_stat_nearby(sl_nearby *nearby, const char *path, struct stat *info) {
	int folder = place_of(nearby, &path);
	return fstatat(folder, path, info, 0);
}

int sl_read_into(sl_arena *arena, sl_nearby *nearby, const char *path, sl_text *text, struct stat *info) {
	struct stat local;
	arena->held_fd = open_file(nearby, path);
	if(arena->held_fd < 0) {
		return errno == ENXIO ? EINVAL : errno;   /* a socket cannot be opened at all */
	}
	return sl_read_held(arena, SL_MAX_FILE, text, info ? info : &local);
}

int sl_read_file(sl_arena *arena, const char *path, char **text, size_t *length, struct stat *info) {
	sl_text whole = { .bytes = NULL };
	int code = sl_read_into(arena, NULL, path, &whole, info);
	*text = whole.bytes;
	*length = whole.length;
	return code;
}

static int close_folder(sl_arena *arena, int result) {
	closedir(arena->held_dir);
	arena->held_dir = NULL;
	return result;
}

static sl_listed_kind kind_of_type(unsigned char type) {
	switch(type) {
	case DT_REG:
		return SL_LISTED_FILE;
	case DT_DIR:
		return SL_LISTED_FOLDER;
	case DT_LNK:
		return SL_LISTED_LINK;
	case DT_UNKNOWN:
		return SL_LISTED_UNKNOWN;
	default:
		return SL_LISTED_OTHER;
	}
}

/* Some file systems do not tell what they list. An open folder has a descriptor; clang-tidy 19 thinks that dirfd could fail on one. */
static sl_listed_kind kind_of(const struct dirent *entry, int folder) {
	struct stat info;
	sl_listed_kind kind = kind_of_type(entry->d_type);
	// NOLINTNEXTLINE(clang-analyzer-unix.StdCLibraryFunctions)
	bool looked = kind == SL_LISTED_UNKNOWN && fstatat(folder, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0;
	return looked ? kind_of_type((unsigned char)IFTODT(info.st_mode)) : kind;
}

int sl_list_folder(sl_arena *arena, const char *path, sl_listed **entries, size_t *count, struct stat *info) {
	size_t capacity = 0;
	*entries = NULL;
	*count = 0;
	arena->held_dir = opendir(path);
	if(!arena->held_dir) {
		return errno;
	}
	// NOLINTNEXTLINE(clang-analyzer-unix.StdCLibraryFunctions)
	if(info && fstat(dirfd(arena->held_dir), info) != 0) {
		return close_folder(arena, errno);
	}
	for(;;) {
		errno = 0;
		const struct dirent *entry = readdir(arena->held_dir);
		if(!entry) {
			return close_folder(arena, errno);
		}
		if(strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		if(*count == SL_MAX_ENTRIES) {
			return close_folder(arena, EFBIG);
		}
		*entries = sl_grow(arena, *entries, *count, &capacity, sizeof(**entries));
		(*entries)[(*count)++] = (sl_listed) {
			.name = sl_strdup(arena, entry->d_name), .inode = entry->d_ino, .kind = kind_of(entry, dirfd(arena->held_dir))
		};
	}
}

void sl_note_met(sl_arena *arena, sl_met_list *met, const char *path, const sl_identity *identity) {
	met->list = sl_grow(arena, met->list, met->count, &met->capacity, sizeof(*met->list));
	met->list[met->count++] = (sl_met) { .path = path, .identity = *identity };
}

/* Is the folder one that ".." leaves by dropping its name? */
static bool has_own_name(const char *folder, size_t length) {
	char copy[PATH_MAX];
	struct stat info;
	if(length == 0 || length >= sizeof(copy)) {
		return false;
	}
	memcpy(copy, folder, length);
	copy[length] = '\0';
	const char *name = strrchr(copy, '/');
	return name && strcmp(name, "/..") != 0 && strcmp(name, "/.") != 0 && lstat(copy, &info) == 0 && S_ISDIR(info.st_mode);
}

size_t sl_resolve_folder(const char *base, const char **path) {
	size_t length = (size_t)(strrchr(base, '/') - base);
	for(;;) {
		if(strncmp(*path, "./", 2) == 0) {
			*path += 2;
		} else if(strncmp(*path, "../", 3) == 0 && has_own_name(base, length)) {
			*path += 3;
			do {
				length--;
			} while(base[length] != '/');
		} else {
			return length;
		}
	}
}
