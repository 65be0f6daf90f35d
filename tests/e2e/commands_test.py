# SPDX-License-Identifier: Apache-2.0
"""The commands of the console on the real binary, in the order in which a person would try them."""
import unittest

from lab import Lab

BANNER = "expect Protocol in Used within 60s\n"
UNLOCK = "unlock\nexpect Password Correct within 60s\n"
QUIET = "wait 60s\n"  # the session after a reset, which has no server, is over


def x(count):
    return "x" * count


# Every setting of an S31-NB at its limit, written down from docs/protocol.md.
LIMITS = {
    "OTASER": f"{x(34)},65535", "OTACLT": x(44), "OTAUNAME": x(44), "OTAPWD": x(48), "OTATITLE": x(20), "OTAVER": x(8),
    "SERVADDR": f"{x(63)},65535", "PRO": "3,5", "CLIENT": x(128), "UNAME": x(128), "PWD": x(200), "PUBTOPIC": x(128),
    "SUBTOPIC": x(128), "MQOS": "2", "URI1": f'1,"{x(124)}"', "URI2": f'1,"{x(124)}"', "URI3": f'1,"{x(124)}"',
    "URI4": f'1,"{x(124)}"', "TDC": "16777215", "RXDL": "65535", "APN": x(40), "CSQTIME": "10",
    "DNSCFG": f'"{x(18)}","{x(17)}"', "BKDNS": f"2,56,{x(43)},65535", "NTP": x(63), "QCOPS": x(63), "TLSMOD": "0,2",
    "INTMOD": "3,3,3", "5VT": "65535", "CFGMOD": "11", "CLOCKLOG": "1,65535,255,32", "DOWNTE": "1,1", "PWORD": x(8),
    "DEUI": "F" * 15,
}
MASKED = ("OTAPWD", "PWD", "PWORD")


class Node(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def run_lines(self, *lines, name="s31"):
        return self.lab.run_node(BANNER + "\n".join(lines) + "\nend\n", name=name)["console"]

    def answers(self, *commands):
        """What an unlocked console says to these commands, the log's lines left out."""
        lines = [UNLOCK + QUIET.strip()]
        for command in commands:
            lines += [f"type {command}", "wait 3s"]
        said = self.run_lines(*lines).split("Password Correct\n")[-1]
        return "".join(line for line in said.splitlines(True) if not line.startswith("["))


class Session(Node):
    def test_a_person_looks_around_and_sets_something(self):
        said = self.answers("AT", "at+model=?", "AT+TDC=?", "AT+TDC?", "AT+TDC=59", "AT+TDC=900", "AT+TDC=?", "AT+TDC",
                            "AT+OTASER=thingseye.io", "AT+SERVADDR=thingseye.io,1883", "AT+PRO=1,0", "AT+INTMOD=?")
        self.assertEqual(said, (
            "\nOK\n" "s31-nb,v1.0.0\n\nOK\n" "7200\n\nOK\n"
            "AT+TDC     : Get or set the application data transmission interval in s\n\nOK\n"
            "\nAT_PARAM_ERROR\n" "\nOK\n" "900\n\nOK\n" "\nERROR\n"
            "NOTE:SERVADDR FORMAT ERROR\n\nAT_PARAM_ERROR\n" "\nOK\n"
            "Attention:Take effect after ATZ\n\nOK\n" "1:0,2:0,3:0\n\nOK\n"))

    def test_help_is_one_line_for_each_command(self):
        said = self.answers("AT?")
        self.assertTrue(said.startswith("\nAT+<CMD>?        : Help on <CMD>\nAT+<CMD>         : Run <CMD>\n"
                                        "AT+<CMD>=<value> : Set the value\nAT+<CMD>=?       : Get the value\n"))
        for name in [*LIMITS, "UPGRADE", "CFG", "MODEL", "FDR", "FDR1", "GETLOG", "STATS"]:
            self.assertEqual(said.count(f"\nAT+{name} ") + said.count(f"\nAT+{name}:"), 1, name)
        self.assertNotIn("URI5", said)
        self.assertLess(max(map(len, said.splitlines())), 100)

    def test_secrets_are_never_listed(self):
        said = self.answers("AT+PWD=secret1", "AT+OTAPWD=secret2", "AT+PWORD=secret3", "AT+CFG", "AT+PWD=?")
        for name in MASKED:
            self.assertIn(f"AT+{name}=****\n", said)
        self.assertEqual(said.count("secret"), 1)

    def test_line_of_300_characters_is_read_and_a_longer_one_dropped(self):
        said = self.answers(f"AT+PWD={x(200)}", f"AT+PWD={x(293)}", f"AT+PWD={x(294)}", "AT+PWD=?")
        self.assertEqual(said, f"\nOK\n\nAT_PARAM_ERROR\n\nAT_TEST_PARAM_OVERFLOW\n{x(200)}\n\nOK\n")


class Password(Node):
    def test_console_locks_itself_five_minutes_after_the_last_command(self):
        said = self.run_lines(UNLOCK, "wait 290s", "type AT", "expect OK", "wait 295s", "type AT+TDC=?",
                              "expect 7200", "expect Password timeout within 301s", "type AT+TDC=?",
                              "expect Password Incorrect", "wait 2s", UNLOCK + "type AT+TDC=?", "expect 7200")
        self.assertEqual(said.count("Password timeout"), 1)

    def test_password_is_changed_and_switched_off_for_good(self):
        self.run_lines(UNLOCK, "type AT+PWORD=mine", "expect OK", "type ATZ", BANNER + "type other",
                       "expect Password Incorrect", "wait 2s", "type AT+PIN=mine", "expect Password Correct",
                       "type AT+PWORD=0", "expect OK", "type ATZ", BANNER + "type AT+TDC=?", "expect 7200")


class Resets(Node):
    def listed(self, *lines):
        said = self.run_lines(UNLOCK, *lines, "type AT+CFG", "expect AT+DEUI=", "expect OK")
        rows = [line.partition("=") for line in said.splitlines() if line.startswith("AT+") and "=" in line]
        return {name.removeprefix("AT+"): value for name, _, value in rows}

    def test_factory_resets_keep_what_they_say(self):
        defaults = self.listed()
        wanted = ["type AT+DEUI=123456789012345", "expect OK", "type AT+TDC=900", "expect OK", "type AT+APN=mine",
                  "expect OK"]
        after = self.listed(*wanted, "type AT+FDR1", "expect reboot error:Software! within 60s", UNLOCK)
        self.assertEqual(after, {**defaults, "DEUI": "123456789012345"})
        self.assertEqual(self.listed(*wanted, "type AT+FDR", "expect reboot error:Software! within 60s", UNLOCK)["TDC"],
                         "7200")
        self.assertNotEqual(self.listed()["DEUI"], "123456789012345")


class PowerLoss(Node):
    def test_all_values_at_full_length_survive_it(self):
        lines = []
        for name, value in LIMITS.items():
            lines += [f"type AT+{name}={value}", "expect OK within 60s"]
        said = self.run_lines(UNLOCK, *lines, "cut power", BANNER + f"type {LIMITS['PWORD']}", "expect Correct",
                              "type AT+CFG", "expect AT+DEUI=", "expect OK within 30s")
        listed = said.rpartition("Password Correct")[2]
        for name, value in LIMITS.items():
            self.assertIn(f"\nAT+{name}={'****' if name in MASKED else value}\n", listed)

    def test_a_cut_inside_a_set_leaves_the_old_or_the_new_value(self):
        seen = set()
        for operation in (1, 2, 4, 7, 11):  # head, 8 words of the value, CRC, seal
            said = self.run_lines(UNLOCK, QUIET + "type AT+OTACLT=before", "expect OK", "type AT+APN=kept", "expect OK",
                                  f"cut power at operation {operation} + 0.5", f"type AT+OTACLT={x(32)}",
                                  BANNER + UNLOCK + "cut power never", "type AT+OTACLT=?", "wait 2s", "type AT+APN=?",
                                  "expect kept", name=f"cut{operation}")
            value = said.rpartition("Password Correct\n")[2].splitlines()
            value = [line for line in value if line in ("before", x(32))]
            self.assertEqual(len(value), 1, said)
            seen.add(value[0])
        self.assertEqual(seen, {"before", x(32)})


class Server(Node):
    def test_a_name_is_shown_with_the_address_that_was_found(self):
        for product in ("S31-NB", "S31-CB"):
            self.lab.nbota("node", "create", product, "--product", product)
            said = self.run_lines(UNLOCK, "type AT+PRO=2,5", "expect OK", "type AT+SERVADDR=localhost,9",
                                  "expect OK", "type AT+SERVADDR=?", "expect localhost,9", "expect OK", "type ATZ",
                                  "expect Resolving domain name... within 600s", "expect End of upload within 600s",
                                  UNLOCK + "type AT+SERVADDR=?", "expect (127.0.0.1) within 10s", "expect OK",
                                  name=product)
            self.assertIn("\nlocalhost,9\n\nOK\n", said)
            self.assertIn("\nlocalhost,9\n(127.0.0.1)\n\nOK\n", said)


class Module(Node):
    """Lines that go to the modem, which answers them itself."""

    def test_an_awake_module_answers_on_the_console(self):
        said = self.run_lines(UNLOCK, QUIET + "type AT+CSQ", "wait 3s",  # wakes it
                              "type AT+CSQ", "expect +CSQ: 99,0 within 1.5s", "expect OK within 1s",
                              "type at+qccid", "expect +QCCID: 894 within 1.5s", "expect OK within 1s",
                              "type AT+NOSUCH", "expect ERROR within 1.5s")
        self.assertRegex(said, r"\n\+CSQ: 99,0\nOK\n\+QCCID: \d{20}\nOK\nERROR")

    def test_a_module_that_sleeps_or_is_off_is_an_error_in_time(self):
        for product in ("S31-NB", "S31-CB"):
            self.lab.nbota("node", "create", product, "--product", product)
            self.run_lines(UNLOCK, QUIET + "type AT+CSQ", "expect ERROR within 1.7s", name=product)

    def test_a_session_keeps_the_module_and_a_locked_console_too(self):
        said = self.run_lines("type AT+CSQ", "wait 3s", UNLOCK + "type AT+SERVADDR=127.0.0.1,9", "expect OK",
                              "type AT+PUBTOPIC=t", "expect OK", "type ATZ", "expect Upload start within 60s",
                              UNLOCK + "type AT+CSQ", "expect AT_BUSY_ERROR within 1.5s")
        self.assertNotIn("+CSQ", said)
        self.assertEqual(said.count("ERROR"), 1, said)


class Diagnosis(Node):
    def test_log_and_counters_outlive_a_reset_but_not_the_supply(self):
        said = self.run_lines(UNLOCK, QUIET + "type AT+NOSUCH=1", "wait 3s", "type ATZ", BANNER + UNLOCK + QUIET
                              + "type AT+GETLOG", "expect OK within 30s", "type AT+STATS", "expect OK within 30s",
                              "cut power", BANNER + UNLOCK + QUIET + "type AT+STATS", "expect OK within 30s",
                              "type AT+GETLOG", "expect OK within 30s")
        _, _, second, third = said.split("reboot error:")
        self.assertEqual(second.count("]MQTT parameter configuration error"), 3)  # as it came, and twice in the log
        self.assertIn("\nresets:2\nwatchdog resets:0\nfaults:0\n", second)
        self.assertIn("\nresets:1\n", third)
        self.assertEqual(third.count("]MQTT parameter configuration error"), 2)

    def test_banner_names_the_protocol_and_why_it_came(self):
        said = self.run_lines(UNLOCK, "type AT+PRO=2,5", "expect Take effect after ATZ", "type ATZ",
                              "expect Protocol in Used: UDP", "expect reboot error:Software!")
        self.assertIn("Protocol in Used: MQTT\nreboot error:POR/PDR!\n", said)
        self.assertIn("NB-IoT Stack : nbota-BC660K-1\n", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
