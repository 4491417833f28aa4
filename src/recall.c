#include "recall.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"

typedef struct folder {
	sl_identity identity;
	sl_listed *entries;
	size_t count, size;
} folder;

typedef struct table {
	sl_identity identity;
	const char *name;
	const sl_literal *literal; /* NULL: the file has none of that name */
	size_t size;
} table;

/* The names in a folder. */
typedef struct naming {
	sl_identity identity;
	bool lasts;       /* it had settled */
	size_t load;      /* the last one that has looked whether it is as it was */
	sl_holding other; /* of a name that is not among them */
	sl_map names;     /* to themselves */
	size_t size;
} naming;

void sl_recall_init(sl_recall *recall, sl_alloc alloc, void *ud) {
	*recall = (sl_recall) { .size = 0 };
	sl_arena_init(&recall->arena, alloc, ud);
	sl_map_init(&recall->folders, &recall->arena);
	sl_map_init(&recall->tables, &recall->arena);
	sl_map_init(&recall->contents, &recall->arena);
}

/* Below this it does not matter. */
static const size_t much = 65536, many = 1024;

bool sl_recall_is_worn(const sl_recall *recall) {
	size_t count = recall->folders.count + recall->tables.count + recall->contents.count;
	return (recall->stale > much && recall->stale > recall->size / 2) || (count > many && recall->asked < count / 4);
}

void sl_recall_begin(sl_recall *recall, const struct timespec *read_at) {
	recall->asked = 0;
	recall->loads++;
	recall->read_at = *read_at;
}

/* Memory that lasts is asked for in the middle of a step of another arena: a request that fails ends that step. */
static sl_arena *lasting(sl_recall *recall, const sl_arena *arena) {
	recall->arena.escape = arena->escape;
	return &recall->arena;
}

/* The place of what is remembered of the path. */
static void **place_of(sl_recall *recall, sl_map *map, const char *path) {
	return sl_map_place(map, sl_map_get(map, path) ? path : sl_strdup(&recall->arena, path));
}

static void *ask(sl_recall *recall, const sl_map *map, const char *path) {
	recall->asked++;
	return sl_map_get(map, path);
}

static void count_size(sl_recall *recall, size_t added, size_t replaced) {
	recall->size += added;
	recall->stale += replaced;
}

/* ======== folders ======== */

static int compare_listed(const void *left, const void *right) {
	const sl_listed *first = left;
	const sl_listed *second = right;
	int order = sl_compare_parts(first->name, first->stem, second->name, second->stem);
	return order ? order : !first->name[first->stem] - !second->name[second->stem];
}

static void sort_entries(folder *listed) {
	for(size_t index = 0; index < listed->count; index++) {
		listed->entries[index].stem = (unsigned short)sl_stem_length(listed->entries[index].name);
	}
	if(listed->count) {
		qsort(listed->entries, listed->count, sizeof(*listed->entries), compare_listed);
	}
}

/* Remembers what is listed, each name behind the folder's path: who loads it needs the whole, each time. */
static const folder *remember_folder(sl_recall *recall, const sl_arena *arena, const char *path, const folder *listed) {
	sl_arena *memory = lasting(recall, arena);
	folder *copy = sl_new(memory, sizeof(*copy));
	*copy = *listed;
	copy->entries = sl_new(memory, (listed->count + 1) * sizeof(*copy->entries));
	copy->size = sizeof(*copy);
	size_t before = strlen(path) + 1;
	for(size_t index = 0; index < listed->count; index++) {
		const char *name = listed->entries[index].name;
		size_t length = strlen(name);
		copy->entries[index] = listed->entries[index];
		copy->entries[index].name = sl_join_path(memory, path, name, length) + before;
		copy->entries[index].whole = true;
		copy->size += sizeof(sl_listed) + before + length;
	}
	void **place = place_of(recall, &recall->folders, path);
	count_size(recall, copy->size, *place ? ((folder *)*place)->size : 0);
	*place = copy;
	return copy;
}

bool sl_recall_knows(const sl_recall *recall, const char *path) {
	return recall && sl_map_get(&recall->folders, path);
}

int sl_recall_folder(sl_recall *recall, sl_arena *arena, const char *path, struct stat *info, const sl_listed **entries, size_t *count) {
	folder now = { .identity = sl_identify(info) };
	const folder *known = recall ? ask(recall, &recall->folders, path) : NULL;
	if(known && sl_same_identity(&known->identity, &now.identity)) {
		*entries = known->entries;
		*count = known->count;
		return 0;
	}
	int code = sl_list_folder(arena, path, &now.entries, &now.count, info);
	now.identity = sl_identify(info);
	sort_entries(&now);
	if(recall && !code && sl_is_settled(&now.identity, &recall->read_at)) {
		now = *remember_folder(recall, arena, path, &now);
	}
	*entries = now.entries;
	*count = now.count;
	return code;
}

/* ======== the names in a folder ======== */

/* What is in the folder, of which `info` was told right before. What is held open while it is listed is the arena's to close. */
static naming *list_names(sl_recall *recall, sl_arena *arena, const char *path, struct stat *info) {
	sl_listed *entries;
	size_t count;
	int code = sl_list_folder(arena, path, &entries, &count, info);
	sl_arena *memory = lasting(recall, arena);
	naming *made = sl_new(memory, sizeof(*made));
	made->other = code ? SL_HOLDS_MAYBE : SL_HOLDS_NOT;
	made->identity = sl_identify(info);
	made->lasts = !code && sl_is_settled(&made->identity, &recall->read_at);
	made->size = sizeof(*made);
	sl_map_init(&made->names, memory);
	for(size_t index = 0; index < count; index++) {
		*sl_map_place(&made->names, sl_strdup(memory, entries[index].name)) = made;
		made->size += sizeof(sl_map_slot) + strlen(entries[index].name);
	}
	return made;
}

/* The folder's content where a look at the folder itself tells it; NULL where it must be listed. */
static naming *look_at(sl_recall *recall, const sl_arena *arena, const char *path, naming *known, struct stat *info) {
	if(stat(path, info) == 0) {
		sl_identity now = sl_identify(info);
		return known && known->lasts && sl_same_identity(&known->identity, &now) ? known : NULL;
	}
	naming *none = sl_new(lasting(recall, arena), sizeof(*none));
	none->other = errno == ENOENT || errno == ENOTDIR ? SL_HOLDS_NOT : SL_HOLDS_MAYBE;
	none->size = sizeof(*none);
	return none;
}

sl_holding sl_recall_holds(sl_recall *recall, sl_arena *arena, const char *path, const char *name) {
	naming *known = ask(recall, &recall->contents, path);
	if(!known || known->load != recall->loads) {
		struct stat info;
		naming *now = look_at(recall, arena, path, known, &info);
		now = now ? now : list_names(recall, arena, path, &info);
		now->load = recall->loads;
		if(now != known) {
			void **place = place_of(recall, &recall->contents, path);
			count_size(recall, now->size, known ? known->size : 0);
			*place = now;
		}
		known = now;
	}
	return sl_map_get(&known->names, name) ? SL_HOLDS : known->other;
}

/* ======== tables ======== */

bool sl_recall_table(sl_recall *recall, const char *path, const char *name, const sl_identity *identity, const sl_literal **found) {
	const table *known = recall ? ask(recall, &recall->tables, path) : NULL;
	if(!known || strcmp(known->name, name) != 0 || !sl_same_identity(&known->identity, identity)) {
		return false;
	}
	*found = known->literal;
	return true;
}

const sl_literal *sl_recall_find(sl_recall *recall, sl_arena *arena, const char *path, const char *name, const sl_content *content,
	sl_literal_error *error) {
	if(!recall || !sl_is_settled(&content->identity, &recall->read_at)) {
		return sl_literal_find(arena, content->text, content->length, name, error);
	}
	sl_arena *memory = lasting(recall, arena);
	const sl_literal *found = sl_literal_find(memory, content->text, content->length, name, error);
	table *made = sl_new(memory, sizeof(*made));
	*made = (table) { .identity = content->identity, .name = name, .literal = found, .size = sizeof(*made) + content->length };
	if(error->message) {
		count_size(recall, made->size, made->size);
		return found;
	}
	void **place = place_of(recall, &recall->tables, path);
	count_size(recall, made->size, *place ? ((table *)*place)->size : 0);
	*place = made;
	return found;
}
