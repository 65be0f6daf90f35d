# SPDX-License-Identifier: Apache-2.0
"""Whole updates: the real binaries, real brokers, every end that the vendor's document names, each under two seeds of RAM."""
import hashlib
import os
import subprocess
import sys
import unittest
import zlib

from lab import NEW, OLD, SUBSCRIBE
from two_seeds import TwoSeeds

WAIT_IDLE = "expect End of upload within 600s\n"
UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect End of upload within 600s\n"
CLOSED = "expect Close OTA upgrade within 7200s\nexpect End of upload within 900s\n"


class Update(TwoSeeds):
    def furnish(self):
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        self.lab.data_server()
        self.server = self.lab.ota_server()
        self.lab.listen()

    def assign(self, version=NEW, *options):
        self.lab.nbota("assign", "node-1", self.lab.packed(version), *options)

    def assert_updated(self, result):
        self.assertIn(f"Image Version: {NEW}", result["console"])
        self.assertEqual(self.lab.reports(), [f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"])

    def assert_kept(self, result, report, count=1):
        """The report arrived once, the old firmware runs."""
        self.assertEqual(self.lab.reports(), [report] * count)
        self.assertNotIn(f"Image Version: {NEW}", result["console"])

    def test_upgrade_command_updates(self):
        self.assign()
        self.assert_updated(self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\n" + UPDATED))

    def send(self, payload):
        """With QoS 1 the broker answers when the node's socket has the message, so it comes at the same virtual time."""
        return f"run mosquitto_pub -h 127.0.0.1 -p {self.lab.data_port} -q 1 -t {SUBSCRIBE} {payload}\n"

    def downlink(self, payload):
        return self.lab.settings() + "type ATZ\nexpect Subscribe to topic successfully within 600s\n" + self.send(payload)

    def test_downlink_as_text_updates(self):
        self.assign()
        self.assert_updated(self.lab.run_node(self.downlink("-m F901") + UPDATED))

    def test_downlink_as_raw_bytes_updates(self):
        self.assign()
        raw = self.lab.path("f901")
        with open(raw, "wb") as file:
            file.write(bytes([0xF9, 0x01]))
        self.assert_updated(self.lab.run_node(self.downlink(f"-f {raw}") + UPDATED))

    def test_title_mismatch_reports_code_1_and_leaves_the_flash_alone(self):
        self.assign()
        result = self.lab.run_node(self.lab.settings(title="s31-NB") + "type AT+UPGRADE\n" + CLOSED)
        self.assert_kept(result, "Firmware title mismatch")
        self.assertEqual(set(self.lab.memory("nor.bin")), {0xFF})

    def test_same_version_reports_code_6_and_leaves_the_flash_alone(self):
        self.assign(OLD)
        result = self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\n" + CLOSED)
        self.assert_kept(result, "Firmware version match")
        self.assertEqual(set(self.lab.memory("nor.bin")), {0xFF})

    def test_nothing_assigned_reports_code_5_and_leaves_the_flash_alone(self):
        result = self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\n" + CLOSED)
        self.assert_kept(result, "Firmware title not found")
        self.assertEqual(set(self.lab.memory("nor.bin")), {0xFF})

    def test_unreachable_server_reports_code_4(self):
        self.assign()
        nobody = 1  # nothing listens on port 1 of the loopback
        result = self.lab.run_node(self.lab.settings(ota_port=nobody) + "type AT+UPGRADE\n" + CLOSED)
        self.assert_kept(result, "OTA server connection timeout")

    def test_unset_settings_report_code_4(self):
        settings = self.lab.settings(otaser=None)
        result = self.lab.run_node(settings + "type AT+UPGRADE\n" + CLOSED)
        self.assert_kept(result, "OTA server connection timeout")
        self.assertIn("OTA parameter configuration error", result["console"])

    def test_board_without_flash_reports_code_2(self):
        self.assign()
        result = self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\n" + CLOSED,
                                   options=["--without-flash"])
        self.assert_kept(result, "Hardware not supported")

    def test_chunk_corrupted_once_is_fetched_again(self):
        self.assign()
        result = self.lab.run_node(self.lab.settings() + "corrupt chunk 3\ntype AT+UPGRADE\n" + UPDATED)
        self.assert_updated(result)
        self.assertEqual(result["console"].count("CRC error"), 1)

    def test_chunk_corrupted_always_reports_code_7_after_bounded_requests(self):
        self.assign()
        result = self.lab.run_node(self.lab.settings() + "corrupt chunk 3 always\ntype AT+UPGRADE\n" + CLOSED)
        self.assert_kept(result, "Firmware checksum error")
        attempts = result["console"].count("MQTT connect success")
        self.assertLessEqual(attempts, 4)
        self.assertEqual(result["console"].count("CRC error"), 4 * attempts)

    def test_power_cut_at_chunk_20_resumes_there(self):
        self.assign()
        scenario = self.lab.settings() + "type AT+UPGRADE\nat chunk 20: cut power for 3s\n" + UPDATED
        result = self.lab.run_node(scenario)
        self.assert_updated(result)
        self.assertRegex(result["console"], r"Resume download at chunk (20|21)")
        chunks = -(-os.path.getsize(self.lab.path(f"packed-{NEW}.bin")) // 1028)
        self.assertLessEqual(result["chunk_requests"], chunks + 9)  # the sector of the piece and the one before; chunk 0

    def test_broker_killed_at_chunk_20_resumes_there(self):
        self.assign()

        def kill_and_start_again():
            self.lab.kill_broker(self.server)
            self.server = self.lab.ota_server()

        scenario = self.lab.settings() + "type AT+UPGRADE\nat chunk 20: " + \
            self.lab.standstill(kill_and_start_again) + "\n" + UPDATED
        result = self.lab.run_node(scenario)
        self.assert_updated(result)
        self.assertRegex(result["console"], r"Resume download at chunk 2[01]")
        chunks = -(-os.path.getsize(self.lab.path(f"packed-{NEW}.bin")) // 1028)
        self.assertLessEqual(result["chunk_requests"], chunks + 2)  # chunk 20 and chunk 0 again

    def test_downlink_with_the_shortest_window_updates(self):
        self.assign()
        settings = self.lab.settings(rxdl="0")
        result = self.lab.run_node(settings + "type ATZ\nexpect Upload data successfully within 600s\n" +
                                   self.send("-m f901") + UPDATED)
        self.assert_updated(result)

    def test_upgrade_during_a_data_session_starts_when_idle(self):
        self.assign()
        scenario = self.lab.settings() + "type ATZ\nexpect Upload start within 60s\nunlock\n" \
            "expect Password Correct within 60s\ntype AT+UPGRADE\nexpect The device is busy. within 10s\n"
        result = self.lab.run_node(scenario + UPDATED)
        self.assert_updated(result)
        order = [result["console"].rindex(text) for text in ("The device is busy.", "FW check")]
        self.assertLess(order[0], order[1])

    def test_malformed_downlink_reports_code_3_and_starts_nothing(self):
        self.assign()
        result = self.lab.run_node(self.downlink("-m F902") + "expect End of upload within 600s\n"
                                   "wait 60s\n")
        self.assert_kept(result, "Command format error")
        self.assertNotIn("FW check", result["console"])


class CustomServer(TwoSeeds):
    """A plain broker with a worker behind it, as users build one themselves."""

    def furnish(self):
        self.lab.data_server()
        self.lab.listen()
        self.lab.ota_port = self.lab.data_port  # one broker may serve both
        with open(self.lab.packed(), "rb") as file:
            self.packed = file.read()

    def serve(self, algorithm, checksum, packed=f"packed-{NEW}.bin"):
        worker = self.lab.start(sys.executable, os.path.join(os.path.dirname(__file__), "responder.py"),
                                str(self.lab.ota_port), self.lab.path(packed), "s31-nb", NEW,
                                algorithm, checksum, stdout=subprocess.PIPE, text=True)
        self.assertEqual(worker.stdout.readline(), "ready\n")

    def run_update(self, end, name="s31"):
        return self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\n" + end, name=name)

    def test_crc32_in_either_byte_order_and_sha256_update(self):
        crc = zlib.crc32(self.packed)
        for algorithm, checksum in (("CRC32", crc.to_bytes(4, "little").hex()), ("CRC32", f"{crc:x}"),
                                    ("SHA256", hashlib.sha256(self.packed).hexdigest())):
            with self.subTest(algorithm=algorithm, checksum=checksum):
                self.serve(algorithm, checksum)
                result = self.run_update(UPDATED, f"node-{algorithm}-{checksum[:8]}")
                self.assertIn(f"Image Version: {NEW}", result["console"])
                self.lab.end(self.lab.processes[-1])

    def rebuilt(self):
        """An image that differs from v1.1.0 in one letter, and lies packed in rebuilt-packed.bin."""
        with open(self.lab.firmware(), "rb") as file:
            image = file.read()
        other = image.replace(b"EEPROM does not answer", b"EEPROM does not Answer")
        self.assertNotEqual(other, image)
        with open(self.lab.path("rebuilt.bin"), "wb") as file:
            file.write(other)
        self.lab.nbota_plain("image", "pack", file.name, "-o", self.lab.path("rebuilt-packed.bin"))
        with open(self.lab.path("rebuilt-packed.bin"), "rb") as file:
            self.assertEqual(zlib.crc32(file.read()), zlib.crc32(self.packed))
        return other

    def test_another_image_under_the_same_name_amid_a_download_is_installed_at_once(self):
        """nbota's own server lets nobody assign one; title, version, size and the CRC32 of the packed file are the same."""
        name = ("CRC32", f"{zlib.crc32(self.packed):x}")
        self.serve(*name)
        self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\nat chunk 20: cut power\nend\n")
        self.lab.end(self.lab.processes[-1])
        image = self.rebuilt()
        self.serve(*name, packed="rebuilt-packed.bin")
        console = self.lab.run_node(UPDATED)["console"]
        self.assertEqual(self.lab.reports(), [f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"])
        for line in ("FW check", "Piece 0 differs from the stored one: ", "wait for the erase", "ota 100:"):
            self.assertEqual(console.count(line), 1, line)
        self.assertNotIn("ota error", console)
        self.assertIn(image, self.lab.memory("flash.bin"))

    def test_right_chunks_with_a_wrong_checksum_report_code_7(self):
        self.serve("CRC32", "00000000")
        result = self.run_update(CLOSED)
        self.assertEqual(self.lab.reports(), ["Firmware checksum error"])
        self.assertNotIn(f"Image Version: {NEW}", result["console"])
        self.assertNotIn("CRC error", result["console"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
