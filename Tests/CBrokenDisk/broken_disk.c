// A disk that fails on demand, for one process: LD_PRELOAD this library, and write a letter into the file that BROKEN_DISK names.
//
//   f  full: nothing more can be written (ENOSPC)
//   r  read-only: nothing can be written, and no file be opened for writing (EROFS)
//   s  what was written cannot be made durable: fsync fails (EIO)
//
// Anything else, and the disk works. Only files whose name has ".sqlite" in it are on that disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const volatile char *letter = "-";

// Shared memory, so that the letter counts from the moment that it is written.
__attribute__((constructor)) static void read_letter(void) {
  const char *path = getenv("BROKEN_DISK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, file, 0);
  if (page != MAP_FAILED) letter = page;
  close(file);
}

static int is_database(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, ".sqlite") != NULL;
}

static int fail(int code) {
  errno = code;
  return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  if (*letter == 'f' && is_database(file)) return fail(ENOSPC);
  if (*letter == 'r' && is_database(file)) return fail(EROFS);
  return REAL(pwrite64)(file, bytes, count, offset);
}

int fdatasync(int file) {
  if (*letter == 's' && is_database(file)) return fail(EIO);
  return REAL(fdatasync)(file);
}

int fsync(int file) {
  if (*letter == 's' && is_database(file)) return fail(EIO);
  return REAL(fsync)(file);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (*letter == 'r' && (flags & O_ACCMODE) != O_RDONLY && strstr(path, ".sqlite")) return fail(EROFS);
  return REAL(open64)(path, flags, mode);
}
