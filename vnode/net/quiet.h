// SPDX-License-Identifier: Apache-2.0
// When may virtual time pass while real peers might still answer? The one place of that rule. Pure.
//
// Virtual time stands still until the network is quiet:
//   1. No connection: quiet.
//   2. TCP or MQTT connection being made: 500 ms of real time without bytes. Only a server that hangs costs them.
//   3. After every packet in either direction: a PINGREQ of the emulator's own, not counted on air, has come back.
//      A broker works through a client's packets in order, so all it has to say to earlier ones is here.
//   4. A PUBLISH may be answered by a process behind the broker, which is slower than the broker's PINGRESP. As long as
//      fewer PUBLISHes came than went, real time without bytes has to pass and then one more PINGREQ has to come back:
//      1 s after a request (a topic with a level "request": such a server owes an answer), 50 ms after anything
//      else. Publishes that nobody answers cost that once.
//   5. Up to here virtual time may go on for one second behind the last packet. To go further (a listening window, a
//      time-out) 200 ms of real time without bytes are needed, so that a person or a program that saw the node's
//      uplink can answer within its window.
//   6. A broker that does not return the PINGREQ within 2 s of real time is not waited for.
//   7. Any other socket (TCP, UDP, CoAP) has no PINGREQ: 50 ms of real time without bytes after each packet, 300 ms while
//      a CoAP server owes its answer.
// Real time is counted as vnode/net/patience.h does: a machine that stands still lets none pass.
// A late answer is never lost: it is delivered at max(now, when the model says).
#ifndef NBOTA_VNODE_NET_QUIET_H
#define NBOTA_VNODE_NET_QUIET_H

#include <stdbool.h>
#include <stdint.h>

enum {
    QUIET_CONNECTING_MS = 500,
    QUIET_REQUEST_MS = 1000,
    QUIET_PUBLISH_MS = 50,
    QUIET_STREAM_MS = 50,
    QUIET_ANSWER_MS = 300,
    QUIET_WINDOW_MS = 200,
    QUIET_PROBE_LIMIT_MS = 2000,
};
#define QUIET_STRIDE_NS UINT64_C(1000000000)

enum quiet_phase {
    QUIET_CLOSED,
    QUIET_CONNECTING,
    QUIET_CONNECTED, // MQTT
    QUIET_STREAM,    // anything else
};

// What may follow a packet that was sent.
enum quiet_packet {
    QUIET_PLAIN,   // only the broker answers, if anybody
    QUIET_PUBLISH, // somebody may answer
    QUIET_REQUEST, // somebody should
};

enum quiet_verdict {
    QUIET_YES,
    QUIET_WAIT,  // ask again after network traffic or some milliseconds
    QUIET_PROBE, // send the emulator's PINGREQ, then wait
};

struct quiet {
    enum quiet_phase phase;
    uint64_t traffic_ms; // real time that counts at the last packet, either direction
    uint64_t traffic_ns; // virtual time of it
    uint64_t probe_ms;   // real time at which the probe left
    uint32_t requests;   // sent and not answered since the network was last settled
    uint32_t publishes;  // the same, of the others
    bool probing;        // a probe is out
    bool dirty;          // packets since the last probe left
    bool waited;         // …and the time of rule 4 was waited
    bool is_windowed;    // the 200 ms behind traffic_ns were waited
};

// A connection begins, is made, or ends.
void quiet_enter(struct quiet *self, enum quiet_phase phase, uint64_t now_ns, uint64_t real_ms);
// A packet went to or came from the server; the emulator's PINGREQ and its answer do not count.
void quiet_on_sent(struct quiet *self, enum quiet_packet packet, uint64_t now_ns, uint64_t real_ms);
void quiet_on_received(struct quiet *self, bool is_publish, uint64_t now_ns, uint64_t real_ms);
// Not MQTT: whether the peer owes an answer.
void quiet_on_owed(struct quiet *self, bool is_owed);
// The module's own PINGREQ went: no one but the broker answers, and it opens no window.
void quiet_on_keep_alive(struct quiet *self);
void quiet_on_probe_sent(struct quiet *self, uint64_t real_ms);
void quiet_on_probe_answered(struct quiet *self);
// Somebody was made to speak outside the network: what he says is waited for as behind a packet.
void quiet_on_stir(struct quiet *self, uint64_t real_ms);
// Whether virtual time may leave now_ns, at most up to quiet_limit_ns().
enum quiet_verdict quiet_ask(struct quiet *self, uint64_t now_ns, uint64_t real_ms);
// Virtual time that must not be passed without asking again, UINT64_MAX = none.
uint64_t quiet_limit_ns(const struct quiet *self, uint64_t now_ns);
// True while an answer read now belongs to the last packet sent, not to the present.
bool quiet_is_answering(const struct quiet *self);

#endif
