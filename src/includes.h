/* includes.h: which files a layer's text includes by name, without running it. No Lua in here. */
#ifndef SL_INCLUDES_H
#define SL_INCLUDES_H

#include "list.h"

/* Adds the paths of all files that the text of the file at `path` gives to Include as a string, a pattern's files one by one. Not those whose names
 * it puts together. Below sl_protect. */
void sl_find_includes(sl_arena *arena, const char *path, const char *text, size_t length, sl_list *files);

#endif
