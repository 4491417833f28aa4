/* discover.h: which files are the layers of this load, in which order, and why. No Lua in here. */
#ifndef SL_DISCOVER_H
#define SL_DISCOVER_H

#include "environment.h"
#include "finding.h"
#include "variables.h"

typedef enum sl_axis_kind {
	SL_AXIS_ALL,        /* every layer in the folder */
	SL_AXIS_CHOSEN,     /* the chosen name or names */
	SL_AXIS_FEATURES,   /* the profile's list, plus and minus toggles */
	SL_AXIS_SWITCHED,   /* every layer in the folder, only where the variable is true */
	SL_AXIS_FILES,      /* the listed files */
	SL_AXIS_PLACE       /* no files: marks where the main file (`main`) and the variables (`variables`) take part */
} sl_axis_kind;

/* One direction in which deployments differ. The built-in ones are a table in axes.c; load's option `axes` replaces it.
 * All lists are NULL-terminated. */
typedef struct sl_axis {
	const char *name;             /* "stack"; also what stack:layers() reports. Sub-axes of one folder have their own row: "security" */
	sl_axis_kind kind;
	const char *const *folders;   /* relative to a root; all spellings of the one folder */
	const char *const *files;     /* SL_AXIS_FILES: relative to a root */
	const char *const *variables; /* what chooses; the first is the canonical spelling */
	const char *option;           /* load's option and the flag that choose: "profile" */
	const char *const *defaults;  /* spellings of the default name; skipped where the tree lacks it */
	bool many;                    /* several names, separated by commas */
	bool classes;                 /* a name is class/name; a class alone is an error */
	bool natural_folders;         /* loads folder by folder (stack/NN-name), then the files */
} sl_axis;

/* The built-in table; *count rows. */
const sl_axis *sl_axes(size_t *count);

typedef struct sl_layer {
	const char *id;       /* stack/01-transport/tls */
	const char *path;     /* root/stack/01-transport/tls.cfg.lua */
	const char *axis;
	const char *why;      /* "always", "default", "PROSODY_PROFILE=standard", "feature of profile standard", "needed by web/upload" */
} sl_layer;

/* A feature with what decided it. */
typedef struct sl_feature {
	const char *name;         /* web/http */
	bool on;
	const char *why;          /* "profile standard", "PROSODY_FEATURES_WEB_UPLOAD=true", "needed by web/upload", "extra" … */
	const char *description;  /* feature_info's, or NULL */
	const char *const *depends;
	const char *alias_of;     /* or NULL */
	bool extra;
} sl_feature;

/* What was chosen on one chosen axis. */
typedef struct sl_choice {
	const sl_axis *axis;
	const char *const *names;   /* NULL-terminated; empty: nothing */
	const char *how;            /* "PROSODY_ENVIRONMENT", "default", "--environment", "load's option environment", "/.dockerenv" */
	const char *const *available;  /* what the tree has, sorted */
} sl_choice;

/* A choice made by a flag or by load's option, before variables are asked. */
typedef struct sl_given {
	const char *option;       /* "environment" */
	const char *value;        /* a name, or names with commas */
	const char *how;          /* "--environment" or "load's option environment" */
} sl_given;

typedef struct sl_request {
	const char *const *roots;      /* NULL-terminated, absolute; a later one masks an earlier one */
	const char *main_file;         /* the calling file (never a layer), or NULL */
	const sl_axis *axes;           /* NULL: the built-in table */
	size_t axis_count;
	const sl_given *given;         /* flags first, then load's options: the first that speaks of an option wins */
	size_t given_count;
	const char *sysroot;           /* "" for the real system */
	sl_variables *variables;       /* holds SL_PROCESS; .env and defaults.env are added on the way */
} sl_request;

typedef struct sl_discovery {
	sl_layer *layers;              /* in load order */
	size_t layer_count;
	/* Index of the first layer that comes after the places `main` and `variables` (layer_count: at the end). */
	size_t main_place;
	size_t variables_place;
	sl_feature *features;          /* sorted by name */
	size_t feature_count;
	sl_choice *choices;            /* one a chosen axis, in order of the axes */
	size_t choice_count;
	const char **unread;           /* folders with *.cfg.lua that no axis reads, relative; NULL-terminated, sorted */
	sl_environment environment;
	/* Shortcuts for the layer language; NULL where there is none. */
	const char *environment_name;
	const char *platform;
	const char *profile;
	const char *usecase;           /* as chosen, several joined by commas */
	const char *clients;           /* the same */
	const char *domain;            /* PROSODY_DOMAIN, else localhost */
	const char *tier;
} sl_discovery;

/* Makes all choices and lists the layers. Refusals become findings of severity SL_ERROR, all of them at once; the
 * discovery then holds what could be decided all the same. Runs no file. Below sl_protect. */
void sl_discover(sl_arena *arena, sl_findings *findings, const sl_request *request, sl_discovery *discovery);

/* The feature of that name, following an alias; NULL where the tree has none. */
const sl_feature *sl_discovery_feature(const sl_discovery *discovery, const char *name);

/* Compares two relative paths in load order: natural per component (2 before 10), total (01 before 1), bytes otherwise;
 * a file before the folder of the same name. */
int sl_compare_paths(const char *left, const char *right);

/* The names of `folder` that match a glob (* and ?) in load order, hidden ones never; for a layer's own Include.
 * Returns 0 or an errno value. */
int sl_match_folder(sl_arena *arena, const char *folder, const char *glob, char ***names, size_t *count);

#endif
