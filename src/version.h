/* version.h: the version of this release. stackloader._VERSION, stack:about(), the commands and the rockspec (scripts/rockspec) take it from here. */
#ifndef SL_VERSION_H
#define SL_VERSION_H

#define SL_RELEASE "1.0.0"

#endif
