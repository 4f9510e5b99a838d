// Histograms of latencies, and what the kernel says of another process.
#define _GNU_SOURCE
#include "bl_internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define BIN_WIDTH 10000LL

int64_t bl_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * BL_SECOND + time.tv_nsec;
}

void bl_histogram_add(bl_histogram *histogram, int64_t nanoseconds) {
    if (nanoseconds < 0) nanoseconds = 0;
    int64_t bin = nanoseconds / BIN_WIDTH;
    if (bin >= BL_HISTOGRAM_BINS) bin = BL_HISTOGRAM_BINS - 1;
    atomic_fetch_add_explicit(&histogram->bins[bin], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&histogram->count, 1, memory_order_relaxed);
    if (nanoseconds > atomic_load_explicit(&histogram->maximum, memory_order_relaxed)) {
        atomic_store_explicit(&histogram->maximum, nanoseconds, memory_order_relaxed);
    }
}

void bl_histogram_clear(bl_histogram *histogram) {
    for (int bin = 0; bin < BL_HISTOGRAM_BINS; bin++) {
        atomic_store_explicit(&histogram->bins[bin], 0, memory_order_relaxed);
    }
    atomic_store(&histogram->count, 0);
    atomic_store(&histogram->maximum, 0);
}

static int64_t quantile(bl_histogram *histogram, uint64_t count, double share) {
    uint64_t wanted = (uint64_t)((double)count * share), seen = 0;
    int64_t maximum = atomic_load(&histogram->maximum);
    for (int bin = 0; bin < BL_HISTOGRAM_BINS - 1; bin++) {
        seen += atomic_load_explicit(&histogram->bins[bin], memory_order_relaxed);
        int64_t upper = (bin + 1) * BIN_WIDTH;
        if (seen > wanted) return upper < maximum ? upper : maximum;
    }
    return maximum; // the last bin has no upper end
}

bl_summary bl_histogram_summary(bl_histogram *histogram) {
    bl_summary summary = {.count = atomic_load(&histogram->count)};
    if (summary.count == 0) return summary;
    summary.median = quantile(histogram, summary.count, 0.5);
    summary.p99 = quantile(histogram, summary.count, 0.99);
    summary.maximum = atomic_load(&histogram->maximum);
    return summary;
}

int64_t bl_process_cpu(pid_t process) {
    // The process's CPU clock counts in nanoseconds and keeps the time of ended threads, which
    // /proc/PID/stat does only in ticks and /proc/PID/task/*/schedstat not at all.
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
    return time.tv_sec * BL_SECOND + time.tv_nsec;
}

static int64_t status_value(pid_t process, const char *key) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "re");
    if (!file) return -1;
    long long value = -1;
    size_t length = strlen(key);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, key, length) == 0 && sscanf(line + length, " %lld", &value) == 1) break;
    }
    fclose(file);
    return value;
}

int64_t bl_process_rss(pid_t process) { return status_value(process, "VmRSS:"); }

int bl_process_threads(pid_t process) { return (int)status_value(process, "Threads:"); }
