#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota node run --gdb` with the debugger that people use, on the firmware that is flashed."""
import os
import signal
import subprocess
import unittest

from lab import FIRMWARE, Lab, NBOTA, OLD
from ports import free_port

ELF = os.path.join(FIRMWARE, f"s31-nb-{OLD}.elf")
BOOT = os.path.join(FIRMWARE, "boot-bc660k.elf")


class Gdb(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.port = free_port()

    def node(self, *options):
        node = self.lab.start(NBOTA, "node", "run", "--gdb", str(self.port), "--data-dir", self.lab.data_dir, *options,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn(f"target remote :{self.port}", node.stdout.readline())
        return node

    def debug(self, *commands, elf=ELF):
        words = ["gdb-multiarch", "-nx", "-batch", "-ex", "set confirm off", "-ex", f"target remote :{self.port}"]
        for command in commands:
            words += ["-ex", command]
        done = subprocess.run([*words, elf], capture_output=True, text=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL)
        return done.stdout + done.stderr

    def test_the_node_waits_at_its_first_instruction(self):
        self.node("--speed", "10")
        text = self.debug("info registers pc msp", "x/2xw 0x08000000", "p/x *(char*)0x08007800 == 0x00", elf=BOOT)
        self.assertRegex(text, r"pc +0x8[0-9a-f]+ +0x8")
        self.assertIn("msp", text)

    def test_breakpoint_backtrace_variables_steps_and_memory_of_the_real_firmware(self):
        self.node("--speed", "10")
        text = self.debug("break value_get", "continue", "backtrace", "info registers xpsr primask", "finish", "stepi",
                          "next", "print app_identity.version", "x/2xw 0x1FF80050", "x/1xw 0x40021000",
                          "x/1xb 0x08080000", "set var $r0=0x1234", "print/x $r0", "monitor reset",
                          "maintenance flush register-cache", "info registers pc", "delete", "detach")
        self.assertRegex(text, r"Breakpoint 1, value_get \(")
        self.assertIn("#1 ", text)
        self.assertIn(f'"{OLD}"', text)
        self.assertRegex(text, r"0x1ff80050:\s+0x")
        self.assertRegex(text, r"0x40021000:\s+0x")
        self.assertIn("= 0x1234", text)
        self.assertNotIn("Cannot access", text)
        reset = int.from_bytes(self.lab.memory("flash.bin")[4:8], "little") & ~1
        self.assertRegex(text, rf"pc +{reset:#x}")

    def test_a_detached_node_goes_on_and_can_be_met_again(self):
        node = self.node("--speed", "10")
        self.debug("break value_get", "continue", "detach")
        for line in node.stdout:
            if "MQTT parameter configuration error" in line:
                break
        text = self.debug("info registers pc", "detach")
        self.assertRegex(text, r"pc +0x8")
        node.send_signal(signal.SIGTERM)
        node.communicate(timeout=60)
        self.assertEqual(node.returncode, 0)

    def test_kill_ends_the_node_and_keeps_its_memories(self):
        node = self.node("--speed", "10")
        self.debug("kill")
        node.communicate(timeout=60)
        self.assertEqual(node.returncode, 0)
        self.assertEqual(len(self.lab.memory("flash.bin")), 196608)

    def test_what_the_firmware_must_not_do_stops_with_the_reason(self):
        self.node("--speed", "10")
        text = self.debug("set var *(short*)0x20000800=0x6808", "set var $r1=0x20000001", "set var $pc=0x20000800",
                          "continue", "info registers pc")
        self.assertIn("misaligned read of", text)
        self.assertIn("SIGSEGV", text)
        self.assertRegex(text, r"pc +0x20000800")

    def test_a_scenario_is_debugged_at_full_speed_and_leaves_the_same_trace(self):
        scenario = "expect Protocol in Used\nunlock\nexpect Correct\ntype AT+OTACLT=mine\nexpect OK\n"
        plain = self.lab.run_node(scenario)
        self.lab.nbota("node", "reset")
        file = self.lab.write("scenario.txt", scenario)
        node = self.node("--scenario", file, "--quiet", "--json")
        text = self.debug("break value_get", "continue", "continue", "delete", "detach")
        self.assertEqual(text.count("Breakpoint 1, value_get"), 2)
        out, _ = node.communicate(timeout=60)
        self.assertEqual(node.returncode, 0)
        self.assertIn(f'"nvm_hash":"{plain["nvm_hash"]}"', out)
        self.assertIn(f'"console_hash":"{plain["console_hash"]}"', out)

    def test_a_port_that_cannot_be_had_says_so(self):
        for port in ("0", "65536", str(self.port)):
            if port == str(self.port):
                self.node()
            done = self.lab.nbota("node", "run", "other", "--gdb", port, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("hint: --gdb takes a free port", done.stderr)


if __name__ == "__main__":
    unittest.main()
