# SPDX-License-Identifier: Apache-2.0
# What the three checks of the cross build share: the firmware folder, the budgets, the binutils.
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def build_dir(arguments):
    build = pathlib.Path(arguments[1]) if len(arguments) > 1 else ROOT / "build" / "arm"
    if not (build / "firmware").is_dir():
        sys.exit(f"{arguments[0]}: {build} has no firmware: run 'cmake --preset arm' and build it")
    return build


def budgets():
    """Rows of node/product/budgets.txt: binary's first words -> (flash, ram)."""
    rows = {}
    for line in (ROOT / "node/product/budgets.txt").read_text().splitlines():
        words = line.split()
        if words and not words[0].startswith("#"):
            rows[words[0]] = (int(words[1]), int(words[2]))
    return rows


def budget_of(name):
    for prefix, row in budgets().items():
        if name.startswith(prefix + "-"):
            return row
    sys.exit(f"no budget for '{name}': add a row to node/product/budgets.txt")


def binaries(build):
    return sorted((build / "firmware").glob("*.elf"))


def tool_lines(tool, *arguments):
    command = [f"arm-none-eabi-{tool}", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def symbols(elf):
    """Name -> value of every defined symbol."""
    table = {}
    for line in tool_lines("nm", elf):
        words = line.split()
        if len(words) == 3:
            table[words[2]] = int(words[0], 16)
    return table


def finish(failures):
    for text in failures:
        print(text, file=sys.stderr)
    sys.exit(1 if failures else 0)
