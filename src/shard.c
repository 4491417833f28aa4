#include "shard.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "search.h"
#include "spelling.h"

/* --- Which shard has a name --- */

static uint64_t hash_of(const char *name, size_t length) {
	uint64_t hash = 14695981039346656037U;
	for(size_t index = 0; index < length; index++) {
		hash = (hash ^ (unsigned char)name[index]) * 1099511628211U;
	}
	return hash;
}

static uint64_t weight(uint64_t hash, unsigned shard) {
	uint64_t x = hash + (shard + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15);
	x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
	return x ^ (x >> 31);
}

unsigned sl_shard_of(const char *name, size_t length, unsigned count) {
	uint64_t hash = hash_of(name, length);
	uint64_t heaviest = weight(hash, 0);
	unsigned found = 0;
	for(unsigned shard = 1; shard < count; shard++) {
		uint64_t here = weight(hash, shard);
		found = here > heaviest ? shard : found;
		heaviest = here > heaviest ? here : heaviest;
	}
	return found;
}

/* Most names are another's, and a heavier shard is soon found: this does not look at all of them, as sl_shard_of must. */
bool sl_shard_has(const sl_shard *shard, const char *name, size_t length) {
	uint64_t hash = hash_of(name, length);
	uint64_t own = weight(hash, shard->index);
	for(unsigned other = 0; other < shard->count; other++) {
		uint64_t here = weight(hash, other);
		if(here > own || (here == own && other < shard->index)) {
			return false;
		}
	}
	return shard->count == 0 || shard->index < shard->count;
}

/* --- What was said --- */

typedef struct spoken {
	sl_search *search;
	const sl_said *said;
	unsigned index, count;
	bool automatic;
} spoken;

static bool refuse(const spoken *s, const char *text) {
	sl_find(s->search->findings, SL_ERROR, SL_ON_CHOICE, sl_path_of(s->said->variable), sl_line_of(s->said->variable), "%s: %s",
		sl_saying(s->search, s->said), text);
	return false;
}

/* Reads decimal digits and moves *text behind them; false where there are none. What is too large stays too large. */
static bool read_number(const char **text, unsigned *number) {
	const char *start = *text;
	*number = 0;
	for(; isdigit((unsigned char)**text); (*text)++) {
		unsigned next = *number * 10 + (unsigned)(**text - '0');
		*number = next > SL_MAX_SHARDS ? SL_MAX_SHARDS + 1 : next;
	}
	return *text > start;
}

static void skip_space(const char **text) {
	while(isspace((unsigned char)**text)) {
		(*text)++;
	}
}

/* "k/n" or "auto/n", with white space around it. */
static bool read_said(spoken *s) {
	const char *text = s->said->value;
	skip_space(&text);
	s->automatic = strncmp(text, "auto/", 5) == 0;
	bool good = s->automatic || read_number(&text, &s->index);
	text += s->automatic ? 4 : 0;
	good = good && *text == '/';
	text += good;
	good = good && read_number(&text, &s->count);
	skip_space(&text);
	return good && !*text;
}

/* The number behind the last "-" of the host's own name, which is all of it up to the first dot. */
static bool find_ordinal(spoken *s, const char *host) {
	size_t length = strcspn(host, ".");
	size_t digits = 0;
	while(digits < length && isdigit((unsigned char)host[length - digits - 1])) {
		digits++;
	}
	bool found = digits > 0 && digits < length && host[length - digits - 1] == '-';
	const char *text = host + length - digits;
	if(found) {
		read_number(&text, &s->index);
	}
	return found;
}

static bool ask_host(spoken *s, const sl_answer *host) {
	sl_arena *arena = s->search->arena;
	if(!host->value) {
		return refuse(s,
			sl_format(arena, "the host name is not known (%s); give this server's number in place of auto, 0/%u for the first",
				host->how, s->count));
	}
	const char *name = sl_printable(arena, host->value);
	if(!find_ordinal(s, host->value)) {
		return refuse(s,
			sl_format(arena,
				"the host name %s (%s) does not end in \"-\" and a number, as xmpp-0 does; name the hosts so, as a "
				"StatefulSet does, or give this server's number in place of auto, 0/%u for the first",
				name, host->how, s->count));
	}
	if(s->index >= s->count) {
		return refuse(s,
			sl_format(arena,
				"the host name %s (%s) ends in a number that is not among 0 to %u, those of %u servers counted from 0; "
				"for more servers give all of them a larger n",
				name, host->how, s->count - 1, s->count));
	}
	return true;
}

static bool understand(spoken *s) {
	sl_arena *arena = s->search->arena;
	if(!read_said(s)) {
		return refuse(s,
			"expected k/n, as 0/8 for the first of eight servers, or auto/8, which takes k from the number at the end of the "
			"host name");
	}
	if(s->count == 0 || s->count > SL_MAX_SHARDS) {
		return refuse(s, sl_format(arena, "expected from 1 to %d servers behind the \"/\"", SL_MAX_SHARDS));
	}
	if(s->automatic) {
		sl_environment_find_hostname(&s->search->discovery->environment);
		return ask_host(s, &s->search->discovery->environment.hostname);
	}
	if(s->index >= s->count) {
		return refuse(s,
			sl_format(arena, "expected 0/%u to %u/%u: servers are counted from 0, as the pods of a StatefulSet are", s->count,
				s->count - 1, s->count));
	}
	return true;
}

/* --- The choice --- */

static void settle(const spoken *s, sl_choice *choice) {
	sl_search *search = s->search;
	const char **names = sl_new(search->arena, 2 * sizeof(char *));
	names[0] = sl_format(search->arena, "%u/%u", s->index, s->count);
	choice->names = names;
	search->discovery->shard = names[0];
	search->shard.index = s->index;
	search->shard.why = sl_saying(search, s->said);
	search->shard.variable = s->said->variable;
	if(s->automatic) {
		search->shard.why = sl_format(search->arena, "%s: host name %s", search->shard.why,
			sl_printable(search->arena, search->discovery->environment.hostname.value));
	}
	if(choice->axis->variables) {
		sl_variables_settle(search->request->variables, choice->axis->variables, names[0]);
	}
}

void sl_choose_shard(sl_search *search, sl_choice *choice) {
	static const char *const none[] = { NULL };
	static const sl_offer nothing[] = { { NULL, NULL } };
	sl_said said = sl_ask(search, choice->axis->option, choice->axis->variables);
	spoken s = { .search = search, .said = &said };
	choice->names = none;
	choice->offers = nothing;
	search->shard.folder = choice->axis->shared;
	search->discovery->shared = choice->axis->shared;
	if(!said.value) {
		return;
	}
	choice->how = said.how;
	bool good = understand(&s);
	search->shard.count = s.count ? s.count : 1;
	search->shard.index = search->shard.count;
	if(good) {
		settle(&s, choice);
	}
}

void sl_check_shard(sl_search *search) {
	const sl_shard *shard = &search->shard;
	if(search->discovery->shard && !shard->met) {
		sl_find(search->findings, SL_WARNING, SL_ON_CHOICE, sl_path_of(shard->variable), sl_line_of(shard->variable),
			"%s, but the tree has no folder %s/, whose files and folders are shared out: this server has what all others have",
			shard->why, shard->folder);
	}
}
