#ifndef BURDOCK_CT_OSIP_H
#define BURDOCK_CT_OSIP_H

#endif
