#ifdef __linux__

#define _GNU_SOURCE
#include "FaultyDisk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { page_bytes = 4096, pages_max = 16384, files_max = 4, name_max = 64 };

/// One file of a disk, and which of its pages were written since its last flush.
struct file {
    char name[name_max];
    bool dirty[pages_max];
};

struct disk {
    struct disk *next;
    char folder[PATH_MAX], image[PATH_MAX];
    struct file files[files_max];
    char suffix[2][name_max];
    int error[2], failures;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct disk *disks;
static atomic_int disk_count;

static struct disk *disk_of(const char *folder) {
    struct disk *disk = disks;
    while (disk && strcmp(disk->folder, folder) != 0) disk = disk->next;
    return disk;
}

void faulty_disk_insert(const char *folder, const char *image) {
    struct disk *disk = calloc(1, sizeof *disk);
    if (!disk) abort();
    snprintf(disk->folder, PATH_MAX, "%s", folder);
    snprintf(disk->image, PATH_MAX, "%s", image);
    pthread_mutex_lock(&mutex);
    disk->next = disks;
    disks = disk;
    disk_count++;
    pthread_mutex_unlock(&mutex);
}

void faulty_disk_remove(const char *folder) {
    pthread_mutex_lock(&mutex);
    for (struct disk **place = &disks; *place; place = &(*place)->next) {
        if (strcmp((*place)->folder, folder) != 0) continue;
        struct disk *disk = *place;
        *place = disk->next;
        free(disk);
        disk_count--;
        break;
    }
    pthread_mutex_unlock(&mutex);
}

void faulty_disk_fail(const char *folder, const char *suffix, enum faulty_operation operation, int error) {
    pthread_mutex_lock(&mutex);
    struct disk *disk = disk_of(folder);
    if (disk) {
        snprintf(disk->suffix[operation], name_max, "%s", suffix);
        disk->error[operation] = error;
    }
    pthread_mutex_unlock(&mutex);
}

int faulty_disk_failure_count(const char *folder) {
    pthread_mutex_lock(&mutex);
    struct disk *disk = disk_of(folder);
    int count = disk ? disk->failures : 0;
    pthread_mutex_unlock(&mutex);
    return count;
}

/// The disk and the file behind a descriptor; nil if it is none of ours.
static struct file *find(int descriptor, struct disk **found) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    char *slash = strrchr(path, '/');
    if (!slash || strlen(slash + 1) >= name_max) return NULL;
    *slash = 0;
    struct disk *disk = disk_of(path);
    for (int index = 0; disk && index < files_max; index++) {
        struct file *file = &disk->files[index];
        if (!file->name[0]) snprintf(file->name, name_max, "%s", slash + 1);
        if (strcmp(file->name, slash + 1) != 0) continue;
        *found = disk;
        return file;
    }
    return NULL;
}

static bool fails(struct disk *disk, const struct file *file, enum faulty_operation operation) {
    size_t name = strlen(file->name), suffix = strlen(disk->suffix[operation]);
    if (!disk->error[operation] || name < suffix) return false;
    if (strcmp(file->name + name - suffix, disk->suffix[operation]) != 0) return false;
    disk->failures++;
    errno = disk->error[operation];
    return true;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    if (!disk_count) return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
    pthread_mutex_lock(&mutex);
    struct disk *disk = NULL;
    struct file *file = find(descriptor, &disk);
    ssize_t written = -1;
    if (!file || !fails(disk, file, faulty_write)) {
        written = syscall(SYS_pwrite64, descriptor, bytes, count, offset);
        for (off64_t page = offset / page_bytes; file && page * page_bytes < offset + written; page++) {
            if (page < pages_max) file->dirty[page] = true;
        }
    }
    pthread_mutex_unlock(&mutex);
    return written;
}

/// Copies the dirty pages of a file into the image.
static void keep(const struct disk *disk, const struct file *file, int descriptor) {
    char path[PATH_MAX + name_max + 1], page[page_bytes];
    snprintf(path, sizeof path, "%s/%s", disk->image, file->name);
    int image = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat status;
    if (image < 0 || fstat(descriptor, &status) != 0) abort();
    for (off64_t index = 0; index < pages_max; index++) {
        if (!file->dirty[index]) continue;
        ssize_t count = syscall(SYS_pread64, descriptor, page, page_bytes, index * page_bytes);
        if (count > 0) syscall(SYS_pwrite64, image, page, count, index * page_bytes);
    }
    if (ftruncate(image, status.st_size) != 0) abort();
    close(image);
}

static int flush(long number, int descriptor) {
    if (!disk_count) return (int)syscall(number, descriptor);
    pthread_mutex_lock(&mutex);
    struct disk *disk = NULL;
    struct file *file = find(descriptor, &disk);
    int result = -1;
    if (!file || !fails(disk, file, faulty_flush)) {
        result = (int)syscall(number, descriptor);
        if (file) keep(disk, file, descriptor);
    }
    // Failed or not, the kernel takes them for written.
    if (file) memset(file->dirty, 0, sizeof file->dirty);
    pthread_mutex_unlock(&mutex);
    return result;
}

int fdatasync(int descriptor) { return flush(SYS_fdatasync, descriptor); }

int fsync(int descriptor) { return flush(SYS_fsync, descriptor); }

pid_t faulty_lock_hold(const char *path, off_t byte) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) return -1;
    pid_t parent = getpid(), holder = fork();
    if (holder == 0) {
        // Between fork and the end only what is safe in a copy of a process with many threads.
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
        int file = open(path, O_RDWR);
        if (file < 0 || fcntl(file, F_SETLK, &lock) != 0 || write(ready[1], "", 1) != 1) _exit(1);
        while (getppid() == parent) poll(NULL, 0, 100);
        _exit(0);
    }
    close(ready[1]);
    char answer;
    bool holds = holder > 0 && read(ready[0], &answer, 1) == 1;
    close(ready[0]);
    if (holder > 0 && !holds) faulty_lock_release(holder);
    return holds ? holder : -1;
}

void faulty_lock_release(pid_t holder) {
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
}

#endif
