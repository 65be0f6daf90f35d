#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How deep the stacks of bootloader and application come in a signed update with all around it, against what
scripts/check-stack makes of the compiler's call graph."""
import re
import subprocess
import unittest

from field_case import FieldCase
from lab import FIRMWARE, NEW
from nbota_command import ROOT

KEY = str(ROOT / "tests" / "keys" / "rfc8032-test-1.pem")
BOOT, APPLICATION = "boot-bc660k-signed", f"s31-nb-{NEW}"  # the one of before has the same sources
COMMANDS = "".join(f"type {line}\nwait 2s\n" for line in ("AT+CFG", "AT+GETLOG", "AT+PDTA=1,4", "AT+VERIFY", "AT+TDC=700"))


def analysed(*programs):
    """{program: (worst case, given)} in bytes."""
    said = subprocess.run([ROOT / "scripts" / "check-stack", f"{FIRMWARE}/..", *programs], capture_output=True, text=True,
                          check=True)
    return {name: (int(worst), int(given))
            for name, worst, given in re.findall(r"^(\S+): stack (\d+) of (\d+) bytes", said.stdout, re.M)}


class Stack(FieldCase):
    def update(self):
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.nbota("node", "create", "s31", "--product", "S31-NB", "--boot", BOOT)
        self.lab.nbota_plain("image", "sign", self.lab.firmware(), "--key", KEY, "-o", self.lab.path("signed.bin"))
        self.lab.nbota("assign", "node-1", self.lab.path("signed.bin"))
        return self.lab.run_node(self.lab.settings() + COMMANDS + "type AT+UPGRADE\nexpect Image Version: " + NEW +
                                 " within 900s\nexpect The new firmware is confirmed within 600s\n"
                                 "expect End of upload within 600s\n")

    def test_no_stack_comes_deeper_than_was_analysed_and_both_come_near_it(self):
        found, worst = self.update()["stack"], analysed(BOOT, APPLICATION)
        for name, program in (("bootloader", BOOT), ("application", APPLICATION)):
            with self.subTest(name):
                deepest, (bound, given) = found[name]["deepest"], worst[program]
                print(f"{program}: {deepest} bytes of stack used, {bound} at most by analysis, {given} there")
                self.assertEqual(found[name]["size"], given)
                self.assertLessEqual(deepest, bound)
                self.assertGreater(deepest, bound // 2)


if __name__ == "__main__":
    unittest.main()
