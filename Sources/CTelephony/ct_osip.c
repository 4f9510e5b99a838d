#include "ct_osip.h"

#include <pthread.h>
#include <stdlib.h>

/* Exported by libosip2, declared only in its private headers. */
osip_event_t *__osip_event_new(type_t type, int transaction_id);

static pthread_once_t setup_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t manager_lock = PTHREAD_MUTEX_INITIALIZER;

static void setup(void) {
  int level;
  for (level = OSIP_FATAL; level < END_TRACE_LEVEL; level++) {
    osip_trace_disable_level((osip_trace_level_t) level);
  }
  parser_init();
}

void ct_osip_setup(void) { pthread_once(&setup_once, setup); }

osip_t *ct_osip_new(void) {
  osip_t *osip = NULL;
  ct_osip_setup();
  pthread_mutex_lock(&manager_lock);
  if (osip_init(&osip) != 0) osip = NULL;
  pthread_mutex_unlock(&manager_lock);
  return osip;
}

void ct_osip_release(osip_t *osip) {
  if (osip == NULL) return;
  pthread_mutex_lock(&manager_lock);
  osip_release(osip);
  pthread_mutex_unlock(&manager_lock);
}

void ct_osip_free(void *memory) {
  if (memory != NULL) osip_free(memory);
}

osip_event_t *ct_osip_timer_event(type_t timer) { return __osip_event_new(timer, 0); }

void ct_osip_set_callbacks(osip_t *osip, ct_osip_notice_t notice, ct_osip_killed_t killed, ct_osip_failed_t failed) {
  int type;
  for (type = 0; type < OSIP_MESSAGE_CALLBACK_COUNT; type++) osip_set_message_callback(osip, type, notice);
  for (type = 0; type < OSIP_KILL_CALLBACK_COUNT; type++) osip_set_kill_transaction_callback(osip, type, killed);
  for (type = 0; type < OSIP_TRANSPORT_ERROR_CALLBACK_COUNT; type++) {
    osip_set_transport_error_callback(osip, type, failed);
  }
}
