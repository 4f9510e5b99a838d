// Floors: what the work costs when nothing but the work is done. Each is a process of its own, so that it is metered
// exactly as the server is. Everything is opened and allocated before the fork.
#define _GNU_SOURCE
#include "bl_internal.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVENTS = 256, BEAT = 20 };

struct bl_floor {
    pid_t process;
    int count;
    int *sockets;
    uint16_t *ports;
    struct sockaddr_in *peers; // of the relay: the last source of each leg
};

static bl_floor *floor_with(int count) {
    bl_floor *floor = calloc(1, sizeof *floor);
    if (!floor) return NULL;
    floor->process = -1;
    floor->sockets = malloc((size_t)count * sizeof *floor->sockets);
    floor->ports = calloc((size_t)count, sizeof *floor->ports);
    floor->peers = calloc((size_t)count, sizeof *floor->peers);
    if (floor->sockets && floor->ports && floor->peers) {
        for (; floor->count < count; floor->count++) {
            int descriptor = bl_udp_socket("127.0.0.1", 0, 256 * 1024);
            if (descriptor < 0) break;
            floor->sockets[floor->count] = descriptor;
            floor->ports[floor->count] = bl_port_of(descriptor);
        }
        if (floor->count == count) return floor;
    }
    bl_floor_stop(floor);
    return NULL;
}

static void close_sockets(bl_floor *floor) {
    for (int index = 0; index < floor->count; index++) close(floor->sockets[index]);
    floor->count = 0;
}

// In the child: dies with its parent, and of SIGTERM.
static void settle(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void relay(bl_floor *floor, int epoll) {
    struct epoll_event events[EVENTS];
    uint8_t packet[2048];
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int event = 0; event < ready; event++) {
            uint32_t leg = events[event].data.u32, other = leg ^ 1;
            struct sockaddr_in from;
            socklen_t length = sizeof from;
            ssize_t size =
                recvfrom(floor->sockets[leg], packet, sizeof packet, 0, (struct sockaddr *)&from, &length);
            if (size <= 0) continue;
            floor->peers[leg] = from;
            if (floor->peers[other].sin_port == 0) continue;
            // A lost packet is lost, as in any relay.
            (void)!sendto(floor->sockets[other], packet, (size_t)size, 0, (struct sockaddr *)&floor->peers[other],
                sizeof floor->peers[other]);
        }
    }
}

bl_floor *bl_floor_relay(int pairs) {
    bl_floor *floor = floor_with(2 * pairs);
    if (!floor) return NULL;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int leg = 0; leg < 2 * pairs; leg++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)leg};
        epoll_ctl(epoll, EPOLL_CTL_ADD, floor->sockets[leg], &event);
    }
    floor->process = fork();
    if (floor->process == 0) {
        settle();
        relay(floor, epoll);
    }
    close(epoll);
    return floor;
}

static _Noreturn void play(bl_floor *floor, int timer) {
    uint8_t packet[BL_PACKET];
    memset(packet, 0xd5, sizeof packet);
    packet[0] = 0x80;
    packet[1] = 0;
    uint16_t sequence = 0;
    int slot = 0;
    for (;;) {
        uint64_t beats = 0;
        if (read(timer, &beats, sizeof beats) != sizeof beats) continue;
        for (; beats > 0; beats--, slot = (slot + 1) % BEAT) {
            if (slot == 0) sequence++;
            uint32_t timestamp = htonl(sequence * 160u);
            packet[2] = (uint8_t)(sequence >> 8);
            packet[3] = (uint8_t)sequence;
            memcpy(packet + 4, &timestamp, 4);
            for (int leg = slot; leg < floor->count; leg += BEAT) {
                (void)!send(floor->sockets[leg], packet, sizeof packet, 0);
            }
        }
    }
}

bl_floor *bl_floor_sender(const bl_load *load, int listeners) {
    bl_floor *floor = floor_with(listeners);
    if (!floor) return NULL;
    for (int leg = 0; leg < listeners; leg++) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(bl_rtp_port(load, leg))};
        inet_pton(AF_INET, load->caller_address, &to.sin_addr);
        if (connect(floor->sockets[leg], (struct sockaddr *)&to, sizeof to) != 0) {
            bl_floor_stop(floor);
            return NULL;
        }
    }
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    struct itimerspec beat = {.it_interval.tv_nsec = BL_MS, .it_value.tv_nsec = BL_MS};
    timerfd_settime(timer, 0, &beat, NULL);
    floor->process = fork();
    if (floor->process == 0) {
        settle();
        play(floor, timer);
    }
    close(timer);
    return floor;
}

bl_floor *bl_floor_answerer(void) {
    char error[128];
    bl_config config = {
        .server_address = "127.0.0.1", .server_port = 9, .caller_address = "127.0.0.1",
        .operator_address = "127.0.0.1", .dialled = "", .secret = ""};
    bl_load *load = bl_create(&config, error, sizeof error);
    bl_floor *floor = load ? floor_with(1) : NULL;
    if (!floor) {
        bl_destroy(load);
        return NULL;
    }
    floor->ports[0] = bl_operator_port(load);
    bl_behave(load, (bl_behaviour){.hold_ns = -1, .patience_ns = -1, .hold_from_answer = true});
    load->answers_source = true;
    floor->process = fork();
    if (floor->process == 0) {
        settle();
        for (;;) bl_run(load, BL_SECOND);
    }
    bl_destroy(load);
    return floor;
}

pid_t bl_floor_pid(const bl_floor *floor) { return floor->process; }

uint16_t bl_floor_port(const bl_floor *floor, int index) {
    return index >= 0 && index < floor->count ? floor->ports[index] : 0;
}

void bl_floor_stop(bl_floor *floor) {
    if (!floor) return;
    if (floor->process > 0) {
        kill(floor->process, SIGKILL);
        waitpid(floor->process, NULL, 0);
    }
    close_sockets(floor);
    free(floor->sockets);
    free(floor->ports);
    free(floor->peers);
    free(floor);
}

void bl_rtp_through(bl_load *load, const bl_floor *relay, int first, int pairs) {
    int slots = bl_rtp_slots(load->rtp);
    uint32_t address = htonl(INADDR_LOOPBACK);
    for (int pair = 0; pair < pairs && first + pair < slots; pair++) {
        int caller = first + pair, other = slots + first + pair;
        bl_rtp_pair(load->rtp, caller, relay ? other : -1);
        bl_rtp_pair(load->rtp, other, relay ? caller : -1);
        bl_rtp_send(load->rtp, caller, address, relay ? bl_floor_port(relay, 2 * pair) : 0);
        bl_rtp_send(load->rtp, other, address, relay ? bl_floor_port(relay, 2 * pair + 1) : 0);
    }
}

void bl_rtp_only(bl_load *load, int first, int last) { bl_rtp_gate(load->rtp, first, last); }
