// SPDX-License-Identifier: Apache-2.0
// The MQTT session, from a packet to the radio and the real socket behind it. Private to the module.
#ifndef NBOTA_VNODE_CHIP_BC660K_SESSION_H
#define NBOTA_VNODE_CHIP_BC660K_SESSION_H

#include "vnode/chip/bc660k.h"

// ---- bc660k_air.c ----
// Queues a message (copied) for the air `delay_ns` from now. STATUS_BUSY when the radio's queue is full.
MUST_USE enum status session_send(struct modem *self, enum uplink_kind kind, struct span bytes,
                                  uint64_t delay_ns);
// The server sent this at sent_ns (copied); it reaches the base station a core round later.
void session_arrive(struct modem *self, enum downlink_kind kind, struct span bytes,
                    uint64_t sent_ns);
void session_on_event(struct modem *self, struct link_event event);
void session_drop_slots(struct modem *self);

// ---- bc660k_session.c ----
// From a command's end to its data in the radio's queue.
uint64_t session_command_ns(const struct modem *self);
// Registers that an answer to `type` is waited for. STATUS_BUSY when BC660K_OPERATIONS_MAX are.
MUST_USE enum status session_expect(struct modem *self, enum mqtt_type type, uint16_t id);
// True when the module waited for it.
bool session_finish(struct modem *self, enum mqtt_type type, uint16_t id);
void session_on_received(struct modem *self, struct module_slot *slot);
void session_on_open_timer(struct modem *self);
void session_on_operation_timer(struct modem *self);
void session_on_keep_alive_timer(struct modem *self);
void session_on_ping_timer(struct modem *self);
void session_on_silence_timer(struct modem *self);
void session_on_stuck_timer(struct modem *self);
// The client index is free again; the socket is the caller's business.
void session_end(struct modem *self);
// +QMTSTAT and the end; `is_silent` leaves the server without a FIN.
void session_lose(struct modem *self, enum session_loss reason, bool is_silent);
// The server hears nothing more from this connection.
void session_abandon(struct modem *self);

// ---- bc660k_socket.c ----
void session_on_sent(struct modem *self, struct module_slot *slot);
void session_read(struct modem *self);

// ---- bc660k_packet.c ----
void packet_take(struct modem *self, struct module_slot *slot);
// The +QMTPUB that waited for a +QMTRECV, if there is one.
void packet_say_late(struct modem *self);

#endif
