#include "ct_os.h"
