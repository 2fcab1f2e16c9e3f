/* A disk that fails on demand, for .ci/faults: preloaded into the program, it makes writing fail with
 * ENOSPC while the file $DISK_FULL exists, and flushing fail with EIO while $DISK_BROKEN does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static int ordered(const char *variable) {
    const char *file = getenv(variable);
    return file && access(file, F_OK) == 0;
}

static int fail(int error) {
    errno = error;
    return -1;
}

#define REAL(name) (__typeof__(&name)) dlsym(RTLD_NEXT, #name)

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    if (ordered("DISK_FULL")) return fail(ENOSPC);
    return (REAL(pwrite))(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    if (ordered("DISK_FULL")) return fail(ENOSPC);
    return (REAL(pwrite64))(fd, bytes, count, offset);
}

int fsync(int fd) {
    if (ordered("DISK_BROKEN")) return fail(EIO);
    return (REAL(fsync))(fd);
}

int fdatasync(int fd) {
    if (ordered("DISK_BROKEN")) return fail(EIO);
    return (REAL(fdatasync))(fd);
}
