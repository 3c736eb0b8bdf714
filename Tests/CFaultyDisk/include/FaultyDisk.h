#pragma once

#include <sys/types.h>

// A disk that fails on demand, under the files of one folder. Linux only.
//
// This target defines libc's `pwrite64`, `fdatasync` and `fsync`. What a program defines itself comes before its
// libraries, so SQLite calls these. A file outside of every such folder does not notice.
//
// A flush that fails is as bad as Linux makes it since 2018: the pages count as clean from then on, and never reach the
// disk unless they are written again. What has reached it lies in a second folder, the image: all that is left after a
// power cut.

enum faulty_operation { faulty_flush, faulty_write };

/// Puts a new disk under `folder`; paths without symbolic links. What lies in `image` already is on it.
void faulty_disk_insert(const char *folder, const char *image);

/// From now on `operation` fails with `error` for those files of the folder whose name ends in `suffix`. 0: it works again.
void faulty_disk_fail(const char *folder, const char *suffix, enum faulty_operation operation, int error);

/// Calls that were made to fail so far.
int faulty_disk_failure_count(const char *folder);

/// Takes the disk away; the files stay.
void faulty_disk_remove(const char *folder);

/// Starts a process that locks one byte of a file, as SQLite locks, and holds it until it is killed, or this one ends. -1 if it
/// cannot.
pid_t faulty_lock_hold(const char *path, off_t byte);

/// Kills that process, which frees the lock.
void faulty_lock_release(pid_t holder);
