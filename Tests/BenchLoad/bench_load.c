#include "bench_load.h"
