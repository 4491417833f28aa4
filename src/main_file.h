/* main_file.h: the axis `main`: what the calling file set itself before it called load. */
#ifndef SL_MAIN_FILE_H
#define SL_MAIN_FILE_H

#include "stack.h"

/* Journals what Prosody's table of options (at the absolute index `config`) holds as one layer. */
void sl_import_main(lua_State *L, int ud, const char *path, int config);

#endif
