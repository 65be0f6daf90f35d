# SPDX-License-Identifier: Apache-2.0
"""`nbota explain` as a person or a script uses it: logs of real runs, streams, messages, codes, and what is none of them."""
import json
import pathlib
import re
import resource
import subprocess
import tempfile
import unittest

from nbota_command import NBOTA, ROOT, nbota

LOGS = ROOT / "tests" / "golden" / "console"
# Vendor 8.1: code, description, recommended action; then the texts of nbota's and of shipped nodes.
VENDOR = {
    1: ("Firmware title mismatch", "Verify server firmware title matches AT+OTATITLE configuration",
        "Firmware title mismatch", "Firmware Title Mismatch"),
    2: ("Hardware not supported", "Check external SPI Flash connection and functionality",
        "Hardware not supported", "Hardware Not Support"),
    3: ("Command format error", "Verify downlink command format is correct",
        "Command format error", "Error Format : command incorrect"),
    4: ("OTA server connection timeout", "Check network connectivity and server reachability",
        "OTA server connection timeout", "OTA server connecting timeout"),
    5: ("Firmware title not found", "Server did not return valid firmware title information",
        "Firmware title not found", "Firmware Title not found"),
    6: ("Firmware version match", "Server firmware version is same as current, no update needed",
        "Firmware version match", "Consistent firmware Version"),
    7: ("Firmware checksum error", "Downloaded chunk CRC32 verification failed (possible network error)",
        "Firmware checksum error", "Firmware CheckSum Error"),
    100: ("OTA update successful", "Firmware download completed, waiting for device reboot",
          "OTA Update OK, Firmware Title: s31-nb Ver: v1.1.0", "OTA Update OK, Firmware Title: s31-nb Ver: v1.1.0"),
}
STEPS = ["Trigger Update", "Hardware Check", "Wake NB Module", "Connect to OTA Server", "Version Verification",
         "Storage Preparation", "Chunk Download", "Flash Writing", "Download Completion", "Firmware Activation"]


def explain(*words, **options):
    return nbota("explain", *words, **options)


def ask(*words, **options):
    return json.loads(explain("--json", *words, **options).stdout)


class Logs(unittest.TestCase):
    def test_every_log_draws_the_ten_steps_and_names_the_failed_one(self):
        for path in sorted(LOGS.glob("*code-*.log")):
            code = int(re.search(r"code-(\d)", path.name).group(1))
            with self.subTest(path.name):
                result = explain(path)
                self.assertEqual(result.returncode, 0, result.stderr)
                for number, title in enumerate(STEPS, 1):
                    self.assertRegex(result.stdout, rf"(?m)^ +{number}  {title} ")
                failed = re.findall(r"(?m)^ +(\d+)  [\w ]+? +FAILED", result.stdout)
                self.assertEqual(len(failed), 1)
                self.assertIn(f"failed in step {failed[0]}, {STEPS[int(failed[0]) - 1]}: code {code}", result.stdout)
                self.assertIn(VENDOR[code][1], result.stdout)
                self.assertRegex(result.stdout, r"(?m)^  cause +\w")
                self.assertRegex(result.stdout, r"(?m)^  next +\w")

    def test_json_says_the_same(self):
        (attempt,) = ask(LOGS / "code-7-chunk.log")["attempts"]
        self.assertEqual((attempt["outcome"], attempt["code"], attempt["failed_step"]), ("failed", 7, 7))
        self.assertEqual((attempt["bad_chunk"], attempt["chunks"], attempt["crc_errors"]), (3, 45, 16))
        self.assertEqual((attempt["crc_received"], attempt["crc_computed"]), (0xEFB5AF2E, 0x237E92ED))
        self.assertEqual([step["title"] for step in attempt["steps"]], STEPS)
        self.assertEqual(attempt["steps"][3]["time_ms"], 14090)
        self.assertEqual(attempt["steps"][6]["mark"], "failed")

    def test_standard_input_is_a_log(self):
        text = (LOGS / "success.log").read_text(encoding="ascii")
        self.assertEqual(ask("-", input=text)["updated"], 1)

    def test_all_draws_every_attempt(self):
        text = "".join((LOGS / name).read_text(encoding="ascii") for name in ("code-1.log", "success.log"))
        result = explain("-", input=text)
        self.assertIn("2 attempts (1 updated, 1 failed)", result.stdout)
        self.assertEqual(result.stdout.count("Storage Preparation"), 1)
        self.assertEqual(explain("-", "--all", input=text).stdout.count("Storage Preparation"), 2)

    def test_what_nbota_node_run_prints_is_a_log_too(self):
        lines = (LOGS / "success.log").read_text(encoding="ascii").splitlines()
        text = "".join(f"{number / 10:10.3f}  {line}\n" for number, line in enumerate(lines))
        steps = ask("-", input=text)["attempts"][0]["steps"]
        self.assertEqual(steps[9]["mark"], "done")
        times = [step["time_ms"] for step in steps]
        self.assertEqual(times, sorted(times))
        self.assertEqual({step["clock"] for step in steps}, {"log"})

    def test_a_log_of_hundreds_of_megabytes_needs_no_more_memory(self):
        text = (LOGS / "code-7-chunk.log").read_bytes()
        with tempfile.TemporaryFile() as big:
            for _ in range(20000):  # 65 MB
                big.write(text)
            big.seek(0)
            limit = 256 << 20 if "clang" not in NBOTA else None  # a sanitizer reserves terabytes

            def bound():
                if limit:
                    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            done = subprocess.run([NBOTA, "explain", "--json", "-"], stdin=big, capture_output=True, timeout=200,
                                  check=True, preexec_fn=bound)
        answer = json.loads(done.stdout)
        self.assertEqual((answer["attempt_count"], answer["failed"]), (20000, 20000))
        self.assertLessEqual(len(answer["attempts"]), 16)


class Broken(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, content):
        path = self.folder / "x.log"
        path.write_bytes(content)
        return path

    def test_unread_lines_are_said(self):
        log = (LOGS / "code-1.log").read_bytes().replace(b"MQTT connect", b"MQT\xff\x00onnect")
        result = explain(self.write(b"Nov 24 cron[12]: hello\n" + log))
        self.assertEqual(result.returncode, 0)
        self.assertIn("not read: 1 damaged line, the first is line ", result.stdout)
        self.assertIn("not read: 1 line of something else, the first is line 1: 'Nov 24 cron[12]: hello'", result.stdout)
        self.assertIn("code 1", result.stdout)

    def test_noise_is_told_from_a_wrong_speed(self):
        result = explain(self.write(bytes(range(128, 256)) * 50 + b"\n" + bytes(range(200, 250))))
        self.assertEqual(result.returncode, 1)
        self.assertIn("9600 baud", result.stderr)

    def test_foreign_and_empty_files_are_no_update(self):
        for content, hint in ((b"hello\n", "line 1 is none of a node's console: 'hello'"),
                              (b"", "FW check"), (b"OK\r\n", "FW check")):
            result = explain(self.write(content))
            self.assertEqual(result.returncode, 1)
            self.assertIn("holds no update", result.stderr)
            self.assertIn(hint, result.stderr)

    def test_nothing_of_a_log_reaches_the_terminal_raw(self):
        log = (LOGS / "success.log").read_bytes().replace(b"s31-nb\r", b"\x1b]0;x\x07\r")
        result = explain(self.write(b"\x1b[2Jevil\x1b]0;x\x07\n" + log))
        self.assertEqual(result.returncode, 0)
        self.assertNotRegex(result.stdout + result.stderr, r"[\x00-\x08\x0b-\x1f\x7f-\xff]")

    def test_what_cannot_be_read_is_named(self):
        for path, text in ((self.folder, "is a folder"), (self.folder / "none.log", "is no file")):
            result = explain(path)
            self.assertEqual(result.returncode, 1)
            self.assertIn(text, result.stderr)
            self.assertIn(str(path), result.stderr)


class Messages(unittest.TestCase):
    def test_codes_have_the_seeds_words(self):
        for code, (description, action, message, shipped) in VENDOR.items():
            with self.subTest(code):
                answer = ask(str(code))
                self.assertEqual((answer["code"], answer["description"], answer["action"]), (code, description, action))
                self.assertTrue(message.startswith(answer["message"]))
                self.assertTrue(shipped.startswith(answer["shipped_message"]))
                self.assertIn(f"code {code}: {description}\n", explain(str(code)).stdout)

    def test_reports_of_both_kinds_of_nodes_are_recognised(self):
        for code, (_, _, message, shipped) in VENDOR.items():
            for text in (message, shipped):
                with self.subTest(text):
                    report = '{"IMEI":"866207053462705", "Message": "%s"}' % text
                    self.assertEqual((ask(report)["code"], ask(report)["imei"]), (code, "866207053462705"))
                    self.assertEqual(ask("node/up " + report)["code"], code)
                    self.assertEqual(ask(*text.split())["code"], code)
                    reports = ask("-", input=report + "\n")["reports"]
                    self.assertEqual([found["code"] for found in reports], [code])

    def test_a_line_of_a_console_names_its_step_and_its_cause(self):
        for text, step, code, cause in (
                ("[99]Failed to open the OTA client network", 4, 4, "nothing answers at the address"),
                ("Failed to connect to ota server", 4, 4, "refuses the connection"),
                ("Hardware Not Support", 2, 2, "no SPI flash"),
                ("Consistent firmware", 5, 6, "the version that AT+OTAVER says"),
                ("CRC error 00000001 00000002", 7, 7, "damaged"),
                ("install refused: the candidate does not match its order", 10, 7, "bootloader refuses"),
                ("install failed: tried again after the next reset", 10, None, "could not finish"),
                ("no way back: the backup is damaged", 10, None, "failed its trial and stays"),
                ("Downloading 30%", 7, None, None)):
            with self.subTest(text):
                answer = ask(text)
                self.assertEqual((answer["step"], answer.get("code")), (step, code))
                self.assertIn(cause or "", answer.get("cause", ""))
                self.assertIn(f"{step}, {STEPS[step - 1]}", explain(text).stdout)
        self.assertNotIn("step", ask("Send complete"))

    def test_a_line_that_names_a_code_is_that_code(self):
        self.assertEqual(ask("[5]ota error 7:Firmware checksum error")["code"], 7)
        self.assertEqual(ask("ota", "error", "7")["code"], 7)
        self.assertEqual(ask("OTA Update OK, Firmware Title: a Ver: b")["code"], 100)

    def test_what_is_nothing_gets_the_nearest(self):
        result = explain("Firmware titel mismatch")
        self.assertEqual(result.returncode, 1)
        self.assertIn("did you mean 'Firmware title mismatch'?", result.stderr)
        for words in (("9",), ("0",), ("4294967295",)):
            result = explain(*words)
            self.assertEqual(result.returncode, 1)
            self.assertIn("is no code", result.stderr)
        self.assertEqual(explain("x" * 5000).returncode, 1)
        self.assertEqual(explain("\x1b[2J").stderr.count("\x1b"), 0)

    def test_usage_errors(self):
        for words in ((), ("--jsn", "7")):
            result = explain(*words)
            self.assertEqual(result.returncode, 2)
            self.assertIn("usage: nbota explain", result.stderr)


class KnownLines(unittest.TestCase):
    """What a node prints is in the table: else `nbota explain` calls the node's own line foreign."""
    SAID = re.compile(r'(?:log_line\(|boot_say\(|fmt_add\(log,)\s*"((?:[^"\\\\]|\\\\.)*)"')
    STEPS = re.compile(r'\{UPLINK_\w+,\s*"([^"]*)",\s*"([^"]*)"\}')

    def texts(self):
        for folder in ("app", "boot", "core", "product"):
            for file in sorted((ROOT / "node" / folder).glob("*.c")):
                yield from self.SAID.findall(file.read_text(encoding="utf-8"))
        for pair in self.STEPS.findall((ROOT / "node" / "core" / "uplink.c").read_text(encoding="utf-8")):
            yield from pair

    def known(self):
        table = (ROOT / "cli" / "console_lines.def").read_text(encoding="utf-8")
        return re.findall(r'^LINE\("([^"]+)"', table, re.MULTILINE)

    def test_no_line_stands_twice_in_the_table(self):
        self.assertEqual(len(self.known()), len(set(self.known())))

    def test_every_line_of_the_node_is_known(self):
        known = self.known()
        texts = {text.replace("\\r", "").replace("\\n", "").split("%")[0] for text in self.texts()}
        texts = {text for text in texts if len(text) > 5}
        self.assertGreater(len(texts), 30)
        for text in sorted(texts):
            with self.subTest(text):
                self.assertTrue(any(row in text or row.startswith(text) for row in known))


if __name__ == "__main__":
    unittest.main()
