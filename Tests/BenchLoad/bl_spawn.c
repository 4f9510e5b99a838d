// Starting and ending the measured server. It dies with the bench, however the bench ends.
#define _GNU_SOURCE
#include "bl_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void bl_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

pid_t bl_spawn(const char *const *arguments, const char *log) {
    pid_t process = fork();
    if (process != 0) return process;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int output = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), input = open("/dev/null", O_RDONLY);
    if (output < 0 || input < 0) _exit(126);
    dup2(input, 0);
    dup2(output, 1);
    dup2(output, 2);
    // execv takes its arguments as not const for historical reasons only.
    execv(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(errno == ENOENT ? 127 : 126);
}

bool bl_wait(pid_t process, int64_t nanoseconds, int *status) {
    for (int64_t end = bl_now() + nanoseconds;;) {
        pid_t ended = waitpid(process, status, WNOHANG);
        if (ended == process || (ended < 0 && errno == ECHILD)) return true;
        if (bl_now() >= end) return false;
        struct timespec pause = {.tv_nsec = 5 * BL_MS};
        nanosleep(&pause, NULL);
    }
}

void bl_signal(pid_t process, int signal) {
    if (process > 0) kill(process, signal);
}
