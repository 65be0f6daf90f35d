# SPDX-License-Identifier: Apache-2.0
"""A person who looks at a node's console now and then, and triggers its update when it waits for that.

    supply_look.py CONSOLE LOOKS WORDS       run by a scenario, while the node stands still

LOOKS gets a line for each look, how long the console was and what the person made of it; WORDS what the person types. A node
waits for a trigger that has said a documented code since the last one, or that has begun nothing: it forgets a trigger that
it was not yet able to act on when its power goes (docs/protocol.md, "Client algorithm").
"""
import os
import re
import sys

from lab import NEW

TRIGGERED, UNDER_WAY, DONE = "triggered", "under way", "done"
WORDS = {TRIGGERED: b"AT+UPGRADE\r\n", UNDER_WAY: b"AT\r\n", DONE: b"AT\r\n"}
BEGUN = ("Please wait for the erase", "Resume download at chunk")
ENDED = "ota error "


def judge(console, since):
    """`since`: where in the console the last trigger was given."""
    running = re.findall(r"Image Version: (\S+)", console)
    if running and running[-1] == NEW:
        return DONE
    said = console[since:]
    return UNDER_WAY if ENDED not in said and any(text in said for text in BEGUN) else TRIGGERED


def looks_in(path):
    """(length of the console, what was made of it) of all looks so far."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="ascii") as file:
        return [(int(length), made) for length, made in (line.rstrip("\n").split(" ", 1) for line in file)]


def look(console_path, looks_path, words_path):
    with open(console_path, encoding="ascii", errors="replace") as file:
        console = file.read()
    since = max((length for length, made in looks_in(looks_path) if made == TRIGGERED), default=0)
    made = judge(console, since)
    with open(looks_path, "a", encoding="ascii") as file:
        file.write(f"{len(console)} {made}\n")
    with open(words_path, "wb") as file:
        file.write(WORDS[made])


if __name__ == "__main__":
    look(*sys.argv[1:])
