// What the files of the generator share; nothing of it is seen outside.
#ifndef BL_INTERNAL_H
#define BL_INTERNAL_H

#include "bench_load.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stddef.h>

#define BL_MS 1000000LL
#define BL_SECOND 1000000000LL
#define BL_NEVER INT64_MAX

enum {
    BL_DATAGRAM = 8192,         // bytes of a SIP datagram we take
    BL_MESSAGE = 2048,          // bytes of a SIP message we make
    BL_BUCKETS = 16384,         // of the Call-ID index
    BL_SERIALS = 16384,         // callers are found by number modulo this
    BL_ENDED = 65536,           // of the operators' ended legs that are remembered
    BL_NUMBERS = 10000000,      // +38067NNNNNNN
    BL_PACKET = 172,            // RTP header and 20 ms of G.711
    BL_HISTOGRAM_BINS = 100000, // of 10 µs each
};

// RFC 3261 timer T1, and the longest we wait for any answer.
#define BL_T1 (500 * BL_MS)
#define BL_GIVE_UP (8 * BL_SECOND)

int64_t bl_now(void);

// ---- text ----

typedef struct {
    const char *at;
    int length;
} bl_slice;

typedef struct {
    char bytes[BL_MESSAGE];
    int length;
    bool overflow;
} bl_text;

// One SIP message; slices point into the datagram.
typedef struct {
    bl_slice whole;
    int status; // 0: a request
    bl_slice method;
    bl_slice uri;
    bl_slice from, to, call_id, contact, challenge, body;
    uint32_t cseq;
} bl_message;

void bl_append(bl_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool bl_parse(const char *bytes, int length, bl_message *message);
bool bl_is(bl_slice slice, const char *text);
void bl_copy(bl_slice slice, char *out, int capacity);
bl_slice bl_parameter(bl_slice header, const char *name);
bl_slice bl_contact_uri(bl_slice contact);
bl_slice bl_uri_user(bl_slice header);
// The last seven digits of a user part; -1 if there are fewer.
int bl_serial_of(bl_slice user);
void bl_respond(bl_text *text, const bl_message *request, int status, const char *reason, const char *tag);
void bl_finish(bl_text *text, const char *body);
void bl_md5_hex(const char *bytes, size_t length, char out[33]);

// ---- SDP and RTP ----

typedef struct {
    uint32_t address; // network order; 0: nowhere
    uint16_t port;
    char direction; // 'b' both, 's' the peer only sends, 'r' only receives, 'i' neither
} bl_media;

bool bl_parse_sdp(bl_slice body, bl_media *media);
void bl_write_sdp(char *out, int capacity, const char *address, uint16_t port, int codec, uint32_t id, char direction);

typedef struct bl_rtp_engine bl_rtp_engine;
bl_rtp_engine *bl_rtp_create(const char *callers, const char *operators, int slots, int codec);
void bl_rtp_destroy(bl_rtp_engine *engine);
int bl_rtp_slots(const bl_rtp_engine *engine);
uint16_t bl_rtp_engine_port(const bl_rtp_engine *engine, int flow);
// Sends from now on (port 0: stops). Flows: callers' slots first, then operators'.
void bl_rtp_send(bl_rtp_engine *engine, int flow, uint32_t address, uint16_t port);
// Only flows of these slots, on both sides, send.
void bl_rtp_gate(bl_rtp_engine *engine, int first, int last);
void bl_rtp_pair(bl_rtp_engine *engine, int one, int other);
bl_rtp_counters bl_rtp_count(const bl_rtp_engine *engine);
bl_summary bl_rtp_delay(bl_rtp_engine *engine);
void bl_rtp_forget(bl_rtp_engine *engine);
int bl_udp_socket(const char *address, uint16_t port, int buffer);
uint16_t bl_port_of(int socket);

// ---- latencies ----

typedef struct {
    _Atomic uint32_t bins[BL_HISTOGRAM_BINS];
    _Atomic uint64_t count;
    _Atomic int64_t maximum;
} bl_histogram;

void bl_histogram_add(bl_histogram *histogram, int64_t nanoseconds);
void bl_histogram_clear(bl_histogram *histogram);
bl_summary bl_histogram_summary(bl_histogram *histogram);

// ---- legs ----

typedef enum {
    BL_FREE,
    BL_INVITING,  // caller: INVITE sent, nothing heard
    BL_WAITING,   // caller: a provisional answer
    BL_RINGING,   // operator: 180 sent
    BL_ANSWERED,  // operator: 200 sent, no ACK yet
    BL_UP,        // both: acknowledged
    BL_CANCELLED, // caller: CANCEL sent
    BL_LEAVING,   // both: BYE sent
} bl_leg_state;

typedef struct {
    bl_leg_state state;
    bool is_operator;
    bool bridged;       // caller: its operator was acknowledged
    bool wants_to_end;  // operator: said BYE; caller: was told to leave
    int next;           // in the chain of the Call-ID index
    int other;          // the other party's leg, or -1
    int slot;           // RTP flow, or -1
    int line;           // operator: which
    uint32_t serial;    // caller: its number
    uint32_t cseq;      // of our newest request
    uint32_t their_cseq; // of the newest INVITE from the server
    int64_t started, up_since, tried_since, interval;
    char call_id[128], local[128], remote[192], target[160], branch[40];
    char last[BL_MESSAGE]; // what is sent again: our request, or our 200
    int last_length;
    bl_media media;
} bl_leg;

typedef struct {
    bool busy, challenged;
    uint32_t cseq;
    int64_t started, due, interval;
    char last[BL_MESSAGE];
    int last_length;
} bl_registration;

typedef struct {
    double rate;
    int64_t since;
    uint64_t done, limit;
} bl_pacer;

struct bl_load {
    char server_address[32], caller_address[32], operator_address[32], dialled[32], secret[64];
    struct sockaddr_in server;
    int codec, operators, epoll, sink[2];
    int sockets[2]; // callers', operators'
    uint16_t ports[2];
    bool answers_source; // the answerer floor: replies go to whoever asked, not to the server
    bl_behaviour behaviour;
    bl_statistics statistics;
    bl_histogram *latencies; // BL_RELAY is the RTP engine's
    bl_rtp_engine *rtp;

    bl_leg *legs;
    int64_t *due;
    int *free_legs, free_count, used_legs;
    int *free_slots[2], free_slot_count[2];
    int *buckets, *by_serial;
    uint32_t next_serial, run, next_branch;
    int64_t scanned_at;

    bl_pacer calling, registering;
    bl_registration *registrations;
    int first_registration, registration_count, next_registration, at_once, outstanding;
    uint32_t ended[BL_ENDED]; // by their lower bits: hashes of the Call-IDs of operators' legs that are over
    int *operator_leg;      // the leg that occupies an operator, or -1
    int64_t *operator_freed; // when the operator said BYE; 0: has had an INVITE since
};

bl_leg *bl_new_leg(bl_load *load, bool is_operator);
uint32_t bl_hash(bl_slice text);
void bl_index_leg(bl_load *load, bl_leg *leg);
bl_leg *bl_find_leg(bl_load *load, bl_slice call_id);
void bl_free_leg(bl_load *load, bl_leg *leg);
int bl_leg_index(const bl_load *load, const bl_leg *leg);
void bl_transmit(bl_load *load, bool from_operator, const char *bytes, int length);
void bl_keep_and_transmit(bl_load *load, bl_leg *leg, const bl_text *text);
void bl_request(bl_load *load, bl_leg *leg, bl_text *text, const char *method, uint32_t cseq, const char *branch);
void bl_retransmit(bl_load *load, bl_leg *leg, int64_t now);
void bl_say_bye(bl_load *load, bl_leg *leg, int64_t now);
void bl_leg_sdp(bl_load *load, bl_leg *leg, char *out, int capacity);
void bl_use_media(bl_load *load, bl_leg *leg, bl_slice body);
const char *bl_own_address(const bl_load *load, bool is_operator);

bool bl_start_call(bl_load *load, int64_t now);
void bl_caller_response(bl_load *load, bl_leg *leg, const bl_message *message, int64_t now);
void bl_caller_due(bl_load *load, bl_leg *leg, int64_t now);
void bl_caller_ended(bl_load *load, bl_leg *leg, bool well);
void bl_caller_got_operator(bl_load *load, bl_leg *leg, int64_t now);

void bl_operator_invited(bl_load *load, const bl_message *message, int64_t now);
void bl_operator_response(bl_load *load, bl_leg *leg, const bl_message *message, int64_t now);
void bl_operator_due(bl_load *load, bl_leg *leg, int64_t now);
void bl_operator_ended(bl_load *load, bl_leg *leg);
void bl_in_dialog(bl_load *load, bl_leg *leg, const bl_message *message, int64_t now);

void bl_registration_step(bl_load *load, int64_t now);
void bl_registration_response(bl_load *load, const bl_message *message, int64_t now);

#endif
