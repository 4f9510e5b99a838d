/* oRTP as Debian ships it. bctoolbox is linked because oRTP's log functions are macros over it. */
#include <ortp/ortp.h>
#include <ortp/telephonyevents.h>
