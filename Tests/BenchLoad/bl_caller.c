// A caller: INVITE, 200, ACK, a conversation, BYE (RFC 3261 §13.2, §15; client side of §17.1).
#define _GNU_SOURCE
#include "bl_internal.h"

#include <stdio.h>
#include <string.h>

bool bl_start_call(bl_load *load, int64_t now) {
    bl_leg *leg = bl_new_leg(load, false);
    if (!leg) return false;
    char sdp[512];
    bl_text text = {.length = 0};
    leg->state = BL_INVITING;
    leg->started = now;
    leg->serial = load->next_serial;
    load->next_serial = (load->next_serial + 1) % BL_NUMBERS;
    load->by_serial[leg->serial % BL_SERIALS] = bl_leg_index(load, leg);
    leg->cseq = 1;
    snprintf(leg->call_id, sizeof leg->call_id, "call-%08x-%u@bench", load->run, leg->serial);
    snprintf(leg->branch, sizeof leg->branch, "z9hG4bK%08x%08x", load->run, ++load->next_branch);
    snprintf(leg->target, sizeof leg->target, "sip:%s@%s:%u", load->dialled, load->server_address,
        ntohs(load->server.sin_port));
    snprintf(leg->local, sizeof leg->local, "<sip:+38067%07u@%s>;tag=c%08x%u", leg->serial, load->caller_address,
        load->run, leg->serial);
    snprintf(leg->remote, sizeof leg->remote, "<sip:%s@%s>", load->dialled, load->server_address);
    leg->media.direction = 'b';
    bl_index_leg(load, leg);
    bl_leg_sdp(load, leg, sdp, sizeof sdp);
    bl_request(load, leg, &text, "INVITE", leg->cseq, leg->branch);
    bl_finish(&text, sdp);
    bl_keep_and_transmit(load, leg, &text);
    load->statistics.calls_started++;
    return true;
}

void bl_caller_ended(bl_load *load, bl_leg *leg, bool well) {
    bool complete = well && (leg->bridged || load->behaviour.hold_from_answer);
    if (complete) {
        load->statistics.calls_completed++;
    } else if (leg->wants_to_end && well) {
        load->statistics.calls_left++;
    } else {
        load->statistics.calls_failed++;
    }
    int *entry = &load->by_serial[leg->serial % BL_SERIALS];
    if (*entry == bl_leg_index(load, leg)) *entry = -1;
    bl_free_leg(load, leg);
}

static void acknowledge(bl_load *load, bl_leg *leg, const bl_message *response) {
    bl_text text = {.length = 0};
    char branch[40];
    // The ACK of a 2xx is a transaction of its own; that of a refusal belongs to the INVITE's (RFC 3261 §17.1.1.3).
    snprintf(branch, sizeof branch, "z9hG4bK%08x%08x", load->run, ++load->next_branch);
    bl_copy(response->to, leg->remote, sizeof leg->remote);
    bl_request(load, leg, &text, "ACK", response->cseq, response->status < 300 ? branch : leg->branch);
    bl_finish(&text, NULL);
    if (!text.overflow) bl_transmit(load, false, text.bytes, text.length);
}

static void cancel(bl_load *load, bl_leg *leg) {
    bl_text text = {.length = 0};
    bl_request(load, leg, &text, "CANCEL", leg->cseq, leg->branch);
    bl_finish(&text, NULL);
    leg->state = BL_CANCELLED;
    bl_keep_and_transmit(load, leg, &text);
}

static void answered(bl_load *load, bl_leg *leg, const bl_message *response, int64_t now) {
    bool first = leg->state == BL_INVITING || leg->state == BL_WAITING;
    bool crossed = leg->state == BL_CANCELLED;
    if (first || crossed) {
        bl_slice target = bl_contact_uri(response->contact);
        if (target.length > 0) bl_copy(target, leg->target, sizeof leg->target);
    }
    acknowledge(load, leg, response);
    if (crossed) {
        leg->state = BL_UP;
        bl_say_bye(load, leg, now);
        return;
    }
    if (!first) return;
    const bl_behaviour *behaviour = &load->behaviour;
    load->statistics.calls_answered++;
    bl_histogram_add(&load->latencies[BL_ANSWER], now - leg->started);
    leg->state = BL_UP;
    leg->up_since = now;
    bl_use_media(load, leg, response->body);
    int64_t until = behaviour->hold_from_answer ? behaviour->hold_ns : behaviour->patience_ns;
    // The operator may have been quicker than the server's 200 to us.
    if (leg->bridged) until = behaviour->hold_ns;
    load->due[bl_leg_index(load, leg)] = until < 0 ? BL_NEVER : now + until;
}

void bl_caller_got_operator(bl_load *load, bl_leg *leg, int64_t now) {
    if (leg->bridged) return;
    leg->bridged = true;
    load->statistics.calls_bridged++;
    if (leg->state != BL_UP) return;
    int64_t hold = load->behaviour.hold_ns;
    load->due[bl_leg_index(load, leg)] = hold < 0 ? BL_NEVER : now + hold;
}

static void refused(bl_load *load, bl_leg *leg, const bl_message *response) {
    acknowledge(load, leg, response);
    if (leg->state != BL_CANCELLED) {
        load->statistics.calls_refused++;
        load->statistics.last_refusal = response->status;
    }
    bl_caller_ended(load, leg, leg->state == BL_CANCELLED);
}

void bl_caller_response(bl_load *load, bl_leg *leg, const bl_message *message, int64_t now) {
    if (bl_is(message->method, "INVITE")) {
        if (message->status < 200) {
            if (leg->state != BL_INVITING) return;
            leg->state = BL_WAITING;
            load->due[bl_leg_index(load, leg)] = leg->started + 4 * BL_GIVE_UP;
        } else if (message->status < 300) {
            answered(load, leg, message, now);
        } else if (leg->state != BL_UP && leg->state != BL_LEAVING) {
            refused(load, leg, message);
        }
    } else if (bl_is(message->method, "BYE") && leg->state == BL_LEAVING && message->status >= 200) {
        bl_histogram_add(&load->latencies[BL_HANG_UP], now - leg->started);
        bl_caller_ended(load, leg, message->status < 300);
    }
}

static void leave(bl_load *load, bl_leg *leg, int64_t now) {
    leg->wants_to_end = true;
    if (leg->state == BL_UP) {
        bl_say_bye(load, leg, now);
    } else if (leg->state == BL_WAITING) {
        cancel(load, leg);
    }
}

void bl_caller_due(bl_load *load, bl_leg *leg, int64_t now) {
    if (leg->state == BL_UP) {
        bl_say_bye(load, leg, now);
    } else if (leg->state == BL_WAITING || now - leg->tried_since > BL_GIVE_UP) {
        load->statistics.calls_timed_out++;
        bl_caller_ended(load, leg, false);
    } else {
        bl_retransmit(load, leg, now);
    }
}

// The index of the caller's leg that has talked longest, or has waited longest; -1 if there is none.
static int longest(const bl_load *load, bool talking) {
    int found = -1;
    int64_t since = BL_NEVER;
    for (int index = 0; index < load->used_legs; index++) {
        const bl_leg *leg = &load->legs[index];
        bool there = leg->state == BL_UP || leg->state == BL_WAITING;
        if (!there || leg->is_operator || leg->bridged != talking || leg->up_since >= since) continue;
        found = index;
        since = leg->up_since;
    }
    return found;
}

int bl_callers_hang_up(bl_load *load, int limit) {
    int64_t now = bl_now();
    int left = 0;
    while (left < limit) {
        int index = longest(load, false);
        if (index < 0) index = longest(load, true);
        if (index < 0) break;
        leave(load, &load->legs[index], now);
        left++;
    }
    return left;
}
