#ifndef BURDOCK_CT_ORTP_H
#define BURDOCK_CT_ORTP_H

#endif
