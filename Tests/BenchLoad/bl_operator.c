// An operator's phone: rings, answers, talks, hangs up (RFC 3261 §13.3, §15).
#define _GNU_SOURCE
#include "bl_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// op17 → 17; -1 for a user that is none of ours.
static int line_of(const bl_load *load, bl_slice uri) {
    char user[16];
    bl_copy(bl_uri_user(uri), user, sizeof user);
    if (user[0] != 'o' || user[1] != 'p') return -1;
    char *end;
    long line = strtol(user + 2, &end, 10);
    return *end == 0 && end != user + 2 && line >= 0 && line < load->operators ? (int)line : -1;
}

// A caller that has waited longer than `chosen` and is still waiting for its first operator.
static bool someone_waits_longer(const bl_load *load, const bl_leg *chosen) {
    for (int index = 0; index < load->used_legs; index++) {
        const bl_leg *leg = &load->legs[index];
        if (leg->state != BL_UP || leg->is_operator || leg->bridged || leg->other >= 0) continue;
        if (leg->serial < chosen->serial) return true;
    }
    return false;
}

static void tie_to_caller(bl_load *load, bl_leg *leg, const bl_message *invite, int64_t now) {
    int serial = bl_serial_of(bl_uri_user(invite->from));
    int index = serial >= 0 ? load->by_serial[serial % BL_SERIALS] : -1;
    bl_leg *caller = index >= 0 ? &load->legs[index] : NULL;
    if (!caller || caller->state == BL_FREE || (int)caller->serial != serial) {
        // Never called, or called and gone.
        if (serial < 0 || (uint32_t)serial >= load->next_serial) {
            load->statistics.operator_strangers++;
        } else {
            load->statistics.operator_late++;
        }
        return;
    }
    if (load->behaviour.check_order && someone_waits_longer(load, caller)) load->statistics.out_of_order++;
    if (caller->other >= 0) load->legs[caller->other].other = -1;
    caller->other = bl_leg_index(load, leg);
    leg->other = index;
    bl_histogram_add(&load->latencies[BL_ARRIVAL], now - caller->started);
}

static void occupy(bl_load *load, bl_leg *leg, int64_t now) {
    if (leg->line < 0) return;
    int held = load->operator_leg[leg->line];
    if (held >= 0 && !load->legs[held].wants_to_end) load->statistics.operator_double++;
    if (load->operator_freed[leg->line]) {
        bl_histogram_add(&load->latencies[BL_OFFER], now - load->operator_freed[leg->line]);
        load->operator_freed[leg->line] = 0;
    }
    load->operator_leg[leg->line] = bl_leg_index(load, leg);
}

static void accept_now(bl_load *load, bl_leg *leg, const bl_message *invite) {
    char sdp[512];
    bl_text text = {.length = 0};
    bl_leg_sdp(load, leg, sdp, sizeof sdp);
    bl_respond(&text, invite, 200, "OK", leg->branch);
    bl_append(&text, "Contact: <sip:op%d@%s:%u>\r\n", leg->line, load->operator_address, load->ports[1]);
    bl_finish(&text, sdp);
    leg->state = BL_ANSWERED;
    bl_keep_and_transmit(load, leg, &text);
}

// The 180 goes out now; the 200 is made now as well and kept until it is due.
static void ring_first(bl_load *load, bl_leg *leg, const bl_message *invite, int64_t now) {
    char sdp[512];
    bl_text ringing = {.length = 0}, accepting = {.length = 0};
    bl_respond(&ringing, invite, 180, "Ringing", leg->branch);
    bl_append(&ringing, "Contact: <sip:op%d@%s:%u>\r\n", leg->line, load->operator_address, load->ports[1]);
    bl_finish(&ringing, NULL);
    bl_leg_sdp(load, leg, sdp, sizeof sdp);
    bl_respond(&accepting, invite, 200, "OK", leg->branch);
    bl_append(&accepting, "Contact: <sip:op%d@%s:%u>\r\n", leg->line, load->operator_address, load->ports[1]);
    bl_finish(&accepting, sdp);
    if (ringing.overflow || accepting.overflow) return;
    leg->state = BL_RINGING;
    bl_keep_and_transmit(load, leg, &ringing);
    memcpy(leg->last, accepting.bytes, (size_t)accepting.length);
    leg->last_length = accepting.length;
    load->due[bl_leg_index(load, leg)] = now + load->behaviour.ring_ns;
}

void bl_operator_invited(bl_load *load, const bl_message *invite, int64_t now) {
    uint32_t hash = bl_hash(invite->call_id);
    if (load->ended[hash % BL_ENDED] == hash) { // repeated, and overtaken by the end of its call (RFC 6026 §7.1)
        load->statistics.late_repeats++;
        return;
    }
    load->statistics.operator_invites++;
    bl_leg *leg = bl_new_leg(load, true);
    if (!leg) { // out of legs: silence, which shows as a time-out
        load->statistics.not_started++;
        return;
    }
    leg->started = now;
    leg->their_cseq = invite->cseq;
    leg->line = line_of(load, invite->uri);
    bl_copy(invite->call_id, leg->call_id, sizeof leg->call_id);
    bl_copy(invite->from, leg->remote, sizeof leg->remote);
    bl_copy(bl_contact_uri(invite->contact), leg->target, sizeof leg->target);
    snprintf(leg->branch, sizeof leg->branch, "o%08x%x", load->run, ++load->next_branch); // our tag
    snprintf(leg->local, sizeof leg->local, "%.*s;tag=%s", invite->to.length < 80 ? invite->to.length : 80,
        invite->to.at, leg->branch);
    bl_index_leg(load, leg);
    occupy(load, leg, now);
    if (!load->behaviour.hold_from_answer) tie_to_caller(load, leg, invite, now);
    bl_use_media(load, leg, invite->body);
    if (load->behaviour.ring_ns > 0) {
        ring_first(load, leg, invite, now);
    } else {
        accept_now(load, leg, invite);
    }
}

void bl_operator_ended(bl_load *load, bl_leg *leg) {
    if (leg->line >= 0 && load->operator_leg[leg->line] == bl_leg_index(load, leg)) {
        load->operator_leg[leg->line] = -1;
    }
    uint32_t hash = bl_hash((bl_slice){leg->call_id, (int)strlen(leg->call_id)});
    load->ended[hash % BL_ENDED] = hash;
    bl_free_leg(load, leg);
}

void bl_operator_response(bl_load *load, bl_leg *leg, const bl_message *message, int64_t now) {
    if (!bl_is(message->method, "BYE") || leg->state != BL_LEAVING || message->status < 200) return;
    bl_histogram_add(&load->latencies[BL_HANG_UP], now - leg->started);
    bl_operator_ended(load, leg);
}

void bl_operator_due(bl_load *load, bl_leg *leg, int64_t now) {
    if (leg->state == BL_RINGING) {
        leg->state = BL_ANSWERED;
        leg->tried_since = now;
        load->due[bl_leg_index(load, leg)] = now + leg->interval;
        bl_transmit(load, true, leg->last, leg->last_length);
    } else if (now - leg->tried_since > BL_GIVE_UP) {
        bl_operator_ended(load, leg);
    } else {
        bl_retransmit(load, leg, now);
    }
}

bool bl_operator_hangs_up(bl_load *load) {
    bl_leg *longest = NULL;
    for (int index = 0; index < load->used_legs; index++) {
        bl_leg *leg = &load->legs[index];
        if (leg->state != BL_UP || !leg->is_operator || (longest && leg->up_since >= longest->up_since)) continue;
        longest = leg;
    }
    if (!longest) return false;
    int64_t now = bl_now();
    longest->wants_to_end = true;
    if (longest->line >= 0) load->operator_freed[longest->line] = now;
    bl_say_bye(load, longest, now);
    return true;
}
