# SPDX-License-Identifier: Apache-2.0
"""`nbota trigger` and the firmware itself: the node is heard, told, comes to the OTA server and updates."""
import subprocess
import tempfile
import unittest

from field_case import FieldCase
from lab import NBOTA, NEW, PUBLISH, SUBSCRIBE, wait_until

UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect End of upload within 600s\n"


class TriggeredNode(FieldCase):
    def setUp(self):
        super().setUp()
        self.lab.nbota("assign", "node-1", self.lab.packed())
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.listen()

    def trigger(self, *options):
        out = tempfile.NamedTemporaryFile("w+")
        self.addCleanup(out.close)
        process = self.lab.start(NBOTA, "trigger", "node-1", "--data", f"127.0.0.1:{self.lab.data_port}", "--pub",
                                 PUBLISH, "--sub", SUBSCRIBE, "--timeout", "200", "--data-dir", self.lab.data_dir,
                                 *options, stdout=out, stderr=subprocess.STDOUT)
        def says_so():
            with open(out.name, encoding="utf-8") as text:
                return "waiting for an uplink" in text.read()
        wait_until(says_so, "the command listens")
        return process, out

    def assert_triggers(self, *options):
        process, out = self.trigger(*options)
        result = self.lab.run_node(self.lab.settings() + "type ATZ\n" + UPDATED)
        self.assertIn(f"Image Version: {NEW}", result["console"])
        self.assertEqual(process.wait(60), 0)
        out.seek(0)
        self.assertIn("has come to the OTA server", out.read())
        self.assertEqual(self.lab.reports(), [f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"])

    def test_as_text(self):
        self.assert_triggers()

    def test_as_raw_bytes_with_the_shortest_window(self):
        # AT+RXDL is 0 by default: the node listens for the session's own 5 s
        self.assert_triggers("--raw")


if __name__ == "__main__":
    unittest.main()
