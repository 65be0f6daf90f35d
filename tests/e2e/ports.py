# SPDX-License-Identifier: Apache-2.0
"""Ports of the loopback interface for one test alone.

A port that the system gives and takes back may be given again, to another test or to a connection that goes out, before
a server listens there. So ports come from below those that the system gives, and each is held by a lock: a byte in a
file that all tests share. The lock ends with the process.
"""
import fcntl
import os
import random
import socket
import tempfile

FIRST = 10000
LAST_USUAL = 32767  # Linux gives ports from 32768 on, unless it is told otherwise

_held = set()
_descriptor = None


def _limit():
    """The first port that the system gives by itself."""
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            return int(file.read().split()[0])
    except (OSError, ValueError, IndexError):
        return LAST_USUAL + 1


def _lock(port):
    global _descriptor
    if _descriptor is None:
        path = os.path.join(tempfile.gettempdir(), f"nbota-test-ports-{os.getuid()}")
        _descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)  # stays open: closing it would end the locks
    try:
        fcntl.lockf(_descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        return True
    except OSError:
        return False


def _is_free(port):
    """For streams and for datagrams."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:  # as servers do, which are restarted at once
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True


def free_port():
    """A port that nobody listens on, and that no other test gets while this process lives."""
    limit = _limit()
    numbers = range(FIRST, limit) if limit > FIRST + 1000 else range(FIRST, 65536)
    for port in random.sample(numbers, len(numbers)):
        if port not in _held and _lock(port) and _is_free(port):
            _held.add(port)
            return port
    raise AssertionError("no port is free")
