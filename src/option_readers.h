/* option_readers.h: how each version of Prosody reads the options that hold a number, a period, a size or a rate. No Lua in here. */
#ifndef SL_OPTION_READERS_H
#define SL_OPTION_READERS_H

#include <stddef.h>

/* What reads a value. measure.c does the same to a value as each of these does. */
typedef enum sl_read_kind {
	SL_READ_NOTHING,        /* none: ends a list of readers */
	SL_READ_NUMBER,         /* module:get_option_number() */
	SL_READ_INTEGER,        /* module:get_option_integer(), since Prosody 13 */
	SL_READ_PERIOD,         /* module:get_option_period(), since Prosody 13 */
	SL_READ_RETENTION,      /* the pattern of mod_mam and mod_muc_mam in Prosody 0.12: days, weeks, months, years, or seconds without a unit */
	SL_READ_INTERVAL,       /* the core's own reader of statistics_interval: a number, or "manual" */
	SL_READ_RATE,           /* mod_limits: "10kb/s" */
	SL_READ_BURST,          /* mod_limits: "2s", or a number of seconds */
	SL_READ_RAW,            /* used as it stands, which makes sense for a number alone */
	SL_READ_PLAIN_NUMBER,   /* whatever reads an option without a row: digits, or a number */
	SL_READ_PLAIN_PERIOD,   /* the same, or a period that every reader of periods takes for the same */
	SL_READ_PLAIN_SIZE      /* the same, or a size as util.human.units writes it */
} sl_read_kind;

/* One reader. A number outside least and most is one that it replaces by another, with a remark in the log. */
typedef struct sl_option_reader {
	sl_read_kind kind;
	double least, most;
} sl_option_reader;

/* What the number counts: a bound may then be written as a period or size. */
typedef enum sl_unit { SL_UNIT_COUNT, SL_UNIT_SECONDS, SL_UNIT_BYTES } sl_unit;

typedef enum sl_prosody { SL_VERSION_0_12, SL_VERSION_13, SL_VERSION_COUNT } sl_prosody;

enum { SL_MOST_READERS = 2 };

/* The readers that an option has in each version. Nothing reads it in a version without any. */
typedef struct sl_option_row {
	const char *option;   /* of a key in a map: "limits.*.rate", where * stands for any key */
	sl_unit unit;
	sl_option_reader readers[SL_VERSION_COUNT][SL_MOST_READERS];
} sl_option_row;

/* The row of an option, or of a key by its dotted path; NULL where the table has none. */
const sl_option_row *sl_find_option_row(const char *name);

/* All rows, in the order of their names. */
const sl_option_row *sl_option_rows(size_t *count);

/* "0.12", "13" */
const char *sl_version_name(sl_prosody version);

/* The readers that an option without a row is taken to have. */
const sl_option_reader *sl_plain_reader(sl_read_kind kind);

/* What the reader takes, in words: "a plain number". */
const char *sl_reader_words(sl_read_kind kind);

#endif
