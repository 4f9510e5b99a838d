#include "ct_ortp.h"
