/* profile_info, feature_info and usecase_info: tables that are read as data, without running the file. */
#include "features.h"

#include <string.h>

#include "files.h"
#include "list.h"
#include "spelling.h"

/* Where such a table was found. */
typedef struct info {
	const char *name;        /* "feature_info" */
	const sl_literal *table; /* NULL: nowhere */
	const char *path;
} info;

static void report(sl_search *search, const char *path, unsigned line, const char *text) {
	sl_find(search->findings, SL_ERROR, SL_ON_INFO, path, line, "%s", text);
}

/* The layer that the file may be is spared reading it again. */
static bool read_content(sl_search *search, sl_file *file, const char *name) {
	sl_content *content = sl_new(search->arena, sizeof(*content));
	struct stat at;
	int code = sl_read_file(search->arena, file->path, &content->text, &content->length, &at);
	if(code) {
		report(search, file->path, 0,
			sl_format(search->arena, "cannot be read: %s; whether it has %s decides what loads", strerror(code), name));
		return false;
	}
	content->identity = sl_identify(&at);
	file->content = content;
	return true;
}

static void read_info_file(sl_search *search, sl_file *file, info *found) {
	sl_literal_error error = { 0, NULL };
	const sl_literal *table;
	if(!sl_recall_table(search->request->recall, file->path, found->name, &file->identity, &table)) {
		if(!file->content && !read_content(search, file, found->name)) {
			return;
		}
		table = sl_recall_find(search->request->recall, search->arena, file->path, found->name, file->content, &error);
	}
	if(error.message) {
		report(search, file->path, error.line,
			sl_format(search->arena, "%s is read as data, without running the file, so it must be a literal table: %s",
				found->name, error.message));
	} else if(table && table->kind != SL_LIT_TABLE) {
		report(search, file->path, table->line, sl_format(search->arena, "%s must be a table", found->name));
	} else if(table && found->table) {
		report(search, file->path, table->line,
			sl_format(search->arena, "%s is also in %s; keep one of the two", found->name, found->path));
	} else if(table) {
		found->table = table;
		found->path = file->path;
	}
}

/* Reads a file that nobody has looked at, where that is as good as a look: nothing is remembered of it that a look could confirm. */
static void read_ahead(sl_search *search, sl_file *file) {
	sl_content content;
	struct stat at;
	if(search->request->unlooked && sl_read_file(search->arena, file->path, &content.text, &content.length, &at) == 0) {
		content.identity = file->identity = sl_identify(&at);
		file->unlooked = false;
		file->off = content.length == 0;
		file->content = file->off ? NULL : memcpy(sl_new(search->arena, sizeof(content)), &content, sizeof(content));
	} else {
		sl_file_look(search->arena, search->request->nearby, file);
	}
}

/* Is there a file at the node that can be read? */
static bool has_file(sl_search *search, const sl_node *node) {
	if(node->file && node->file->unlooked) {
		read_ahead(search, node->file);
	}
	return node->file && !node->file->off && !node->file->problem;
}

bool sl_feature_loads(sl_search *search, const sl_node *node) {
	return has_file(search, node) || sl_node_loads(search->arena, node);
}

static void read_info(sl_search *search, const sl_node *node, info *found) {
	if(has_file(search, node)) {
		read_info_file(search, node->file, found);
	}
	for(size_t index = 0; index < node->child_count; index++) {
		read_info(search, node->children[index], found);
	}
}

/* --- Fields --- */

static bool is_name(const sl_literal *literal) {
	return literal->kind == SL_LIT_STRING && literal->length > 0 && strlen(literal->string) == literal->length;
}

static const char *text_field(sl_search *search, const info *found, const char *field) {
	const sl_literal *literal = sl_literal_field(found->table, field);
	if(!literal) {
		return NULL;
	}
	if(!is_name(literal)) {
		report(search, found->path, literal->line, sl_format(search->arena, "%s: %s must be a string", found->name, field));
		return NULL;
	}
	return literal->string;
}

static bool flag_field(sl_search *search, const info *found, const char *field) {
	const sl_literal *literal = sl_literal_field(found->table, field);
	if(!literal) {
		return false;
	}
	if(literal->kind != SL_LIT_BOOLEAN) {
		report(search, found->path, literal->line, sl_format(search->arena, "%s: %s must be true or false", found->name, field));
		return false;
	}
	return literal->boolean;
}

static sl_mention *names_field(sl_search *search, const info *found, const char *field, size_t *count) {
	const sl_literal *literal = sl_literal_field(found->table, field);
	*count = 0;
	if(!literal) {
		return NULL;
	}
	if(literal->kind != SL_LIT_TABLE) {
		report(search, found->path, literal->line,
			sl_format(search->arena, "%s: %s must be a list of features such as { \"web/http\" }", found->name, field));
		return NULL;
	}
	sl_mention *mentions = sl_new(search->arena, (literal->count + 1) * sizeof(*mentions));
	for(size_t index = 0; index < literal->count; index++) {
		const sl_field *item = &literal->fields[index];
		if(item->key || !is_name(item->value)) {
			report(search, found->path, item->value->line,
				sl_format(search->arena, "%s: %s must hold names of features only, such as \"web/http\"", found->name,
					field));
		} else {
			mentions[(*count)++] = (sl_mention) { item->value->string, item->value->line };
		}
	}
	return mentions;
}

/* Other fields are the file's own; one that looks like a slip is worth a word. */
static void warn_of_slips(sl_search *search, const info *found, const char *const *known) {
	for(size_t index = 0; index < found->table->count; index++) {
		const sl_literal *key = found->table->fields[index].key;
		if(key && is_name(key) && !sl_is_among(key->string, known) && sl_nearest(key->string, known)) {
			sl_find(search->findings, SL_WARNING, SL_ON_INFO, found->path, found->table->fields[index].line,
				"%s has a field \"%s\", which means nothing here%s", found->name, sl_printable(search->arena, key->string),
				sl_did_you_mean(search->arena, key->string, known));
		}
	}
}

/* --- The tables --- */

void sl_read_feature_info(sl_search *search, sl_candidate *candidate) {
	static const char *const known[] = { "description", "depends", "alias", "extra", NULL };
	info found = { .name = "feature_info" };
	read_info(search, candidate->node, &found);
	if(candidate->other_node) {
		read_info(search, candidate->other_node, &found);
	}
	if(!found.table) {
		return;
	}
	candidate->info_path = found.path;
	candidate->description = text_field(search, &found, "description");
	candidate->extra = flag_field(search, &found, "extra");
	candidate->depends = names_field(search, &found, "depends", &candidate->depends_count);
	candidate->alias.name = text_field(search, &found, "alias");
	const sl_literal *alias = sl_literal_field(found.table, "alias");
	candidate->alias.line = alias ? alias->line : 0;
	warn_of_slips(search, &found, known);
}

static void read_profile_node(sl_search *search, sl_node *profile, info *found) {
	/* profiles/<p>/profile.cfg.lua, or the one file profiles/<p>.cfg.lua. */
	sl_node *inside = sl_node_find(profile, "profile");
	if(has_file(search, profile)) {
		read_info_file(search, profile->file, found);
	}
	if(inside && has_file(search, inside)) {
		read_info_file(search, inside->file, found);
	}
}

sl_mention *sl_read_profile_features(sl_search *search, size_t *count, const char **path) {
	static const char *const known[] = { "features", NULL };
	const sl_axis *axis = sl_axis_of(search, "profile");
	info found = { .name = "profile_info" };
	*count = 0;
	*path = NULL;
	if(!axis) {
		return NULL;
	}
	const sl_place *place = &search->places[axis - search->axes];
	for(size_t index = 0; index < place->node_count; index++) {
		read_profile_node(search, place->nodes[index], &found);
	}
	if(!found.table) {
		return NULL;
	}
	*path = found.path;
	warn_of_slips(search, &found, known);
	return names_field(search, &found, "features", count);
}

sl_mention *sl_read_usecase_features(sl_search *search, const sl_node *usecase, size_t *count, const char **path) {
	static const char *const known[] = { "name", "description", "features", NULL };
	info found = { .name = "usecase_info" };
	read_info(search, usecase, &found);
	*count = 0;
	*path = found.path;
	if(!found.table) {
		return NULL;
	}
	warn_of_slips(search, &found, known);
	return names_field(search, &found, "features", count);
}
