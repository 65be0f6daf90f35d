# SPDX-License-Identifier: Apache-2.0
"""`nbota accept` against the consoles of virtual nodes: every case passes, a fault is found, the node is left as it was."""
import json
import os
import signal
import subprocess
import unittest
import xml.etree.ElementTree

from lab import Lab, NBOTA, NEW, OLD, wait_until
from terminal import Terminal

SPEED = 25  # a window for downlinks waits for us all the same; an image that was just assigned is known within 0.5 s
WITH = "BC660GL26110001"
WITHOUT = "BC660GL26110000"
MINE = {"OTASER": "ota.example.net,1883", "OTACLT": "my-client", "OTAUNAME": "my-name", "OTAPWD": "my-secret",
        "OTATITLE": "My-Title", "OTAVER": "v7.7.7", "SERVADDR": "data.example.net,1883", "CLIENT": "me", "UNAME": "u",
        "PWD": "pass-2", "PUBTOPIC": "my/up", "SUBTOPIC": "my/down", "PRO": "2,5", "TDC": "3600", "RXDL": "1000"}


class AcceptCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def run_node(self, name, *create, speed=SPEED):
        """A node of its own with settings of its user, which runs until the test ends."""
        self.lab.nbota("node", "create", name, *create)
        lines = "".join(f"type AT+{key}={value}\nexpect OK within 30s\n" for key, value in MINE.items())
        self.lab.run_node("expect Protocol in Used\nunlock\nexpect Password Correct\n" + lines, name=name)
        return self.start(name, speed)

    def start(self, name, speed):
        node = self.lab.start(NBOTA, "node", "run", name, "--quiet", "--speed", str(speed), "--data-dir", self.lab.data_dir,
                              stdout=subprocess.DEVNULL)
        console = os.path.join(self.lab.data_dir, "nodes", name, "console")
        wait_until(lambda: os.path.exists(console), "the node has a console")
        return node

    def accept(self, name, *words, status=0):
        if "--patience" not in words:
            words = (*words, "--patience", "120")  # what does not come says so before the test's own time is over
        done = self.lab.nbota("accept", name, *words, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def accept_json(self, name, *words, status=0):
        return json.loads(self.accept(name, *words, "--json", status=status).stdout)

    def settings_now(self, name):
        """As the node says them."""
        lines = "".join(f"AT+{key}=?\n" for key in MINE)
        done = subprocess.run([NBOTA, "node", "console", name, "--data-dir", self.lab.data_dir], input=lines, check=True,
                              capture_output=True, text=True, timeout=120)
        return done.stdout

    def assert_as_it_was(self, name):
        said = self.settings_now(name).splitlines()
        for key, value in MINE.items():
            if key != "OTAVER":  # dropped by an update
                self.assertIn(value, said, key)


def verdicts(result, section):
    return [case["verdict"] for case in result["cases"] if case["section"] == section]


class WithFlash(AcceptCase):
    def test_every_case_passes_and_the_page_has_all_of_them(self):
        self.run_node("s31", "--serial", WITH)
        page = self.lab.path("page.html")
        result = self.accept_json("s31", "--serial", WITH, "--html", page)
        self.assertTrue(result["good"] and result["complete"] and result["flash"])
        self.assertEqual((result["product"], result["failed"]), ("S31-NB", 0))
        left_out = [case["section"] for case in result["cases"] if case["verdict"] == "left out"]
        self.assertEqual(left_out, ["3.2 A"])
        chapters = {case["section"].split(".")[0].split(",")[0].split()[0] for case in result["cases"]}
        self.assertEqual(chapters, {"2", "3", "4", "5", "6", "7", "8", "9", "10"})
        for code in (1, 3, 4, 5, 6, 7):
            self.assertEqual(verdicts(result, f"8.1 code {code}")[0], "passed")
        self.assert_as_it_was("s31")
        self.check_page(page, result)

    def check_page(self, page, result):
        with open(page, encoding="utf-8") as file:
            text = file.read()
        document = xml.etree.ElementTree.fromstring(text.split("\n", 1)[1])
        texts = ["".join(element.itertext()) for element in document.iter() if element.get("class") == "w"]
        for case in result["cases"]:
            self.assertTrue(any(words.startswith(case["title"]) for words in texts), case["title"])
        self.assertNotRegex(text, r"(?:src|href|url)\s*[=(]")  # it loads nothing
        for secret in ("my-secret", "pass-2"):
            self.assertNotIn(secret, text)
        log = "".join("".join(element.itertext()) for element in document.iter("pre"))
        for words in ("> AT+UPGRADE", "↓ F901", f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}", "> AT+PIN=****"):
            self.assertIn(words, log)


class WithoutFlash(AcceptCase):
    def test_a_board_without_flash_goes_through_scenario_a(self):
        self.run_node("old", "--product", "S31-CB", "--flash", "none")
        result = self.accept_json("old", "--serial", "BG95-M226120000")
        self.assertTrue(result["good"])
        self.assertFalse(result["flash"])
        self.assertEqual(verdicts(result, "3.2 A"), ["passed"])
        self.assertEqual(verdicts(result, "2.3.1"), ["passed", "passed"])
        self.assertEqual(set(verdicts(result, "6.1")), {"left out"})
        self.assert_as_it_was("old")


class Faults(AcceptCase):
    def test_a_label_that_lies_is_found_and_the_rest_goes_on(self):
        self.run_node("liar", "--flash", "none")
        done = self.accept("liar", "--serial", WITH, status=1)
        self.assertRegex(done.stdout, r"2\.3\.1 +FAILED")
        self.assertIn("says with flash, but none answers", done.stdout)
        self.assertRegex(done.stdout, r"3\.2 A +ok")
        self.assertIn(" 1 failed, ", done.stdout)
        self.assert_as_it_was("liar")

    def test_a_server_that_the_node_does_not_reach_fails_what_needs_it(self):
        """A name that nobody has: nothing arrives at the data server, and the console's cases pass all the same."""
        self.run_node("lost", "--flash", "none", speed=100)
        result = self.accept_json("lost", "--host", "nobody.invalid", "--patience", "12", status=1)
        self.assertFalse(result["good"])
        self.assertEqual(verdicts(result, "4"), ["failed"])
        self.assertEqual(verdicts(result, "5.2"), ["passed"])
        self.assert_as_it_was("lost")


class Ends(AcceptCase):
    def running(self, name, *create):
        node = self.run_node(name, *create)
        accept = Terminal(NBOTA, "accept", name, "--data-dir", self.lab.data_dir, environment=self.lab.environment)
        self.addCleanup(accept.close)
        return node, accept

    def test_ctrl_c_sets_the_node_back(self):
        _, accept = self.running("s31")
        accept.wait_for(r"8\.1 code 4 +\d+ s  ", 200)  # the sign that it waits
        accept.interrupt()
        self.assertEqual(accept.wait(), 1)
        self.assertIn("interrupted; setting the node back to what it was", accept.text())
        self.assert_as_it_was("s31")

    def test_a_node_that_goes_away_is_said(self):
        node, accept = self.running("s31", "--flash", "none")
        accept.wait_for(r"2\.1 +ok", 200)
        node.send_signal(signal.SIGINT)
        self.assertEqual(accept.wait(), 1)
        self.assertIn("the node's console is gone", accept.text())
        self.assertIn("AT+SERVADDR", accept.text())


class Words(AcceptCase):
    def test_what_is_missing_is_said(self):
        self.lab.nbota("node", "create", "s31")
        cases = (
            (("s31",), 1, "node 's31' is not running"),
            (("nobody",), 1, "there is no node 'nobody'"),
            (("/dev/null",), 1, "--password"),
            (("/dev/null", "--password", "123456"), 1, "no serial line"),
            (("/dev/nosuch", "--password", "123456"), 1, "cannot open '/dev/nosuch'"),
            (("s31", "--ota-port", "70000"), 2, "a port is at most"),
            ((), 2, "usage: nbota accept"),
        )
        for words, status, text in cases:
            with self.subTest(words):
                self.assertIn(text, self.lab_error(words, status))

    def lab_error(self, words, status):
        done = self.lab.nbota("accept", *words, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def test_a_wrong_password_or_image_is_said(self):
        self.run_node("s31")
        error = self.lab.nbota("accept", "s31", "--image", self.lab.firmware(OLD), check=False).stderr
        self.assertIn("runs 'v1.0.0' already", error)
        self.assert_as_it_was("s31")
        error = self.lab.nbota("accept", "s31", "--password", "000000", check=False).stderr
        self.assertIn("does not take the password", error)
        other = os.path.join(os.path.dirname(self.lab.firmware()), f"s31-ns-{NEW}.bin")
        self.assertIn("is no image of 's31-nb'", self.lab.nbota("accept", "s31", "--image", other, check=False).stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
