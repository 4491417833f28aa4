/* units.h: the numbers, sizes and durations that people write. No Lua in here. */
#ifndef SL_UNITS_H
#define SL_UNITS_H

#include <stdbool.h>
#include <stdint.h>

/* Each returns true and sets *result, or false where the text is no such thing. White space around it is allowed. */

/* "true/false", "yes/no", "on/off", "1/0", any case. */
bool sl_parse_boolean(const char *text, bool *result);

/* Plain decimal or 0x integers that fit. */
bool sl_parse_integer(const char *text, int64_t *result);

/* Decimal numbers with fraction and exponent; no nan, no inf, no hexadecimal floats. */
bool sl_parse_number(const char *text, double *result);

/* "50MB", "10 MiB", "1.5GiB", "512k", "1024": k/M/G/T, kB/MB/GB/TB are powers of 1000; Ki/Mi…, KiB/MiB… powers of 1024;
 * a number alone is bytes. The answer is in bytes, rounded down. */
bool sl_parse_bytes(const char *text, int64_t *bytes);

typedef enum sl_duration { SL_NO_DURATION, SL_SECONDS, SL_NEVER, SL_AMBIGUOUS } sl_duration;

/* "30s", "5min", "12h", "30d", "4w", "6mo", "1y", the words Prosody 13 knows ("2 days", "3 months"), a number of
 * seconds, "never". A month is 31 days and a year 365 as in Prosody 13's util.human.units (verify there). A bare "m" is
 * SL_AMBIGUOUS: it is minutes to one reader and months to another. */
sl_duration sl_parse_duration(const char *text, double *seconds);

#endif
