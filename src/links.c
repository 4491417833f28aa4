#include "links.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

static bool refuse(sl_links *links, const char *path, const char *why) {
	if(!links->refused) {
		links->refused = path;
		links->why = why;
	}
	return false;
}

bool sl_links_count(sl_arena *arena, sl_links *links, const char *path, size_t entries) {
	links->entries += entries;
	return links->entries <= SL_MAX_ENTRIES || refuse(links, path, sl_format(arena, "is where more than %d files and folders have been found, so the "
		"search for layers ends; move what is no layer out of the tree", SL_MAX_ENTRIES));
}

bool sl_links_follow(sl_arena *arena, sl_links *links, const char *path) {
	sl_list_add(&links->followed, arena, path);
	return links->followed.count <= SL_MAX_LINKS || refuse(links, path, sl_format(arena, "is where more than %d links have been found, so the search "
		"for layers ends; remove links, or put one link to a folder in place of many to its files", SL_MAX_LINKS));
}

/* ======== folders that were read ======== */

void sl_links_begin(sl_arena *arena, sl_links *links) {
	sl_map_init(&links->read, arena);
	links->known = links->met->count;
	links->needed = false;
}

static const char *key_of(sl_arena *arena, dev_t device, ino_t inode) {
	return sl_format(arena, "%ju:%ju", (uintmax_t)device, (uintmax_t)inode);
}

/* Some file systems give one number to several folders. */
static bool is_same(const char *one, const char *other) {
	char real[PATH_MAX];
	char other_real[PATH_MAX];
	return realpath(one, real) && realpath(other, other_real) && strcmp(real, other_real) == 0;
}

const char *sl_links_read(sl_arena *arena, sl_links *links, const char *path, const struct stat *info) {
	for(; links->known < links->met->count; links->known++) {
		const sl_met *met = &links->met->list[links->known];
		const char **place = (const char **)sl_map_place(&links->read, key_of(arena, met->identity.device, met->identity.inode));
		*place = *place ? *place : met->path;
	}
	const char *first = sl_map_get(&links->read, key_of(arena, info->st_dev, info->st_ino));
	return first && is_same(first, path) ? first : NULL;
}

/* ======== restricted folders ======== */

/* The restricted folder that an id is below, the longest where there are several; or NULL. */
static const char *confining(const sl_links *links, const char *id) {
	const char *best = NULL;
	size_t longest = 0;
	for(const char *const *folder = links->confined; folder && *folder; folder++) {
		size_t length = strlen(*folder);
		if(length > longest && strncmp(id, *folder, length) == 0 && id[length] == '/') {
			best = *folder;
			longest = length;
		}
	}
	return best;
}

const char *sl_links_leads_out(sl_arena *arena, const sl_links *links, const char *root, const char *path, const char *id) {
	const char *folder = confining(links, id);
	if(!folder) {
		return NULL;
	}
	const char *rest = id + strlen(folder) + 1;
	const char *name = sl_strndup(arena, rest, strcspn(rest, "/"));
	return sl_is_inside(path, strlen(root) + 1 + strlen(folder), name)
		? NULL
		: sl_format(arena, "this leads out of what is the tenant %s's in %s, by a link; put what it leads to there itself", name, folder);
}
