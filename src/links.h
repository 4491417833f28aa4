/* links.h: what a search for layers may follow: how many links and entries, which folders it has read, and which links must stay where they are.
 * No Lua in here. */
#ifndef SL_LINKS_H
#define SL_LINKS_H

#include "files.h"
#include "list.h"
#include "map.h"

/* Links that one search follows: links may fold a small tree into an endless one. */
#ifndef SL_MAX_LINKS
#define SL_MAX_LINKS 10000
#endif

/* What one search has met so far. */
typedef struct sl_links {
	const char *const *confined; /* folders below a root whose links must not lead out of what is one tenant's; NULL: none */
	size_t entries;
	sl_list followed;            /* the paths of links, and of files that an axis lists, in the order in which they were met */
	sl_met_list *met;            /* folders that the search has read, or passed */
	size_t known;                /* so many of them are in the map, or belong to another root */
	sl_map read;                 /* device and inode of a folder of this root -> its path */
	bool needed;                 /* this root has links to folders, so that it may have a folder twice */
	const char *refused;         /* where a limit was reached, so that the search ends; or NULL */
	const char *why;
} sl_links;

/* Counts what is listed in a folder. False: there are too many, and the search ends. Below sl_protect. */
bool sl_links_count(sl_arena *arena, sl_links *links, const char *path, size_t entries);

/* Counts and remembers a link. False: there are too many, and the search ends. Below sl_protect. */
bool sl_links_follow(sl_arena *arena, sl_links *links, const char *path);

/* The search begins to read a folder of a root. */
void sl_links_begin(sl_arena *arena, sl_links *links);

/* The path under which the folder was read since then; NULL where it was not. Below sl_protect. */
const char *sl_links_read(sl_arena *arena, sl_links *links, const char *path, const struct stat *info);

/* What is wrong with a link that has that id below the root; NULL where it may lead where it does. Below sl_protect. */
const char *sl_links_leads_out(sl_arena *arena, const sl_links *links, const char *root, const char *path, const char *id);

#endif
