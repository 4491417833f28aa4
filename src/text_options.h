/* text_options.h: the options whose value is always a text. No Lua in here. */
#ifndef SL_TEXT_OPTIONS_H
#define SL_TEXT_OPTIONS_H

#include <stdbool.h>

/* Does Prosody, or the community module that has the option, take its value as a text, whatever it looks like? */
bool sl_takes_text(const char *option);

#endif
