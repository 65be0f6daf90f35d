#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota prove`: a sample of what `make test-exhaustive` proves, and how it says what it found."""
import os
import re
import signal
import subprocess
import tempfile
import unittest

NBOTA = os.environ["NBOTA"]
THINNER = int(os.environ.get("NBOTA_PROVE_THINNER", "1"))  # fewer cases where the emulator is slow


def prove(*words):
    return subprocess.run([NBOTA, "prove", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400)


class Sample(unittest.TestCase):
    def assert_proved(self, scenario, every, least):
        done = prove("--scenario", scenario, "--every", str(every * THINNER))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        cases, failed = map(int, re.search(r"(\d+) cases, (\d+) failed", done.stdout).groups())
        self.assertEqual(failed, 0)
        self.assertGreaterEqual(cases, least // THINNER)
        return done.stdout

    def test_an_update_survives_cuts(self):
        out = self.assert_proved("update", 700, 16)
        self.assertIn("flash: program a half page", out)
        self.assertIn("the slot holds the right genuine image, byte for byte", out)

    def test_a_way_back_survives_cuts(self):
        self.assert_proved("rollback", 1000, 12)

    def test_a_resume_survives_cuts(self):
        self.assert_proved("resume", 130, 9)

    def test_a_changed_assignment_survives_cuts(self):
        self.assert_proved("changed", 26, 7)

    def test_settings_survive_cuts(self):
        self.assert_proved("settings", 30, 32)

    def test_a_local_update_survives_cuts(self):
        self.assert_proved("local", 700, 12)

    def test_a_local_update_survives_cuts_in_its_last_records(self):
        """A whole image is there, and the node waits for a person all the same."""
        done = prove("--scenario", "local", "--only", "eeprom", "--every", str(3 * THINNER))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_operations_can_be_chosen(self):
        done = prove("--scenario", "settings", "--only", "eeprom", "--operations", "5-6", "--first-failure")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(" 10 cases, 0 failed", done.stdout)

    def test_a_choice_without_an_operation_is_no_proof(self):
        done = prove("--scenario", "settings", "--only", "flash")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the scenario 'settings' has no such operation", done.stderr)

    def test_a_sum_tells_what_was_not_played(self):
        done = prove("--scenario", "settings,local", "--only", "nor")
        self.assertEqual(done.returncode, 1)
        self.assertIn("total: 2 scenarios, 2 of them not played, 0 operations, 0 cases, 0 failed", done.stdout)

    def test_second_cuts_come_while_the_node_recovers(self):
        """Two in three have to be drawn again: behind most cuts among settings there is nothing to do."""
        done = prove("--scenario", "settings", "--double", "60")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("the second cut came in 60\n", done.stdout)
        self.assertIn(" 60 cases, 0 failed", done.stdout)

    def test_where_the_first_of_two_cuts_comes_can_be_chosen(self):
        done = prove("--scenario", "settings", "--double", "8", "--operations", "150-199")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"slowest o1[5-9]\d:")
        self.assertRegex(done.stdout, r"longest o1[5-9]\d:")

    def test_pairs_that_do_not_exist_are_no_proof(self):
        """Behind a setting that was cut there is nothing to do until the next uplink."""
        done = prove("--scenario", "settings", "--double", "2", "--operations", "100-103")
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOT PROVED: 2 without a second cut", done.stdout)

    def test_several_scenarios_end_with_their_sum(self):
        done = prove("--scenario", "settings,changed", "--double", "4,1")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        cases = re.findall(r"^  (\d+) cases, 0 failed", done.stdout, re.M)
        self.assertEqual(cases, ["4", "1"])
        operations = sum(map(int, re.findall(r"without a cut: (\d+) persistent", done.stdout)))
        self.assertRegex(done.stdout.splitlines()[-1],
                         rf"^total: 2 scenarios, {operations} operations, 5 cases, 5 with a second cut that came, 0 failed, \d+ s")

    def test_second_cuts_come_while_a_person_sends_a_local_update_again(self):
        pairs = max(1, 6 // THINNER)
        done = prove("--scenario", "local", "--double", str(pairs))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"the second cut came in {pairs}", done.stdout)


class Interrupt(unittest.TestCase):
    def test_regression_a_signal_to_the_prover_alone_ends_its_workers(self):
        """They would go on until nobody reads their results, and then wait for ever."""
        proof = subprocess.Popen([NBOTA, "prove", "--scenario", "local"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        self.addCleanup(proof.wait)
        self.addCleanup(proof.kill)
        proof.stderr.readline()
        proof.terminate()
        out, err = proof.communicate(timeout=60)
        self.assertEqual(proof.returncode, 1)
        self.assertIn("interrupted", err)
        self.assertIn(" 0 failed", out)

    def test_an_interrupt_ends_the_workers_and_is_no_failure(self):
        proof = subprocess.Popen([NBOTA, "prove", "--scenario", "local"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(proof.wait)
        progress = proof.stderr.readline()  # its workers are there
        os.killpg(proof.pid, signal.SIGINT)
        out, err = proof.communicate(timeout=60)
        self.assertEqual(proof.returncode, 1)
        self.assertIn("local", progress)
        self.assertIn("interrupted", err)
        self.assertIn(" 0 failed", out)


class Coverage(unittest.TestCase):
    def test_the_branches_of_all_workers_are_collected(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "branches")
            done = prove("--scenario", "settings", "--operations", "150-200", "--jobs", "2", "--coverage", file)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            script = os.path.join(os.path.dirname(__file__), "..", "..", "scripts", "branch-coverage")
            boot = os.path.join(os.environ["NBOTA_FIRMWARE"], "boot-bc660k-demo.elf")
            out = subprocess.run([script, boot, file], capture_output=True, text=True, check=False).stdout
        # Two heads that a cut has left are met by none but the cases, where the journal is compacted. The third branch is an
        # EEPROM without any journal, with which no proof begins.
        rows = [line for line in out.splitlines() if line.endswith("journal_head.c journal_choose_half")]
        self.assertRegex("\n".join(rows), r"\b2 / 3 ")


class Replay(unittest.TestCase):
    def test_a_case_is_played_again_with_its_console(self):
        done = prove("--scenario", "settings", "--case", "o100:torn-2+3:before")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Protocol in Used: MQTT", done.stdout)
        self.assertIn("o100:torn-2+3:before: in order", done.stdout)

    def test_what_is_no_case_is_refused(self):
        for name, complaint in (("seven", "is no case"), ("o99999:before", "there is no o99999")):
            done = prove("--scenario", "settings", "--case", name)
            self.assertEqual(done.returncode, 1)
            self.assertIn(complaint, done.stderr)

    def test_what_is_wrong_on_the_line_is_refused_and_says_what_to_do(self):
        for words, complaint, hint in (
                ("--scenario luck", "no such scenario: 'luck'", "update, rollback, resume, changed, settings, local, or all"),
                ("--only ram", "no such memory: 'ram'", "flash, eeprom, nor, or all"),
                ("--gdb 3333", "--gdb does nothing without --case", "--case o1234:torn-2 --gdb 3333"),
                ("--case o1:before --only nor", "--only does nothing with --case", "leave out one of the two"),
                ("--case o1:before --scenario all", "a case of one scenario, not of 'all'", "name the scenario"),
                ("--double 0", "--double takes numbers of cases from 1", "usage: nbota prove")):
            with self.subTest(words):
                done = prove(*words.split())
                self.assertEqual(done.returncode, 2)
                self.assertIn(complaint, done.stderr)
                self.assertIn(hint, done.stderr)

    def test_a_file_that_is_not_there_is_told_with_what_could_be_meant(self):
        for option, usual in (("--boot", "boot-bc660k-demo"), ("--to", "s31-nb-v1.0.0")):
            done = prove(option, "luck")
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, rf"hint: .*'make firmware' has built in .*, such as {usual}")

    def test_a_scenario_that_fails_without_a_cut_is_no_proof(self):
        """A bootloader that wants signatures, and an image that has none."""
        done = prove("--boot", "boot-bc660k-signed", "--every", "1000")
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not end without a cut either", done.stderr)


if __name__ == "__main__":
    unittest.main()
