/* restrict.h: load's option `restrict`: files that may be nothing but data, about the hosts of whom they belong to. No Lua in here.
 *
 * A restricted folder holds tenants: each name in it, be it name.cfg.lua, name/ or both, is one. What a tenant may name is said once for all of
 * them, by patterns in which <domain> stands for the tenant's name.
 */
#ifndef SL_RESTRICT_H
#define SL_RESTRICT_H

#include "discover.h"
#include "map.h"

enum {
	SL_TENANT_SIZE = 64 * 1024,   /* bytes of a file, where the option says nothing */
	SL_TENANT_DEPTH = 8,          /* tables in each other, likewise */
	SL_TENANT_DEEPEST = 32        /* that data.h reads at all */
};

/* What the option says of one place. */
typedef struct sl_restriction {
	const char *place;            /* as the option has it: an axis or a folder */
	const char *const *folders;   /* below a root, without .cfg.lua */
	const char *const *hosts;     /* patterns: a name, <domain> anywhere in it, *. before it; or * */
	const char *const *modules;   /* NULL: any; where nothing is said: sl_safe_modules */
	const char *const *options;   /* the same: sl_safe_options */
	bool certificates;            /* options that name keys and certificates too, which no list allows */
	size_t size;
	unsigned depth;
	sl_map tenants;               /* name -> sl_tenant */
	bool found;                   /* a root has one of the folders */
} sl_restriction;

/* The real path of a restricted folder in one of the roots. */
typedef struct sl_confined {
	const sl_restriction *restriction;
	const char *path;
} sl_confined;

typedef struct sl_restrictions {
	sl_restriction *list;
	size_t count;
	sl_confined *folders;
	size_t folder_count, folder_capacity;
	const char *beside;           /* the last layer of which it was seen that it leads to no restricted folder */
} sl_restrictions;

typedef struct sl_tenant {
	const sl_restriction *restriction;
	const char *name;             /* the first name below the folder */
	const char *const *hosts;     /* the patterns, <domain> filled in; without those where the name is no host's */
	const char *const *own;       /* those of them that had <domain> in them: nobody else's patterns are about the same names */
	bool nameless;                /* and there are such */
} sl_tenant;

/* A name that a host can have. */
typedef enum sl_host_name {
	SL_HOST_PLAIN,      /* is what nameprep makes of it, whoever does it */
	SL_HOST_FOREIGN,    /* nameprep must be asked */
	SL_HOST_WRONG       /* none, or one that stands for another */
} sl_host_name;

sl_host_name sl_host_name_kind(const char *name, size_t length);

/* Does the pattern make sense? */
bool sl_is_host_pattern(const char *pattern);

/* Gives each layer below a restricted folder its tenant; a place that no root has is an error. Below sl_protect. */
void sl_restrict_layers(sl_arena *arena, sl_findings *findings, sl_restrictions *all, const char *const *roots, sl_discovery *discovery);

/* May the tenant speak of the host? *owner is set to the name of the tenant to whom it belongs instead, or NULL. */
bool sl_tenant_owns(const sl_restrictions *all, const sl_tenant *tenant, const char *host, const char **owner);

/* Is the host the tenant's by the name of its file, not by a pattern that every tenant has? */
bool sl_tenant_has(const sl_tenant *tenant, const char *host);

/* May the tenant name the module, set the option in a host of its own? */
bool sl_tenant_may_load(const sl_tenant *tenant, const char *module);
bool sl_tenant_may_set(const sl_tenant *tenant, const char *option);

/* The restriction of the folder that a real path is in, or NULL. */
const sl_restriction *sl_restriction_of(const sl_restrictions *all, const char *real);

#endif
