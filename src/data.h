/* data.h: reads layer files that are nothing but data, without Lua. No Lua in here.
 *
 * A data file is text of this grammar, which is a part of Lua's:
 *
 *   file      = { statement | ";" }
 *   statement = NAME "=" value | "VirtualHost" STRING | "Component" STRING [ STRING ]
 *   value     = "true" | "false" | NUMBER | STRING | "{" [ item { ("," | ";") item } [ "," | ";" ] ] "}"
 *   item      = value | NAME "=" value | "[" STRING "]" "=" value
 *
 * Between these stand blanks, tabs, line feeds and comments from "--" to the line's end that do not go on with "[". A STRING stands in single or
 * double quotes on one line and holds no backslash and no control character other than a tab; those of VirtualHost and Component stand on the
 * line of the word. A NUMBER is an optional "-", up to 15 decimal digits, and optionally "." with up to 15 more, at most 15 in all. A NAME of an
 * option is no word of Lua's and none that means something else in a configuration, and begins with a letter. To client_info, feature_info,
 * profile_info and usecase_info a file gives what describes it, which is passed over. Tables nest at most 32 deep.
 * In one table no key, and between two statements that open a host no option, stands twice; neither has more than 200.
 *
 * Whatever else a file holds, it is given to Lua whole.
 */
#ifndef SL_DATA_H
#define SL_DATA_H

#include <stdint.h>

#include "memory.h"

typedef enum sl_datum_kind {
	SL_DATUM_ASSIGN,    /* of the option `text`; its value follows */
	SL_DATUM_HOST,      /* VirtualHost `text` */
	SL_DATUM_COMPONENT, /* Component `text`, its module follows as a string */
	SL_DATUM_EXTERNAL,  /* Component `text` */
	SL_DATUM_KEY,       /* in a table; its value follows */
	SL_DATUM_FALSE,
	SL_DATUM_TRUE,
	SL_DATUM_INTEGER,
	SL_DATUM_NUMBER,
	SL_DATUM_STRING,
	SL_DATUM_TABLE      /* `count` items follow, `listed` of them without a key */
} sl_datum_kind;

/* A file is a row of these; what belongs to a datum follows it. */
typedef struct sl_datum {
	uint8_t kind;
	uint32_t line;         /* of a statement */
	uint32_t listed;       /* of a table. While a file is read: the key or option before this one */
	uint32_t length;       /* of the text; of a table the number of its items */
	uint32_t start, size;  /* of a value, and of what opens a host: where it stands in what was read, and how many bytes it has there */
	union {
		const char *text;  /* in the file's text, without a zero byte at its end */
		int64_t integer;
		double number;
	} as;
} sl_datum;

typedef struct sl_data {
	sl_datum *row;
	size_t count, capacity;
	/* Of a text that is no data file: what was expected, and where in the text something else stands. */
	const char *expected, *found;
} sl_data;

/* Reads the text, no longer than SL_MAX_FILE, into data->row, whose memory is used again. False where the text is no data file. Below sl_protect. */
bool sl_data_read(sl_arena *arena, const char *text, size_t length, sl_data *data);

/* The same of a part of a data file: statements of which the first stands in that line, or one value alone. */
bool sl_data_read_statements(sl_arena *arena, const char *text, size_t length, uint32_t line, sl_data *data);
bool sl_data_read_value(sl_arena *arena, const char *text, size_t length, sl_data *data);

/* Can a statement give an option of that name its value? */
bool sl_data_is_option(const char *text, size_t length);

/* What was read from one place in memory has its text in another one. */
void sl_data_move(const sl_data *data, const char *from, const char *to);

/* The datum behind a statement that opens a host. */
const sl_datum *sl_datum_behind(const sl_datum *statement);

/* The datum behind a value. */
const sl_datum *sl_datum_after(const sl_datum *value);

#endif
