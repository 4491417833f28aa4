#define _GNU_SOURCE
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Opens `rest` below the folder, in which it puts an end to each part of it in turn; -1 and errno where there is a link, among others. */
static int walk(int folder, char *rest) {
	char *slash = strchr(rest, '/');
	if(slash) {
		*slash = '\0';
	}
	int file = openat(folder, rest, O_NOFOLLOW | (slash ? O_RDONLY | O_CLOEXEC | O_DIRECTORY : SL_OPEN_TO_READ));
	int code = errno;
	close(folder);
	errno = code;
	return file < 0 || !slash ? file : walk(file, slash + 1);
}

/* Opens the file without following a link below its folder. */
static int open_directly(const char *path, size_t base) {
	char copy[PATH_MAX];
	size_t length = strlen(path);
	if(length >= sizeof(copy)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(copy, path, length + 1);
	copy[base] = '\0';
	int folder = open(copy, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	return folder < 0 ? -1 : walk(folder, copy + base + 1);
}

/* Does the path lead to what is open? It may have been another link when that was opened. */
static bool is_what_is_open(int fd, const char *path) {
	struct stat opened;
	struct stat named;
	return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* The part behind the folder, without the hidden folders that come first; NULL where the path is not in it. */
static const char *part_in(const char *folder, const char *path) {
	size_t length = strlen(folder);
	if(strncmp(path, folder, length) != 0 || path[length] != '/') {
		return NULL;
	}
	const char *part = path + length + 1;
	while(*part == '.' && strchr(part, '/')) {
		part = strchr(part, '/') + 1;
	}
	return part;
}

static bool belongs_to(const char *part, const char *name) {
	size_t length = strlen(name);
	size_t end = strcspn(part, "/");
	bool begins = end >= length && strncmp(part, name, length) == 0;
	return begins && (end == length || (end == length + strlen(".cfg.lua") && strncmp(part + length, ".cfg.lua", end - length) == 0));
}

/* Where the path leads, in `real`; is that what belongs to the name in its folder? */
static bool resolve_inside(const char *path, size_t base, const char *name, char real[PATH_MAX]) {
	char copy[PATH_MAX];
	char folder[PATH_MAX];
	memcpy(copy, path, base); /* what could be looked at has no longer path than fits */
	copy[base] = '\0';
	if(!realpath(copy, folder) || !realpath(path, real)) {
		return false;
	}
	const char *part = part_in(strcmp(folder, "/") == 0 ? "" : folder, real);
	return part && belongs_to(part, name);
}

bool sl_is_inside(const char *path, size_t base, const char *name) {
	char real[PATH_MAX];
	return resolve_inside(path, base, name, real);
}

/* Is what is open, by way of links, the name's own? */
static bool leads_inside(int fd, const char *path, size_t base, const char *name) {
	char real[PATH_MAX];
	return resolve_inside(path, base, name, real) && is_what_is_open(fd, real);
}

int sl_read_inside(sl_arena *arena, const char *path, size_t base, const char *name, size_t most, sl_text *text, struct stat *info) {
	arena->held_fd = open_directly(path, base);
	if(arena->held_fd < 0 && (errno == ELOOP || errno == ENOTDIR)) {
		arena->held_fd = open(path, SL_OPEN_TO_READ);
		if(arena->held_fd >= 0 && !leads_inside(arena->held_fd, path, base, name)) {
			close(arena->held_fd);
			arena->held_fd = -1;
			return EXDEV;
		}
	}
	return arena->held_fd < 0 ? errno : sl_read_held(arena, most, text, info);
}
