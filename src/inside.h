/* inside.h: reads a file without leaving the folder that it is to be in, whatever links stand on the way. No Lua in here. */
#ifndef SL_INSIDE_H
#define SL_INSIDE_H

#include "files.h"

/* As sl_read_into reads, at most `most` bytes. The first `base` bytes of the path, at least one, are the folder, in which everything must be
 * that belongs to `name`: name and name.cfg.lua, and what is in them. Links that stay there are followed, also through hidden folders beside it,
 * as Kubernetes makes them; EXDEV where one leads elsewhere. */
int sl_read_inside(sl_arena *arena, const char *path, size_t base, const char *name, size_t most, sl_text *text, struct stat *info);

/* Does the path, by way of whatever links, lead to what belongs to `name` in the folder that its first `base` bytes are? */
bool sl_is_inside(const char *path, size_t base, const char *name);

#endif
