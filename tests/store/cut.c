/* A cut of power, for one process: what was written and not synced may be lost, whole or in part.
 *
 * Loaded by LD_PRELOAD. For files whose path begins with $CUT_UNDER it keeps, of each write and each
 * change of length, what stood there before and what was written. A sync of a file forgets what it
 * kept of that file: it is on the disk. At the cut, which is the write number $CUT_AT, everything
 * that is still kept is undone, the last first; then some of it, drawn by $CUT_SEED, is done again,
 * in part to the sector: a disk may write in any order. Then the process ends as if it was killed.
 *
 * The names of files are not held back: a new or removed file stays so.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 4096
#define SECTOR 512

struct change {
    struct change *before; /* the change before this one */
    char *path;
    dev_t dev;
    ino_t ino;
    off_t at, length_before;
    size_t old_size, new_size;
    char *old, *new;
    int truncates;
};

static struct change *last;
static char *paths[FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long writes;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);

__attribute__((constructor)) static void begin(void) {
    real_pwrite = REAL(pwrite);
    real_ftruncate = REAL(ftruncate);
}

static const char *kept(int fd) { return fd >= 0 && fd < FILES ? paths[fd] : NULL; }

static void opened(int fd, const char *path) {
    const char *under = getenv("CUT_UNDER");
    char whole[PATH_MAX];
    if (fd < 0 || fd >= FILES || !under || !realpath(path, whole)) return;
    pthread_mutex_lock(&lock);
    free(paths[fd]);
    size_t length = strlen(whole);
    int shared = length > 4 && !strcmp(whole + length - 4, "-shm"); /* memory, not a file */
    paths[fd] = strncmp(whole, under, strlen(under)) || shared ? NULL : strdup(whole);
    pthread_mutex_unlock(&lock);
}

static void again(struct change *one, int fd) {
    size_t size = one->new_size;
    int luck = rand() % 3;
    if (luck == 0) return; /* lost */
    if (luck == 1 && size > SECTOR) size = SECTOR * (rand() % (size / SECTOR) + 1);
    if (one->truncates) real_ftruncate(fd, one->at);
    else if (real_pwrite(fd, one->new, size, one->at) < 0) _exit(3);
}

static void redo(struct change *one) {
    if (!one) return;
    redo(one->before);
    int fd = REAL(open)(one->path, O_RDWR);
    if (fd < 0) return; /* it was removed */
    again(one, fd);
    REAL(close)(fd);
}

static void cut(void) {
    const char *seed = getenv("CUT_SEED");
    srand(seed ? atoi(seed) : 1);
    for (struct change *one = last; one; one = one->before) {
        int fd = REAL(open)(one->path, O_RDWR);
        if (fd < 0) continue;
        if (one->old_size && real_pwrite(fd, one->old, one->old_size, one->at) < 0) _exit(3);
        if (real_ftruncate(fd, one->length_before)) _exit(3);
        REAL(close)(fd);
    }
    redo(last);
    _exit(137);
}

/* Keeps what a change replaces. Called with the lock held, before the change. */
static void keep(int fd, const void *bytes, size_t size, off_t at, int truncates) {
    const char *limit = getenv("CUT_AT");
    if (limit && ++writes >= atol(limit)) cut();
    struct stat is;
    if (fstat(fd, &is)) return;
    struct change *one = calloc(1, sizeof *one);
    one->path = strdup(kept(fd));
    one->dev = is.st_dev, one->ino = is.st_ino;
    one->at = at, one->length_before = is.st_size, one->truncates = truncates;
    size_t replaced = truncates ? (is.st_size > at ? is.st_size - at : 0) : size;
    one->old = malloc(replaced + 1);
    ssize_t got = pread(fd, one->old, replaced, at);
    one->old_size = got > 0 ? got : 0;
    if (!truncates) {
        one->new = malloc(size + 1);
        memcpy(one->new, bytes, size);
        one->new_size = size;
    }
    one->before = last;
    last = one;
}

static void synced(int fd) {
    struct stat is;
    if (fstat(fd, &is)) return;
    for (struct change **next = &last; *next;) {
        struct change *one = *next;
        if (one->dev != is.st_dev || one->ino != is.st_ino) {
            next = &one->before;
            continue;
        }
        *next = one->before;
        free(one->path), free(one->old), free(one->new), free(one);
    }
}

#define OPEN(name)                                             \
    int name(const char *path, int flags, ...) {               \
        va_list more;                                          \
        va_start(more, flags);                                 \
        mode_t mode = va_arg(more, mode_t);                    \
        va_end(more);                                          \
        int fd = REAL(name)(path, flags, mode);                \
        opened(fd, path);                                      \
        return fd;                                             \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (kept(fd)) free(paths[fd]), paths[fd] = NULL;
    pthread_mutex_unlock(&lock);
    return REAL(close)(fd);
}

#define PWRITE(name, offset)                                                 \
    ssize_t name(int fd, const void *bytes, size_t size, offset at) {        \
        if (!kept(fd)) return real_pwrite(fd, bytes, size, at);              \
        pthread_mutex_lock(&lock);                                           \
        keep(fd, bytes, size, at, 0);                                        \
        ssize_t done = real_pwrite(fd, bytes, size, at);                     \
        pthread_mutex_unlock(&lock);                                         \
        return done;                                                         \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t size) {
    if (!kept(fd)) return REAL(write)(fd, bytes, size);
    pthread_mutex_lock(&lock);
    keep(fd, bytes, size, lseek(fd, 0, SEEK_CUR), 0);
    ssize_t done = REAL(write)(fd, bytes, size);
    pthread_mutex_unlock(&lock);
    return done;
}

#define FTRUNCATE(name, offset)                                  \
    int name(int fd, offset length) {                            \
        if (!kept(fd)) return real_ftruncate(fd, length);        \
        pthread_mutex_lock(&lock);                               \
        keep(fd, NULL, 0, length, 1);                            \
        int done = real_ftruncate(fd, length);                   \
        pthread_mutex_unlock(&lock);                             \
        return done;                                             \
    }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                       \
    int name(int fd) {                                   \
        int done = REAL(name)(fd);                       \
        if (!done && kept(fd)) {                         \
            pthread_mutex_lock(&lock);                   \
            synced(fd);                                  \
            pthread_mutex_unlock(&lock);                 \
        }                                                \
        return done;                                     \
    }
SYNC(fsync)
SYNC(fdatasync)
