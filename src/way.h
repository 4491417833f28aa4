/* way.h: what the system passes on the way to a file: each folder from / on, and each link. No Lua in here. */
#ifndef SL_WAY_H
#define SL_WAY_H

#include <sys/stat.h>

/* Gets a folder, a link, or at the end what the path leads to. The path has no links on its way, and lasts as long as the call. */
typedef void (*sl_passed)(void *context, const char *path, const struct stat *info);

/* Calls `passed` for all of them in their order, which may raise a Lua error. Ends early where the path does. */
void sl_go_way(const char *path, sl_passed passed, void *context);

#endif
