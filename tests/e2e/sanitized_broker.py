# SPDX-License-Identifier: Apache-2.0
"""A sanitized gateway needs its run-time in the broker, and only there: `nbota` has its own and refuses another."""
import os
import pathlib
import shutil

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def search_path(folder):
    """The PATH with which `nbota` finds a broker for this build; puts a wrapper into `folder` when one is needed."""
    preload = os.environ.get("NBOTA_PRELOAD")
    if not preload:
        return os.environ["PATH"]
    tools = pathlib.Path(folder) / "tools"
    tools.mkdir()
    wrapper = tools / "mosquitto"
    wrapper.write_text(f'#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 LD_PRELOAD={preload} exec {MOSQUITTO} "$@"\n',
                       encoding="ascii")
    wrapper.chmod(0o755)
    return f"{tools}:{os.environ['PATH']}"
