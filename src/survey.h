/* survey.h: which tables a merge has met, outside of Lua's own tables. Those that are only looked at are walked once, however many places they
 * stand in; of pairs that merge it is known what was made of them.
 */
#ifndef SL_SURVEY_H
#define SL_SURVEY_H

#include <stdint.h>

#include "value.h"

typedef struct sl_meeting {
	const void *table;   /* NULL: a free place */
	const void *over;    /* what was merged into it; NULL: it was walked */
	uint32_t value;      /* of a pair the place of its result; else the height of the tables, 0 while they are walked */
} sl_meeting;

enum { SL_SURVEY_FEW = 32 };

typedef struct sl_survey {
	lua_State *L;
	int slot;           /* of the Lua stack: holds the meetings where they are many */
	int roots;          /* index of the first of two tables that nobody has looked at yet; 0: all are known to be good */
	bool table_keys;    /* a key was a table */
	size_t count;
	size_t capacity;    /* a power of two */
	sl_meeting *meetings;
	sl_meeting few[SL_SURVEY_FEW];
} sl_survey;

/* Takes a slot of the Lua stack, which the caller takes back. The survey must not move in memory. */
void sl_survey_start(sl_survey *survey, lua_State *L, int roots);

/* Walks the value at `index`, the `depth`-th of nested tables, and all plain tables below it. Raises an error for a cycle, for nesting over
 * SL_MAX_DEPTH and for a directive. */
void sl_survey_check(sl_survey *survey, int index, uint32_t depth);

/* Ends the merge: where tables were keys, walks all from the roots, since only from there can be told whether one is a key of itself, which
 * is refused too. */
void sl_survey_finish(sl_survey *survey);

/* Tables are nested too deep. This may be a cycle; then the error says so. */
void sl_survey_refuse_depth(sl_survey *survey) __attribute__((noreturn));

/* Checks a table, whatever its metatable, and tells its kind and how much it has of both parts. */
sl_kind sl_survey_table(sl_survey *survey, int index, uint32_t depth, size_t *listed, size_t *named);

/* What the pair of tables was given; 0 where it is new. */
uint32_t sl_survey_recall(const sl_survey *survey, const void *base, const void *over);
void sl_survey_remember(sl_survey *survey, const void *base, const void *over, uint32_t value);

#endif
