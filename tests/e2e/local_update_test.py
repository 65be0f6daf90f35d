# SPDX-License-Identifier: Apache-2.0
"""A new application over the console line: with the command, with lrzsz's sx as a user has it, and with power cuts."""
import os
import pty
import random
import re
import signal
import subprocess
import termios
import threading
import time
import tty
import unittest

from info_block import AT_HARDWARE, for_hardware
from install_test import pack
from lab import Lab, NBOTA, NEW, OLD, wait_until
from local_cuts import Campaign, SLOT, TAKEN
from terminal import Terminal

SEED = int(os.environ.get("NBOTA_POWER_SEED", "1"))
SAMPLE = int(os.environ.get("NBOTA_POWER_SAMPLE", "10,10,4").split(",")[2])
WITHOUT = ["--without-flash"]
NO_APPLICATION = "no application: waiting for a packed image by xmodem"


class LocalCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def file(self, name, content):
        with open(self.lab.path(name), "wb") as file:
            file.write(content)
        return self.lab.path(name)

    def new_image(self):
        with open(self.lab.firmware(), "rb") as file:
            return file.read()

    def other_hardware(self):
        """An S31-CB's image: board 2."""
        image = bytearray(self.new_image())
        image[AT_HARDWARE - 1] = 0x43
        return self.file("other.bin", pack(for_hardware(image, 2)))

    def slot(self):
        image = self.new_image()
        return self.lab.memory("flash.bin")[SLOT:SLOT + len(image)]

    # ---- a node that lives beside the test ----

    speed = "25"  # the bootloader listens for 1.5 s of its time; the command asks again when it missed them

    def running(self, *options):
        """On a terminal of its own, so that what it prints can be waited for."""
        node = Terminal(NBOTA, "node", "run", "--speed", self.speed, *options, "--data-dir", self.lab.data_dir,
                        environment=self.lab.environment)
        self.addCleanup(node.close)
        self.line = node.wait_for(r"--echo (\S+)").group(1)
        node.wait_for("reboot error:")
        return node

    def switch_off(self, node):
        node.interrupt()
        self.assertEqual(node.wait(), 0)

    def update(self, *words, status=0):
        done = self.lab.nbota("node", "update", *words, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def password(self, node):
        return re.search(r"password +([0-9a-f]{6})", node.text()).group(1)

    def type(self, text):
        with open(self.line, "wb", buffering=0) as line:
            line.write(text.encode())

    def start_sx(self, *options):
        """As a user does: its input and output are the serial line."""
        line = os.open(self.line, os.O_RDWR | os.O_NOCTTY)
        termios.tcflush(line, termios.TCIFLUSH)  # as opening a serial port does; a pseudo-terminal keeps what nobody read
        with open(self.lab.path("sx"), "wb") as said:  # how far it is
            process = self.lab.start("sx", *options, self.lab.packed(), stdin=line, stdout=line, stderr=said)
        os.close(line)
        return process

    def wait_for_sx(self, pattern):
        def says_so():
            with open(self.lab.path("sx"), encoding="ascii", errors="replace") as said:
                return re.search(pattern, said.read())
        wait_until(says_so, f"sx says '{pattern}'")


class ScenarioA(LocalCase):
    def test_a_board_without_flash_says_code_2_and_is_updated_over_the_line(self):
        self.lab.data_server()
        self.lab.listen()
        trigger = "type AT+UPGRADE\nexpect ota error 2:Hardware not supported within 900s\nexpect End of upload within 600s\n"
        local = f"type ATZ\nexpect listening for an update within 60s\nsend {self.lab.packed()}\n{TAKEN}"
        ask = "unlock\nexpect Password Correct within 60s\ntype AT+CFG\nexpect AT+DEUI within 60s\n" \
              "expect End of upload within 600s\n"
        result = self.lab.run_node(self.lab.settings(deui="123456789012345") + trigger + local + ask, options=WITHOUT)
        transfer, after = result["console"].split("listening for an update")[-1].split("update installed")
        self.assertNotIn("\x15", transfer)  # no block was lost while the flash was being written
        self.assertEqual(transfer.count("\x06"), os.path.getsize(self.lab.packed()) // 1024 + 2)
        for line in ("AT+OTACLT=token-1", "AT+CLIENT=node-1", "AT+TDC=600", f"AT+OTAVER={NEW}"):
            self.assertIn(line, after)
        self.assertEqual(self.lab.reports(), ["Hardware not supported"])
        self.assertEqual(self.slot(), self.new_image())

    def test_an_unfinished_download_of_a_board_with_flash_goes_on_afterwards(self):
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        self.lab.data_server()
        self.lab.listen()
        self.lab.ota_server()
        self.lab.nbota("assign", "node-1", self.lab.packed())
        self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\nat chunk 20: end\n")
        result = self.lab.run_node(f"expect listening for an update\nsend {self.lab.packed(OLD)}\n"
                                   f"expect update installed within 5s\nexpect Image Version: {OLD} within 5s\n"
                                   f"expect Image Version: {NEW} within 3600s\nexpect Enter sleep mode within 900s\n")
        self.assertRegex(result["console"], "Resume download at chunk (19|20|21)")


class Refusals(LocalCase):
    def test_a_refused_image_leaves_the_old_application_and_its_start(self):
        self.lab.run_node("expect Protocol in Used\n")
        before = self.lab.memory("flash.bin")
        cases = (
            (self.other_hardware(), "update refused: made for other hardware"),
            (self.lab.firmware(), "update refused: the image is not packed, 'nbota image pack' does it"),
            (self.file("text.bin", b"no firmware at all\n" * 300), "update refused: no packed image"),
            (self.file("short.bin", pack(self.new_image())[:4000]), "update refused: the file ends too early"),
        )
        for path, why in cases:
            with self.subTest(why):
                result = self.lab.run_node(f"expect listening for an update\nsend {path}\nexpect {why} within 5s\n"
                                           f"expect send a packed image within 1s\n"
                                           f"expect Image Version: {OLD} within 65s\n", options=WITHOUT)
                self.assertEqual(result["nvm_operations"], 0)
                self.assertEqual(self.lab.memory("flash.bin"), before)

    def test_what_fails_behind_the_first_page_leaves_a_node_that_waits_for_ever_and_takes_the_next(self):
        damaged = bytearray(pack(self.new_image()))
        damaged[9 * 1028 + 7] ^= 1
        damaged = self.file("damaged.bin", bytes(damaged))
        self.lab.run_node(f"expect listening for an update\nsend {damaged}\n"
                          "expect update refused: a piece does not match its checksum within 5s\n"
                          f"expect {NO_APPLICATION} within 1s\nwait 300s\n", options=WITHOUT)
        result = self.lab.run_node(f"expect {NO_APPLICATION} within 1s\nwait 300s\nsend {self.lab.packed()}\n{TAKEN}",
                                   options=WITHOUT)
        self.assertEqual(result["console"].count("nbota boot"), 1)  # the watchdog was fed
        self.assertEqual(self.slot(), self.new_image())


class Command(LocalCase):
    def test_it_restarts_a_virtual_node_by_its_name_and_updates_it(self):
        node = self.running(*WITHOUT)
        done = self.update("s31", self.lab.firmware())
        self.assertIn(f"s31-nb {NEW} for hardware 1", done.stdout)
        self.assertIn("'s31' has installed it", done.stdout)
        self.assertRegex(done.stdout, r"s31 100 % (\d+)/\1\n")
        node.wait_for(rf"Image Version: {NEW}")
        self.switch_off(node)
        self.assertEqual(self.slot(), self.new_image())

    def test_a_port_and_a_password_do_for_any_node(self):
        node = self.running()
        self.update("--port", self.line, "--password", self.password(node), self.lab.packed())
        node.wait_for(rf"Image Version: {NEW}")

    def test_without_password_somebody_resets_the_node(self):
        node = self.running()
        self.type(self.password(node) + "\r")
        node.wait_for("Password Correct")
        update = Terminal(NBOTA, "node", "update", "-p", self.line, self.lab.packed(), "--data-dir", self.lab.data_dir,
                          environment=self.lab.environment)
        self.addCleanup(update.close)
        update.wait_for("press RESET")
        self.type("\rATZ\r")
        self.assertEqual(update.wait(120), 0, update.text())
        node.wait_for(rf"Image Version: {NEW}")

    def test_a_wrong_image_is_refused_in_the_nodes_words(self):
        node = self.running()
        error = self.update("s31", self.other_hardware(), status=1).stderr
        self.assertIn("the node refuses the update: made for other hardware", error)
        self.assertIn("hint: ", error)
        self.update("s31", self.lab.packed())  # while it offers
        node.wait_for(rf"Image Version: {NEW}")

    def test_an_interrupted_transfer_leaves_a_node_that_takes_the_next(self):
        node = self.running(*WITHOUT)
        first = Terminal(NBOTA, "node", "update", self.lab.packed(), "--data-dir", self.lab.data_dir,
                         environment=self.lab.environment)
        self.addCleanup(first.close)
        first.wait_for(r"3\d %")
        first.interrupt()
        self.assertEqual(first.wait(), 1)
        self.assertIn("interrupted", first.text())
        node.wait_for("update lost: ")
        self.update("s31", self.lab.packed())
        node.wait_for(rf"Image Version: {NEW}")

    def test_what_cannot_be_is_refused_with_advice(self):
        text = self.file("text.bin", b"no firmware at all\n" * 300)
        self.lab.run_node("expect Protocol in Used\n")
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        silent = os.ttyname(slave)
        cases = (
            (("s31", self.lab.packed()), 1, "node 's31' is not running"),
            (("nobody", self.lab.packed()), 1, "there is no node 'nobody'"),
            (("s31", text), 1, "text.bin"),
            (("s31", "/nowhere"), 1, "cannot read '/nowhere'"),
            (("--port", "/dev/null", self.lab.packed()), 1, "'/dev/null' is no serial line"),
            (("--port", "/nowhere", self.lab.packed()), 1, "cannot open '/nowhere'"),
            (("--port", silent, "--wait", "1", self.lab.packed()), 1, "press RESET"),
            (("--port", silent, "s31", self.lab.packed()), 2, "either --port or a node's name"),
        )
        for words, status, expected in cases:
            with self.subTest(words):
                self.assertIn(expected, self.update(*words, status=status).stderr)

    def test_a_line_in_use_is_not_shared(self):
        self.running()
        first = self.lab.start(NBOTA, "node", "update", "--port", self.line, self.lab.packed(),
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.assertIn(b"press RESET", first.stdout.readline() + first.stdout.readline())
        self.assertIn("is in use by another program", self.update("--port", self.line, self.lab.packed(), status=1).stderr)


class Lrzsz(LocalCase):
    """Debian's lrzsz was not written with our code."""

    speed = "10"  # its own times are the wall clock's

    def take_from_sx(self, *options):
        node = self.running(*WITHOUT)
        self.type(f"{self.password(node)}\r")
        node.wait_for("Password Correct")
        sender = self.start_sx(*options)
        self.wait_for_sx("Give your local XMODEM receive command")
        self.type("ATZ\r")
        self.assertEqual(sender.wait(120), 0)
        node.wait_for("update installed")
        node.wait_for(rf"Image Version: {NEW}")
        self.switch_off(node)
        self.assertEqual(self.slot(), self.new_image())

    def test_the_bootloader_takes_blocks_of_1024_bytes_from_sx_that_waited_for_it(self):
        self.take_from_sx("-k")

    def test_the_bootloader_takes_blocks_of_128_bytes_from_sx_that_waited_for_it(self):
        self.take_from_sx()

    def test_a_person_holds_u_and_starts_sx_later(self):
        node = self.running(*WITHOUT)
        self.type(f"{self.password(node)}\r")
        node.wait_for("Password Correct")
        self.type("ATZ\r")
        end = time.monotonic() + 60
        while "send a packed image" not in node.text() and time.monotonic() < end:
            self.type("u")  # as the keyboard repeats it
            node.read(0.02)
        self.assertEqual(self.start_sx("-k").wait(120), 0)
        node.wait_for(rf"Image Version: {NEW}")

    def test_sx_that_is_killed_can_be_started_again(self):
        node = self.running(*WITHOUT)
        self.type(f"{self.password(node)}\r")
        node.wait_for("Password Correct")
        sender = self.start_sx("-k")
        self.wait_for_sx("Give your local XMODEM receive command")
        self.type("ATZ\r")
        self.wait_for_sx(r"sent:\s*1\d/")
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        node.wait_for("update lost: the sender gave up or went silent")
        self.assertEqual(self.start_sx("-k").wait(120), 0)
        node.wait_for(rf"Image Version: {NEW}")

    def test_our_sender_is_understood_by_rx(self):
        master, slave = pty.openpty()
        tty.setraw(master)
        received = self.lab.path("received.bin")

        def node():
            heard = b""
            while b"uuu" not in heard:
                heard += os.read(master, 64)
            os.write(master, b"\r\nsend a packed image by xmodem: ")
            self.receiver = subprocess.run(["rx", "-q", "-c", received], stdin=master, stdout=master,
                                           stderr=subprocess.PIPE, timeout=60, check=False)
            os.write(master, b"\r\nupdate installed\r\n")

        thread = threading.Thread(target=node)
        thread.start()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        self.update("--port", os.ttyname(slave), self.lab.packed())
        thread.join(60)
        self.assertEqual(self.receiver.returncode, 0, self.receiver.stderr)
        with open(self.lab.packed(), "rb") as sent, open(received, "rb") as got:
            content, taken = sent.read(), got.read()
        self.assertEqual(taken[:len(content)], content)
        self.assertEqual(taken[len(content):].strip(b"\x1a"), b"")


class PowerCuts(unittest.TestCase):
    def test_after_a_cut_inside_any_operation_the_next_try_succeeds(self):
        chance = random.Random(SEED)

        def choose(total):
            return [1, 2, 3, 4, total - 1, total] + chance.sample(range(5, total - 1), SAMPLE)

        campaign = Campaign(SEED, choose).run()
        self.assertEqual(len(campaign.outcomes), SAMPLE + 6)
        self.assertEqual(campaign.described(), "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
