// MD5 (RFC 1321): digest authentication (RFC 7616) still asks for it.
#include "bl_internal.h"

#include <stdio.h>
#include <string.h>

// floor(2^32 · |sin(i + 1)|).
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a,
    0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
    0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
    0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
    0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
    0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
    0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
    0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
    0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t rotate(uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

static uint32_t little(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void digest_block(uint32_t state[4], const uint8_t *block) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (unsigned step = 0; step < 64; step++) {
        uint32_t mixed;
        unsigned word;
        switch (step / 16) {
        case 0: mixed = (b & c) | (~b & d); word = step; break;
        case 1: mixed = (b & d) | (c & ~d); word = (5 * step + 1) % 16; break;
        case 2: mixed = b ^ c ^ d; word = (3 * step + 5) % 16; break;
        default: mixed = c ^ (b | ~d); word = 7 * step % 16; break;
        }
        uint32_t sum = a + mixed + sines[step] + little(block + 4 * word);
        a = d;
        d = c;
        c = b;
        b += rotate(sum, shifts[step / 16][step % 4]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

void bl_md5_hex(const char *bytes, size_t length, char out[33]) {
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    size_t whole = length / 64;
    for (size_t block = 0; block < whole; block++) digest_block(state, (const uint8_t *)bytes + 64 * block);
    uint8_t tail[128] = {0};
    size_t rest = length % 64, padded = rest < 56 ? 64 : 128;
    memcpy(tail, bytes + 64 * whole, rest);
    tail[rest] = 0x80;
    for (unsigned byte = 0; byte < 8; byte++) tail[padded - 8 + byte] = (uint8_t)((uint64_t)length * 8 >> 8 * byte);
    for (size_t block = 0; block < padded / 64; block++) digest_block(state, tail + 64 * block);
    for (unsigned byte = 0; byte < 16; byte++) {
        snprintf(out + 2 * byte, 3, "%02x", (unsigned)(state[byte / 4] >> 8 * (byte % 4) & 0xff));
    }
}
