/* discover.h: which files are the layers of this load, in which order, and why. No Lua in here. */
#ifndef SL_DISCOVER_H
#define SL_DISCOVER_H

#include "environment.h"
#include "files.h"
#include "finding.h"
#include "identity.h"
#include "recall.h"
#include "variables.h"

typedef enum sl_axis_kind {
	SL_AXIS_ALL,      /* every layer in the folder */
	SL_AXIS_CHOSEN,   /* the chosen name or names */
	SL_AXIS_FEATURES, /* the profile's list, plus and minus toggles */
	SL_AXIS_SWITCHED, /* every layer in the folder, only where the variable is true */
	SL_AXIS_FILES,    /* the listed files */
	SL_AXIS_PLACE     /* no files: marks where the main file (`main`) and the variables (`variables`) take part */
} sl_axis_kind;

/* What the environment may say where nobody chooses. */
typedef enum sl_detection {
	SL_DETECT_NOTHING,
	SL_DETECT_PLATFORM, /* the platform that was found; "manual" and "none" choose none */
	SL_DETECT_TIER      /* the tier that was found, where the choice is "auto" */
} sl_detection;

/* One direction in which deployments differ. The built-in ones are a table in axes.c; load's option `axes` replaces it.
 * All lists are NULL-terminated; a NULL list is empty. */
typedef struct sl_axis {
	const char *name; /* "stack"; also what stack:layers() reports. Sub-axes of one folder have their own row: "security" */
	sl_axis_kind kind;
	const char *const *folders;   /* relative to a root; all spellings of the one folder */
	const char *const *files;     /* SL_AXIS_FILES: relative to a root */
	const char *const *variables; /* what chooses; the first is the canonical spelling */
	const char *option;           /* load's option and the flag that choose: "profile". The rows with "profile", "environment",
				       * "platform", "usecase", "clients" and "performance" also fill the discovery's shortcuts */
	const char *const *defaults;  /* spellings of the default name; skipped where the tree lacks it */
	sl_detection detect;
	bool many;    /* several names, separated by commas; they load in the order in which they are named */
	bool classes; /* a name is class/name; a class alone is an error */
	/* SL_AXIS_ALL: the folder, relative to a root, of whose entries each server has its share; `variables` and `option` say which:
	 * "3/8" (shard.h) */
	const char *shared;
} sl_axis;

/* The built-in table; *count rows. */
const sl_axis *sl_axes(size_t *count);

typedef struct sl_layer {
	const char *id;   /* stack/01-transport/tls */
	const char *path; /* root/stack/01-transport/tls.cfg.lua */
	const char *axis;
	const sl_identity *identity; /* of the file when it was found */
	const sl_content *content; /* of the file where it was read to find the layers, or NULL */
	bool unlooked; /* nobody has looked at the file: it may be empty, and is no layer then; its identity is not known */
	const char *why; /* "always", "default", "PROSODY_PROFILE=standard", "profile standard", "needed by web/upload" */
	const struct sl_tenant *tenant; /* whose file it is, where the option `restrict` says so (restrict.h), else NULL */
	size_t base;                    /* then: the length of the restricted folder's part of the path */
} sl_layer;

/* A feature with what decided it. */
typedef struct sl_feature {
	const char *name; /* web/http */
	bool on;
	const char *why;         /* "profile standard", "PROSODY_FEATURES_WEB_UPLOAD=true", "needed by web/upload", "extra" … */
	const char *description; /* feature_info's, or NULL */
	const char *const *depends;
	const char *alias_of; /* the feature that it stands for, or NULL */
	bool extra;
} sl_feature;

/* A name on a chosen axis, which may be switched off. */
typedef struct sl_offer {
	const char *name;
	const char *const *files; /* NULL: it would load; else: where one of these would, at which nobody has looked */
} sl_offer;

/* What was chosen on one chosen axis, or on one that shares out a folder: the share then, "3/8", is the name. */
typedef struct sl_choice {
	const sl_axis *axis;
	const char *const *names;     /* NULL-terminated, as they are in the tree; empty: nothing loads */
	const char *how;              /* "PROSODY_ENVIRONMENT", "default", "--environment", "load's option environment", "/.dockerenv" */
	const sl_offer *offers;       /* what the tree has, in load order; `name` is NULL at the end */
} sl_choice;

/* A choice made by a flag or by load's option, before variables are asked. */
typedef struct sl_given {
	const char *option; /* "environment" */
	const char *value;  /* a name, or names with commas; "" is as if not given */
	const char *how;    /* "--environment" or "load's option environment" */
} sl_given;

/* A toggle that matches no feature: a warning, unless a layer reads that variable itself (variable->read, once they ran). */
typedef struct sl_unmatched {
	const sl_variable *variable;
	const char *text;
} sl_unmatched;

typedef struct sl_request {
	const char *const *roots; /* NULL-terminated, absolute; a later one masks an earlier one */
	const char *main_file;    /* the calling file (never a layer); NULL: core/prosody.cfg.lua is taken for it */
	const sl_axis *axes;      /* NULL: the built-in table */
	size_t axis_count;
	const sl_given *given; /* flags first, then load's options: the first that speaks of an option wins */
	size_t given_count;
	const char *sysroot;     /* "" for the real system */
	sl_variables *variables; /* holds SL_PROCESS; .env and defaults.env are added on the way */
	sl_recall *recall;       /* what earlier loads remember, or NULL */
	bool unlooked;           /* what is listed as a regular file need not be looked at: whoever reads it passes over what is empty */
	bool sparing;            /* files that are not chosen need not be looked at: what is wrong with them is not told, nor whether they are empty */
	const char *const *confined; /* folders below a root whose links must stay in what is one tenant's (restrict.h); NULL: none */
	sl_nearby *nearby;       /* the caller closes what it holds open; or NULL */
	sl_arena *passing;       /* for what the search alone needs, which may be freed behind it; NULL: it stays with the rest */
	sl_arena *listing;       /* for the layers, to free once they ran, or page by page with sl_arena_drop(); NULL: as above */
} sl_request;

/* Layers that are freed together. */
enum { SL_LAYERS_A_PAGE = 1024 };

typedef struct sl_discovery {
	sl_layer **pages; /* of layers in load order; NULL: what they are could not be decided */
	size_t layer_count;
	/* Index of the first layer that comes after the places `main` and `variables` (layer_count: at the end). */
	size_t main_place;
	size_t variables_place;
	sl_feature *features; /* sorted by name */
	size_t feature_count;
	sl_choice *choices; /* one a chosen or shared axis, in order of the axes */
	size_t choice_count;
	sl_met_list met;         /* folders that were read, and those on the way to them */
	const char **followed;   /* links that were followed to files and folders, and the files that an axis lists; NULL-terminated */
	const char **unread;     /* folders with *.cfg.lua that no axis reads, relative; NULL-terminated, sorted */
	sl_unmatched *unmatched; /* toggles that match nothing */
	size_t unmatched_count;
	sl_environment environment;
	/* Shortcuts for the layer language; NULL where there is none. */
	const char *environment_name; /* also where the tree has no files for it */
	const char *platform;         /* the same; NULL on "manual" and "none" */
	const char *profile;
	const char *usecase; /* as chosen, several joined by commas */
	const char *clients; /* the same */
	const char *domain;  /* PROSODY_DOMAIN, else localhost */
	const char *tier;    /* the performance tier that was chosen, `auto` resolved */
	const char *shared;  /* the folder whose entries servers share, or NULL */
	const char *shard;   /* this server's share of it, "3/8", `auto` resolved; NULL: all of it */
} sl_discovery;

/* Makes all choices and lists the layers. Refusals become findings of severity SL_ERROR, all of them at once; the
 * discovery then holds what could be decided all the same. Runs no file. Below sl_protect. */
void sl_discover(sl_arena *arena, sl_findings *findings, const sl_request *request, sl_discovery *discovery);

sl_layer *sl_layer_found(const sl_discovery *discovery, size_t index);

/* Does the name still stand for anything that would load? Files that nobody has looked at are looked at now. */
bool sl_offer_loads(const sl_offer *offered);

/* The feature of that name, following an alias; NULL where the tree has none. */
const sl_feature *sl_discovery_feature(const sl_discovery *discovery, const char *name);

/* Compares two relative paths in load order: natural per component (2 before 10), total (01 before 1), bytes otherwise;
 * a file before the folder of the same name. */
int sl_compare_paths(const char *left, const char *right);

/* Does the name match a glob with * and ?, as Prosody's Include has them? */
bool sl_match_glob(const char *name, const char *glob);

/* The names of `folder` that match a glob (* and ?) in load order, hidden ones never; for a layer's own Include.
 * Returns 0 or an errno value. Below sl_protect. */
int sl_match_folder(sl_arena *arena, const char *folder, const char *glob, const char ***names, size_t *count);

/* The roots in a value of PROSODY_STACK_PATH, NULL-terminated; empty parts are left out. Below sl_protect. */
const char *const *sl_split_roots(sl_arena *arena, const char *value);

#endif
