// A SIP and RTP load generator for loopback, the floors it is compared with, and a meter of other processes.
//
// One generator is a bank of callers (SIP clients on one address) and a bank of operators (registering SIP servers on
// another). Both are driven by the thread that calls bl_run; a second thread sends and receives RTP on a 1 ms beat.
// Everything is bounded: legs, operators, datagrams, and the time of every wait. Only 127.0.0.0/8 is ever sent to.
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// Limits of one generator.
enum {
    BL_MAX_LEGS = 8192,      // callers' and operators' legs together
    BL_MAX_OPERATORS = 2048, // op0 to op2047
    BL_MAX_RTP_SLOTS = 2048, // legs with RTP, on each side
};

typedef struct bl_load bl_load;

typedef struct {
    const char *server_address;   // numeric, 127.x.x.x
    uint16_t server_port;         // UDP
    const char *caller_address;   // the trunk's, 127.x.x.x
    const char *operator_address; // the phones', 127.x.x.x
    const char *dialled;          // user part of the Request-URI of every call
    const char *secret;           // of every operator
    int operators;                // op0 … op(operators - 1)
    int rtp_slots;                // RTP sockets on each side; a leg has one for itself. 0: legs have no RTP
    int codec;                    // RTP payload type: 0 PCMU, 8 PCMA
} bl_config;

// What callers and operators do; may be changed between two bl_run.
typedef struct {
    int64_t hold_ns;       // the caller hangs up so long after the operator's ACK; negative: not by itself
    int64_t ring_ns;       // the operator rings so long (180) before it answers; 0: 200 at once
    int64_t patience_ns;   // a caller without an operator for so long gives up, which is a failure; negative: never
    bool hold_from_answer; // the callee is no queue: hold_ns counts from its 200
    bool callers_send;     // callers send RTP once they are answered
    bool operators_send;   // operators send RTP once they have answered
    bool check_order;      // count operators' INVITEs that are not for the longest waiting caller
} bl_behaviour;

// Counted since bl_create.
typedef struct {
    uint64_t calls_started;
    uint64_t calls_answered;  // 200 to the caller's INVITE
    uint64_t calls_bridged;   // the operator's leg of the call was acknowledged
    uint64_t calls_completed; // answered, bridged (unless hold_from_answer) and ended by one of its parties
    uint64_t calls_left;      // told to hang up before they had an operator
    uint64_t calls_failed;    // everything else that ended
    uint64_t calls_dropped;   // of the failed: ended by the server while both parties wanted to talk
    uint64_t calls_timed_out; // of the failed: a request of ours got no answer
    uint64_t calls_refused;   // of the failed: a final status of 300 or more
    int last_refusal;         // the newest such status
    uint64_t operator_invites;
    uint64_t operator_cancels;
    uint64_t operator_double;    // INVITEs to an operator who already had a call: must stay 0
    uint64_t operator_strangers; // INVITEs whose From names none of our callers
    uint64_t operator_late;      // INVITEs for a caller whose BYE had been answered
    uint64_t out_of_order;       // see check_order
    uint64_t late_repeats;       // INVITEs repeated after the call they began was over
    uint64_t retransmissions;    // ours
    uint64_t not_started;        // calls that the limit of legs did not allow
    uint64_t garbage;            // datagrams that are no SIP
    uint64_t registered;         // 200 to REGISTER
    uint64_t register_failed;
    int callers_up;   // now: answered callers
    int talking;      // now: of these, those with an operator
    int legs;         // now: all legs, with those that are ending
    int registering;  // now: REGISTERs without a final answer
} bl_statistics;

typedef struct {
    uint64_t sent;       // packets
    uint64_t relayed;    // packets of ours that came back
    uint64_t received;   // packets that somebody else made: announcements
    uint64_t misdirected; // of the relayed: came to another party than the sender's own
    uint64_t gaps;       // missing sequence numbers within a source
    uint64_t duplicates; // or out of order
    uint64_t late_ticks; // 1 ms beats that were missed by the generator itself
} bl_rtp_counters;

typedef enum {
    BL_ANSWER,   // caller's INVITE to its 200
    BL_ARRIVAL,  // caller's INVITE to the operator's INVITE
    BL_OFFER,    // operator's BYE to the operator's next INVITE
    BL_HANG_UP,  // BYE to its 200
    BL_REGISTER, // first REGISTER to its 200, with the challenge between
    BL_RELAY,    // RTP one-way, kernel's arrival time
    BL_LATENCIES
} bl_latency;

// Nanoseconds, to 10 µs.
typedef struct {
    uint64_t count;
    int64_t median;
    int64_t p99;
    int64_t maximum;
} bl_summary;

// NULL if a socket or the memory could not be had: `error` says why.
bl_load *bl_create(const bl_config *config, char *error, int capacity);
void bl_destroy(bl_load *load);
void bl_behave(bl_load *load, bl_behaviour behaviour);

// Drives callers and operators for so long.
void bl_run(bl_load *load, int64_t nanoseconds);

// From now on starts calls at an even rate, open loop; `limit` calls at most, 0 for no limit. Rate 0 stops.
void bl_start_calls(bl_load *load, double per_second, uint64_t limit);
// Registers op(first) … round and round. `per_second` above 0: open loop; 0: closed loop with `outstanding` at once.
// `limit` in all; 0 for no limit.
void bl_start_registering(bl_load *load, int first, int count, double per_second, int outstanding, uint64_t limit);
void bl_stop_registering(bl_load *load);

// The operator in the longest conversation says BYE. False if none is talking.
bool bl_operator_hangs_up(bl_load *load);
// Up to `limit` callers hang up, those who wait before those who talk (whose operators would be rung again). How many.
int bl_callers_hang_up(bl_load *load, int limit);

bl_statistics bl_current(const bl_load *load);
bl_summary bl_measured(bl_load *load, bl_latency which);
void bl_forget_latencies(bl_load *load);
bl_rtp_counters bl_rtp(const bl_load *load);

// UDP port of caller `slot`'s RTP.
uint16_t bl_rtp_port(const bl_load *load, int slot);
uint16_t bl_caller_port(const bl_load *load);
uint16_t bl_operator_port(const bl_load *load);

// Floors: separate processes that do the least that must be done.
typedef struct bl_floor bl_floor;
// Epoll, recvfrom, sendto: every packet of one leg goes to the last source of the other.
bl_floor *bl_floor_relay(int pairs);
// A timerfd beat of 1 ms, a connected socket for each listener, one packet in 20 ms from each: to callers'
// slots 0 … of `load`.
bl_floor *bl_floor_sender(const bl_load *load, int listeners);
// Answers every INVITE at once: our own operators without a server.
bl_floor *bl_floor_answerer(void);
pid_t bl_floor_pid(const bl_floor *floor);
uint16_t bl_floor_port(const bl_floor *floor, int index);
void bl_floor_stop(bl_floor *floor);
// From slot `first` on, `pairs` slots of both sides send RTP to each other through a relay floor; NULL: are silent.
void bl_rtp_through(bl_load *load, const bl_floor *relay, int first, int pairs);
// Only slots `first` to `last` of both sides send; the others are silent until they may again.
void bl_rtp_only(bl_load *load, int first, int last);

// As many descriptors as the machine allows.
void bl_raise_descriptor_limit(void);
// Starts a program (arguments end with NULL, the first is its path), its output appended to a file. Negative: failed.
pid_t bl_spawn(const char *const *arguments, const char *log);
// True if the child ended within the time; `status` as of waitpid.
bool bl_wait(pid_t process, int64_t nanoseconds, int *status);
void bl_signal(pid_t process, int signal);

// Another process's CPU time in nanoseconds, ended threads included; negative if it is gone.
int64_t bl_process_cpu(pid_t process);
// VmRSS in KiB; negative if it is gone.
int64_t bl_process_rss(pid_t process);
// Threads of a process; negative if it is gone.
int bl_process_threads(pid_t process);

#endif
