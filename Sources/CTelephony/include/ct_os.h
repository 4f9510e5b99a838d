/* Linux calls that Swift's Glibc module does not offer (epoll, timerfd, eventfd), and UDP with flat addresses, so that
 * no sockaddr has to be cast on the way. Every call returns a negative errno instead of setting errno. */
#ifndef BURDOCK_CT_OS_H
#define BURDOCK_CT_OS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* An IPv4 or IPv6 transport address. IPv4 stands in the last 32 bits of low; numbers are in host order. */
typedef struct ct_address {
    uint64_t high;
    uint64_t low;
    uint16_t port;
    uint16_t family; /* AF_INET, AF_INET6 or 0 for none */
} ct_address;

/* Numeric addresses only: 0 or -EINVAL. */
int ct_address_parse(const char *text, uint16_t port, ct_address *out);
/* The same address as an IPv6 socket sees it (::ffff:a.b.c.d); IPv6 addresses come back unchanged. */
ct_address ct_address_mapped(ct_address address);

/* Non-blocking, close-on-exec UDP socket without SO_REUSEADDR. dscp 0...63. */
int ct_udp_open(const ct_address *bind_to, int dscp);
/* The port that the kernel chose for a socket bound to port 0, or a negative errno. */
int ct_udp_port(int fd);
ssize_t ct_udp_receive(int fd, void *buffer, size_t size, ct_address *from);
ssize_t ct_udp_send(int fd, const void *bytes, size_t size, const ct_address *to);

int ct_epoll_open(void);
int ct_epoll_add(int epoll, int fd, uint64_t token);
int ct_epoll_remove(int epoll, int fd);
/* Tokens of readable descriptors, at most 256; timeout in milliseconds, -1 for none. An interrupted wait returns 0. */
int ct_epoll_wait(int epoll, uint64_t *tokens, int capacity, int timeout_ms);

int ct_timer_open(void);
/* One shot at an absolute instant of CLOCK_MONOTONIC in nanoseconds; 0 stops it. Also takes back an expiry not read. */
int ct_timer_arm(int fd, uint64_t at_ns);

int ct_wakeup_open(void);
int ct_wakeup_signal(int fd);
int ct_wakeup_clear(int fd);

uint64_t ct_monotonic_ns(void);
/* Until an absolute instant of CLOCK_MONOTONIC; a signal may end it early. */
void ct_sleep_until(uint64_t at_ns);
/* SCHED_FIFO for the calling thread: 0, or a negative errno where it is not allowed. */
int ct_thread_realtime(int priority);
void ct_thread_name(const char *name);
/* Freed memory stays with the process up to so many bytes for each arena of the allocator. */
void ct_keep_freed_memory(int bytes);

#endif
