/* libosip2 as Debian ships it. The order matters: osip.h uses timeval and time_t without including them. */
#include <sys/time.h>
#include <time.h>
#include <osipparser2/osip_parser.h>
#include <osipparser2/sdp_message.h>
#include <osip2/osip.h>
#include <osip2/osip_dialog.h>
