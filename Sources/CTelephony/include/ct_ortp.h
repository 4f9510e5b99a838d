/* oRTP behind our own sockets: custom endpoints instead of the library's sockets, its static inlines and macros, and
 * two symbols that it exports without declaring them. One session belongs to one thread. */
#ifndef BURDOCK_CT_ORTP_H
#define BURDOCK_CT_ORTP_H

#include <ortp/ortp.h>
#include <ortp/telephonyevents.h>
#include <stddef.h>
#include <stdint.h>

#include "ct_os.h"

/* Once in the life of the process, before any session: initialises the library and silences its log. */
void ct_ortp_start(void);

/* A session that sends through the two descriptors and never reads from them; NULL without memory. No jitter buffer,
 * no symmetric RTP. Reports go out when ct_ortp_report says so; of its own accord the library adds one only while it
 * sends packets itself and nothing was reported for about spare_ms milliseconds. */
RtpSession *ct_ortp_open(int rtp_fd, int rtcp_fd, uint32_t ssrc, int spare_ms, const char *cname);
void ct_ortp_close(RtpSession *session);
void ct_ortp_aim(RtpSession *session, const ct_address *rtp, const ct_address *rtcp);

/* One packet with a copy of the payload; the bytes sent or a negative number. */
int ct_ortp_send(RtpSession *session, const uint8_t *payload, size_t size, uint8_t type, int marker, uint16_t sequence,
                 uint32_t timestamp);
/* Packets of the stream that went another way than through ct_ortp_send, for the sender reports. */
void ct_ortp_count_sent(RtpSession *session, uint32_t packets, uint32_t octets, uint32_t last_timestamp);
/* A source begins to be received, or starts over, with this extended sequence number. */
void ct_ortp_begin_reception(RtpSession *session, uint32_t ssrc, uint32_t first_sequence);
/* More packets of it, up to this extended sequence number, for the report blocks. */
void ct_ortp_count_received(RtpSession *session, uint32_t packets, uint32_t extended_sequence, float jitter);

/* Sends a report now, if there is something to report. */
void ct_ortp_report(RtpSession *session);
/* A control packet of the peer, checked before: one SR or RR whose length field fits. */
void ct_ortp_control(RtpSession *session, const uint8_t *bytes, size_t size);
uint64_t ct_ortp_control_packets(const RtpSession *session);
/* Lost packets of ours as the peer reported them. */
int ct_ortp_peer_loss(const RtpSession *session);

#endif
