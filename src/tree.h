/* tree.h: the layer files below the roots, masked and in order. No Lua in here. */
#ifndef SL_TREE_H
#define SL_TREE_H

#include <sys/stat.h>

#include "discover.h"
#include "links.h"
#include "recall.h"
#include "shard.h"

/* Folders below one another in a tree. A tree that people read is far flatter. */
#ifndef SL_MAX_FOLDERS_DEEP
#define SL_MAX_FOLDERS_DEEP 32
#endif

/* A folder that cannot be read, or is not read again. */
typedef struct sl_problem {
	sl_severity severity; /* where it would load; elsewhere a warning at most */
	sl_topic topic;
	const char *path;
	const char *text;
	struct sl_problem *next;
} sl_problem;

typedef struct sl_file {
	const char *path;
	const char *problem; /* why it cannot load, or NULL */
	sl_identity identity;
	const sl_content *content; /* where a step before the layers' run has read it, or NULL */
	uint32_t root; /* index of the root that it is from */
	bool unlooked; /* only listed as a regular file: of the identity only device and inode are known, and it may be empty (sl_file_look) */
	bool off; /* empty, or a link to /dev/null: the name is there, nothing loads */
} sl_file;

/* One name: name.cfg.lua, name/, or both. */
typedef struct sl_node {
	const char *name;          /* "tls" */
	const char *id;            /* "stack/01-transport/tls" */
	sl_file *file;             /* name.cfg.lua, or NULL */
	sl_file *defaults;         /* name/defaults.env, or NULL */
	struct sl_node **children; /* of name/, in load order */
	size_t child_count;
	sl_problem *problems; /* of name/ */
	bool taken;           /* its file is among the layers, or was reported */
	bool reported;        /* its problems were */
} sl_node;

/* Files that are listed as regular ones and not looked at: all but the main file, which is no layer wherever it stands. */
typedef struct sl_unlooked {
	const char *main_name; /* or NULL */
} sl_unlooked;

/* A folder that scans pass on their way: the search looks at it once. */
typedef struct sl_way {
	const char *path;
	int code; /* 0, or why it cannot be looked at; ENOLINK: a link to nothing */
	struct stat info;
} sl_way;

/* What the scans of one search share. */
typedef struct sl_ground {
	sl_arena *arena, *passing, *listing;
	sl_recall *recall;
	const char *const *roots;
	sl_shard *shard;
	sl_met_list *met;
	sl_links *links;
	bool entered; /* the roots, by an earlier scan */
	sl_way *ways;
	size_t way_count, way_capacity;
} sl_ground;

/* What is at the path, which is kept; good until the next call. *first (may be NULL) tells whether it was not asked before. Below sl_protect. */
const sl_way *sl_look_once(sl_ground *ground, const char *path, bool *first);

/* Reads `folder` (relative) of all roots, each root over the ones before. NULL where no root has it. What is not this server's share is passed
 * over by its name alone: nothing is asked of the file system about it. Nodes go into the ground's `passing`, files into its `listing`, names,
 * paths and problems into its `arena`. `unlooked` NULL: all files are looked at. `once`: a folder that
 * one root has twice, by way of links, is read where it comes first; not where names are chosen from, which may stand for one another. When the
 * ground's links have reached a limit, the scan ends early. Below sl_protect. */
sl_node *sl_scan(sl_ground *ground, const char *folder, const sl_unlooked *unlooked, bool once);

/* The node at a path below the folder ("mobile-apps/conversations"), or NULL. */
sl_node *sl_node_find(sl_node *folder, const char *path);

/* Whether anything below the node would load: masking may have emptied it. Looks at as many files as it takes to tell. Below sl_protect. */
bool sl_node_loads(sl_arena *arena, const sl_node *node);

/* What switches a node off that does not load: the first file of it or below it, or NULL. */
const sl_file *sl_node_switch(const sl_node *node);

/* What is at a path that should lead to a layer file; NULL where nothing is. What it says goes into `arena`, the file itself into `listing`. Below
 * sl_protect. */
sl_file *sl_look_at(sl_arena *arena, sl_arena *listing, const char *path, size_t root);

/* Looks at a file that was only listed. What is gone since is off. `nearby` may be NULL. Below sl_protect. */
void sl_file_look(sl_arena *arena, sl_nearby *nearby, sl_file *file);

/* Would the file at the path load, as far as a look at it tells? */
bool sl_path_loads(const char *path);

/* The length of a file's name without .cfg.lua; all of it where it has another end. */
size_t sl_stem_length(const char *name);

/* Whether the name ends with .cfg.lua and has more. */
bool sl_is_layer_name(const char *name);

/* Hidden files, editor backups, package leftovers. */
bool sl_is_ignored_name(const char *name);

/* Load order of two names in one folder, without .cfg.lua. */
int sl_compare_parts(const char *left, size_t left_length, const char *right, size_t right_length);

#endif
