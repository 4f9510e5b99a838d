#define _GNU_SOURCE
#include "ct_os.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int ct_address_parse(const char *text, uint16_t port, ct_address *out) {
    struct in_addr v4;
    struct in6_addr v6;
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &v4) == 1) {
        *out = (ct_address){.low = ntohl(v4.s_addr), .port = port, .family = AF_INET};
        return 0;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        uint64_t halves[2];
        memcpy(halves, &v6, sizeof halves);
        *out = (ct_address){.high = be64toh(halves[0]), .low = be64toh(halves[1]), .port = port, .family = AF_INET6};
        return 0;
    }
    return -EINVAL;
}

ct_address ct_address_mapped(ct_address address) {
    if (address.family == AF_INET) {
        address.high = 0;
        address.low |= 0xffffULL << 32;
        address.family = AF_INET6;
    }
    return address;
}

static socklen_t to_sockaddr(const ct_address *address, struct sockaddr_storage *out) {
    if (address->family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)out;
        memset(in, 0, sizeof *in);
        in->sin_family = AF_INET;
        in->sin_port = htons(address->port);
        in->sin_addr.s_addr = htonl((uint32_t)address->low);
        return sizeof *in;
    }
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
    uint64_t halves[2] = {htobe64(address->high), htobe64(address->low)};
    memset(in6, 0, sizeof *in6);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(address->port);
    memcpy(&in6->sin6_addr, halves, sizeof halves);
    return sizeof *in6;
}

static void from_sockaddr(const struct sockaddr_storage *address, ct_address *out) {
    memset(out, 0, sizeof *out);
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        out->low = ntohl(in->sin_addr.s_addr);
        out->port = ntohs(in->sin_port);
        out->family = AF_INET;
    } else if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        uint64_t halves[2];
        memcpy(halves, &in6->sin6_addr, sizeof halves);
        out->high = be64toh(halves[0]);
        out->low = be64toh(halves[1]);
        out->port = ntohs(in6->sin6_port);
        out->family = AF_INET6;
    }
}

int ct_udp_open(const ct_address *bind_to, int dscp) {
    struct sockaddr_storage address;
    socklen_t length = to_sockaddr(bind_to, &address);
    int tos = (dscp & 63) << 2;
    int fd = socket(bind_to->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (bind(fd, (struct sockaddr *)&address, length) != 0) {
        int code = errno;
        close(fd);
        return -code;
    }
    /* The mark is a wish to the network: a kernel that refuses it changes nothing for us. */
    if (tos != 0) {
        setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos);
        if (bind_to->family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof tos);
    }
    return fd;
}

int ct_udp_port(int fd) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    ct_address flat;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) return -errno;
    from_sockaddr(&address, &flat);
    return flat.port;
}

/* The library's sendto and recvfrom are cancellation points, which costs two atomic operations for each packet in a
 * process with several threads. No thread of ours is ever cancelled. */
ssize_t ct_udp_receive(int fd, void *buffer, size_t size, ct_address *from) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    ssize_t count = syscall(SYS_recvfrom, fd, buffer, size, MSG_DONTWAIT, &address, &length);
    if (count < 0) return -errno;
    from_sockaddr(&address, from);
    return count;
}

ssize_t ct_udp_send(int fd, const void *bytes, size_t size, const ct_address *to) {
    struct sockaddr_storage address;
    socklen_t length = to_sockaddr(to, &address);
    ssize_t count = syscall(SYS_sendto, fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL, &address, length);
    return count < 0 ? -errno : count;
}

int ct_epoll_open(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int ct_epoll_add(int epoll, int fd, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0 ? -errno : 0;
}

int ct_epoll_remove(int epoll, int fd) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) != 0 ? -errno : 0;
}

int ct_epoll_wait(int epoll, uint64_t *tokens, int capacity, int timeout_ms) {
    struct epoll_event events[256];
    int limit = capacity < 256 ? capacity : 256;
    int count = epoll_wait(epoll, events, limit, timeout_ms);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return count;
}

int ct_timer_open(void) {
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int ct_timer_arm(int fd, uint64_t at_ns) {
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(at_ns / 1000000000u), .tv_nsec = (long)(at_ns % 1000000000u)}};
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL) != 0 ? -errno : 0;
}

int ct_wakeup_open(void) {
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int ct_wakeup_signal(int fd) {
    uint64_t one = 1;
    return write(fd, &one, sizeof one) < 0 ? -errno : 0;
}

int ct_wakeup_clear(int fd) {
    uint64_t count;
    return read(fd, &count, sizeof count) < 0 ? -errno : 0;
}

uint64_t ct_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void ct_sleep_until(uint64_t at_ns) {
    struct timespec when = {.tv_sec = (time_t)(at_ns / 1000000000u), .tv_nsec = (long)(at_ns % 1000000000u)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
}

int ct_thread_realtime(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    return -pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
}

void ct_thread_name(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

void ct_keep_freed_memory(int bytes) {
#ifdef M_TRIM_THRESHOLD
    mallopt(M_TRIM_THRESHOLD, bytes);
#else
    (void)bytes;
#endif
}
