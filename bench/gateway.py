# SPDX-License-Identifier: Apache-2.0
"""bench_gateway: how many chunks the gateway serves for a second of its broker's processor time, compared with the
same broker, set up the same, that hands 1028-byte messages back to whom they came from.

Only the ratio of one run means something: rounds alternate, the median counts. The broker has one core, the load
another; where the load takes all of its core the wall-clock rates are its own. docs/performance.md says what to expect.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
sys.dont_write_bytecode = True
from broker import BUILD, Broker, packed  # noqa: E402  (found by the path above)

LOAD = os.path.join(BUILD, "bin", "bench_mqtt_load")
ROUNDS, SECONDS, CLIENTS = 5, 1.5, 100
FILE = packed(112504)


class EchoBroker(Broker):
    """The same configuration without the gateway."""

    def admin(self, *words):
        made = super().admin(*words)
        lines = [line for line in made.splitlines() if not line.startswith("plugin")]
        return "\n".join(lines).replace("allow_anonymous false", "allow_anonymous true") + "\n"


def quiet(broker):
    """No line for each packet."""
    admin = broker.admin
    broker.admin = lambda *words: admin(*words).replace("log_type all", "log_type error")
    return broker


def prepare():
    ota, echo = Broker(unlimited=True), EchoBroker(unlimited=True)
    path = os.path.join(ota.folder, "file.bin")
    with open(path, "wb") as file:
        file.write(FILE)
    ota.image(FILE, "load", "v1")
    for i in range(CLIENTS):
        ota.device("load-%d" % i, "LOAD-%d" % i)
        ota.admin("assign", "load-%d" % i, "load", "v1")
    return {"chunks": quiet(ota).start(), "echo": quiet(echo).start()}, path


def pin(brokers):
    """The core of the load: another than the broker's, when there is one."""
    cores = sorted(os.sched_getaffinity(0))
    for broker in brokers.values():
        for thread in os.listdir("/proc/%d/task" % broker.process.pid):
            os.sched_setaffinity(int(thread), {cores[0]})
    return cores[-1]


def measure(mode, broker, window, path, core):
    done = subprocess.run([LOAD, mode, str(broker.port), str(broker.process.pid), str(window), str(SECONDS), path],
                          preexec_fn=lambda: os.sched_setaffinity(0, {core}), capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode:
        raise SystemExit("bench_gateway: " + done.stderr)
    return json.loads(done.stdout)


def report(name, rounds):
    def middle(value):
        return statistics.median(value(each) for each in rounds)

    print("  %-7s %7.1f k/s wall  %7.1f k per broker CPU-s  p50 %5.0f us  p99 %5.0f us  load at %3.0f %%" % (
        name, middle(lambda r: r["answers"] / r["wall_s"]) / 1000,
        middle(lambda r: r["answers"] / r["broker_s"]) / 1000, middle(lambda r: r["p50_us"]),
        middle(lambda r: r["p99_us"]), 100 * middle(lambda r: r["own_s"] / r["wall_s"])))


def compare(brokers, window, path, core):
    rounds = {"chunks": [], "echo": []}
    for _ in range(ROUNDS):
        for mode, found in rounds.items():
            found.append(measure(mode, brokers[mode], window, path, core))
    print("window %d, %d clients, %d rounds" % (window, CLIENTS, ROUNDS))
    for mode, found in rounds.items():
        report(mode, found)
    ratios = [(a["answers"] / a["broker_s"]) / (b["answers"] / b["broker_s"])
              for a, b in zip(rounds["chunks"], rounds["echo"])]
    print("  ratio of chunks to echo per CPU-s: %.2f (%.2f to %.2f)" % (statistics.median(ratios), min(ratios),
                                                                      max(ratios)))


def main():
    brokers, path = prepare()
    try:
        core = pin(brokers)
        print("both brokers: TCP_NODELAY, QoS 0, queue of 600, logging errors only, no bound on a device's output")
        for window in (1, 4):
            compare(brokers, window, path, core)
    finally:
        for broker in brokers.values():
            broker.remove()


if __name__ == "__main__":
    main()
