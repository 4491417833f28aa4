#include "identity.h"

enum { GRAIN = 2 };   /* seconds: FAT's, the coarsest in use */

sl_identity sl_identify(const struct stat *info) {
	return (sl_identity) {
		.device = info->st_dev, .inode = info->st_ino, .size = info->st_size, .modified = info->st_mtim, .changed = info->st_ctim,
		.mode = info->st_mode, .owner = info->st_uid, .group = info->st_gid
	};
}

static bool same_time(const struct timespec *left, const struct timespec *right) {
	return left->tv_sec == right->tv_sec && left->tv_nsec == right->tv_nsec;
}

bool sl_same_identity(const sl_identity *left, const sl_identity *right) {
	return left->device == right->device && left->inode == right->inode && left->size == right->size
		&& same_time(&left->modified, &right->modified) && same_time(&left->changed, &right->changed);
}

static bool is_before(const struct timespec *time, const struct timespec *read_at) {
	time_t limit = read_at->tv_sec - GRAIN;
	return time->tv_sec < limit || (time->tv_sec == limit && time->tv_nsec < read_at->tv_nsec);
}

bool sl_is_settled(const sl_identity *identity, const struct timespec *read_at) {
	return is_before(&identity->modified, read_at) && is_before(&identity->changed, read_at);
}
