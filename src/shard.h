/* shard.h: which of several servers an entry of a folder belongs to. No Lua in here.
 *
 * Rendezvous hashing: each shard gets a weight for the name, and the heaviest one has it. A shard more takes only the names for which
 * it is the heaviest, one less gives away only its own, so about 1/n of the names move and nothing else does. Others can compute it: with
 * all numbers of 64 bits, overflow dropped,
 *
 *     hash = 14695981039346656037; for each byte of the name: hash = (hash XOR byte) * 1099511628211     (this is FNV-1a)
 *     weight of shard k = mix(hash + (k + 1) * 0x9E3779B97F4A7C15)                     (the number k, from 0, of SplitMix64 seeded with it)
 *     mix(x): x = (x XOR x >> 30) * 0xBF58476D1CE4E5B9; x = (x XOR x >> 27) * 0x94D049BB133111EB; x XOR x >> 31
 *
 * and of equal weights, which do not occur, the smallest k. The name is the entry's without .cfg.lua, byte for byte: a file and a folder of
 * one name are one entry. What this gives for a name never changes: servers of different versions must agree. */
#ifndef SL_SHARD_H
#define SL_SHARD_H

#include <stdbool.h>
#include <stddef.h>

#include "variables.h"

/* More servers than anybody has for one tree: a larger n is a slip. */
#ifndef SL_MAX_SHARDS
#define SL_MAX_SHARDS 1024
#endif

typedef struct sl_shard {
	const char *folder; /* whose entries are shared out: "domains/tenants"; NULL: none */
	unsigned index;     /* this server's, from 0; `count`: a choice that was refused, so that nothing is here */
	unsigned count;     /* 0: nobody chose, all is here */
	const char *why;    /* "PROSODY_SHARD=3/8" */
	const sl_variable *variable;   /* that said so, or NULL */
	bool met;           /* a scan has come to the folder */
} sl_shard;

/* The shard that a name belongs to; count from 1. */
unsigned sl_shard_of(const char *name, size_t length, unsigned count);

/* Whether a name belongs to this server. */
bool sl_shard_has(const sl_shard *shard, const char *name, size_t length);

#endif
