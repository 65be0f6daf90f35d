#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota node` as a person meets it: run, console, flash, reset, on a terminal and without one."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from lab import FIRMWARE, Lab, NBOTA, NEW, wait_until
from terminal import Terminal


class NodeCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def nbota(self, *words, status=0):
        done = self.lab.nbota(*words, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def terminal(self, *words):
        terminal = Terminal(NBOTA, *words, "--data-dir", self.lab.data_dir, environment=self.lab.environment)
        self.addCleanup(terminal.close)
        return terminal

    def running(self, *options):
        node = self.terminal("node", "run", *options)
        node.wait_for(r"\[\d+\]MQTT parameter configuration error")
        return node

    def console(self):
        console = self.terminal("node", "console")
        console.wait_for(r"Password Correct\r*\n")
        return console


STARTED = "expect Protocol in Used within 60s\n"


class Coverage(NodeCase):
    """--coverage, and scripts/branch-coverage on what it wrote."""

    def setUp(self):
        super().setUp()
        self.file = self.lab.path("coverage")

    def run_covered(self, scenario, **options):
        return self.lab.run_node(scenario, options=("--coverage", self.file), **options)

    def ways(self):
        """Ways that the bootloader's branches went so far."""
        script = os.path.join(os.path.dirname(__file__), "..", "..", "scripts", "branch-coverage")
        boot = os.path.join(FIRMWARE, "boot-bc660k.elf")
        done = subprocess.run([script, boot, self.file], capture_output=True, text=True, check=False)
        return int(re.search(r"; (\d+) ways", done.stdout + done.stderr).group(1))

    def test_runs_add_up_in_one_file(self):
        self.run_covered(STARTED)
        first = self.ways()
        self.assertGreater(first, 20)
        self.run_covered(STARTED)  # the journal is no longer empty
        both = self.ways()
        self.assertGreater(both, first)
        os.remove(self.file)
        self.run_covered(STARTED)
        self.assertLess(self.ways(), both)

    def test_a_run_leaves_the_same_trace_with_coverage_and_without(self):
        plain = self.lab.run_node(STARTED, name="a")
        self.lab.copy_node("a", "b")
        again, covered = self.lab.run_node(STARTED, name="a"), self.run_covered(STARTED, name="b")
        self.assertGreater(plain["instructions"], 100000)
        for key in ("instructions", "virtual_s", "console_hash", "nvm_hash", "pin_hash"):
            self.assertEqual(again[key], covered[key], key)

    def test_runs_at_the_same_time_add_up_in_one_file(self):
        scenario = self.lab.write("started.txt", STARTED)
        nodes = [self.lab.start(NBOTA, "node", "run", name, "--scenario", scenario, "--coverage", self.file, "--quiet",
                                "--data-dir", self.lab.data_dir, stdout=subprocess.DEVNULL) for name in "abc"]
        self.assertEqual([node.wait(60) for node in nodes], [0, 0, 0])
        self.assertGreater(self.ways(), 20)

    def test_another_file_is_refused_and_kept(self):
        self.lab.write("coverage", "something else\n")
        done = self.nbota("node", "run", "--scenario", self.lab.write("start", STARTED), "--coverage", self.file, status=1)
        self.assertIn("is no coverage file", done.stderr)
        with open(self.file, encoding="ascii") as file:
            self.assertEqual(file.read(), "something else\n")


class Run(NodeCase):
    def test_it_prints_its_label_and_the_ways_to_its_console(self):
        node = self.running()
        label = node.text()
        self.assertRegex(label, r"IMEI +\d{15}\r\n")
        self.assertRegex(label, r"password +[0-9a-f]{6}\r\n")
        line = node.wait_for(r"picocom -b 9600 --echo (\S+)").group(1)
        self.assertTrue(os.path.exists(line))
        node.interrupt()
        self.assertEqual(node.wait(), 0)
        self.assertIn("node 's31' is off", node.text())
        self.assertFalse(os.path.lexists(line))

    def test_every_way_to_end_it_keeps_identity_and_settings(self):
        labels = set()
        for turn, number in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)):
            node = self.running("--speed", "10")
            labels.add(node.wait_for(r"IMEI +(\d+)").group(1))
            console = self.console()
            console.type("AT+OTACLT=?\r")
            console.wait_for(r"NULL\s+OK" if turn == 0 else rf"client-{turn - 1}\s+OK")
            console.type(f"AT+OTACLT=client-{turn}\r")
            console.wait_for("OK")
            node.interrupt(number)
            self.assertEqual(node.wait(), 0)
            self.assertEqual(console.wait(), 0)
            self.assertIn("switched off", console.text())
            self.assertTrue(console.is_as_before())
        self.assertEqual(len(labels), 1)

    def test_regression_it_ends_when_nobody_reads_what_it_prints(self):
        node = self.lab.start(NBOTA, "node", "run", "--data-dir", self.lab.data_dir, stdout=subprocess.PIPE)
        node.stdout.readline()
        node.stdout.close()
        node.wait(60)
        self.nbota("node", "run", "--scenario", self.lab.write("end.txt", "end\n"), "--quiet")

    def test_a_killed_run_leaves_no_door_to_somebody_elses_terminal(self):
        node = self.running()
        node.interrupt(signal.SIGKILL)
        node.wait()
        self.assertTrue(os.path.lexists(os.path.join(self.lab.data_dir, "nodes", "s31", "console")))
        self.assertIn("is not running", self.nbota("node", "console", status=1).stderr)
        self.running()

    def test_a_killed_run_keeps_what_was_saved_while_it_ran(self):
        node = self.running("--speed", "10")
        console = self.console()
        console.type("AT+OTACLT=kept\r")
        console.wait_for("OK")
        wait_until(lambda: b"kept" in self.lab.memory("eeprom.bin"), "the memories are saved")
        node.interrupt(signal.SIGKILL)
        node.wait()
        self.assertIn("kept", self.lab.run_node("expect Protocol\nunlock\nexpect Correct\ntype AT+OTACLT=?\n"
                                                "expect OK\n")["console"])

    def test_the_same_node_runs_once_at_a_time(self):
        self.running()
        for words in (("run",), ("reset",), ("flash", f"s31-nb-{NEW}")):
            error = self.nbota("node", *words, status=1).stderr
            self.assertIn("node 's31' is running already", error)
            self.assertIn("hint: ", error)

    def measure_pace(self, speed):
        """Seconds: what the node lived of its time divided by `speed`, what passed while it ran for certain, and what it
        took of the processor. It never lives faster."""
        started = time.monotonic()
        process = self.lab.start(NBOTA, "node", "run", "--quiet", "--json", "--speed", str(speed), "--data-dir",
                                 self.lab.data_dir, stdout=subprocess.PIPE)
        process.stdout.readline()
        began = time.monotonic()
        time.sleep(4)
        with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
            ticks = sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
        passed = time.monotonic() - began
        process.send_signal(signal.SIGINT)
        lived = json.loads(process.communicate(timeout=60)[0].splitlines()[-1])["virtual_s"] / speed
        self.assertLess(lived, time.monotonic() - started)
        return lived, passed, ticks / os.sysconf("SC_CLK_TCK")

    def test_real_time_is_kept_and_an_idle_node_needs_little_of_the_processor(self):
        much = 0.4 * (5 if os.environ.get("NBOTA_PRELOAD") else 1)
        for speed in (1, 10):
            tries = []  # a machine that is busy with others has no time for real time
            while not tries or not (tries[-1][0] > tries[-1][1] - 0.25 and tries[-1][2] < much):
                self.assertLess(len(tries), 10, tries)
                tries.append(self.measure_pace(speed))

    def test_what_cannot_be_is_refused_with_advice(self):
        cases = (
            (("run", "--link", "5g"), 1, "there is no radio link '5g'"),
            (("run", "--speed", "0"), 2, "--speed is 1 or more"),
            (("run", "a/b"), 1, "'a/b' cannot be a node's name"),
            (("run", "--scenario", "/nowhere"), 1, "cannot read '/nowhere'"),
            (("flash", "nosuch"), 1, "'make firmware' builds it"),
            (("reset", "nobody"), 1, "there is no node 'nobody'"),
            (("console", "nobody"), 1, "there is no node 'nobody'"),
        )
        for words, status, text in cases:
            with self.subTest(words):
                self.assertIn(text, self.nbota("node", *words, status=status).stderr)
        self.assertFalse(os.path.exists(os.path.join(self.lab.data_dir, "nodes", "nobody")))

    def test_missing_firmware_says_what_builds_it(self):
        self.lab.environment["NBOTA_FIRMWARE"] = self.lab.folder
        self.assertIn("'make firmware' builds it", self.nbota("node", "run", status=1).stderr)

    def test_a_data_folder_that_cannot_be_made_is_named(self):
        self.lab.write("data", "")
        self.assertIn(f"{self.lab.data_dir}", self.nbota("node", "run", status=1).stderr)


class Scenario(NodeCase):
    def run_text(self, text, status=1):
        return self.nbota("node", "run", "--scenario", self.lab.write("scenario.txt", text), status=status)

    def test_what_is_typed_is_shown_among_the_nodes_words(self):
        out = self.run_text("expect Protocol\nunlock\nexpect Correct\ntype AT+MODEL=?\nexpect OK\n", 0).stdout
        self.assertRegex(out, r"(?m)^ +\d+\.\d{3}  > AT\+MODEL=\?$")
        self.assertRegex(out, r"(?m)^ +\d+\.\d{3}  s31-nb,v1\.0\.0$")

    def test_a_fault_names_its_line(self):
        for text, line in (("wait 1s\nfly away\n", 2), ("\n# remark\nat chunk x: end\n", 3), ("wait 5\n", 1)):
            with self.subTest(text):
                self.assertIn(f"line {line}:", self.run_text(text).stderr)

    def test_an_expectation_in_vain_names_its_line(self):
        error = self.run_text("wait 1s\nexpect blue moon within 2s\n").stderr
        self.assertIn("line 2: the console did not print 'blue moon'", error)

    def test_a_command_that_fails_ends_it(self):
        self.assertIn("line 1: this command failed: 'false'", self.run_text("run false\n").stderr)

    def test_a_signal_ends_it_and_keeps_the_memories(self):
        file = self.lab.write("scenario.txt", "wait 1000000h\n")
        for options in ((), ("--speed", "1")):
            with self.subTest(options):
                process = self.lab.start(NBOTA, "node", "run", "--scenario", file, "--data-dir", self.lab.data_dir,
                                         *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                process.stdout.readline()
                process.send_signal(signal.SIGTERM)
                self.assertIn("interrupted", process.communicate(timeout=60)[1])
                self.assertEqual(process.returncode, 1)
                self.assertEqual(len(self.lab.memory("flash.bin")), 196608)


class Console(NodeCase):
    def test_typing_is_shown_corrected_and_answered(self):
        self.running("--speed", "10")
        console = self.console()
        console.type("AT+MODX\177EL=?")
        console.wait_for(r"AT\+MODX\x08 \x08EL=\?")
        console.type("\r")
        console.wait_for(r"s31-nb,v1\.0\.0\s+OK")
        console.type("wrong\025\033[AAT\r")
        console.wait_for("OK")
        console.type("nonsense\r")
        console.wait_for("ERROR")

    def test_ctrl_d_and_ctrl_c_leave_node_and_terminal_as_they_were(self):
        node = self.running("--speed", "10")
        for key in ("\004", "\003"):
            console = self.console()
            console.type(key)
            self.assertEqual(console.wait(), 0)
            self.assertTrue(console.is_as_before())
        self.assertIsNone(node.process.poll())

    def test_a_signal_leaves_the_terminal_as_it_was(self):
        self.running("--speed", "10")
        for number in (signal.SIGTERM, signal.SIGHUP):
            console = self.console()
            console.interrupt(number)
            console.wait()
            self.assertTrue(console.is_as_before())

    def test_sitting_down_twice_is_no_wrong_command(self):
        self.running("--speed", "10")
        for _ in range(2):
            console = self.console()
            console.type("AT\r")
            console.wait_for("OK")
            self.assertNotIn("ERROR", console.text())
            console.type("\004")
            console.wait()

    def test_regression_a_line_has_one_program(self):
        node = self.running()
        console = self.console()
        busy = "in use by another program"
        self.assertIn(busy, self.nbota("node", "console", status=1).stderr)
        self.assertIn(busy, self.nbota("node", "update", self.lab.firmware(), status=1).stderr)
        console.type("\004")
        self.assertEqual(console.wait(), 0)
        node.interrupt()

    def test_lines_from_a_file_are_answered_before_it_ends(self):
        self.running("--speed", "10")
        done = subprocess.run([NBOTA, "node", "console", "--data-dir", self.lab.data_dir], capture_output=True,
                              input="AT+TDC=900\nAT+TDC=?\n", text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"OK\s+900\s+OK\s*$")
        self.assertNotIn("\033", done.stdout)


class Memories(NodeCase):
    def banner(self):
        text = "expect Protocol\nunlock\nexpect Correct\ntype AT+OTACLT=?\nexpect OK\n"
        return self.lab.run_node(text)["console"]

    def test_flash_keeps_settings_and_reset_brings_the_factory_back(self):
        self.lab.run_node("expect Protocol\nunlock\nexpect Correct\ntype AT+OTACLT=mine\nexpect OK\n")
        identity = self.lab.memory("node.json")
        self.assertIn("its settings are as before", self.nbota("node", "flash", f"s31-nb-{NEW}").stdout)
        self.assertRegex(self.banner(), rf"Image Version: {NEW}[\s\S]*mine")
        self.nbota("node", "reset")
        self.assertRegex(self.banner(), r"Image Version: v1\.0\.0[\s\S]*NULL")
        self.assertEqual(self.lab.memory("node.json"), identity)

    def test_a_packed_image_is_refused_and_changes_nothing(self):
        self.banner()
        before = self.lab.memory("flash.bin")
        self.assertIn("packed", self.nbota("node", "flash", self.lab.packed(), status=1).stderr)
        self.assertEqual(self.lab.memory("flash.bin"), before)

    def test_a_memory_of_another_size_is_not_run(self):
        self.banner()
        with open(os.path.join(self.lab.data_dir, "nodes", "s31", "eeprom.bin"), "ab") as file:
            file.write(b"x")
        self.assertIn("nbota node reset s31", self.nbota("node", "run", status=1).stderr)


if __name__ == "__main__":
    unittest.main()
