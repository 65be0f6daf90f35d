#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The servers a modem talks to in its tests: UDP, TCP and CoAP (RFC 7252) on free ports of 127.0.0.1.

Prints one line "NAME=PORT …" once all listen; ends when its standard input does. Shares no code with the emulator.

UDP   echoes "got N: BYTES"; "twice" is answered twice, "nothing" not at all.
TCP   greets with "hello", echoes; sends 30,000 bytes, "0123456789" again and again, for "much"; closes behind "bye".
CoAP  answers 2.04 (POST, PUT) or 2.05 with what it read: type, code, options, payload. Uri-Path "later" gets an empty
      acknowledgement and then a confirmable response; "third" hears only the third copy; "reset" a reset; "deaf" nothing.
      "counts" says how many acknowledgements and copies came.
"""
import socketserver
import struct
import sys
import threading

GET, POST, PUT = 1, 2, 3
CON, NON, ACK, RST = range(4)
URI_PATH = 11


class Udp(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        answer = b"got %d: %s" % (len(data), data)
        for _ in range({b"nothing": 0, b"twice": 2}.get(data, 1)):
            sock.sendto(answer, self.client_address)


class Tcp(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            self.request.sendall(b"hello")
            while (data := self.request.recv(4096)) and not data.endswith(b"bye"):
                self.request.sendall(b"0123456789" * 3000 if data == b"much" else data)
        except ConnectionError:
            pass  # the module closed before it had read everything


def extended(data, at, nibble):
    if nibble == 13:
        return data[at] + 13, at + 1
    if nibble == 14:
        return struct.unpack_from("!H", data, at)[0] + 269, at + 2
    if nibble == 15:
        raise ValueError("reserved nibble")
    return nibble, at


def read_options(data, at):
    options, number = [], 0
    while at < len(data) and data[at] != 0xFF:
        head, at = data[at], at + 1
        delta, at = extended(data, at, head >> 4)
        size, at = extended(data, at, head & 15)
        number += delta
        options.append((number, data[at:at + size]))
        at += size
    return options, data[at + 1:]


class Coap(socketserver.BaseRequestHandler):
    copies, acks, resets = {}, 0, 0

    def message(self, kind, code, number, token, payload=b""):
        head = struct.pack("!BBH", 1 << 6 | kind << 4 | len(token), code, number)
        self.request[1].sendto(head + token + (b"\xff" + payload if payload else b""), self.client_address)

    def handle(self):
        data = self.request[0]
        first, code, number = struct.unpack_from("!BBH", data)
        if first >> 6 != 1:
            return
        kind, token_size = first >> 4 & 3, first & 15
        if kind in (ACK, RST):
            Coap.acks += kind == ACK
            Coap.resets += kind == RST
            return
        token = data[4:4 + token_size]
        options, payload = read_options(data, 4 + token_size)
        path = b"/".join(value for option, value in options if option == URI_PATH)
        key = (self.client_address, number)
        Coap.copies[key] = Coap.copies.get(key, 0) + 1
        self.answer(path, kind, code, number, token, options, payload, Coap.copies[key])

    def answer(self, path, kind, code, number, token, options, payload, copy):
        text = "%s %d %s %s" % (["CON", "NON"][kind], code,
                                ";".join("%d=%s" % (o, v.hex() if o in (12, 14, 17) else v.decode()) for o, v in options),
                                payload.decode("latin-1"))
        if path == b"counts":
            text = "acks %d resets %d most copies %d" % (Coap.acks, Coap.resets, max(Coap.copies.values()))
        result = 0x44 if code in (POST, PUT) else 0x45
        if path == b"deaf" or (path == b"third" and copy < 3):
            return
        if path == b"reset":
            self.message(RST, 0, number, b"")
        elif path == b"later":
            self.message(ACK, 0, number, b"")
            self.message(CON, result, 0x7001, token, text.encode("latin-1"))
        else:
            self.message(ACK if kind == CON else NON, result, number if kind == CON else 0x7002, token, text.encode("latin-1"))


class ThreadingTcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


def main():
    servers = {"udp": socketserver.UDPServer(("127.0.0.1", 0), Udp),
               "tcp": ThreadingTcp(("127.0.0.1", 0), Tcp),
               "coap": socketserver.UDPServer(("127.0.0.1", 0), Coap)}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(" ".join(f"{name}={server.server_address[1]}" for name, server in servers.items()), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
