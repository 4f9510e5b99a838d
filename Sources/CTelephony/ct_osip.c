#include "ct_osip.h"
