#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The user key and the interrupt inputs of a node that is asleep in Stop, and AT+SLEEP."""
import json
import unittest

from lab import Lab


class KeyCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.data_server()
        self.lab.listen()

    def live(self, text, name="s31", **settings):
        """A node that was set up sends its first uplink and falls asleep; what then happens. Keeps all its uplinks."""
        self.lab.run_node(self.lab.settings(tdc="7200", **settings), name=name)
        before = len(self.heard())
        result = self.lab.run_node("expect Close the port successfully within 300s\nwait 20s\n" + text, name=name)
        self.uplinks = self.heard()[before:]
        return result

    def heard(self):
        return [json.loads(line) for line in self.lab.messages() if '"Model"' in line]

    def held(self, duration):
        return f"press key for {duration}\n"


class Key(KeyCase):
    def test_held_for_two_seconds_it_sends_an_uplink_now(self):
        self.live(self.held("2s") + "expect Upload data successfully within 120s\nwait 30s\n")
        self.assertEqual(len(self.uplinks), 2)

    def test_held_for_three_seconds_it_resets_the_node(self):
        result = self.live(self.held("3500ms") + "expect reboot error:Software! within 10s\nwait 1s\n")
        self.assertEqual(result["console"].count("reboot error:"), 2)

    def test_held_on_it_resets_the_node_once_which_then_runs(self):
        result = self.live(self.held("30m") + "wait 10m\n")
        self.assertEqual(result["console"].count("reboot error:"), 2)
        self.assertEqual(len(self.uplinks), 2)

    def test_five_quick_presses_put_the_node_to_sleep_until_it_is_held(self):
        presses = (self.held("150ms") + "wait 300ms\n") * 5
        result = self.live(presses + "expect SLEEP within 10s\nwait 5h\n" + self.held("1500ms") +
                           "expect reboot error:Software! within 10s\n"
                           "expect Upload data successfully within 120s\nwait 30s\n")
        self.assertEqual(len(self.uplinks), 2)
        self.assertEqual(result["console"].count("SLEEP\n"), 1)

    def test_a_node_in_sleep_takes_no_update_and_its_console_answers(self):
        self.live("unlock\nexpect Password Correct\ntype AT+SLEEP=1\nexpect OK\nexpect SLEEP within 10s\n"
                  "type AT+UPGRADE\nexpect OK\nwait 3h\n"
                  "unlock\nexpect Password Correct\ntype AT+SLEEP=?\nexpect 1\n"
                  "type AT+SLEEP=0\nexpect OK\nexpect reboot error:Software! within 10s\n")
        self.assertEqual(len(self.uplinks), 1)

    def test_sleep_survives_a_power_cut(self):
        self.live("unlock\nexpect Password Correct\ntype AT+SLEEP=1\nexpect SLEEP within 10s\nwait 5s\n"
                  "cut power\nexpect SLEEP within 60s\nwait 3h\n")
        self.assertEqual(len(self.uplinks), 1)
        result = json.loads(self.lab.nbota("node", "power", "--hours", "5", "--json").stdout)
        self.assertLess(result["average_ua"], 10)
        self.assertEqual(result["uplinks"], 0)


class Interrupts(KeyCase):
    def test_an_edge_triggers_an_uplink_that_tells_it_with_its_level(self):
        cases = (("2,0,0", "PB15", "low", 0), ("0,1,0", "PA4", "low", 0), ("0,0,3", "PA0", "high", 1))
        for setting, pin, level, told in cases:
            with self.subTest(setting):
                text = f"pin {pin} low\nwait 5s\n" if level == "high" else ""
                text += f"pin {pin} {level}\nexpect Upload data successfully within 120s\nwait 30s\n"
                self.live(text, name=f"node-{pin}", intmod=setting)
                sent = [(up["interrupt"], up["interrupt_level"]) for up in self.uplinks]
                self.assertEqual(sent, [(0, 0), (1, told)])

    def test_inputs_that_are_off_and_bounces_send_nothing(self):
        bounce = "".join(f"pin PB15 {level}\nwait 3ms\n" for level in ("low", "high") * 3)
        self.live("pin PA4 low\npin PA0 low\n" + bounce + "wait 60s\n", intmod="1,0,0")
        self.assertEqual(len(self.uplinks), 1)

    def test_a_contact_that_bounces_sends_one_uplink(self):
        bounce = "".join(f"pin PB15 {level}\nwait 2ms\n" for level in ("low", "high", "low", "high", "low"))
        self.live(bounce + "wait 300s\n", intmod="1,0,0")
        self.assertEqual(len(self.uplinks), 2)


if __name__ == "__main__":
    unittest.main()
