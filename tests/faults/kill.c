/* A power switch, for tests/it/migrations.rs: preloaded into the program, it kills it at the moment it
 * is about to write or flush for the $KILL_AT-th time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static void count(void) {
    static atomic_long acts;
    const char *last = getenv("KILL_AT");
    if (last && atomic_fetch_add(&acts, 1) + 1 == atol(last)) kill(getpid(), SIGKILL);
}

#define REAL(name) (__typeof__(&name)) dlsym(RTLD_NEXT, #name)

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    count();
    return (REAL(pwrite))(fd, bytes, size, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
    count();
    return (REAL(pwrite64))(fd, bytes, size, offset);
}

int ftruncate(int fd, off_t size) {
    count();
    return (REAL(ftruncate))(fd, size);
}

int ftruncate64(int fd, off64_t size) {
    count();
    return (REAL(ftruncate64))(fd, size);
}

int fsync(int fd) {
    count();
    return (REAL(fsync))(fd);
}

int fdatasync(int fd) {
    count();
    return (REAL(fdatasync))(fd);
}

int unlink(const char *path) {
    count();
    return (REAL(unlink))(path);
}
