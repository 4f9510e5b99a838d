// What callers' and operators' legs have in common: their table, their requests, requests within a dialog.
#define _GNU_SOURCE
#include "bl_internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

// FNV-1a.
uint32_t bl_hash(bl_slice text) {
    uint32_t hash = 2166136261u;
    for (int i = 0; i < text.length; i++) hash = (hash ^ (uint8_t)text.at[i]) * 16777619u;
    return hash;
}

static int bucket_of(bl_slice call_id) { return (int)(bl_hash(call_id) % BL_BUCKETS); }

static bl_slice own_call_id(const bl_leg *leg) { return (bl_slice){leg->call_id, (int)strlen(leg->call_id)}; }

int bl_leg_index(const bl_load *load, const bl_leg *leg) { return (int)(leg - load->legs); }

bl_leg *bl_new_leg(bl_load *load, bool is_operator) {
    if (load->free_count == 0) return NULL;
    int index = load->free_legs[--load->free_count];
    if (index >= load->used_legs) load->used_legs = index + 1;
    bl_leg *leg = &load->legs[index];
    memset(leg, 0, sizeof *leg);
    leg->is_operator = is_operator;
    leg->other = leg->line = -1;
    leg->slot = load->free_slot_count[is_operator] > 0
        ? load->free_slots[is_operator][--load->free_slot_count[is_operator]]
        : -1;
    load->due[index] = BL_NEVER;
    return leg;
}

void bl_index_leg(bl_load *load, bl_leg *leg) {
    int bucket = bucket_of(own_call_id(leg));
    leg->next = load->buckets[bucket];
    load->buckets[bucket] = bl_leg_index(load, leg);
}

bl_leg *bl_find_leg(bl_load *load, bl_slice call_id) {
    for (int index = load->buckets[bucket_of(call_id)]; index >= 0; index = load->legs[index].next) {
        bl_slice own = own_call_id(&load->legs[index]);
        if (own.length == call_id.length && memcmp(own.at, call_id.at, (size_t)own.length) == 0) {
            return &load->legs[index];
        }
    }
    return NULL;
}

void bl_free_leg(bl_load *load, bl_leg *leg) {
    int index = bl_leg_index(load, leg);
    int *link = &load->buckets[bucket_of(own_call_id(leg))];
    while (*link >= 0 && *link != index) link = &load->legs[*link].next;
    if (*link == index) *link = leg->next;
    if (leg->slot >= 0) {
        bl_rtp_send(load->rtp, leg->slot, 0, 0);
        bl_rtp_pair(load->rtp, leg->slot, -1);
        load->free_slots[leg->is_operator][load->free_slot_count[leg->is_operator]++] = leg->slot;
    }
    if (leg->other >= 0) load->legs[leg->other].other = -1;
    leg->state = BL_FREE;
    leg->call_id[0] = 0;
    load->due[index] = BL_NEVER;
    load->free_legs[load->free_count++] = index;
}

const char *bl_own_address(const bl_load *load, bool is_operator) {
    return is_operator ? load->operator_address : load->caller_address;
}

void bl_transmit(bl_load *load, bool from_operator, const char *bytes, int length) {
    // A full socket buffer is a lost datagram, as on any network: the timers repeat it.
    (void)!sendto(
        load->sockets[from_operator], bytes, (size_t)length, 0, (struct sockaddr *)&load->server, sizeof load->server);
}

void bl_keep_and_transmit(bl_load *load, bl_leg *leg, const bl_text *text) {
    if (text->overflow) return;
    memcpy(leg->last, text->bytes, (size_t)text->length);
    leg->last_length = text->length;
    leg->tried_since = bl_now();
    leg->interval = BL_T1;
    load->due[bl_leg_index(load, leg)] = leg->tried_since + leg->interval;
    bl_transmit(load, leg->is_operator, text->bytes, text->length);
}

void bl_retransmit(bl_load *load, bl_leg *leg, int64_t now) {
    load->statistics.retransmissions++;
    leg->interval = leg->interval < 4 * BL_T1 ? 2 * leg->interval : leg->interval;
    load->due[bl_leg_index(load, leg)] = now + leg->interval;
    bl_transmit(load, leg->is_operator, leg->last, leg->last_length);
}

// A request of a leg without its end, so that headers may follow.
void bl_request(bl_load *load, bl_leg *leg, bl_text *text, const char *method, uint32_t cseq, const char *branch) {
    const char *address = bl_own_address(load, leg->is_operator);
    uint16_t port = load->ports[leg->is_operator];
    bl_append(text, "%s %s SIP/2.0\r\n", method, leg->target);
    bl_append(text, "Via: SIP/2.0/UDP %s:%u;branch=%s;rport\r\nMax-Forwards: 70\r\n", address, port, branch);
    bl_append(text, "From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n", leg->local, leg->remote, leg->call_id,
        cseq, method);
    if (leg->is_operator) {
        bl_append(text, "Contact: <sip:op%d@%s:%u>\r\n", leg->line, address, port);
    } else {
        bl_append(text, "Contact: <sip:trunk@%s:%u>\r\n", address, port);
    }
}

void bl_say_bye(bl_load *load, bl_leg *leg, int64_t now) {
    bl_text text = {.length = 0};
    leg->state = BL_LEAVING;
    leg->started = now;
    if (leg->slot >= 0) bl_rtp_send(load->rtp, leg->slot, 0, 0);
    snprintf(leg->branch, sizeof leg->branch, "z9hG4bK%08x%08x", load->run, ++load->next_branch);
    bl_request(load, leg, &text, "BYE", ++leg->cseq, leg->branch);
    bl_finish(&text, NULL);
    bl_keep_and_transmit(load, leg, &text);
}

void bl_leg_sdp(bl_load *load, bl_leg *leg, char *out, int capacity) {
    int sink = load->sink[leg->is_operator];
    uint16_t port = leg->slot >= 0 ? bl_rtp_engine_port(load->rtp, leg->slot) : bl_port_of(sink);
    // The answer to a one-way offer is its mirror (RFC 3264 §6.1).
    char direction = leg->media.direction == 's'   ? 'r'
                     : leg->media.direction == 'r' ? 's'
                     : leg->media.direction == 'i' ? 'i'
                                                   : 'b';
    uint32_t id = (uint32_t)bl_leg_index(load, leg) + 1;
    bl_write_sdp(out, capacity, bl_own_address(load, leg->is_operator), port, load->codec, id, direction);
}

void bl_use_media(bl_load *load, bl_leg *leg, bl_slice body) {
    bl_media media;
    if (!bl_parse_sdp(body, &media)) return;
    leg->media = media;
    bool allowed = leg->is_operator ? load->behaviour.operators_send : load->behaviour.callers_send;
    bool wanted = media.direction == 'b' || media.direction == 'r';
    if (leg->slot >= 0) bl_rtp_send(load->rtp, leg->slot, media.address, allowed && wanted ? media.port : 0);
}

static void answer(bl_load *load, bool from_operator, const bl_message *request, int status, const char *reason) {
    bl_text text = {.length = 0};
    bl_respond(&text, request, status, reason, "bench");
    bl_finish(&text, NULL);
    if (!text.overflow) bl_transmit(load, from_operator, text.bytes, text.length);
}

static void got_bye(bl_load *load, bl_leg *leg, int64_t now) {
    if (leg->is_operator) {
        bl_operator_ended(load, leg);
        return;
    }
    if (leg->state == BL_LEAVING) { // both said BYE: the other one's answer need not be waited for
        bl_histogram_add(&load->latencies[BL_HANG_UP], now - leg->started);
        bl_caller_ended(load, leg, true);
        return;
    }
    bl_leg *other = leg->other >= 0 ? &load->legs[leg->other] : NULL;
    bool dropped = !leg->bridged || (other && other->state == BL_UP);
    if (dropped) load->statistics.calls_dropped++;
    bl_caller_ended(load, leg, !dropped);
}

// A re-INVITE or UPDATE within an established leg: taken as it comes.
static void modified(bl_load *load, bl_leg *leg, const bl_message *request) {
    char sdp[512], contact[96];
    bl_text text = {.length = 0};
    bl_use_media(load, leg, request->body);
    bl_leg_sdp(load, leg, sdp, sizeof sdp);
    snprintf(contact, sizeof contact, "Contact: <sip:bench@%s:%u>\r\n", bl_own_address(load, leg->is_operator),
        load->ports[leg->is_operator]);
    bl_respond(&text, request, 200, "OK", "bench");
    bl_append(&text, "%s", contact);
    bl_finish(&text, request->body.length > 0 || bl_is(request->method, "INVITE") ? sdp : NULL);
    if (!text.overflow) bl_transmit(load, leg->is_operator, text.bytes, text.length);
}

static void got_ack(bl_load *load, bl_leg *leg, const bl_message *ack, int64_t now) {
    if (!leg->is_operator || leg->state != BL_ANSWERED) return;
    if (ack->body.length > 0) bl_use_media(load, leg, ack->body);
    leg->state = BL_UP;
    leg->up_since = now;
    load->due[bl_leg_index(load, leg)] = BL_NEVER;
    if (leg->other >= 0) {
        bl_rtp_pair(load->rtp, leg->slot, load->legs[leg->other].slot);
        bl_caller_got_operator(load, &load->legs[leg->other], now);
    }
}

static void got_cancel(bl_load *load, bl_leg *leg, const bl_message *cancel) {
    answer(load, true, cancel, 200, "OK");
    if (!leg->is_operator || leg->state != BL_RINGING) return;
    load->statistics.operator_cancels++;
    // The INVITE's own 487: the same headers but for the method.
    bl_message invite = *cancel;
    invite.method = (bl_slice){"INVITE", 6};
    answer(load, true, &invite, 487, "Request Terminated");
    bl_operator_ended(load, leg);
}

// Every request but the first INVITE. `leg` is NULL for those outside a dialog.
void bl_in_dialog(bl_load *load, bl_leg *leg, const bl_message *message, int64_t now) {
    bool side = leg ? leg->is_operator : true;
    if (bl_is(message->method, "ACK")) {
        if (leg) got_ack(load, leg, message, now);
    } else if (bl_is(message->method, "OPTIONS")) {
        answer(load, side, message, 200, "OK");
    } else if (!leg) {
        answer(load, true, message, 481, "Call/Transaction Does Not Exist");
    } else if (bl_is(message->method, "BYE")) {
        answer(load, side, message, 200, "OK");
        got_bye(load, leg, now);
    } else if (bl_is(message->method, "CANCEL")) {
        got_cancel(load, leg, message);
    } else if (bl_is(message->method, "INVITE") && leg->is_operator && message->cseq == leg->their_cseq) {
        // Sent again: so is what we answered.
        if (leg->last_length > 0) bl_transmit(load, true, leg->last, leg->last_length);
    } else if (bl_is(message->method, "INVITE") || bl_is(message->method, "UPDATE")) {
        modified(load, leg, message);
    } else {
        answer(load, side, message, 200, "OK");
    }
}
