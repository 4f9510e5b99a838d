// Operators' phones registering with digest authentication (RFC 3261 §10, §22; RFC 7616 with MD5).
#define _GNU_SOURCE
#include "bl_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPIRES = 3600 };

static void transmit(bl_load *load, int index, bl_text *text) {
    bl_registration *registration = &load->registrations[index];
    if (text->overflow) return;
    memcpy(registration->last, text->bytes, (size_t)text->length);
    registration->last_length = text->length;
    registration->interval = BL_T1;
    registration->due = bl_now() + BL_T1;
    bl_transmit(load, true, text->bytes, text->length);
}

static void request(bl_load *load, int index, bl_text *text) {
    bl_registration *registration = &load->registrations[index];
    const char *own = load->operator_address, *server = load->server_address;
    uint16_t port = load->ports[1];
    registration->cseq++;
    bl_append(text, "REGISTER sip:%s SIP/2.0\r\n", server);
    bl_append(text, "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%08x%08x;rport\r\nMax-Forwards: 70\r\n", own, port,
        load->run, ++load->next_branch);
    bl_append(text, "From: <sip:op%d@%s>;tag=r%08x%d\r\nTo: <sip:op%d@%s>\r\n", index, server, load->run, index, index,
        server);
    bl_append(text, "Call-ID: reg-%08x-%d@bench\r\nCSeq: %u REGISTER\r\n", load->run, index, registration->cseq);
    bl_append(text, "Contact: <sip:op%d@%s:%u>\r\nExpires: %d\r\n", index, own, port, EXPIRES);
}

static void start(bl_load *load, int index, int64_t now) {
    bl_registration *registration = &load->registrations[index];
    bl_text text = {.length = 0};
    registration->busy = true;
    registration->challenged = false;
    registration->started = now;
    load->outstanding++;
    request(load, index, &text);
    bl_finish(&text, NULL);
    transmit(load, index, &text);
}

static void finish(bl_load *load, int index, bool good, int64_t now) {
    bl_registration *registration = &load->registrations[index];
    registration->busy = false;
    load->outstanding--;
    if (good) {
        load->statistics.registered++;
        bl_histogram_add(&load->latencies[BL_REGISTER], now - registration->started);
    } else {
        load->statistics.register_failed++;
    }
}

// HA1, HA2 and the response of RFC 7616 §3.4 with algorithm MD5 and qop auth (or none).
static void answer_challenge(bl_load *load, int index, bl_slice challenge) {
    char realm[128], nonce[256], opaque[128], text[700], first[33], second[33], response[33];
    bl_copy(bl_parameter(challenge, "realm"), realm, sizeof realm);
    bl_copy(bl_parameter(challenge, "nonce"), nonce, sizeof nonce);
    bl_copy(bl_parameter(challenge, "opaque"), opaque, sizeof opaque);
    bl_slice offered = bl_parameter(challenge, "qop");
    bool qop = offered.length > 0;
    char cnonce[17];
    snprintf(cnonce, sizeof cnonce, "%08x%08x", load->run, ++load->next_branch);
    int length = snprintf(text, sizeof text, "op%d:%s:%s", index, realm, load->secret);
    bl_md5_hex(text, (size_t)length, first);
    length = snprintf(text, sizeof text, "REGISTER:sip:%s", load->server_address);
    bl_md5_hex(text, (size_t)length, second);
    length = qop ? snprintf(text, sizeof text, "%s:%s:00000001:%s:auth:%s", first, nonce, cnonce, second)
                 : snprintf(text, sizeof text, "%s:%s:%s", first, nonce, second);
    bl_md5_hex(text, (size_t)length, response);
    bl_text message = {.length = 0};
    request(load, index, &message);
    bl_append(&message,
        "Authorization: Digest username=\"op%d\", realm=\"%s\", nonce=\"%s\", uri=\"sip:%s\", response=\"%s\", "
        "algorithm=MD5",
        index, realm, nonce, load->server_address, response);
    if (qop) bl_append(&message, ", qop=auth, nc=00000001, cnonce=\"%s\"", cnonce);
    if (opaque[0]) bl_append(&message, ", opaque=\"%s\"", opaque);
    bl_append(&message, "\r\n");
    bl_finish(&message, NULL);
    transmit(load, index, &message);
}

void bl_registration_response(bl_load *load, const bl_message *message, int64_t now) {
    char call_id[64];
    unsigned run;
    int index;
    bl_copy(message->call_id, call_id, sizeof call_id);
    if (sscanf(call_id, "reg-%8x-%d@", &run, &index) != 2 || run != load->run) return;
    if (index < 0 || index >= BL_MAX_OPERATORS || !bl_is(message->method, "REGISTER")) return;
    bl_registration *registration = &load->registrations[index];
    if (!registration->busy || message->cseq != registration->cseq || message->status < 200) return;
    // A second challenge is a refusal.
    if (message->status == 401 && !registration->challenged && message->challenge.length > 0) {
        registration->challenged = true;
        answer_challenge(load, index, message->challenge);
    } else {
        finish(load, index, message->status < 300, now);
    }
}

// The next operator in turn whose phone is not busy registering; -1 if all are.
static int next_idle(bl_load *load) {
    for (int turn = 0; turn < load->registration_count; turn++) {
        int index = load->first_registration + load->next_registration;
        load->next_registration = (load->next_registration + 1) % load->registration_count;
        if (!load->registrations[index].busy) return index;
    }
    return -1;
}

static void start_due(bl_load *load, int64_t now) {
    bl_pacer *pacer = &load->registering;
    uint64_t wanted = pacer->limit ? pacer->limit : UINT64_MAX;
    if (pacer->rate > 0) {
        uint64_t due = (uint64_t)((double)(now - pacer->since) * pacer->rate / 1e9);
        if (due < wanted) wanted = due;
    }
    while (pacer->done < wanted && (pacer->rate > 0 || load->outstanding < load->at_once)) {
        int index = next_idle(load);
        if (index < 0) return;
        pacer->done++;
        start(load, index, now);
    }
}

void bl_registration_step(bl_load *load, int64_t now) {
    if (load->registration_count == 0) return;
    start_due(load, now);
    if (load->outstanding == 0) return;
    for (int index = 0; index < load->operators; index++) {
        bl_registration *registration = &load->registrations[index];
        if (!registration->busy || registration->due > now) continue;
        if (now - registration->started > BL_GIVE_UP) {
            finish(load, index, false, now);
            continue;
        }
        load->statistics.retransmissions++;
        registration->interval = registration->interval < 4 * BL_T1 ? 2 * registration->interval : 4 * BL_T1;
        registration->due = now + registration->interval;
        bl_transmit(load, true, registration->last, registration->last_length);
    }
}

void bl_start_registering(bl_load *load, int first, int count, double per_second, int outstanding, uint64_t limit) {
    if (first < 0 || count < 1 || first + count > load->operators) return;
    load->first_registration = first;
    load->registration_count = count;
    load->next_registration = 0;
    load->at_once = outstanding;
    load->registering = (bl_pacer){.rate = per_second, .since = bl_now(), .limit = limit};
}

void bl_stop_registering(bl_load *load) {
    // Those on their way still end.
    load->registering = (bl_pacer){.rate = 1e-9, .since = bl_now()};
}
