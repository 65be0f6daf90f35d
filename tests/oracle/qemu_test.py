#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole programs on our processor and on QEMU's micro:bit (Cortex-M0) must say the same.

usage: qemu_test.py RUN_PROGRAM PROGRAM.bin…
"""
import subprocess
import sys

QEMU = ["qemu-system-arm", "-M", "microbit", "-nographic", "-monitor", "none", "-serial", "none",
        "-semihosting-config", "enable=on,target=native"]
TIMEOUT_S = 20


def output(command):
    """What the program says, through either stream."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False)
    return done.stdout.decode("latin-1").splitlines()


def first_difference(ours, theirs):
    for number, (a, b) in enumerate(zip(ours, theirs), 1):
        if a != b:
            return f"line {number}: ours '{a}', QEMU '{b}'"
    return f"ours says {len(ours)} lines, QEMU {len(theirs)}"


def same(run_program, program):
    ours = output([run_program, program])
    theirs = output(QEMU + ["-device", f"loader,file={program},addr=0"])
    if ours == theirs and ours:
        print(f"{program}: {len(ours)} lines, the same on both")
        return True
    print(f"{program}: {first_difference(ours, theirs)}", *ours, sep="\n  ")
    return False


def main():
    results = [same(sys.argv[1], program) for program in sys.argv[2:]]
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
