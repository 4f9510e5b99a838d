/* What Swift cannot see of libosip2, oRTP and Linux: macros, variadics, epoll, timerfd, recvmmsg. No logic lives here. */
#ifndef BURDOCK_CTELEPHONY_H
#define BURDOCK_CTELEPHONY_H

#include "ct_os.h"
#include "ct_ortp.h"
#include "ct_osip.h"

#endif
