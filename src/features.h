/* features.h: what is known of features while it is decided which are on. No Lua in here. */
#ifndef SL_FEATURES_H
#define SL_FEATURES_H

#include "literal.h"
#include "search.h"

/* What a variable says of a feature or a group. */
typedef struct sl_toggle {
	const sl_variable *variable; /* NULL: nothing */
	bool on;
	bool shortened; /* with a shortened group: an exact name of the same source beats it */
} sl_toggle;

typedef struct sl_group {
	const char *name; /* authentication */
	const char *key;  /* AUTHENTICATION: as in variables */
	sl_toggle toggle; /* by …_ENABLED */
} sl_group;

/* A name in a list that a file gives. */
typedef struct sl_mention {
	const char *name;
	unsigned line;
} sl_mention;

typedef struct sl_candidate {
	const char *name;            /* web/http */
	size_t length;               /* of the name */
	const char *key;             /* WEB_HTTP */
	const char *short_key;       /* HTTP */
	sl_group *group;             /* NULL for a file right in features/ */
	sl_node *node;               /* in the first spelling of the folder that has it */
	sl_node *other_node;         /* in the second, or NULL */
	const sl_file *switched_off; /* masking emptied it, by this file; NULL: it is there */
	const char *info_path;       /* the file that has feature_info, or NULL */
	const char *description;
	sl_mention alias;            /* name NULL: none */
	struct sl_candidate *target; /* itself, or what the alias stands for in the end */
	sl_mention *depends;
	size_t depends_count;
	bool extra;
	bool listed;      /* in the profile's list */
	sl_toggle toggle; /* its own */
	bool on;
	const char *why;
	bool settled; /* known to be in no cycle */
} sl_candidate;

/* Who needs features: another feature, or a use case. */
typedef struct sl_needs {
	const char *name; /* "web/upload", "the use case personal/family" */
	const char *why;  /* it is on, or chosen */
	const char *path; /* the file that says what it needs */
	const char *instead; /* what to do in place of switching on what it needs */
	const sl_mention *mentions;
	size_t count;
} sl_needs;

typedef struct sl_candidates {
	sl_search *search;
	sl_candidate *list; /* sorted by name */
	size_t count;
	sl_group **groups; /* in order of the features */
	size_t group_count;
	size_t group_capacity;
	const char *const *names; /* of all features, for messages */
	bool has_profiles;        /* the tree has profiles, chosen or not */
	sl_needs *usecases;       /* one for each that is chosen and has usecase_info */
	size_t usecase_count;
	const char *in_profile, *not_in_profile; /* why a feature is on or off that the chosen one lists or does not */
} sl_candidates;

/* --- info.c --- */

/* Would the feature's files load? Where nothing is remembered of them, they are read rather than looked at: their feature_info is wanted anyhow. */
bool sl_feature_loads(sl_search *search, const sl_node *node);

/* Reads feature_info from the feature's files. */
void sl_read_feature_info(sl_search *search, sl_candidate *candidate);

/* Reads the features that the chosen profile lists; *path gets the file. */
sl_mention *sl_read_profile_features(sl_search *search, size_t *count, const char **path);

/* Reads usecase_info from the files of a use case: the features that it needs; *path gets the file, or NULL. */
sl_mention *sl_read_usecase_features(sl_search *search, const sl_node *usecase, size_t *count, const char **path);

/* --- toggles.c --- */

/* What the variables say of each feature and group. */
void sl_read_toggles(sl_candidates *all);

/* NAME as it stands in variables: upper case, all else than letters and digits as _. */
const char *sl_toggle_key(sl_arena *arena, const char *name);

/* "PROSODY_FEATURES_WEB_UPLOAD=true" */
const char *sl_toggle_text(sl_arena *arena, const sl_toggle *toggle);

/* Adds what `from` says to *toggle: the stronger source wins, in one source the exact name. Two that contradict each
 * other in the same source are an error about `what`. */
void sl_toggle_add(sl_candidates *all, sl_toggle *toggle, const sl_toggle *from, const char *what);

#endif
