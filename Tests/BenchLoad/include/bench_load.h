#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#endif
