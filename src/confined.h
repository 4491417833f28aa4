/* confined.h: the parts of the check of one restricted file (confine.h): the names in it, and its options. */
#ifndef SL_CONFINED_H
#define SL_CONFINED_H

#include "kept.h"
#include "list.h"
#include "server_names.h"

typedef struct sl_checker {
	lua_State *L;
	int ud;
	sl_stack *stack;
	const sl_tenant *tenant;
	const char *path;
	uint32_t file;
	bool good;
	/* What the safe lists do not have, where restrict allows more. */
	sl_list unsafe_options, unsafe_modules;
} sl_checker;

/* Pops the finding's text and reports it as an error of that line. */
void sl_refuse(sl_checker *c, sl_topic topic, uint32_t line);

/* Pushes the text of a datum, cut where it is long. */
const char *sl_push_shown(lua_State *L, const sl_datum *datum);

/* May the tenant speak of the host? Reports it where not. `option` is the option whose value has the name, or NULL where the host is opened. */
bool sl_check_host(sl_checker *c, const sl_datum *name, const sl_datum *option, uint32_t line);

/* Checks a module's name; `prefix` is what Prosody puts before it. */
void sl_check_module(sl_checker *c, const char *prefix, const sl_datum *name, uint32_t line);

/* Checks an option and its value; `global`: no host was opened before it. */
void sl_check_option(sl_checker *c, const sl_datum *option, bool global);

/* Notes a name that is allowed, and is on neither of the safe lists; it is copied, and noted once. */
void sl_note_unsafe(sl_checker *c, sl_list *list, const char *name);

#endif
