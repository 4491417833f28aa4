#include "tree.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "files.h"
#include "list.h"

#define LAYER_END ".cfg.lua"
#define DEFAULTS "defaults.env"

size_t sl_stem_length(const char *name) {
	size_t length = strlen(name);
	return sl_is_layer_name(name) ? length - strlen(LAYER_END) : length;
}

bool sl_is_layer_name(const char *name) {
	size_t length = strlen(name);
	return length > strlen(LAYER_END) && strcmp(name + length - strlen(LAYER_END), LAYER_END) == 0;
}

bool sl_is_ignored_name(const char *name) {
	/* What editors (~, .swp, #x#) and dpkg, rpm, pacman and ucf leave. */
	static const char *const ends[] = { "swp", "swo", "dpkg-old", "dpkg-new", "dpkg-dist", "dpkg-tmp", "dpkg-bak", "dpkg-remove", "rpmsave", "rpmnew",
		"rpmorig", "pacnew", "pacsave", "ucf-old", "ucf-new", "ucf-dist", NULL };
	if(name[0] == '.' || name[0] == '#') {
		return true;
	}
	size_t length = strlen(name);
	const char *end = strrchr(name, '.');
	return (length > 1 && (name[length - 1] == '~' || name[length - 1] == '#')) || (end && sl_is_among(end + 1, ends));
}

/* --- One file --- */

static bool is_null_device(const struct stat *info) {
	return S_ISCHR(info->st_mode) && major(info->st_rdev) == 1 && minor(info->st_rdev) == 3;
}

static const char *kind_of(const struct stat *info) {
	if(S_ISDIR(info->st_mode)) {
		return "folder";
	}
	if(S_ISFIFO(info->st_mode)) {
		return "FIFO";
	}
	return S_ISSOCK(info->st_mode) ? "socket" : "device";
}

static bool has_control_character(const char *name) {
	for(; *name; name++) {
		if((unsigned char)*name < 0x20 || *name == 0x7f) {
			return true;
		}
	}
	return false;
}

static const char *unreachable(sl_arena *arena, int code) {
	if(code == ELOOP) {
		return "is a link that leads back to itself; remove it or let it point to a file or folder";
	}
	if(code == ENOENT) {
		return "is a link to nothing; remove it or let it point to a file or folder";
	}
	return sl_format(arena, "cannot be reached: %s; the user that Prosody runs as must be able to read it", strerror(code));
}

static const char *file_problem(sl_arena *arena, const char *path, const struct stat *info) {
	if(has_control_character(strrchr(path, '/') + 1)) {
		return "has a control character in its name; rename it";
	}
	if(S_ISREG(info->st_mode)) {
		return (unsigned long long)info->st_size <= SL_MAX_FILE
			? NULL
			: sl_format(arena, "is larger than %lu MiB; no layer is", SL_MAX_FILE / 1024 / 1024);
	}
	return sl_format(
		arena, "is a %s; a layer is a regular file (an empty file or a link to /dev/null switches one off)", kind_of(info));
}

/* stat; an entry that is gone since it was listed gives ENOENT, a link to nothing ENOLINK. */
static int look_nearby(sl_nearby *nearby, const char *path, struct stat *info) {
	if(sl_stat_nearby(nearby, path, info) == 0) {
		return 0;
	}
	int code = errno;
	struct stat link;
	return code == ENOENT && lstat(path, &link) == 0 ? ENOLINK : code;
}

static int look(const char *path, struct stat *info) {
	return look_nearby(NULL, path, info);
}

static bool is_off(const struct stat *info) {
	return is_null_device(info) || (S_ISREG(info->st_mode) && info->st_size == 0);
}

/* What a look at the file told: 0 and `info`, or a code. */
static void describe(sl_arena *arena, sl_file *file, int code, const struct stat *info) {
	if(code) {
		file->problem = unreachable(arena, code == ENOLINK ? ENOENT : code);
		return;
	}
	file->identity = sl_identify(info);
	file->off = is_off(info);
	file->problem = file->off ? NULL : file_problem(arena, file->path, info);
}

static bool is_gone(int code) {
	return code == ENOENT || code == ENOTDIR;
}

const sl_way *sl_look_once(sl_ground *ground, const char *path, bool *first) {
	size_t index = 0;
	while(index < ground->way_count && strcmp(ground->ways[index].path, path) != 0) {
		index++;
	}
	if(first) {
		*first = index == ground->way_count;
	}
	if(index == ground->way_count) {
		ground->ways = sl_grow(ground->passing, ground->ways, index, &ground->way_capacity, sizeof(*ground->ways));
		sl_way *way = &ground->ways[ground->way_count++];
		way->path = path;
		way->code = look(path, &way->info);
	}
	return &ground->ways[index];
}

sl_file *sl_look_at(sl_arena *arena, sl_arena *listing, const char *path, size_t root) {
	struct stat info;
	int code = look(path, &info);
	if(is_gone(code)) {
		return NULL;
	}
	sl_file *file = sl_new(listing, sizeof(*file));
	file->path = path;
	file->root = (uint32_t)root;
	describe(arena, file, code, &info);
	return file;
}

void sl_file_look(sl_arena *arena, sl_nearby *nearby, sl_file *file) {
	struct stat info;
	int code = look_nearby(nearby, file->path, &info);
	file->unlooked = false;
	file->off = is_gone(code);
	if(!file->off) {
		describe(arena, file, code, &info);
	}
}

bool sl_path_loads(const char *path) {
	struct stat info;
	int code = look(path, &info);
	return code ? !is_gone(code) : !is_off(&info);
}

/* --- Folders --- */

/* The folders that a scan is inside of, innermost first: a link to one of them would never end. */
typedef struct inside {
	dev_t device;
	ino_t inode;
	size_t depth;
	const struct inside *outer;
} inside;

typedef struct scan {
	sl_ground *ground;
	sl_arena *arena;    /* names, paths and problems */
	sl_arena *passing;  /* nodes, and lists of them */
	sl_arena *listing;  /* files */
	sl_recall *recall;
	sl_shard *shard;
	sl_met_list *met;
	const sl_unlooked *unlooked;
	size_t root;
	bool once;
} scan;

/* A name in a folder: stem.cfg.lua, or one that may be a folder. */
typedef struct item {
	const sl_listed *entry; /* the stem may have more behind it */
	const char *path;
} item;

static bool scan_folder(scan *s, sl_node *node, const char *path, struct stat *info, inside *here);

/* The name is kept where there is no parent. */
static sl_node *new_node(scan *s, const sl_node *parent, const char *name, size_t length) {
	sl_node *node = sl_new(s->passing, sizeof(*node));
	node->id = parent ? sl_join_path(s->arena, parent->id, name, length) : name;
	node->name = parent ? node->id + strlen(parent->id) + 1 : name;
	return node;
}

static void add_finding(scan *s, sl_node *node, sl_severity severity, sl_topic topic, const char *path, const char *text) {
	sl_problem *problem = sl_new(s->arena, sizeof(*problem));
	*problem = (sl_problem) { severity, topic, path, text, node->problems };
	node->problems = problem;
}

static void add_problem(scan *s, sl_node *node, sl_severity severity, const char *path, const char *text) {
	add_finding(s, node, severity, SL_ON_UNUSABLE, path, text);
}

/* The file as it is listed, in a folder of that device; NULL where it must be looked at. */
static sl_file *take_unlooked(const scan *s, const item *listed, dev_t device) {
	const char *name = strrchr(listed->path, '/') + 1;
	if(!s->unlooked || listed->entry->kind != SL_LISTED_FILE || has_control_character(name)
			|| (s->unlooked->main_name && strcmp(name, s->unlooked->main_name) == 0)) {
		return NULL;
	}
	sl_file *file = sl_new(s->listing, sizeof(*file));
	*file = (sl_file) {
		.path = listed->path, .root = (uint32_t)s->root, .unlooked = true, .identity = { .device = device, .inode = listed->entry->inode }
	};
	return file;
}

/* Counts a link; true where there are too many. */
static bool is_refused_link(scan *s, const item *listed) {
	return listed->entry->kind == SL_LISTED_LINK && !sl_links_follow(s->arena, s->ground->links, listed->path);
}

/* A file of this root masks the earlier roots' file and folder of its name. */
static bool take_file(scan *s, sl_node *node, const item *listed, dev_t device) {
	sl_file *file = take_unlooked(s, listed, device);
	if(!file && is_refused_link(s, listed)) {
		return false;
	}
	file = file ? file : sl_look_at(s->arena, s->listing, listed->path, s->root);
	if(!file) {
		return false;
	}
	node->file = file;
	node->children = NULL;
	node->child_count = 0;
	node->defaults = NULL;
	node->problems = NULL;
	return true;
}

/* A folder of this root that has layers masks the earlier roots' file of its name. */
static void mask_file(const scan *s, sl_node *node) {
	if(node->file && node->file->root < s->root) {
		node->file = NULL;
	}
}

static bool is_inside(const inside *where, const struct stat *info) {
	for(; where; where = where->outer) {
		if(where->device == info->st_dev && where->inode == info->st_ino) {
			return true;
		}
	}
	return false;
}

/* What keeps a scan from going into the folder `here`, which is what `info` says, or NULL. */
static const char *endless(scan *s, const inside *here, const struct stat *info) {
	if(is_inside(here->outer, info)) {
		return "is a link to a folder that it is inside of; remove it";
	}
	return here->depth > SL_MAX_FOLDERS_DEEP
		? sl_format(s->arena, "is nested deeper than %d folders; layers are not read there", SL_MAX_FOLDERS_DEEP)
		: NULL;
}

/* Has this root had the folder already, under another name? Only links make that so. */
static bool is_read_already(scan *s, sl_node *node, const char *path, const struct stat *info, const inside *where) {
	const char *first = s->ground->links->needed && !is_inside(where, info) ? sl_links_read(s->passing, s->ground->links, path, info) : NULL;
	if(first) {
		add_finding(s, node, SL_NOTE, SL_ON_TWICE, path, sl_format(s->arena, "is the same folder as %s and is not read again",
			first + strlen(s->ground->roots[s->root]) + 1));
	}
	return first;
}

/* A folder in another one. Nobody may have looked at it so far: to list it is to look. */
static bool enter_folder(scan *s, sl_node *node, const char *path, struct stat *info, const inside *where) {
	inside here = { .depth = where->depth + 1, .outer = where };
	bool holds = is_read_already(s, node, path, info, where) || scan_folder(s, node, path, info, &here);
	if(holds) {
		mask_file(s, node);
	}
	return holds;
}

/* Something that may be a folder; true where the node gets anything from it. */
static bool take_other(scan *s, sl_node *node, const item *listed, const inside *where) {
	const char *path = listed->path;
	struct stat info = { .st_size = 0 };
	bool link = listed->entry->kind != SL_LISTED_FOLDER;
	s->ground->links->needed = s->ground->links->needed || (link && s->once);
	if(!link && !s->ground->links->needed && !sl_recall_knows(s->recall, path)) {
		return enter_folder(s, node, path, &info, where);
	}
	if(is_refused_link(s, listed)) {
		return true;
	}
	int code = look(path, &info);
	if(code == ENOENT || (!code && !S_ISDIR(info.st_mode))) {
		return false;
	}
	if(code) {
		/* A link to nothing may have been meant as any kind of file. */
		add_problem(s, node, code == ENOLINK ? SL_WARNING : SL_ERROR, path, unreachable(s->arena, code == ENOLINK ? ENOENT : code));
		return true;
	}
	const char *problem = link ? sl_links_leads_out(s->arena, s->ground->links, s->ground->roots[s->root], path, node->id) : NULL;
	if(problem) {
		add_finding(s, node, SL_ERROR, SL_ON_LEADS_OUT, path, problem);
		return true;
	}
	return enter_folder(s, node, path, &info, where);
}

/* What tells whose an entry of the node's folder is; NULL where all of them are everybody's. */
static const sl_shard *share_of(const scan *s, const sl_node *node) {
	if(!s->shard->folder || strcmp(node->id, s->shard->folder) != 0) {
		return NULL;
	}
	s->shard->met = true;
	return s->shard->count ? s->shard : NULL;
}

/* Turns the names of the node's folder, which are in load order, into items; *defaults gets the path of its defaults.env, or NULL. */
static item *take_names(scan *s, const sl_node *node, const char *path, const sl_listed *entries, size_t *count, const char **defaults) {
	const sl_shard *shard = share_of(s, node);
	item *items = sl_new_apart(s->passing, (*count + 1) * sizeof(*items));
	size_t kept = 0;
	size_t length = strlen(path) + 1;
	*defaults = NULL;
	for(size_t index = 0; index < *count; index++) {
		const char *name = entries[index].name;
		if(sl_is_ignored_name(name)) {
			continue;
		}
		bool other = strcmp(name, DEFAULTS) == 0;
		size_t stem = entries[index].stem;
		if(shard && !other && !sl_shard_has(shard, name, stem)) {
			continue;
		}
		const char *full = entries[index].whole ? name - length : sl_join_path(s->arena, path, name, strlen(name));
		if(other) {
			*defaults = full;
			continue;
		}
		items[kept++] = (item) { &entries[index], full };
	}
	*count = kept;
	return items;
}

static bool may_be_folder(sl_listed_kind kind) {
	return kind == SL_LISTED_FOLDER || kind == SL_LISTED_LINK || kind == SL_LISTED_UNKNOWN;
}

/* Both items of one stem, as far as there are two; true where the node gets anything from them. */
static bool take_items(scan *s, sl_node *node, const item *items, size_t count, const inside *where) {
	bool kept = false;
	for(size_t index = 0; index < count; index++) {
		const sl_listed *entry = items[index].entry;
		bool taken = entry->name[entry->stem] ? take_file(s, node, &items[index], where->device)
			: may_be_folder(entry->kind) && take_other(s, node, &items[index], where);
		kept = kept || taken;
	}
	return kept;
}

static int compare_with_item(const sl_node *node, const sl_listed *other) {
	return sl_compare_parts(node->name, strlen(node->name), other->name, other->stem);
}

static bool has_same_stem(const sl_listed *left, const sl_listed *right) {
	return sl_compare_parts(left->name, left->stem, right->name, right->stem) == 0;
}

/* Merges the items of this root into the children that earlier roots gave; both are in load order. */
static bool join(scan *s, sl_node *node, const item *items, size_t count, const inside *where) {
	sl_node **joined = sl_new(s->passing, (node->child_count + count + 1) * sizeof(sl_node *));
	size_t old = 0;
	size_t out = 0;
	bool holds = false;
	for(size_t at = 0; (at < count || old < node->child_count) && !s->ground->links->refused;) {
		int order = at == count ? -1 : old == node->child_count ? 1 : compare_with_item(node->children[old], items[at].entry);
		if(order < 0) {
			joined[out++] = node->children[old++];
			continue;
		}
		sl_node *child = order == 0 ? node->children[old++] : new_node(s, node, items[at].entry->name, items[at].entry->stem);
		size_t same = at + 1 < count && has_same_stem(items[at].entry, items[at + 1].entry) ? 2 : 1;
		bool kept = take_items(s, child, items + at, same, where);
		at += same;
		holds = holds || kept;
		if(kept || order == 0) {
			joined[out++] = child;
		}
	}
	node->children = joined;
	node->child_count = out;
	return holds;
}

static void note_met(const scan *s, const char *path, const struct stat *info) {
	sl_identity identity = sl_identify(info);
	sl_note_met(s->arena, s->met, path, &identity);
}

/* Reads one root's folder into the node; true where it holds anything that counts. `here` gets to know which folder it is. */
static bool scan_folder(scan *s, sl_node *node, const char *path, struct stat *info, inside *here) {
	const sl_listed *entries;
	size_t count;
	int code = sl_recall_folder(s->recall, s->passing, path, info, &entries, &count);
	if(code == ENOENT) {
		return false;
	}
	if(code && code != EFBIG) {
		add_problem(s, node, SL_ERROR, path, unreachable(s->arena, code));
		return true;
	}
	const char *problem = endless(s, here, info);
	if(problem) {
		add_problem(s, node, SL_ERROR, path, problem);
		return true;
	}
	here->device = info->st_dev;
	here->inode = info->st_ino;
	note_met(s, path, info);
	if(!sl_links_count(s->arena, s->ground->links, path, code ? SL_MAX_ENTRIES + 1 : count)) {
		return true;
	}
	const char *defaults;
	const item *items = take_names(s, node, path, entries, &count, &defaults);
	bool holds = join(s, node, items, count, here);
	sl_arena_drop(s->passing, items);
	sl_file *file = defaults ? sl_look_at(s->arena, s->listing, defaults, s->root) : NULL;
	if(file) {
		node->defaults = file;
		holds = true;
	}
	return holds;
}

static bool is_link(const char *path) {
	struct stat info;
	return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

/* Goes from the root to an axis's folder component by component, so that a link from it back up is seen. `first`: no scan has been here. */
static bool enter(scan *s, sl_node *node, const char *path, const char *rest, struct stat *at, inside *where, bool first) {
	if(!*rest) {
		scan_folder(s, node, path, at, where);
		return true;
	}
	if(first) {
		note_met(s, path, at);
	}
	size_t length = strcspn(rest, "/");
	const char *full = sl_join_path(s->arena, path, rest, length);
	const sl_way *way = sl_look_once(s->ground, full, &first);
	struct stat info = way->info;
	int code = way->code;
	if(code == ENOENT) {
		return false;
	}
	if(first && is_link(full) && !sl_links_follow(s->arena, s->ground->links, full)) {
		return true;
	}
	inside here = { .device = info.st_dev, .inode = info.st_ino, .outer = where };
	const char *problem = code ? unreachable(s->arena, code == ENOLINK ? ENOENT : code) : endless(s, &here, &info);
	if(!problem && !S_ISDIR(info.st_mode)) {
		add_problem(s, node, SL_WARNING, full, "is no folder; layers are read from a folder of this name");
		return true;
	}
	if(problem) {
		add_problem(s, node, SL_ERROR, full, problem);
		return true;
	}
	return enter(s, node, full, rest + length + (rest[length] == '/'), &info, &here, first);
}

sl_node *sl_scan(sl_ground *ground, const char *folder, const sl_unlooked *unlooked, bool once) {
	scan s = {
		.ground = ground, .arena = ground->arena, .passing = ground->passing, .listing = ground->listing, .recall = ground->recall,
		.shard = ground->shard, .met = ground->met, .unlooked = unlooked, .once = once
	};
	sl_node *node = new_node(&s, NULL, folder, strlen(folder));
	bool found = false;
	for(const char *const *roots = ground->roots; roots[s.root] && !ground->links->refused; s.root++) {
		sl_links_begin(s.passing, ground->links);
		const char *root = roots[s.root];
		const sl_way *way = sl_look_once(ground, *root ? root : "/", NULL);
		struct stat info = way->info;
		inside top = { .device = info.st_dev, .inode = info.st_ino };
		bool here = !way->code && enter(&s, node, root, folder, &info, &top, !ground->entered);
		found = found || here;
	}
	ground->entered = true;
	return found ? node : NULL;
}

/* --- Questions --- */

static sl_node *find_child(const sl_node *node, const char *name, size_t length) {
	for(size_t index = 0; index < node->child_count; index++) {
		if(strlen(node->children[index]->name) == length && memcmp(node->children[index]->name, name, length) == 0) {
			return node->children[index];
		}
	}
	return NULL;
}

sl_node *sl_node_find(sl_node *folder, const char *path) {
	sl_node *node = folder;
	while(node && *path) {
		size_t length = strcspn(path, "/");
		node = find_child(node, path, length);
		path += length + (path[length] == '/');
	}
	return node;
}

bool sl_node_loads(sl_arena *arena, const sl_node *node) {
	if((node->defaults && !node->defaults->off) || node->problems) {
		return true;
	}
	if(node->file && node->file->unlooked) {
		sl_file_look(arena, NULL, node->file);
	}
	if(node->file && !node->file->off) {
		return true;
	}
	for(size_t index = 0; index < node->child_count; index++) {
		if(sl_node_loads(arena, node->children[index])) {
			return true;
		}
	}
	return false;
}

const sl_file *sl_node_switch(const sl_node *node) {
	if(node->file) {
		return node->file;
	}
	for(size_t index = 0; index < node->child_count; index++) {
		const sl_file *found = sl_node_switch(node->children[index]);
		if(found) {
			return found;
		}
	}
	return NULL;
}
