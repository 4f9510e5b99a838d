// RTP: one thread on an absolute 1 ms beat sends each flow's packet in its slot of the 20 ms and then takes
// what has come. It never sleeps in epoll, so that a measured sender does not pay for waking it at every packet.
#define _GNU_SOURCE
#include "bl_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 20, MARK = 0x4c424452, EVENTS = 512 };

typedef struct {
    int socket;
    uint16_t port;
    // Where to: address << 32 | port, network order; 0: silent.
    _Atomic uint64_t target;
    _Atomic int partner; // the flow whose packets belong here, or -1
    // The thread's own.
    uint16_t sequence, seen_sequence;
    uint32_t timestamp, seen_source;
    bool seen;
} flow;

struct bl_rtp_engine {
    int slots, codec, epoll;
    flow *flows; // 2 · slots
    pthread_t thread;
    _Atomic bool stop, forget;
    _Atomic int first, last; // slots that may send
    _Atomic uint64_t sent, relayed, received, misdirected, gaps, duplicates, late_ticks;
    bl_histogram delay;
};

// What our packets carry after the RTP header.
typedef struct {
    uint32_t mark, flow;
    int64_t sent_at;
} stamp;

static void count(_Atomic uint64_t *counter, uint64_t by) {
    atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

static int64_t wall_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * BL_SECOND + time.tv_nsec;
}

static void send_packet(bl_rtp_engine *engine, int index, uint64_t target, uint8_t packet[BL_PACKET]) {
    flow *flow = &engine->flows[index];
    uint16_t sequence = htons(++flow->sequence);
    uint32_t timestamp = htonl(flow->timestamp += 160), source = htonl(0x42000000u + (uint32_t)index);
    memcpy(packet + 2, &sequence, 2);
    memcpy(packet + 4, &timestamp, 4);
    memcpy(packet + 8, &source, 4);
    stamp stamp = {MARK, (uint32_t)index, wall_clock()};
    memcpy(packet + 12, &stamp, sizeof stamp);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = (in_port_t)(target & 0xffff), .sin_addr.s_addr = (in_addr_t)(target >> 32)};
    ssize_t sent = sendto(flow->socket, packet, BL_PACKET, 0, (struct sockaddr *)&to, sizeof to);
    if (sent == BL_PACKET) count(&engine->sent, 1);
}

static int64_t arrival_of(struct msghdr *header) {
    for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(control), sizeof time);
            return time.tv_sec * BL_SECOND + time.tv_nsec;
        }
    }
    return wall_clock();
}

static void check_sequence(bl_rtp_engine *engine, flow *flow, const uint8_t *packet) {
    uint32_t source;
    memcpy(&source, packet + 8, 4);
    uint16_t sequence = (uint16_t)(packet[2] << 8 | packet[3]);
    if (flow->seen && flow->seen_source == source) {
        int step = (int16_t)(uint16_t)(sequence - flow->seen_sequence);
        if (step > 1) count(&engine->gaps, (uint64_t)(step - 1));
        if (step < 1) count(&engine->duplicates, 1);
    }
    flow->seen = true;
    flow->seen_source = source;
    flow->seen_sequence = sequence;
}

static void take_packet(bl_rtp_engine *engine, int index, const uint8_t *packet, ssize_t length, int64_t arrival) {
    flow *flow = &engine->flows[index];
    if (length < 12 || packet[0] >> 6 != 2) return;
    check_sequence(engine, flow, packet);
    stamp stamp = {0};
    if (length >= 12 + (ssize_t)sizeof stamp) memcpy(&stamp, packet + 12, sizeof stamp);
    if (stamp.mark != MARK) {
        count(&engine->received, 1);
        return;
    }
    count(&engine->relayed, 1);
    int partner = atomic_load_explicit(&flow->partner, memory_order_relaxed);
    if (partner >= 0 && (uint32_t)partner != stamp.flow) count(&engine->misdirected, 1);
    bl_histogram_add(&engine->delay, arrival - stamp.sent_at);
}

static void drain(bl_rtp_engine *engine, int index) {
    uint8_t packet[2048];
    char control[128];
    for (int turn = 0; turn < 64; turn++) {
        struct iovec part = {packet, sizeof packet};
        struct msghdr header = {
            .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        ssize_t length = recvmsg(engine->flows[index].socket, &header, MSG_DONTWAIT);
        if (length < 0) return;
        take_packet(engine, index, packet, length, arrival_of(&header));
    }
}

static void *beat(void *context) {
    bl_rtp_engine *engine = context;
    uint8_t packet[BL_PACKET];
    memset(packet, 0xd5, sizeof packet);
    packet[0] = 0x80;
    packet[1] = (uint8_t)engine->codec;
    struct epoll_event events[EVENTS];
    int64_t next = bl_now();
    for (int slot = 0; !atomic_load_explicit(&engine->stop, memory_order_relaxed); slot = (slot + 1) % SLOTS) {
        next += BL_MS;
        struct timespec until = {next / BL_SECOND, next % BL_SECOND};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {}
        int64_t late = bl_now() - next;
        if (late > BL_MS) count(&engine->late_ticks, 1);
        if (late > 200 * BL_MS) next = bl_now(); // no catching up after a long stop: the burst would measure nothing
        if (atomic_exchange(&engine->forget, false)) bl_histogram_clear(&engine->delay);
        int first = atomic_load(&engine->first), last = atomic_load(&engine->last);
        for (int index = slot; index < 2 * engine->slots; index += SLOTS) {
            int own = index < engine->slots ? index : index - engine->slots;
            if (own < first || own > last) continue;
            uint64_t target = atomic_load_explicit(&engine->flows[index].target, memory_order_acquire);
            if (target) send_packet(engine, index, target, packet);
        }
        int ready = epoll_wait(engine->epoll, events, EVENTS, 0);
        for (int event = 0; event < ready; event++) drain(engine, (int)events[event].data.u32);
    }
    return NULL;
}

int bl_udp_socket(const char *address, uint16_t port, int buffer) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    // FORCE works for root only; without it the kernel's own limit stands.
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0) {
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    }
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &own.sin_addr) != 1
        || bind(descriptor, (struct sockaddr *)&own, sizeof own) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

uint16_t bl_port_of(int descriptor) {
    struct sockaddr_in own = {0};
    socklen_t length = sizeof own;
    return getsockname(descriptor, (struct sockaddr *)&own, &length) == 0 ? ntohs(own.sin_port) : 0;
}

static bool open_flows(bl_rtp_engine *engine, const char *callers, const char *operators) {
    for (int index = 0; index < 2 * engine->slots; index++) {
        flow *flow = &engine->flows[index];
        flow->socket = bl_udp_socket(index < engine->slots ? callers : operators, 0, 256 * 1024);
        if (flow->socket < 0) return false;
        int on = 1;
        setsockopt(flow->socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
        flow->port = bl_port_of(flow->socket);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
        if (epoll_ctl(engine->epoll, EPOLL_CTL_ADD, flow->socket, &event) != 0) return false;
    }
    return true;
}

bl_rtp_engine *bl_rtp_create(const char *callers, const char *operators, int slots, int codec) {
    bl_rtp_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return NULL;
    engine->flows = calloc((size_t)(2 * slots), sizeof *engine->flows);
    engine->slots = engine->flows ? slots : 0;
    engine->codec = codec;
    engine->last = slots - 1;
    engine->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int index = 0; index < 2 * engine->slots; index++) {
        engine->flows[index].socket = -1;
        engine->flows[index].partner = -1;
    }
    bool good = engine->flows && engine->epoll >= 0 && open_flows(engine, callers, operators);
    if (good && pthread_create(&engine->thread, NULL, beat, engine) == 0) return engine;
    engine->stop = true;
    bl_rtp_destroy(engine);
    return NULL;
}

void bl_rtp_destroy(bl_rtp_engine *engine) {
    if (!engine) return;
    if (!atomic_exchange(&engine->stop, true)) pthread_join(engine->thread, NULL);
    for (int index = 0; index < 2 * engine->slots; index++) {
        if (engine->flows[index].socket >= 0) close(engine->flows[index].socket);
    }
    if (engine->epoll >= 0) close(engine->epoll);
    free(engine->flows);
    free(engine);
}

int bl_rtp_slots(const bl_rtp_engine *engine) { return engine ? engine->slots : 0; }

uint16_t bl_rtp_engine_port(const bl_rtp_engine *engine, int flow) {
    return engine && flow >= 0 && flow < 2 * engine->slots ? engine->flows[flow].port : 0;
}

void bl_rtp_send(bl_rtp_engine *engine, int flow, uint32_t address, uint16_t port) {
    if (!engine || flow < 0 || flow >= 2 * engine->slots) return;
    uint64_t target = port && address ? (uint64_t)address << 32 | htons(port) : 0;
    atomic_store_explicit(&engine->flows[flow].target, target, memory_order_release);
}

void bl_rtp_gate(bl_rtp_engine *engine, int first, int last) {
    if (!engine) return;
    atomic_store(&engine->first, first);
    atomic_store(&engine->last, last);
}

void bl_rtp_pair(bl_rtp_engine *engine, int one, int other) {
    if (!engine) return;
    if (one >= 0 && one < 2 * engine->slots) atomic_store(&engine->flows[one].partner, other);
    if (other >= 0 && other < 2 * engine->slots) atomic_store(&engine->flows[other].partner, one);
}

bl_rtp_counters bl_rtp_count(const bl_rtp_engine *engine) {
    if (!engine) return (bl_rtp_counters){0};
    return (bl_rtp_counters){
        .sent = engine->sent,
        .relayed = engine->relayed,
        .received = engine->received,
        .misdirected = engine->misdirected,
        .gaps = engine->gaps,
        .duplicates = engine->duplicates,
        .late_ticks = engine->late_ticks,
    };
}

bl_summary bl_rtp_delay(bl_rtp_engine *engine) {
    return engine ? bl_histogram_summary(&engine->delay) : (bl_summary){0};
}

void bl_rtp_forget(bl_rtp_engine *engine) {
    if (engine) atomic_store(&engine->forget, true);
}
