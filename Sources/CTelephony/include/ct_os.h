#ifndef BURDOCK_CT_OS_H
#define BURDOCK_CT_OS_H

#endif
