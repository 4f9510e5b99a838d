#include "ct_ortp.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Exported by the library, declared in none of its public headers. */
extern void rtp_session_process_incoming(RtpSession *session, mblk_t *packet, bool_t is_rtp, uint32_t ts, bool_t muxed);
extern void rtp_session_run_rtcp_send_scheduler(RtpSession *session);

/* The far end of one direction: where the library's packets go. It stands in the place of the library's own transport,
 * which would only pass packets on after a lock and a walk through modifiers that we do not have; that one is put back
 * before the session goes, which destroys it. */
typedef struct endpoint {
    RtpTransport transport;
    RtpTransport *replaced;
    int fd;
    ct_address to;
} endpoint;

static int endpoint_send(RtpTransport *transport, mblk_t *packet, int flags, const struct sockaddr *to, socklen_t size) {
    endpoint *self = transport->data;
    (void)flags, (void)to, (void)size;
    if (self->to.family == 0) return 0;
    if (packet->b_cont != NULL) msgpullup(packet, (size_t)-1);
    return (int)ct_udp_send(self->fd, packet->b_rptr, (size_t)(packet->b_wptr - packet->b_rptr), &self->to);
}

/* Packets are pushed in; a pull finds nothing. */
static int endpoint_receive(RtpTransport *transport, mblk_t *packet, int flags, struct sockaddr *from, socklen_t *size) {
    (void)transport, (void)packet, (void)flags, (void)from, (void)size;
    return 0;
}

static ortp_socket_t endpoint_socket(RtpTransport *transport) {
    (void)transport;
    return (ortp_socket_t)-1;
}

static void endpoint_close(RtpTransport *transport) {
    (void)transport;
}

/* Never called: the endpoints are ours to free. */
static void endpoint_destroy(RtpTransport *transport) {
    (void)transport;
}

static void endpoint_install(RtpSession *session, RtpTransport **place, int fd) {
    endpoint *self = ortp_malloc0(sizeof *self);
    self->fd = fd;
    self->replaced = *place;
    self->transport.data = self;
    self->transport.session = session;
    self->transport.t_getsocket = endpoint_socket;
    self->transport.t_sendto = endpoint_send;
    self->transport.t_recvfrom = endpoint_receive;
    self->transport.t_close = endpoint_close;
    self->transport.t_destroy = endpoint_destroy;
    *place = &self->transport;
}

static void endpoint_uninstall(RtpTransport **place) {
    endpoint *self = (*place)->data;
    *place = self->replaced;
    ortp_free(self);
}

static void endpoint_aim(RtpTransport *transport, const ct_address *to) {
    ((endpoint *)transport->data)->to = *to;
}

/* The library's handler writes to the standard streams; its messages concern single packets of single peers. */
static void discard_log(const char *domain, OrtpLogLevel level, const char *format, va_list arguments) {
    (void)domain, (void)level, (void)format, (void)arguments;
}

void ct_ortp_start(void) {
    ortp_init();
    ortp_set_log_level_mask(NULL, 0);
    ortp_set_log_handler(discard_log);
}

RtpSession *ct_ortp_open(int rtp_fd, int rtcp_fd, uint32_t ssrc, int spare_ms, const char *cname) {
    RtpSession *session = rtp_session_new(RTP_SESSION_SENDRECV);
    if (session == NULL) return NULL;
    rtp_session_set_scheduling_mode(session, FALSE);
    rtp_session_set_blocking_mode(session, FALSE);
    rtp_session_enable_jitter_buffer(session, FALSE);
    rtp_session_set_symmetric_rtp(session, FALSE);
    rtp_session_set_profile(session, &av_profile);
    rtp_session_set_ssrc(session, ssrc);
    rtp_session_set_source_description(session, cname, NULL, NULL, NULL, NULL, NULL, NULL);
    /* 64 kbit/s of payload and 16 of headers: without a bandwidth the library never sends a report. */
    rtp_session_set_target_upload_bandwidth(session, 80000);
    rtp_session_enable_rtcp(session, TRUE);
    rtp_session_set_rtcp_report_interval(session, spare_ms);
    endpoint_install(session, &session->rtp.gs.tr, rtp_fd);
    endpoint_install(session, &session->rtcp.gs.tr, rtcp_fd);
    session->rtp.gs.sockfamily = session->rtcp.gs.sockfamily = AF_INET;
    return session;
}

void ct_ortp_close(RtpSession *session) {
    endpoint_uninstall(&session->rtp.gs.tr);
    endpoint_uninstall(&session->rtcp.gs.tr);
    rtp_session_destroy(session);
}

void ct_ortp_aim(RtpSession *session, const ct_address *rtp, const ct_address *rtcp) {
    endpoint_aim(session->rtp.gs.tr, rtp);
    endpoint_aim(session->rtcp.gs.tr, rtcp);
}

int ct_ortp_send(RtpSession *session, const uint8_t *payload, size_t size, uint8_t type, int marker, uint16_t sequence,
                 uint32_t timestamp) {
    mblk_t *packet = rtp_session_create_packet(session, RTP_FIXED_HEADER_SIZE, payload, (int)size);
    rtp_header_t *header = (rtp_header_t *)packet->b_rptr;
    header->paytype = type & 0x7f;
    header->markbit = marker != 0;
    header->seq_number = sequence;
    return rtp_session_sendm_with_ts(session, packet, timestamp);
}

void ct_ortp_count_sent(RtpSession *session, uint32_t packets, uint32_t octets, uint32_t last_timestamp) {
    session->stats.packet_sent += packets;
    session->rtp.sent_payload_bytes += octets;
    session->rtp.snd_last_ts = last_timestamp;
}

void ct_ortp_begin_reception(RtpSession *session, uint32_t ssrc, uint32_t first_sequence) {
    session->rcv.ssrc = ssrc;
    session->rtp.hwrcv_extseq = session->rtp.hwrcv_seq_at_last_SR = first_sequence - 1;
    session->rtp.hwrcv_since_last_SR = 0;
    session->rtp.last_rcv_SR_ts = 0;
    session->rtp.last_rcv_SR_time.tv_sec = 0;
}

void ct_ortp_count_received(RtpSession *session, uint32_t packets, uint32_t extended_sequence, float jitter) {
    session->rtp.hwrcv_extseq = extended_sequence;
    session->rtp.hwrcv_since_last_SR += packets;
    session->rtp.jittctl.inter_jitter = jitter;
    session->stats.packet_recv += packets;
}

/* By its own timing the library would report at random multiples of the interval. We keep the time; a last report
 * that lies far enough back, by interval and by bandwidth, makes its scheduler find one due. Its first call only
 * starts the timing. */
void ct_ortp_report(RtpSession *session) {
    OrtpRtcpSendAlgorithm *timing = &session->rtcp.send_algo;
    uint64_t now = ortp_get_cur_time_ms(), back = 60000 + 2 * (uint64_t)timing->T_rr_interval;
    if (!timing->initialized) rtp_session_run_rtcp_send_scheduler(session);
    timing->tp = timing->tn = now > back ? now - back : 0;
    timing->t_rr_last = 1;
    rtp_session_run_rtcp_send_scheduler(session);
}

void ct_ortp_control(RtpSession *session, const uint8_t *bytes, size_t size) {
    mblk_t *packet = allocb(size, 0);
    memcpy(packet->b_wptr, bytes, size);
    packet->b_wptr += size;
    rtp_session_process_incoming(session, packet, FALSE, 0, FALSE);
}

uint64_t ct_ortp_control_packets(const RtpSession *session) {
    return session->stats.recv_rtcp_packets;
}

int ct_ortp_peer_loss(const RtpSession *session) {
    return session->cum_loss;
}
