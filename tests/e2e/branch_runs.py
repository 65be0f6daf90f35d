# SPDX-License-Identifier: Apache-2.0
"""Every conditional branch of node/boot and node/store, taken both ways on the emulated board: plays what takes them, and
has scripts/branch-coverage say what is missing.

    NBOTA=… NBOTA_BUILD=… NBOTA_FIRMWARE=… branch_runs.py FOLDER

The end-to-end tests need not know: the command that they run is a script that has every node's branches collected. FOLDER
keeps what they collected, a file for each.
"""
import glob
import os
import pathlib
import stat
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NBOTA, FIRMWARE = os.environ["NBOTA"], os.environ["NBOTA_FIRMWARE"]
WORKERS = 2
# The long ones first. What each adds: docs/proof.md, "Branches".
TESTS = ("boot_worn_test.Eeprom", "boot_worn_test.Flash", "boot_worn_test.Nor", "product_test", "campaign_test", "store_test",
         "install_test", "data_log_test", "boot_install_test", "boot_trial_test", "boot_line_test", "trial_test",
         "downlink_test", "local_update_test.ScenarioA", "commands_test", "console_test")
PROOFS = (("settings", 4),)  # scenario, every so many operations
PROGRAMS = ("boot-*.elf", "s31-nb-*.elf")
COVERING = """#!/bin/sh
case "$1 $2" in
"node run") exec {nbota} "$@" --coverage "$NBOTA_COVERAGE" ;;
*) exec {nbota} "$@" ;;
esac
"""


def make_command(folder):
    command = folder / "nbota"
    command.write_text(COVERING.format(nbota=NBOTA), encoding="ascii")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return str(command)


class Runs:
    def __init__(self, folder):
        self.folder, self.command = folder, make_command(folder)
        self.waiting = [(name, (sys.executable, "-B", "-m", "unittest", name)) for name in TESTS]
        self.waiting += [(f"prove-{scenario}", self.proof(scenario, every)) for scenario, every in PROOFS]
        self.failed = []
        self.lock = threading.Lock()

    def proof(self, scenario, every):
        return (NBOTA, "prove", "--scenario", scenario, "--every", str(every), "--jobs", "1", "--coverage",
                self.folder / f"prove-{scenario}.cov")

    def take(self):
        with self.lock:
            return self.waiting.pop(0) if self.waiting else None

    def work(self):
        for name, words in iter(self.take, None):
            begin = time.monotonic()
            environment = {**os.environ, "NBOTA": self.command, "NBOTA_COVERAGE": str(self.folder / f"{name}.cov"),
                           "NBOTA_WORN_EVERY": "1", "NBOTA_SEEDS": "1"}
            done = subprocess.run(words, cwd=ROOT / "tests" / "e2e", env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, check=False)
            with self.lock:
                verdict = "good" if done.returncode == 0 else "FAILED"
                print(f"{name}: {verdict}, {time.monotonic() - begin:.0f} s", flush=True)
                if done.returncode != 0:
                    self.failed.append(name)
                    print(done.stdout + done.stderr, file=sys.stderr)

    def run(self):
        workers = [threading.Thread(target=self.work) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return not self.failed


def programs():
    return sorted(path for pattern in PROGRAMS for path in glob.glob(os.path.join(FIRMWARE, pattern)))


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.cov"):
        old.unlink()
    played = Runs(folder).run()
    words = (ROOT / "scripts" / "branch-coverage", "--exceptions", ROOT / "tests" / "branch-exceptions.txt", *programs(),
             *sorted(folder.glob("*.cov")))
    covered = subprocess.run(words, check=False).returncode == 0
    return 0 if played and covered else 1


if __name__ == "__main__":
    sys.exit(main())
