/* units.h: the numbers, sizes and durations that people write. No Lua in here. */
#ifndef SL_UNITS_H
#define SL_UNITS_H

#include <stdbool.h>
#include <stdint.h>

/* Each returns true and sets *result, or false where the text is no such thing. White space around it is allowed. */

/* "true/false", "yes/no", "on/off", "1/0", any case. */
bool sl_parse_boolean(const char *text, bool *result);

/* Decimal or 0x integers that fit, with or without a sign. */
bool sl_parse_integer(const char *text, int64_t *result);

/* Decimal numbers with fraction and exponent, whatever the locale's decimal point; no nan, no inf (written or by
 * overflow), no hexadecimal. */
bool sl_parse_number(const char *text, double *result);

/* "50MB", "10 MiB", "1.5GiB", "512k", "1024", any case: k/M/G/T and kB/MB/GB/TB are powers of 1000; Ki/Mi… and KiB/MiB…
 * powers of 1024; a number alone or with "B" is bytes. The answer is in bytes, rounded down. */
bool sl_parse_bytes(const char *text, int64_t *bytes);

typedef enum sl_duration { SL_NO_DURATION, SL_SECONDS, SL_NEVER, SL_AMBIGUOUS } sl_duration;

/* "30s", "5min", "12h", "30d", "4w", "6mo", "1y", these words written out ("2 days", "3 months"), a number of seconds,
 * "never"; any case. Whatever this takes means the same to Prosody 13 (util.human.io, parse_duration and the lax variant
 * that get_option_period falls back to; hand a plain number on as a number): a month is 31 days, a year 365.2425 days.
 * 0.12's mod_mam has the same two lengths.
 *
 * Prosody takes more, and reads it otherwise than it looks: it searches for the first digits and goes by the letter or
 * two that follow, so "1.5h" is 1 second to it, "1h30m" is an hour and "100ms" are 100 months. Those are no durations here.
 * A bare "m" is SL_AMBIGUOUS: Prosody takes it for months, with an error in its log on 13, and many readers for
 * minutes. Prosody 13 also logs an error for "6mo", and then takes it as it is taken here. 0.12's mod_mam knows nothing but
 * d, w, m and y: "12h" and "5min" are 12 seconds and 5 months there. */
sl_duration sl_parse_duration(const char *text, double *seconds);

#endif
