/* confine.h: holds restricted layers (restrict.h) to what they may say, and keeps all other ways from their files. */
#ifndef SL_CONFINE_H
#define SL_CONFINE_H

#include "kept.h"

/* Is all that the data says the tenant's own to say? Reports everything that is not, and gives each statement its scope. */
bool sl_is_confined(lua_State *L, int ud, uint32_t file, const sl_layer *layer, const sl_data *data);

/* Reports a text that is no data file, after sl_read_data; the text is as it was given to that. */
void sl_report_no_data(lua_State *L, int ud, const sl_layer *layer, const char *text, size_t length);

/* Reports why a file was not read: EXDEV, EFBIG of sl_read_inside. */
void sl_report_confined(lua_State *L, int ud, const sl_layer *layer, int code);

/* Raises an error where the path of an included file leads to what is restricted. */
void sl_refuse_restricted(lua_State *L, int ud, const char *path);

/* The same for a layer that is not restricted, under its own name. */
void sl_refuse_leading_in(lua_State *L, int ud, const sl_layer *layer);

#endif
