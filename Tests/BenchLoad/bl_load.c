// The generator's life and its loop: datagrams in, timers, paced starts.
#define _GNU_SOURCE
#include "bl_internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CALLERS, OPERATORS };

static bool loopback(const char *address, struct in_addr *out) {
    return inet_pton(AF_INET, address, out) == 1 && ntohl(out->s_addr) >> 24 == 127;
}

static bool take_config(bl_load *load, const bl_config *config) {
    struct in_addr any;
    bool good = loopback(config->server_address, &load->server.sin_addr) && loopback(config->caller_address, &any)
        && loopback(config->operator_address, &any) && config->operators >= 0
        && config->operators <= BL_MAX_OPERATORS && config->rtp_slots >= 0 && config->rtp_slots <= BL_MAX_RTP_SLOTS;
    load->server.sin_family = AF_INET;
    load->server.sin_port = htons(config->server_port);
    snprintf(load->server_address, sizeof load->server_address, "%s", config->server_address);
    snprintf(load->caller_address, sizeof load->caller_address, "%s", config->caller_address);
    snprintf(load->operator_address, sizeof load->operator_address, "%s", config->operator_address);
    snprintf(load->dialled, sizeof load->dialled, "%s", config->dialled);
    snprintf(load->secret, sizeof load->secret, "%s", config->secret);
    load->codec = config->codec;
    load->operators = config->operators;
    return good;
}

static bool open_sockets(bl_load *load) {
    const char *addresses[2] = {load->caller_address, load->operator_address};
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int side = 0; side < 2; side++) {
        load->sockets[side] = bl_udp_socket(addresses[side], 0, 8 << 20);
        // Where RTP goes that nobody takes: bound, so that the server gets no ICMP error for it, and never read.
        load->sink[side] = bl_udp_socket(addresses[side], 0, 4096);
        if (load->sockets[side] < 0 || load->sink[side] < 0 || load->epoll < 0) return false;
        load->ports[side] = bl_port_of(load->sockets[side]);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)side};
        if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, load->sockets[side], &event) != 0) return false;
    }
    return true;
}

static bool allocate(bl_load *load, int slots) {
    load->legs = calloc(BL_MAX_LEGS, sizeof *load->legs);
    load->due = malloc(BL_MAX_LEGS * sizeof *load->due);
    load->free_legs = malloc(BL_MAX_LEGS * sizeof *load->free_legs);
    load->buckets = malloc(BL_BUCKETS * sizeof *load->buckets);
    load->by_serial = malloc(BL_SERIALS * sizeof *load->by_serial);
    load->latencies = calloc(BL_LATENCIES, sizeof *load->latencies);
    load->registrations = calloc(BL_MAX_OPERATORS, sizeof *load->registrations);
    load->operator_leg = malloc(BL_MAX_OPERATORS * sizeof *load->operator_leg);
    load->operator_freed = calloc(BL_MAX_OPERATORS, sizeof *load->operator_freed);
    load->free_slots[CALLERS] = malloc(BL_MAX_RTP_SLOTS * sizeof(int));
    load->free_slots[OPERATORS] = malloc(BL_MAX_RTP_SLOTS * sizeof(int));
    if (!load->legs || !load->due || !load->free_legs || !load->buckets || !load->by_serial || !load->latencies
        || !load->registrations || !load->operator_leg || !load->operator_freed || !load->free_slots[CALLERS]
        || !load->free_slots[OPERATORS]) {
        return false;
    }
    for (int leg = BL_MAX_LEGS - 1; leg >= 0; leg--) {
        load->free_legs[load->free_count++] = leg;
        load->due[leg] = BL_NEVER;
    }
    for (int bucket = 0; bucket < BL_BUCKETS; bucket++) load->buckets[bucket] = -1;
    for (int serial = 0; serial < BL_SERIALS; serial++) load->by_serial[serial] = -1;
    for (int line = 0; line < BL_MAX_OPERATORS; line++) load->operator_leg[line] = -1;
    for (int slot = slots - 1; slot >= 0; slot--) {
        load->free_slots[CALLERS][load->free_slot_count[CALLERS]++] = slot;
        load->free_slots[OPERATORS][load->free_slot_count[OPERATORS]++] = slots + slot;
    }
    return true;
}

bl_load *bl_create(const bl_config *config, char *error, int capacity) {
    bl_load *load = calloc(1, sizeof *load);
    const char *problem = NULL;
    if (!load) return NULL;
    load->sockets[0] = load->sockets[1] = load->sink[0] = load->sink[1] = load->epoll = -1;
    if (!take_config(load, config)) {
        problem = "addresses must be in 127.0.0.0/8, operators and RTP slots within their limits";
    } else if (!allocate(load, config->rtp_slots)) {
        problem = "no memory";
    } else if (!open_sockets(load)) {
        problem = "SIP sockets could not be opened";
    } else if (config->rtp_slots > 0) {
        load->rtp = bl_rtp_create(load->caller_address, load->operator_address, config->rtp_slots, config->codec);
        if (!load->rtp) problem = "RTP sockets could not be opened: is `ulimit -n` large enough?";
    }
    if (problem) {
        snprintf(error, (size_t)capacity, "%s", problem);
        bl_destroy(load);
        return NULL;
    }
    // Call-IDs and branches of one generator must differ from those of the one before it.
    if (getrandom(&load->run, sizeof load->run, 0) != sizeof load->run) load->run = (uint32_t)bl_now();
    return load;
}

void bl_destroy(bl_load *load) {
    if (!load) return;
    bl_rtp_destroy(load->rtp);
    for (int side = 0; side < 2; side++) {
        if (load->sockets[side] >= 0) close(load->sockets[side]);
        if (load->sink[side] >= 0) close(load->sink[side]);
        free(load->free_slots[side]);
    }
    if (load->epoll >= 0) close(load->epoll);
    free(load->legs);
    free(load->due);
    free(load->free_legs);
    free(load->buckets);
    free(load->by_serial);
    free(load->latencies);
    free(load->registrations);
    free(load->operator_leg);
    free(load->operator_freed);
    free(load);
}

static void dispatch(bl_load *load, const bl_message *message, int64_t now) {
    bl_leg *leg = bl_find_leg(load, message->call_id);
    if (message->status && leg) {
        if (leg->is_operator) {
            bl_operator_response(load, leg, message, now);
        } else {
            bl_caller_response(load, leg, message, now);
        }
    } else if (message->status) {
        bl_registration_response(load, message, now);
    } else if (leg || !bl_is(message->method, "INVITE")) {
        bl_in_dialog(load, leg, message, now);
    } else {
        bl_operator_invited(load, message, now);
    }
}

static void drain(bl_load *load, int side) {
    char datagram[BL_DATAGRAM + 1];
    for (int turn = 0; turn < 256; turn++) {
        struct sockaddr_in from = {0};
        socklen_t size = sizeof from;
        ssize_t length = recvfrom(
            load->sockets[side], datagram, BL_DATAGRAM, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
        if (length < 0) return;
        if (load->answers_source && ntohl(from.sin_addr.s_addr) >> 24 == 127) load->server = from;
        datagram[length] = 0;
        bl_message message;
        if (bl_parse(datagram, (int)length, &message)) {
            dispatch(load, &message, bl_now());
        } else if (length > 4) { // shorter ones are keep-alives
            load->statistics.garbage++;
        }
    }
}

static void run_timers(bl_load *load, int64_t now) {
    for (int index = 0; index < load->used_legs; index++) {
        if (load->due[index] > now) continue;
        load->due[index] = BL_NEVER;
        bl_leg *leg = &load->legs[index];
        if (leg->state == BL_FREE) continue;
        if (leg->is_operator) {
            bl_operator_due(load, leg, now);
        } else {
            bl_caller_due(load, leg, now);
        }
    }
}

static void start_due_calls(bl_load *load, int64_t now) {
    bl_pacer *pacer = &load->calling;
    if (pacer->rate <= 0) return;
    uint64_t wanted = (uint64_t)((double)(now - pacer->since) * pacer->rate / 1e9);
    if (pacer->limit && wanted > pacer->limit) wanted = pacer->limit;
    while (pacer->done < wanted) {
        pacer->done++;
        if (!bl_start_call(load, now)) load->statistics.not_started++;
    }
}

void bl_run(bl_load *load, int64_t nanoseconds) {
    int64_t now = bl_now(), end = now + nanoseconds;
    struct epoll_event events[2];
    while (now < end) {
        int ready = epoll_wait(load->epoll, events, 2, 1);
        // Operators first: an INVITE sent before the answer to its caller's BYE is then also read before it.
        if (ready > 0) drain(load, OPERATORS);
        if (ready > 0) drain(load, CALLERS);
        now = bl_now();
        start_due_calls(load, now);
        bl_registration_step(load, now);
        if (now - load->scanned_at < BL_MS) continue;
        load->scanned_at = now;
        run_timers(load, now);
    }
}

void bl_behave(bl_load *load, bl_behaviour behaviour) { load->behaviour = behaviour; }

void bl_start_calls(bl_load *load, double per_second, uint64_t limit) {
    load->calling = (bl_pacer){.rate = per_second, .since = bl_now(), .limit = limit};
}

bl_statistics bl_current(const bl_load *load) {
    bl_statistics statistics = load->statistics;
    for (int index = 0; index < load->used_legs; index++) {
        const bl_leg *leg = &load->legs[index];
        statistics.legs += leg->state != BL_FREE;
        if (leg->is_operator || leg->state != BL_UP) continue;
        statistics.callers_up++;
        statistics.talking += leg->bridged;
    }
    statistics.registering = load->outstanding;
    return statistics;
}

bl_summary bl_measured(bl_load *load, bl_latency which) {
    if (which == BL_RELAY) return bl_rtp_delay(load->rtp);
    return which < BL_LATENCIES ? bl_histogram_summary(&load->latencies[which]) : (bl_summary){0};
}

void bl_forget_latencies(bl_load *load) {
    for (int which = 0; which < BL_LATENCIES; which++) bl_histogram_clear(&load->latencies[which]);
    bl_rtp_forget(load->rtp);
}

bl_rtp_counters bl_rtp(const bl_load *load) { return bl_rtp_count(load->rtp); }

uint16_t bl_rtp_port(const bl_load *load, int slot) { return bl_rtp_engine_port(load->rtp, slot); }

uint16_t bl_caller_port(const bl_load *load) { return load->ports[CALLERS]; }

uint16_t bl_operator_port(const bl_load *load) { return load->ports[OPERATORS]; }
