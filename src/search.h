/* search.h: what the files behind sl_discover share. No Lua in here. */
#ifndef SL_SEARCH_H
#define SL_SEARCH_H

#include "shard.h"
#include "tree.h"

/* What the tree has for one axis, and what of it loads. */
typedef struct sl_place {
	sl_node **folders; /* one a spelling that the tree has */
	size_t folder_count;
	sl_node **nodes;   /* these load, in this order */
	const char **whys; /* why each of them does */
	size_t node_count;
	size_t node_capacity;
	size_t why_capacity;
} sl_place;

typedef struct sl_search {
	sl_arena *arena;
	sl_arena *passing;  /* for nodes, and lists of them */
	sl_arena *listing;  /* for files and layers */
	sl_findings *findings;
	const sl_request *request;
	const sl_axis *axes;
	size_t axis_count;
	sl_place *places; /* one an axis */
	sl_shard shard;   /* what of the tree is this server's */
	sl_ground ground;
	sl_links links;
	sl_discovery *discovery;
} sl_search;

/* What somebody said about a choice. */
typedef struct sl_said {
	const char *value;           /* NULL: nothing */
	const char *how;             /* "PROSODY_PROFILE", "load's option profile" */
	const sl_variable *variable; /* or NULL */
} sl_said;

/* --- search.c --- */

/* Makes a node load. */
void sl_take(sl_search *search, sl_place *place, sl_node *node, const char *why);

/* What a flag, load's option or one of the variables says; an empty value says nothing. */
sl_said sl_ask(sl_search *search, const char *option, const char *const *variables);

/* "PROSODY_PROFILE=standard", fit for a message. */
const char *sl_saying(sl_search *search, const sl_said *said);

/* Where the variable that made a choice stands: in a file of variables, or in none (NULL and 0), as one of the process or where none did (NULL). */
const char *sl_path_of(const sl_variable *variable);
unsigned sl_line_of(const sl_variable *variable);

/* The names in an axis's folders in load order, NULL-terminated: those that would load anything. */
const char *const *sl_available(sl_search *search, const sl_axis *axis, const sl_place *place);

/* The same with the files of those of which it is not known. */
const sl_offer *sl_offers(sl_search *search, const sl_axis *axis, const sl_place *place);

/* Would anything in the axis's folders load? */
bool sl_has_any(const sl_search *search, const sl_place *place);

/* Whether a name or path is made of plain components: not absolute, no "." or "..", none empty, no control characters. */
bool sl_is_plain_path(const char *path);

/* The row with that option, or NULL. */
const sl_axis *sl_axis_of(const sl_search *search, const char *option);

/* What was chosen on the axis with that option, or NULL where there is none. */
const sl_choice *sl_choice_of(const sl_search *search, const char *option);

/* --- The steps, in their order --- */

/* choose.c: the choice with that index; fills its axis's place. */
void sl_choose(sl_search *search, sl_choice *choice);

/* choose.c: an axis of kind SL_AXIS_SWITCHED. */
void sl_switch(sl_search *search, const sl_axis *axis, sl_place *place);

/* shard.c: the choice of a share, on an axis that shares out a folder. Before that axis's folders are read. */
void sl_choose_shard(sl_search *search, sl_choice *choice);

/* shard.c: says where a share was chosen and there is nothing to share. After the folders were read. */
void sl_check_shard(sl_search *search);

/* choose.c: the shortcuts that are not from files. */
void sl_choose_domain(sl_search *search);

/* features.c: which features are on; fills the place of an axis of kind SL_AXIS_FEATURES. */
void sl_choose_features(sl_search *search, sl_place *place);

/* unread.c: the folders that no axis reads. */
void sl_find_unread(sl_search *search);

#endif
