// A disk that fails on demand, for one process: LD_PRELOAD this library, and write a letter into the file that BROKEN_DISK names.
//
//   f  full: nothing more can be written (ENOSPC)
//   r  read-only: nothing can be written, and no file be opened for writing (EROFS)
//   s  what was written cannot be made durable: fsync fails (EIO)
//
// Anything else, and the disk works. Only files whose path has the text of BROKEN_DISK_PATHS in it are on that disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static const volatile char *letter = "-";
static const char *paths;

// Shared memory, so that the letter counts from the moment that it is written.
__attribute__((constructor)) static void read_letter(void) {
  paths = getenv("BROKEN_DISK_PATHS");
  const char *path = getenv("BROKEN_DISK");
  int file = path && paths ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, file, 0);
  if (page != MAP_FAILED) letter = page;
  close(file);
}

static int is_on_disk(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, paths) != NULL;
}

// What a write to this file fails with at this moment; 0 where it does not.
static int write_error(int file) {
  int code = *letter == 'f' ? ENOSPC : *letter == 'r' ? EROFS : 0;
  return code && is_on_disk(file) ? code : 0;
}

static int fail(int code) {
  errno = code;
  return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
  int code = write_error(file);
  return code ? fail(code) : REAL(write)(file, bytes, count);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  int code = write_error(file);
  return code ? fail(code) : REAL(writev)(file, parts, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  int code = write_error(file);
  return code ? fail(code) : REAL(pwrite64)(file, bytes, count, offset);
}

int fdatasync(int file) {
  if (*letter == 's' && is_on_disk(file)) return fail(EIO);
  return REAL(fdatasync)(file);
}

int fsync(int file) {
  if (*letter == 's' && is_on_disk(file)) return fail(EIO);
  return REAL(fsync)(file);
}

static int is_forbidden(const char *path, int flags) {
  return *letter == 'r' && (flags & O_ACCMODE) != O_RDONLY && strstr(path, paths) != NULL;
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return is_forbidden(path, flags) ? fail(EROFS) : REAL(open64)(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return is_forbidden(path, flags) ? fail(EROFS) : REAL(open)(path, flags, mode);
}
