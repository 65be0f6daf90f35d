// SPDX-License-Identifier: Apache-2.0
// The frames of GDB's remote serial protocol (GDB manual, appendix E): $payload#checksum, acknowledged by + or -, and the
// lone character 03 that interrupts. No escapes come in: only packets with binary data have them, and we announce none.
#ifndef NBOTA_VNODE_RUN_GDB_PACKET_H
#define NBOTA_VNODE_RUN_GDB_PACKET_H

#include <stddef.h>
#include <stdint.h>

enum { GDB_PAYLOAD_MAX = 4096 }; // characters, announced as PacketSize

enum gdb_event {
    GDB_NOTHING, // more characters belong to it
    GDB_PACKET,  // complete: `payload`, terminated
    GDB_SPOILED, // its checksum is wrong, or it is too long: ask for it again
    GDB_AGAIN,   // the peer asks for our last packet again
    GDB_INTERRUPT,
};

struct gdb_input {
    char payload[GDB_PAYLOAD_MAX + 1];
    size_t size;
    uint8_t sum;       // of the payload
    unsigned state;    // private: where in a frame
    unsigned expected; // private: checksum as far as read
};

// `self` begins as zeros.
enum gdb_event gdb_input_take(struct gdb_input *self, char character);

// An answer that grows; what exceeds the maximum is cut.
struct gdb_reply {
    char text[GDB_PAYLOAD_MAX + 1]; // terminated
    size_t size;
};

void gdb_reply_add(struct gdb_reply *self, const char *text);
void gdb_reply_add_hex(struct gdb_reply *self, const void *bytes, size_t size);
// Writes $…#cc into `frame`; returns its length.
size_t gdb_frame(const struct gdb_reply *reply, char frame[GDB_PAYLOAD_MAX + 5]);

// Reads `size` bytes of hexadecimal; returns what stands behind them, NULL when something else stands there.
const char *gdb_read_hex(const char *text, void *bytes, size_t size);
// Reads a number in hexadecimal of 1 to 8 digits; NULL as above.
const char *gdb_read_number(const char *text, uint32_t *number);

#endif
