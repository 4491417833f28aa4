/* Which names are chosen on an axis. */
#include "search.h"

#include <ctype.h>
#include <string.h>

#include "list.h"
#include "spelling.h"
#include "units.h"

/* Names of one choice that are refused one by one. A variable can hold thousands. */
enum { MAX_REFUSED = 10 };

/* Bytes of a host's name: no address can have more. */
enum { MAX_NAME = 1023 };

/* A choice while it is made. */
typedef struct choosing {
	sl_search *search;
	const sl_axis *axis;
	sl_place *place;
	sl_choice *choice;
	sl_list names;
	unsigned refused;
} choosing;

static sl_place *place_of(sl_search *search, const sl_axis *axis) {
	return &search->places[axis - search->axes];
}

static void refuse(choosing *c, const sl_said *said, const char *text) {
	c->refused++;
	sl_find(c->search->findings, SL_ERROR, SL_ON_CHOICE, sl_path_of(said->variable), sl_line_of(said->variable), "%s: %s", sl_saying(c->search, said), text);
}

/* "policies/security/ or policies/security-levels/": the spellings that the tree has; where it has none, all. */
static const char *folder_names(choosing *c) {
	sl_list names;
	sl_list_init(&names, c->search->arena);
	for(size_t index = 0; index < c->place->folder_count; index++) {
		sl_list_add(&names, c->search->arena, c->place->folders[index]->id);
	}
	return sl_format(c->search->arena, "%s/", sl_join(c->search->arena, names.count ? names.names : c->axis->folders, "/ or "));
}

static void refuse_missing(choosing *c, const sl_said *said, const char *name) {
	sl_arena *arena = c->search->arena;
	if(c->place->folder_count == 0) {
		refuse(c, said, sl_format(arena, "the tree has no folder %s", folder_names(c)));
		return;
	}
	const char *const *available = sl_available(c->search, c->axis, c->place);
	const char *hint = !c->axis->many && strchr(name, ',') ? "; one name is expected here, no list" : "";
	refuse(c, said,
		sl_format(arena, "there is no \"%s\" in %s, which has %s%s%s", sl_shown(arena, name), folder_names(c),
			*available ? sl_join_names(arena, available) : "nothing", sl_did_you_mean(arena, name, available), hint));
}

static void refuse_class(choosing *c, const sl_said *said, const char *class) {
	sl_arena *arena = c->search->arena;
	sl_list inside;
	sl_list_init(&inside, arena);
	size_t length = strlen(class);
	for(const char *const *name = sl_available(c->search, c->axis, c->place); *name; name++) {
		if(strncmp(*name, class, length) == 0 && (*name)[length] == '/') {
			sl_list_add(&inside, arena, *name);
		}
	}
	refuse(c, said,
		sl_format(arena, "\"%s\" is a class; name one that is in it: %s", sl_shown(arena, class),
			inside.count ? sl_join_names(arena, inside.names) : "it has none"));
}

/* Takes what the axis's folders have of that name; false where they have nothing. */
static bool take_name(choosing *c, const char *name, const char *why) {
	bool found = false;
	for(size_t folder = 0; folder < c->place->folder_count; folder++) {
		sl_node *node = sl_node_find(c->place->folders[folder], name);
		if(node) {
			sl_take(c->search, c->place, node, why);
			found = true;
		}
	}
	return found;
}

static bool has_name(choosing *c, const char *name) {
	for(size_t folder = 0; folder < c->place->folder_count; folder++) {
		const sl_node *node = sl_node_find(c->place->folders[folder], name);
		if(node && sl_node_loads(c->search->arena, node)) {
			return true;
		}
	}
	return false;
}

static bool is_class(choosing *c, const char *name) {
	for(size_t folder = 0; c->axis->classes && !strchr(name, '/') && folder < c->place->folder_count; folder++) {
		const sl_node *node = sl_node_find(c->place->folders[folder], name);
		if(node && node->child_count) {
			return true;
		}
	}
	return false;
}

static void add_name(choosing *c, const char *name) {
	sl_list_add(&c->names, c->search->arena, name);
	c->choice->names = c->names.names;
}

/* A name that is there but switched off, by a later root as a rule, chooses nothing: worth a note. */
static void note_switched_off(choosing *c, const sl_said *said, const char *name) {
	if(!has_name(c, name)) {
		sl_find(c->search->findings, SL_NOTE, SL_ON_SWITCHED_OFF, sl_path_of(said->variable), sl_line_of(said->variable), "%s: %s%s is switched off in the tree, so nothing loads for it",
			sl_saying(c->search, said), folder_names(c), name);
	}
}

static void choose_name(choosing *c, const sl_said *said, const char *name) {
	if(!sl_is_plain_path(name)) {
		refuse(c, said,
			"expected a name as it stands in the tree: nothing with \"..\", no absolute path, no empty part, no control "
			"character");
	} else if(is_class(c, name)) {
		refuse_class(c, said, name);
	} else if(sl_list_has(&c->names, name)) {
		return;
	} else if(take_name(c, name, sl_saying(c->search, said))) {
		add_name(c, name);
		note_switched_off(c, said, name);
	} else {
		refuse_missing(c, said, name);
	}
}

/* The part of `text` up to `length` without white space around it. */
static const char *trimmed(sl_arena *arena, const char *text, size_t length) {
	while(length && isspace((unsigned char)*text)) {
		text++;
		length--;
	}
	while(length && isspace((unsigned char)text[length - 1])) {
		length--;
	}
	return sl_strndup(arena, text, length);
}

static void choose_names(choosing *c, const sl_said *said) {
	const char *rest = said->value;
	for(;;) {
		if(c->refused == MAX_REFUSED) {
			refuse(c, said, "the names after these were not looked at; correct these first");
			return;
		}
		size_t length = c->axis->many ? strcspn(rest, ",") : strlen(rest);
		const char *name = trimmed(c->search->arena, rest, length);
		if(*name || !c->axis->many) {
			choose_name(c, said, name);
		}
		if(!rest[length]) {
			return;
		}
		rest += length + 1;
	}
}

/* --- Where nobody chose --- */

static void choose_default(choosing *c) {
	for(const char *const *name = c->axis->defaults; name && *name; name++) {
		if(has_name(c, *name)) {
			take_name(c, *name, "default");
			add_name(c, *name);
			c->choice->how = "default";
			return;
		}
	}
}

/* --- The platform --- */

static const char *platform_node(choosing *c, const char *platform) {
	if(!has_name(c, platform) && strcmp(platform, "podman") == 0 && has_name(c, "docker")) {
		return "docker";
	}
	return platform;
}

static void choose_platform(choosing *c, const sl_said *said) {
	const char *value = trimmed(c->search->arena, said->value, strlen(said->value));
	bool none = strcmp(value, "manual") == 0 || strcmp(value, "none") == 0;
	c->search->discovery->platform = none ? NULL : value;
	/* A machine with systemd needs no files of its own. */
	if(!none && (has_name(c, value) || strcmp(value, "systemd") != 0)) {
		choose_name(c, said, platform_node(c, value));
	}
}

static void detect_platform(choosing *c) {
	sl_environment *environment = &c->search->discovery->environment;
	sl_environment_find_platform(environment);
	sl_answer platform = environment->platform;
	if(strcmp(platform.value, "none") == 0) {
		return;
	}
	c->search->discovery->platform = platform.value;
	c->choice->how = platform.how;
	const char *name = platform_node(c, platform.value);
	if(has_name(c, name)) {
		take_name(c, name, sl_format(c->search->arena, "platform %s: %s", platform.value, platform.how));
		add_name(c, name);
	}
}

/* --- The tier --- */

/* The tier that was found; where the tree lacks it, the next smaller one that it has. */
static void detect_tier(choosing *c, const sl_said *said) {
	static const char *const tiers[] = { "small", "medium", "large", "enterprise" };
	sl_environment *environment = &c->search->discovery->environment;
	sl_environment_find_tier(environment);
	sl_answer tier = environment->tier;
	size_t at = 0;
	while(strcmp(tiers[at], tier.value) != 0) {
		at++;
	}
	size_t fits = at;
	while(fits > 0 && !has_name(c, tiers[fits])) {
		fits--;
	}
	if(!has_name(c, tiers[fits])) {
		const char *const *available = sl_available(c->search, c->axis, c->place);
		refuse(c, said,
			sl_format(c->search->arena, "found the tier %s (%s), but %s has neither it nor a smaller one; it has %s",
				tier.value, tier.how, folder_names(c), *available ? sl_join_names(c->search->arena, available) : "nothing"));
		return;
	}
	if(fits != at) {
		sl_find(c->search->findings, SL_WARNING, SL_ON_CHOICE, sl_path_of(said->variable), sl_line_of(said->variable),
			"%s: found the tier %s (%s), which %s lacks; the next smaller one, %s, is used", sl_saying(c->search, said),
			tier.value, tier.how, folder_names(c), tiers[fits]);
	}
	take_name(c, tiers[fits], sl_format(c->search->arena, "%s: %s", sl_saying(c->search, said), tier.how));
	add_name(c, tiers[fits]);
}

/* --- All together --- */

/* Once chosen, each spelling of the variable reads as the choice. What nobody chose stays unset: a plain configuration file
 * must see the variables that it would see without us. */
static void settle(choosing *c) {
	const char *joined = sl_join(c->search->arena, c->choice->names, ",");
	if(*joined && c->axis->variables) {
		const char *platform = c->search->discovery->platform;
		sl_variables_settle(c->search->request->variables, c->axis->variables,
			c->axis->detect == SL_DETECT_PLATFORM ? platform : joined);
	}
}

void sl_choose(sl_search *search, sl_choice *choice) {
	choosing c = { .search = search, .axis = choice->axis, .place = place_of(search, choice->axis), .choice = choice };
	sl_detection detect = c.axis->detect;
	sl_list_init(&c.names, search->arena);
	choice->names = c.names.names;
	choice->offers = sl_offers(search, c.axis, c.place);
	sl_said said = sl_ask(search, c.axis->option, c.axis->variables);
	if(!said.value) {
		if(detect == SL_DETECT_PLATFORM) {
			detect_platform(&c);
		} else {
			choose_default(&c);
		}
		return;
	}
	choice->how = said.how;
	if(detect == SL_DETECT_PLATFORM) {
		choose_platform(&c, &said);
	} else if(detect == SL_DETECT_TIER && strcmp(said.value, "auto") == 0) {
		detect_tier(&c, &said);
	} else {
		choose_names(&c, &said);
	}
	settle(&c);
}

void sl_switch(sl_search *search, const sl_axis *axis, sl_place *place) {
	choosing c = { .search = search, .axis = axis, .place = place };
	sl_said said = sl_ask(search, axis->option, axis->variables);
	bool on = false;
	if(!said.value) {
		return;
	}
	if(!sl_parse_boolean(said.value, &on)) {
		refuse(&c, &said, "expected true or false");
		return;
	}
	if(!said.variable && axis->variables) {
		sl_variables_settle(search->request->variables, axis->variables, said.value);
	}
	for(size_t index = 0; on && index < place->folder_count; index++) {
		sl_take(search, place, place->folders[index], sl_saying(search, &said));
	}
	if(on && place->folder_count == 0) {
		sl_find(search->findings, SL_WARNING, SL_ON_CHOICE, sl_path_of(said.variable), sl_line_of(said.variable),
			"%s, but the tree has no folder %s", sl_saying(search, &said), folder_names(&c));
	}
}

/* White space that looks like a blank or like nothing in most editors: no-break space, the spaces of U+2000 to U+200F, narrow no-break space, word
 * joiner, ideographic space, byte-order mark. Returns its code point, or 0. */
static unsigned hidden_space(const char *value) {
	static const struct {
		const char *bytes;
		unsigned code;
	} spaces[] = { { "\xC2\xA0", 0xA0 }, { "\xC2\xAD", 0xAD }, { "\xE2\x80\xAF", 0x202F }, { "\xE2\x81\xA0", 0x2060 },
		{ "\xE3\x80\x80", 0x3000 }, { "\xEF\xBB\xBF", 0xFEFF } };
	for(size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++) {
		if(strstr(value, spaces[i].bytes)) {
			return spaces[i].code;
		}
	}
	for(const char *at = value; (at = strstr(at, "\xE2\x80")); at += 2) {
		if((unsigned char)at[2] >= 0x80 && (unsigned char)at[2] <= 0x8F) {
			return 0x2000U + (unsigned char)at[2] - 0x80U;
		}
	}
	return 0;
}

/* What is wrong with the name of a domain, or NULL. */
static const char *domain_problem(sl_arena *arena, const char *value) {
	size_t length = strlen(value);
	const char *colon = strrchr(value, ':');
	unsigned space = hidden_space(value);
	if(space) {
		return sl_format(arena, "it contains the invisible character U+%04X; type the name anew: example.org", space);
	}
	if(length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value) {
		return "the quotes are a part of the value: docker --env-file and others keep them; write the name without quotes";
	}
	if(colon && colon > value && colon == strchr(value, ':') && colon[1] && !colon[1 + strspn(colon + 1, "0123456789")]) {
		return sl_format(arena, "expected a host name without a port: %.*s; ports are options such as c2s_ports", (int)(colon - value), value);
	}
	if(length > MAX_NAME || strpbrk(value, "/ \t\"'@") || !sl_is_plain_path(value)) {
		return "expected a host name such as example.org";
	}
	return NULL;
}

void sl_choose_domain(sl_search *search) {
	static const char *const variables[] = { "PROSODY_DOMAIN", NULL };
	sl_said said = sl_ask(search, "domain", variables);
	search->discovery->domain = "localhost";
	if(!said.value) {
		return;
	}
	const char *problem = domain_problem(search->arena, said.value);
	if(problem) {
		choosing c = { .search = search };
		refuse(&c, &said, problem);
		return;
	}
	search->discovery->domain = said.value;
	sl_variables_settle(search->request->variables, variables, said.value);
}
