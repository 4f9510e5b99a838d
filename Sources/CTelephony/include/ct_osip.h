/* libosip2: macros, callbacks tables and the few exported functions that no public header declares. */
#ifndef BURDOCK_CT_OSIP_H
#define BURDOCK_CT_OSIP_H

#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#include <osipparser2/osip_parser.h>
#include <osip2/osip.h>

/* A fresh transaction manager. The parser's tables are filled and all tracing is switched off on the first call;
   safe from any thread, unlike osip_init alone. NULL when memory is short. */
osip_t *ct_osip_new(void);
void ct_osip_release(osip_t *osip);

/* Fills the parser's tables, once. Enough for a program that only parses. */
void ct_osip_setup(void);

/* What libosip2 allocated may only be freed through its own macro. */
void ct_osip_free(void *memory);

/* An event that says: this timer of the transaction is due. */
osip_event_t *ct_osip_timer_event(type_t timer);

/* One callback for everything a transaction has to tell, one for its death, one for transport errors. */
typedef void (*ct_osip_notice_t)(int type, osip_transaction_t *transaction, osip_message_t *message);
typedef void (*ct_osip_killed_t)(int type, osip_transaction_t *transaction);
typedef void (*ct_osip_failed_t)(int type, osip_transaction_t *transaction, int error);
void ct_osip_set_callbacks(osip_t *osip, ct_osip_notice_t notice, ct_osip_killed_t killed, ct_osip_failed_t failed);

#endif
