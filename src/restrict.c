#include "restrict.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "list.h"
#include "tree.h"

#define DOMAIN "<domain>"

/* ======== names of hosts ======== */

/* Full stops that IDNA reads as a dot: a name with one stands for another. */
static bool is_other_dot(const char *at, size_t left) {
	static const char *const dots[] = { "\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1" };
	for(size_t i = 0; i < sizeof(dots) / sizeof(*dots); i++) {
		if(left >= 3 && memcmp(at, dots[i], 3) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_plain_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* One label; xn-- is how DNS spells a name that XMPP writes in its own letters. */
static sl_host_name label_kind(const char *label, size_t length) {
	enum { LONGEST = 63 };
	sl_host_name kind = SL_HOST_PLAIN;
	if(length == 0 || length > LONGEST || (length >= 4 && memcmp(label, "xn--", 4) == 0)) {
		return SL_HOST_WRONG;
	}
	for(size_t i = 0; i < length; i++) {
		if((unsigned char)label[i] >= 0x80 || label[i] == '_') {
			kind = SL_HOST_FOREIGN;
		} else if(!is_plain_letter(label[i])) {
			return SL_HOST_WRONG;
		}
		if(is_other_dot(label + i, length - i)) {
			return SL_HOST_WRONG;
		}
	}
	return kind;
}

sl_host_name sl_host_name_kind(const char *name, size_t length) {
	sl_host_name kind = SL_HOST_PLAIN;
	size_t start = 0;
	if(length > 255) {
		return SL_HOST_WRONG;
	}
	for(size_t i = 0; i <= length && kind != SL_HOST_WRONG; i++) {
		if(i == length || name[i] == '.') {
			sl_host_name label = label_kind(name + start, i - start);
			kind = label > kind ? label : kind;
			start = i + 1;
		}
	}
	return kind;
}

/* ======== patterns ======== */

/* The pattern with the domain filled in. Below sl_protect. */
static const char *fill_in(sl_arena *arena, const char *pattern, const char *domain) {
	const char *at = strstr(pattern, DOMAIN);
	return at ? sl_format(arena, "%.*s%s%s", (int)(at - pattern), pattern, domain, at + strlen(DOMAIN)) : pattern;
}

bool sl_is_host_pattern(const char *pattern) {
	char filled[512];
	const char *domain = strstr(pattern, DOMAIN);
	size_t length = strlen(pattern);
	if(strcmp(pattern, "*") == 0) {
		return true;
	}
	if(length >= sizeof(filled)) {
		return false;
	}
	memcpy(filled, pattern, length + 1);
	if(domain) {
		size_t before = (size_t)(domain - pattern);
		filled[before] = 'x';
		memcpy(filled + before + 1, domain + strlen(DOMAIN), length + 1 - before - strlen(DOMAIN));
	}
	const char *name = strncmp(filled, "*.", 2) == 0 ? filled + 2 : filled;
	return sl_host_name_kind(name, strlen(name)) != SL_HOST_WRONG;
}

static bool matches(const char *pattern, const char *host) {
	size_t length = strlen(host);
	if(pattern[0] != '*') {
		return strcmp(pattern, host) == 0;
	}
	size_t end = strlen(pattern + 1);   /* "" or ".example.net" */
	return length > end && strcmp(host + length - end, pattern + 1) == 0;
}

/* ======== tenants ======== */

static sl_tenant *new_tenant(sl_arena *arena, const sl_restriction *restriction, const char *name) {
	sl_tenant *tenant = sl_new(arena, sizeof(*tenant));
	bool is_host = sl_host_name_kind(name, strlen(name)) != SL_HOST_WRONG;
	sl_list hosts, own;
	sl_list_init(&hosts, arena);
	sl_list_init(&own, arena);
	for(const char *const *pattern = restriction->hosts; *pattern; pattern++) {
		bool named = strstr(*pattern, DOMAIN) != NULL;
		if(named && !is_host) {
			tenant->nameless = true;
			continue;
		}
		const char *filled = fill_in(arena, *pattern, name);
		sl_list_add(&hosts, arena, filled);
		if(named) {
			sl_list_add(&own, arena, filled);
		}
	}
	tenant->restriction = restriction;
	tenant->name = name;
	tenant->hosts = hosts.names;
	tenant->own = own.names;
	return tenant;
}

static const sl_tenant *tenant_of(sl_arena *arena, sl_restriction *restriction, const char *rest) {
	const char *name = sl_strndup(arena, rest, strcspn(rest, "/"));
	void **place = sl_map_place(&restriction->tenants, name);
	if(!*place) {
		sl_tenant *tenant = new_tenant(arena, restriction, name);
		*place = tenant;
	}
	return *place;
}

/* What follows the folder in the id; of a layer that has the folder's own name its last part. NULL: it is elsewhere. */
static const char *below(const char *folder, const char *id) {
	size_t length = strlen(folder);
	if(strncmp(id, folder, length) != 0 || (id[length] && id[length] != '/')) {
		return NULL;
	}
	const char *slash = strrchr(id, '/');
	return id[length] ? id + length + 1 : slash ? slash + 1 : id;
}

/* The restriction with the longest folder that the layer is in, or NULL; *rest is what follows the folder. */
static sl_restriction *restriction_for(const sl_restrictions *all, const char *id, const char **rest) {
	sl_restriction *best = NULL;
	size_t longest = 0;
	for(sl_restriction *restriction = all->list; restriction < all->list + all->count; restriction++) {
		for(const char *const *folder = restriction->folders; *folder; folder++) {
			const char *here = below(*folder, id);
			if(here && strlen(*folder) >= longest) {
				best = restriction;
				longest = strlen(*folder);
				*rest = here;
			}
		}
	}
	return best;
}

static void restrict_layer(sl_arena *arena, const sl_restrictions *all, sl_layer *layer) {
	const char *rest = NULL;
	sl_restriction *restriction = restriction_for(all, layer->id, &rest);
	if(restriction) {
		size_t end = sl_is_layer_name(layer->path) ? strlen(".cfg.lua") : 0;
		layer->tenant = tenant_of(arena, restriction, rest);
		layer->base = strlen(layer->path) - end - strlen(rest) - 1;
	}
}

/* ======== folders ======== */

static void add_folder(sl_arena *arena, sl_restrictions *all, const sl_restriction *restriction, const char *real) {
	all->folders = sl_grow(arena, all->folders, all->folder_count, &all->folder_capacity, sizeof(*all->folders));
	all->folders[all->folder_count++] = (sl_confined) { restriction, sl_strdup(arena, real) };
}

/* The folder, or the file of its name. */
static void find_folder(sl_arena *arena, sl_restrictions *all, sl_restriction *restriction, const char *path) {
	static const char *const ends[] = { "", ".cfg.lua" };
	char real[PATH_MAX];
	for(size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		if(realpath(sl_format(arena, "%s%s", path, ends[i]), real)) {
			restriction->found = true;
			add_folder(arena, all, restriction, real);
		}
	}
}

const sl_restriction *sl_restriction_of(const sl_restrictions *all, const char *real) {
	for(size_t i = 0; i < all->folder_count; i++) {
		size_t length = strlen(all->folders[i].path);
		if(strncmp(real, all->folders[i].path, length) == 0 && (real[length] == '/' || !real[length])) {
			return all->folders[i].restriction;
		}
	}
	return NULL;
}

static void find_folders(sl_arena *arena, sl_restrictions *all, sl_restriction *restriction, const char *const *roots) {
	for(const char *const *folder = restriction->folders; *folder; folder++) {
		for(const char *const *root = roots; *root; root++) {
			find_folder(arena, all, restriction, sl_format(arena, "%s/%s", *root, *folder));
		}
	}
}

void sl_restrict_layers(sl_arena *arena, sl_findings *findings, sl_restrictions *all, const char *const *roots, sl_discovery *discovery) {
	for(size_t i = 0; i < all->count; i++) {
		sl_restriction *restriction = &all->list[i];
		sl_map_init(&restriction->tenants, arena);
		find_folders(arena, all, restriction, roots);
		if(!restriction->found) {
			sl_find(findings, SL_ERROR, SL_ON_RESTRICT, sl_format(arena, "%s/%s", roots[0], restriction->place), 0, "restrict names %s, which no root has, "
				"so it would restrict nothing; correct the name, make the folder, or take it out of restrict", restriction->place);
		}
	}
	for(size_t i = 0; all->count && i < discovery->layer_count; i++) {
		restrict_layer(arena, all, sl_layer_found(discovery, i));
	}
}

/* ======== what a tenant may ======== */

static bool match_one(const char *const *patterns, const char *host) {
	for(; *patterns; patterns++) {
		if(matches(*patterns, host)) {
			return true;
		}
	}
	return false;
}

bool sl_tenant_has(const sl_tenant *tenant, const char *host) {
	return match_one(tenant->own, host);
}

/* May a tenant speak of the host that it is called like? */
static bool names_itself(const sl_restriction *restriction, const char *name) {
	for(const char *const *pattern = restriction->hosts; *pattern; pattern++) {
		if(strcmp(*pattern, DOMAIN) == 0 || matches(*pattern, name)) {
			return true;
		}
	}
	return false;
}

/* Does the folder hold a tenant of that name, perhaps one that another server of ours has, or one whose file is empty? */
static bool is_in_folder(const char *folder, const char *name) {
	static const char *const ends[] = { "", ".cfg.lua" };
	char path[PATH_MAX + 512];   /* a folder is shorter than the one, a host's name and the end than the other */
	struct stat info;
	for(size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s%s", folder, name, ends[i]);
		if(lstat(path, &info) == 0) {
			return true;
		}
	}
	return false;
}

/* Is there a tenant of that name, who may speak of the host of that name? */
static bool is_tenants_own(const sl_restrictions *all, const char *name) {
	for(size_t i = 0; i < all->count; i++) {
		if(sl_map_get(&all->list[i].tenants, name) && names_itself(&all->list[i], name)) {
			return true;
		}
	}
	for(size_t i = 0; i < all->folder_count; i++) {
		if(names_itself(all->folders[i].restriction, name) && is_in_folder(all->folders[i].path, name)) {
			return true;
		}
	}
	return false;
}

/* A name below the tenant's own may be another tenant's: the longest that is one owns it. */
static const char *owner_of(const sl_restrictions *all, const sl_tenant *tenant, const char *host) {
	for(const char *at = host; strcmp(at, tenant->name) != 0; at++) {
		if(is_tenants_own(all, at)) {
			return at;
		}
		at = strchr(at, '.');
		if(!at) {
			break;
		}
	}
	return NULL;
}

bool sl_tenant_owns(const sl_restrictions *all, const sl_tenant *tenant, const char *host, const char **owner) {
	*owner = owner_of(all, tenant, host);
	return !*owner && match_one(tenant->hosts, host);
}

bool sl_tenant_may_load(const sl_tenant *tenant, const char *module) {
	const char *const *allowed = tenant->restriction->modules;
	return !allowed || sl_is_among(module, allowed);
}

bool sl_tenant_may_set(const sl_tenant *tenant, const char *option) {
	const char *const *allowed = tenant->restriction->options;
	return !allowed || sl_is_among(option, allowed);
}
