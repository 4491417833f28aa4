/* Folders with layer files that no axis reads: most often a slip in a folder's name. */
#include "search.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "list.h"

/* A root may be any folder; the look around it stays small. */
enum { MAX_UNREAD_DEPTH = 8, MAX_UNREAD_ENTRIES = 10000 };

typedef struct walk {
	sl_search *search;
	size_t looked_at;
	sl_list found;
} walk;

/* Whether a listed file stands right in the folder. */
static bool holds_listed(const sl_axis *axis, const char *folder) {
	size_t length = strlen(folder);
	for(const char *const *file = axis->files; file && *file; file++) {
		if(strncmp(*file, folder, length) == 0 && (*file)[length] == '/' && !strchr(*file + length + 1, '/')) {
			return true;
		}
	}
	return false;
}

/* Is it a folder that an axis reads, or right above a listed file? What is below such a folder is never asked for. */
static bool is_read(const sl_search *search, const char *folder) {
	for(size_t index = 0; index < search->axis_count; index++) {
		const sl_axis *axis = &search->axes[index];
		for(const char *const *spelling = axis->folders; spelling && *spelling; spelling++) {
			if(strcmp(folder, *spelling) == 0) {
				return true;
			}
		}
		if(holds_listed(axis, folder)) {
			return true;
		}
	}
	return false;
}

/* Debian's folders of hosts, and what people copy from. */
static bool is_meant_unread(const char *name) {
	return strcmp(name, "conf.d") == 0 || strcmp(name, "conf.avail") == 0 || strcmp(name, "templates") == 0;
}

static bool holds_main_file(const sl_search *search, const char *path) {
	const char *main_file = search->request->main_file;
	size_t length = strlen(path);
	return main_file && strncmp(main_file, path, length) == 0 && main_file[length] == '/' && !strchr(main_file + length + 1, '/');
}

/* Links are not followed, and what cannot be read is passed over: nothing here would load anyway. */
static bool is_folder(walk *w, const char *path, sl_listed_kind kind) {
	struct stat info;
	w->looked_at++;
	return kind == SL_LISTED_FOLDER || (kind == SL_LISTED_UNKNOWN && lstat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

static void look_into(walk *w, const char *root, const char *folder, size_t depth) {
	sl_arena *arena = w->search->arena;
	const char *path = *folder ? sl_format(arena, "%s/%s", root, folder) : root;
	const sl_listed *entries;
	size_t count;
	path = *path ? path : "/";
	const sl_way *way = sl_look_once(&w->search->ground, path, NULL);
	struct stat info = way->info;
	if(way->code || sl_recall_folder(w->search->request->recall, arena, path, &info, &entries, &count) != 0) {
		return;
	}
	for(size_t index = 0; index < count && w->looked_at < MAX_UNREAD_ENTRIES; index++) {
		const char *name = entries[index].name;
		if(sl_is_ignored_name(name) || is_meant_unread(name)) {
			continue;
		}
		const char *below = *folder ? sl_format(arena, "%s/%s", folder, name) : name;
		if(sl_is_layer_name(name)) {
			if(*folder && !holds_main_file(w->search, path) && !sl_list_has(&w->found, folder)) {
				sl_list_add(&w->found, arena, folder);
			}
		} else if(depth < MAX_UNREAD_DEPTH && !is_read(w->search, below) 
			&& is_folder(w, sl_format(arena, "%s/%s", root, below), entries[index].kind)) {
			look_into(w, root, below, depth + 1);
		}
	}
}

static int compare_folders(const void *left, const void *right) {
	return sl_compare_paths(*(const char *const *)left, *(const char *const *)right);
}

void sl_find_unread(sl_search *search) {
	walk w = { .search = search };
	sl_list_init(&w.found, search->arena);
	for(const char *const *root = search->request->roots; *root; root++) {
		look_into(&w, *root, "", 0);
	}
	qsort(w.found.names, w.found.count, sizeof(char *), compare_folders);
	search->discovery->unread = w.found.names;
}
