# SPDX-License-Identifier: Apache-2.0
"""The console of the real binary under what a person's terminal does to it."""
import re
import unittest

import memories
from lab import Lab

TDC = 15  # its id
VALUE = "v" * 40
PAGE = [f"AT+OTACLT={VALUE}", f"AT+OTAUNAME={VALUE}", f"AT+OTAPWD={VALUE}", "AT+OTASER=thingseye.io,1885",
        "AT+OTATITLE=s31-nb", "AT+SERVADDR=127.0.0.1,1883", f"AT+CLIENT={VALUE}", f"AT+UNAME={VALUE}",
        f"AT+PWD={VALUE}{VALUE}", f"AT+PUBTOPIC={VALUE}", f"AT+SUBTOPIC={VALUE}", "AT+TDC=600", "AT+MQOS=1"]
OPEN = "expect Protocol in Used within 60s\nunlock\nexpect Password Correct within 60s\nwait 20s\n"


def typed(lines):
    return "".join(f"type {line}\n" for line in lines)


class Console(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def run_open(self, scenario):
        return self.lab.run_node(OPEN + scenario + "end\n")["console"].split("Password Correct")[1]

    def test_regression_page_of_settings_pasted_without_a_gap_is_taken(self):
        times = 12  # so often that the journal compacts
        console = self.run_open((typed(PAGE) + "wait 8s\n") * times)
        self.assertEqual(console.count("\nOK\n"), times * len(PAGE))
        self.assertNotIn("ERROR", console)

    def test_paste_that_is_too_much_is_told_and_makes_no_wrong_value(self):
        lines = [f"AT+OTACLT={VALUE}{number:02}" for number in range(60)]
        console = self.run_open(typed(["AT?"] * 3 + lines) + "wait 20s\ntype AT+OTACLT=?\nwait 2s\n")
        self.assertEqual(console.count("AT_RX_ERROR"), 1)
        self.assertNotIn("\nERROR", console)
        self.assertIn(f"{VALUE}59\n\nOK\n", console)

    def test_word_of_the_eeprom_that_reads_wrong_costs_one_setting_at_most(self):
        ask = "type AT+CFG\nexpect AT+DEUI within 10s\nwait 2s\n"
        broken = ("mcu weak 0x08080010", "mcu spoil 0x08080C00", "mcu spoil 0x08080010", "mcu spoil 0x08080C28")
        scenario = OPEN + typed(PAGE) + "wait 20s\n" + ask
        scenario += "".join(f"{cell}\ncut power for 5s\n{OPEN}{ask}" for cell in broken)
        console = self.lab.run_node(scenario + "end\n")["console"]
        seen = [set(page.split("\nAT+OTASER=")[-1].split("AT+DEUI")[0].splitlines())
                for page in console.split("Protocol in Used")[1:]]
        self.assertEqual(len(seen), 1 + len(broken))
        for before, after in zip(seen, seen[1:]):
            self.assertLessEqual(len(before - after), 1)
        self.assertGreater(len(seen[-1] & set(PAGE)), len(PAGE) - 5)

    def test_word_that_goes_bad_while_the_node_runs_costs_its_setting_alone(self):
        ask = "type AT+TDC=?\nwait 5s\ntype AT+CLIENT=?\nwait 5s\n"
        self.run_open("type AT+CLIENT=node-17\nwait 5s\n")
        for fault, word in (("spoil", 0), ("spoil", 1), ("weak", 0)):  # header, value, a header that is none
            self.run_open("type AT+TDC=601\nwait 5s\n")  # its start has put the journal in order
            place = [at for at, number, _ in memories.walk(self.lab.memory("eeprom.bin")) if number == TDC][-1]
            console = self.run_open(f"{ask}mcu {fault} {memories.EEPROM_BASE + place + 4 * word:#x}\n{ask}")
            self.assertEqual(re.findall(r"^\d+$|^node-\d+$", console, re.M), ["601", "node-17", "7200", "node-17"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
