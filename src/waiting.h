/* waiting.h: hosts that wait. Most hosts stand in one data file, and no other layer speaks of them: then what is said is in force as it is written.
 * Such a host's options go to Prosody as they were read, and into the journal only when somebody asks for them: another layer, explain, a check.
 */
#ifndef SL_WAITING_H
#define SL_WAITING_H

#include "data.h"
#include "journal.h"

/* VirtualHost or Component, and the options behind it up to the next such statement. */
typedef struct sl_section {
	const sl_datum *from, *to;
	const char *text;       /* what the places of the data are counted from; it lives as long as the stack */
	uint32_t end;           /* such a place: behind the last value */
	uint32_t scope;
	uint32_t layer, file;
	uint32_t entries;       /* that it makes in the journal */
	uint32_t own;           /* where the values that Lua made of it begin among what was drafted (draft.h), 0: there are none */
	uint32_t entry;         /* the first of them */
	uint16_t *done;         /* how many of them are there */
} sl_section;

/* There are as many as hosts, so it is small. */
typedef struct sl_waiting {
	const char *text;       /* of the section */
	uint32_t length;
	uint32_t scope, file, line;
	uint32_t first;         /* of its entries, which are set aside in the journal */
	uint16_t done;          /* so many of them are in the journal */
	uint8_t count;          /* of them: hardly more than a data file's scope has options (data.h) */
	bool secret;            /* there may be one in it */
} sl_waiting;

/* The scope's, or NULL where nothing waits. */
const sl_waiting *sl_waiting_of(const sl_journal *journal, uint32_t scope);

/* The module of a component, so many bytes; NULL for a host. */
const char *sl_waiting_module(const sl_waiting *waiting, size_t *length);

/* Puts the section, which begins with a host of which nobody has spoken, among those that wait. */
void sl_wait(lua_State *L, int ud, const sl_section *section);

/* Journals what waits of the scope, if anything does. */
void sl_expand(lua_State *L, int ud, uint32_t scope);

/* Before options get their values: journals whatever has more to it than what stands in its file. What still waits afterwards is in force as it
 * stands. */
void sl_settle_waiting(lua_State *L, int ud);

/* Journals the hosts that wait and whose options, in Prosody's table at the absolute index, are no longer what they were. */
void sl_expand_changed(lua_State *L, int ud, int config);

/* Journals all that waits and may hold a secret, of the entries from `from` on. */
void sl_expand_secretive(lua_State *L, int ud, uint32_t from);

/* The first entry from `id` on that is in the journal. *at is where to look on: 1 at first. */
uint32_t sl_skip_waiting(const sl_journal *journal, uint32_t id, size_t *at);

/* Pushes a new table of all options of a scope that waits. */
void sl_push_waiting(lua_State *L, int ud, const sl_waiting *waiting);

/* Pushes the table that was made for Prosody when the section was read, which is given away by that; nil where there is none. */
void sl_take_waiting(lua_State *L, int ud, uint32_t scope);

#endif
