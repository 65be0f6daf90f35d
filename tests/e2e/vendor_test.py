# SPDX-License-Identifier: Apache-2.0
"""The vendor's document walked through, section 2.1 to 10. Each test carries the number of its section and proves it once,
in short; the other files of this folder go further. What a machine cannot show:

  2.3.2  the 8-pin SOIC on the board, or its empty footprint: only what the tool says to look for
  4      a powered device in a real NB-IoT or LTE-M network
  5      the Bluetooth module on the console line
  9      a stable supply and an antenna during the update
"""
import glob
import json
import os
import re
import subprocess
import unittest

from lab import FIRMWARE, Lab, NEW, OLD, SUBSCRIBE
from update_test import CLOSED, UPDATED

IMEI = "866207053462705"
THRESHOLDS = {"BC660GL": 26110001, "BG95-M2": 26120001}
NB = ("S31-NB", "S31-NS", "S31-NB2", "RS485-NB", "RS485-NS", "RS485-NB2", "WSC2-N", "POM01-N", "WSC2-Compact-NS")
LTE = ("S31-CB", "S31-CS", "S31-CB2", "RS485-CB", "RS485-CS", "RS485-CB2", "WSC2-C", "POM01-C")
UNAWARE = os.path.join(FIRMWARE, "..", "tests", "unaware.bin")  # knows nothing of the flash
PROTOCOL = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "protocol.md")
UPGRADE = "type AT+UPGRADE\n"
SESSION = "type ATZ\nexpect End of upload within 600s\n"
OPEN = "expect Protocol in Used within 60s\nunlock\nexpect Password Correct within 60s\n"


class VendorCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def serve(self, version=NEW):
        """Both servers; the OTA server offers `version`, None = nothing."""
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        if version:
            self.lab.nbota("assign", "node-1", self.lab.packed(version))
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.listen()

    def play(self, scenario, name="s31", options=(), **settings):
        self.result = self.lab.run_node(self.lab.settings(**{"deui": IMEI, **settings}) + scenario, name=name,
                                        options=options)
        self.console = self.result["console"].replace("\r", "")
        return self.console

    def upgrade(self, end=UPDATED, **settings):
        return self.play(UPGRADE + end, **settings)

    def downlink(self, payload, end, **settings):
        """`payload` is published to the node while it listens."""
        file = self.lab.path("downlink")
        with open(file, "wb") as out:
            out.write(payload)
        send = f"run mosquitto_pub -h 127.0.0.1 -p {self.lab.data_port} -t {SUBSCRIBE} -q 1 -f {file}\n"
        return self.play("type ATZ\nexpect Upload data successfully within 600s\n" + send + end, **settings)

    def reports(self):
        """Whole messages, as they arrived."""
        return [line for line in self.lab.messages() if '"Message"' in line]

    @staticmethod
    def report(text):
        return f'{{"IMEI":"{IMEI}", "Message": "{text}"}}'

    def success(self, title="s31-nb", version=NEW):
        return self.report(f"OTA Update OK, Firmware Title: {title} Ver: {version}")

    def assert_updated(self):
        self.assertIn(f"Image Version: {NEW}", self.console)
        self.assertEqual(self.reports(), [self.success()])

    def assert_refused(self, *texts):
        self.assertEqual(self.reports(), [self.report(text) for text in texts])
        self.assertNotIn(f"Image Version: {NEW}", self.console)

    def ask(self, *commands):
        """Scenario lines: each command is typed, its OK is waited for."""
        return "".join(f"type {command}\nexpect OK within 60s\n" for command in commands)


class Hardware(VendorCase):
    def check(self, *words):
        return json.loads(self.lab.nbota_plain("hardware", "check", "--json", *words).stdout)

    def create(self, product, *options):
        return json.loads(self.lab.nbota("node", "create", product.lower(), "--product", product, "--json",
                                         *options).stdout)

    def test_2_1_every_product_of_both_series_has_firmware_and_the_modem_of_its_series(self):
        for products, modem in ((NB, "BC660K-GL"), (LTE, "BG95-M2")):
            for product in products:
                with self.subTest(product):
                    self.assertEqual(self.create(product)["modem"], modem)
                    for version in (OLD, NEW):
                        self.assertTrue(os.path.exists(os.path.join(FIRMWARE, f"{product.lower()}-{version}.bin")))
        built = glob.glob(os.path.join(FIRMWARE, f"*-{OLD}.bin"))
        self.assertEqual(len(built), len(NB + LTE))

    def test_2_1_the_serial_number_names_the_series(self):
        for prefix, network in (("BC660GL", "NB-IoT"), ("BG95-M2", "LTE-M / Cat-M1")):
            self.assertEqual(self.check(f"{prefix}26120001")[0]["network"], network)

    def test_2_2_the_sht31_is_measured_and_its_values_arrive(self):
        self.serve()
        self.play(SESSION)
        uplink = json.loads(self.lab.messages()[0])
        self.assertEqual((uplink["Model"], uplink["temperature"], uplink["humidity"]), ("S31-NB", 21.5, 45.0))

    def threshold(self, distance, has_flash):
        for prefix, first in THRESHOLDS.items():
            serial = f"{prefix}{first + distance}"
            self.assertEqual(self.check(serial)[0]["ota_capable"], has_flash, serial)
            node = self.create("S31-NB" if prefix == "BC660GL" else "S31-CB", "--serial", serial)
            self.assertEqual(node["flash"] != "none", has_flash, serial)

    def test_2_3_1_threshold_minus_one_has_no_flash(self):
        self.threshold(-1, False)

    def test_2_3_1_threshold_has_flash(self):
        self.threshold(0, True)

    def test_2_3_1_threshold_plus_one_has_flash(self):
        self.threshold(1, True)

    def test_2_3_1_malformed_serial_numbers_are_unknown(self):
        for serial in ("BC660GL2611000", "BC660GL261100011", "bc660gl26110001", "BC660GL2611000x", "26110001", ""):
            done = subprocess.run([os.environ["NBOTA"], "hardware", "check", serial, "--json"], capture_output=True,
                                  text=True, timeout=20, check=False)
            self.assertEqual((done.returncode, json.loads(done.stdout)[0]["known"]), (1, False), serial)

    def test_2_3_2_the_tool_says_what_to_look_for(self):
        fitted, without = self.check("BC660GL26110001", "BC660GL26110000")
        self.assertEqual((fitted["by_eye"], without["by_eye"]),
                         ("PCB has 8-pin SOIC chip", "No Flash chip present in the designated footprint"))


class Compatibility(VendorCase):
    def battery_days(self, name, *options):
        return json.loads(self.lab.nbota("node", "power", name, "--json", "--hours", "24", *options).stdout)["battery_days"]

    def program_old_firmware(self, name):
        """Bootloader and application in one image, as a cable would bring them."""
        self.lab.nbota("node", "create", name)
        with open(UNAWARE, "rb") as file:
            code = file.read()
        with open(os.path.join(self.lab.data_dir, "nodes", name, "flash.bin"), "wb") as file:
            file.write(code.ljust(192 * 1024, b"\0"))

    def test_3_1_four_cells(self):
        for serial, flash in (("BC660GL26110001", True), ("BC660GL26110000", False)):
            answer = json.loads(self.lab.nbota_plain("hardware", "check", "--json", serial).stdout)[0]
            compatible = {cell["firmware"]: cell["compatible"] for cell in answer["firmware"]}
            self.assertEqual(compatible, {"ota": True, "old": not flash})
        self.serve()
        self.program_old_firmware("old")
        self.lab.nbota("node", "create", "new")
        self.assertLess(self.battery_days("old"), 100)  # old firmware, with flash
        self.assertGreater(self.battery_days("old", "--without-flash"), 3650)  # old firmware, without
        self.assertGreater(self.battery_days("new"), 3650)  # new firmware, with flash: see 3.2 C
        self.assertGreater(self.battery_days("new", "--without-flash"), 3650)  # new firmware, without: see 3.2 A

    def test_3_2_scenario_a_reports_code_2_and_sensor_data_goes_on(self):
        self.serve()
        self.lab.nbota("node", "create", "a", "--serial", "BC660GL26110000")
        self.upgrade(CLOSED + SESSION, name="a")
        self.assert_refused("Hardware not supported")
        self.assertIn('"Model"', self.lab.messages()[-1])

    def test_3_2_scenario_b_the_flash_is_never_put_to_sleep(self):
        self.program_old_firmware("b")
        rows = json.loads(self.lab.nbota("node", "power", "b", "--json", "--hours", "1").stdout)["rows"]
        self.assertIn(("NOR", "CS floats, not asleep"), [(row["consumer"], row["state"]) for row in rows])

    def test_3_2_scenario_c_updates(self):
        self.serve()
        self.lab.nbota("node", "create", "c", "--serial", "BC660GL26110001")
        self.upgrade(name="c")
        self.assert_updated()

    def test_4_an_ota_capable_firmware_knows_the_command(self):
        self.assertIn(": OTA upgrade.", self.play(self.ask("AT+UPGRADE?")))


class Configuration(VendorCase):
    VALUES = {"AT+OTASER": "thingseye.io,1885", "AT+OTACLT": "a-token-of-20-letters", "AT+OTAUNAME": "a-token-of-20-letters",
              "AT+OTAPWD": "NULL", "AT+OTATITLE": "s31-nb", "AT+OTAVER": OLD}

    def keeps(self, name, value):
        console = self.play(self.ask(f"{name}={value}", f"{name}=?"))
        self.assertRegex(console, rf"(?m)^{re.escape(value)}\n+OK$")

    def test_5_1_server_address_and_port(self):
        self.keeps("AT+OTASER", "thingseye.io,1885")

    def test_5_1_other_forms_are_refused(self):
        wrong = "".join(f"type AT+OTASER={value}\nexpect AT_PARAM_ERROR within 30s\n"
                        for value in ("thingseye.io", "thingseye.io,0", "thingseye.io,65536", ",1885"))
        self.assertRegex(self.play(wrong + self.ask("AT+OTASER=?")),
                         rf"(?m)^127.0.0.1,{self.lab.ota_port}\n+OK$")

    def test_5_2_client_id(self):
        self.keeps("AT+OTACLT", "x" * 44)

    def test_5_3_user_name(self):
        self.keeps("AT+OTAUNAME", "x" * 44)

    def test_5_4_password_which_is_null_by_default(self):
        console = self.play(self.ask("AT+OTAPWD=?", "AT+OTAPWD=secret", "AT+OTAPWD=?", "AT+CFG"), otapwd=None)
        self.assertRegex(console, r"NULL\n+OK\n+OK\n+secret\n+OK")
        self.assertIn("AT+OTAPWD=****\n", console)

    def test_5_5_default_titles_of_both_series_types(self):
        for product in ("S31-NB", "S31-NS"):
            self.lab.nbota("node", "create", product.lower(), "--product", product)
            console = self.play(self.ask("AT+OTATITLE=?"), name=product.lower(), title=None)
            self.assertRegex(console, rf"(?m)^{product.lower()}\n+OK$")

    def test_5_5_case_sensitive(self):
        self.serve()
        self.upgrade(CLOSED, title="S31-NB")
        self.assert_refused("Firmware title mismatch")

    def test_5_6_version_is_read_from_the_running_firmware(self):
        self.assertRegex(self.play(self.ask("AT+OTAVER=?")), rf"(?m)^{OLD}\n+OK$")

    def test_5_6_version_set_by_hand_counts(self):
        self.serve()
        self.upgrade(CLOSED, otaver=NEW)
        self.assert_refused("Firmware version match")

    def test_5_7_settings_are_there_after_a_reset_and_after_a_power_cut(self):
        show = "".join(f"type {name}=?\nexpect {value} within 30s\nexpect OK within 30s\n"
                       for name, value in self.VALUES.items())
        store = self.ask(*(f"{name}={value}" for name, value in self.VALUES.items()))
        self.play(store + "type ATZ\n" + OPEN + show + "cut power for 5s\n" + OPEN + show)

    def list_of(self, **values):
        values = {"AT+OTASER": f"127.0.0.1,{self.lab.ota_port}", "AT+OTACLT": "token-1", "AT+OTAUNAME": "token-1",
                  "AT+OTAPWD": "NULL", "AT+OTATITLE": "s31-nb", "AT+OTAVER": OLD, **values}
        return [f"{name}={value}" for name, value in values.items()]

    def send_list(self, commands, end):
        """To a node that knows its data server alone."""
        fresh = {name: None for name in ("otaser", "otaclt", "otauname", "otapwd", "title", "otatitle")}
        self.downlink(f'{{"Config":"[{";".join(commands)}]"}}'.encode(), end, **fresh)
        return [line for line in self.lab.messages() if '"IMSI"' not in line]

    def ack(self, result):
        return f'{{"IMEI":"{IMEI}","Downklink_Ack":"{result}"}}'

    def test_5_8_one_list_sets_all_six_and_updates(self):
        self.serve()
        self.assertEqual(self.send_list(self.list_of() + ["AT+UPGRADE"], UPDATED), [self.ack("success"), self.success()])

    def test_5_8_upgrade_in_front_still_waits_for_all_settings(self):
        self.serve()
        self.assertEqual(self.send_list(["AT+UPGRADE"] + self.list_of(), UPDATED), [self.ack("success"), self.success()])

    def test_5_8_without_the_server_the_update_ends_with_code_4(self):
        self.serve()
        self.assertEqual(self.send_list(self.list_of()[1:] + ["AT+UPGRADE"], CLOSED),
                         [self.ack("success"), self.report("OTA server connection timeout")])

    def test_5_8_a_semicolon_or_bracket_in_a_value_is_refused_as_a_whole(self):
        self.serve()
        for character, place in ((";", 5), ("]", 4)):
            commands = self.list_of(**{"AT+OTAPWD": f"pass{character}word"}) + ["AT+UPGRADE"]
            answers = self.send_list(commands, "expect End of upload within 600s\nwait 60s\n")[-2:]
            self.assertEqual(answers, [self.ack(f"fail:{place}"), self.report("Command format error")])
            self.assertNotIn("FW check", self.console)

    def test_5_8_a_list_of_300_characters_is_taken(self):
        self.serve()
        commands = self.list_of(**{"AT+OTASER": "o" * 35 + ",1885", "AT+OTACLT": "x" * 44, "AT+OTAUNAME": "x" * 44,
                                   "AT+OTAPWD": "p" * 48, "AT+OTATITLE": "t" * 20, "AT+OTAVER": "v1.23.45"})
        size = len(f'{{"Config":"[{";".join(commands)}]"}}')
        answers = self.send_list(commands + ["AT+TDC=3600"[:300 - size - 1]],
                                 "expect End of upload within 600s\nunlock\nexpect Password Correct within 60s\n" +
                                 self.ask("AT+OTACLT=?", "AT+OTATITLE=?"))
        self.assertEqual(answers, [self.ack("success")])
        self.assertRegex(self.console, r"x{44}\n+OK\n+t{20}\n+OK")


class Trigger(VendorCase):
    def test_6_1_downlink_f901_as_text(self):
        self.serve()
        self.downlink(b"F901", UPDATED)
        self.assert_updated()

    def test_6_1_downlink_f901_as_two_bytes(self):
        self.serve()
        self.downlink(b"\xf9\x01", UPDATED)
        self.assert_updated()

    def test_6_2_at_upgrade(self):
        self.serve()
        self.upgrade()
        self.assert_updated()

    def test_6_2_while_the_module_is_busy_it_is_queued(self):
        self.serve(None)
        self.play("type ATZ\n" + OPEN + "expect NBIOT has responded within 60s\ntype AT+UPGRADE\n"
                  "expect The device is busy. within 10s\nexpect End of upload within 600s\nexpect FW check within 60s\n" +
                  CLOSED)
        self.assert_refused("Firmware title not found")


class Flow(VendorCase):
    LINES = ["FW check", "Successfully awakened module", "MQTT open success", "MQTT connect success",
             "Upload firmware information successfully", "Upload request firmware information successfully",
             "Inconsistent firmware version", "server_fw_title s31-nb", f"server_fw_version {NEW}", "server_fw_size {size}",
             "Please wait for the erase to complete", "Request download successfully", "Downloading {percent}%",
             "ota 100:Firmware download completed, waiting for device reboot",
             "uploading 100%,the device will disconnect MQTT server and power off NB module", "Close OTA upgrade"]

    def update(self):
        self.serve()
        self.upgrade()
        lines = [re.sub(r"^\[\d+\]", "", line) for line in self.console.split("\n") if line]
        return lines[lines.index("FW check"):]

    def test_7_log_equals_the_documented_lines_in_order(self):
        size = os.path.getsize(self.lab.packed())
        chunks = -(-size // 1028)
        lines = self.update()
        lines = lines[:lines.index("Close OTA upgrade") + 1]
        percents = [line for line in lines if line.startswith("Downloading ")]
        self.assertEqual((len(percents), percents[-1]), (chunks + 1, "Downloading 100%"))
        self.assertEqual(percents, sorted(percents, key=lambda line: int(line[12:-1])))
        once = [line for line in lines if not line.startswith("Downloading ") or line == percents[0]]
        expected = [line.format(size=size, percent=percents[0][12:-1]) for line in self.LINES]
        self.assertEqual(once, expected)

    def test_7_the_lines_are_those_of_the_protocol(self):
        with open(PROTOCOL, encoding="utf-8") as file:
            text = file.read().split("## Console output")[1]
        at = 0
        for line in self.LINES:
            literal = re.split(r" s31-nb| v1|\{", line)[0]
            found = text.find("`" + literal, at)
            self.assertGreaterEqual(found, 0, f"not documented, or not in this place: {line}")
            at = found

    def test_7_10_the_bootloader_activates_it_after_the_reset(self):
        lines = self.update()
        after = lines[lines.index("Close OTA upgrade"):]
        banner = after.index(f"Image Version: {NEW}")
        self.assertIn("installed", after[:banner])
        self.assertTrue(any(line.startswith("nbota boot ") for line in after[:banner]))

    def test_8_3_1_the_log_is_explained_step_by_step(self):
        self.update()
        done = subprocess.run([os.environ["NBOTA"], "explain", self.lab.path("console-s31.txt"), "--json"], check=True,
                              capture_output=True, text=True, timeout=20)
        attempt = json.loads(done.stdout)["attempts"][-1]
        self.assertEqual((attempt["outcome"], attempt["code"]), ("updated", 100))
        self.assertEqual([step["mark"] for step in attempt["steps"]], ["done"] * 10)

    def test_9_checks_are_crc32_alone_and_the_console_says_so(self):
        self.assertIn("unsigned build: images are checked by CRC32 alone", self.play("wait 1s\n"))

    def test_9_128_kb_of_storage_are_enough_and_64_are_not(self):
        self.serve()
        for flash, report in (("64K", self.report("Hardware not supported")), ("128K", self.success())):
            self.lab.nbota("node", "create", flash, "--flash", flash)
            self.upgrade(CLOSED if flash == "64K" else UPDATED, name=flash)
            self.assertEqual(self.reports()[-1], report)

    def test_10_the_console_speaks_9600_baud_with_8_data_bits_and_one_stop_bit(self):
        """Ten bits a character, measured over AT+CFG in virtual time."""
        file = self.lab.write("s", "expect MQTT parameter configuration error\nunlock\nexpect Password Correct\n"
                              "wait 20s\ntype AT+CFG\nexpect AT+DEUI within 60s\nwait 1s\n")
        out = self.lab.nbota("node", "run", "--scenario", file).stdout
        lines = re.findall(r"(?m)^ *(\d+\.\d+)  (AT\+.*)$", out)
        printed = sum(len(text) + 2 for _, text in lines[:-1])
        seconds = float(lines[-1][0]) - float(lines[0][0])
        self.assertGreater(printed, 400)
        self.assertAlmostEqual(seconds, printed * 10 / 9600, delta=0.02 * seconds)


class Errors(VendorCase):
    def test_8_1_code_1_firmware_title_mismatch(self):
        self.serve()
        self.upgrade(CLOSED, title="s31-nb2")
        self.assert_refused("Firmware title mismatch")

    def test_8_1_code_2_hardware_not_supported(self):
        self.serve()
        self.upgrade(CLOSED, options=["--without-flash"])
        self.assert_refused("Hardware not supported")

    def test_8_1_code_3_command_format_error(self):
        self.serve()
        self.downlink(b"F902", "expect End of upload within 600s\nwait 60s\n")
        self.assert_refused("Command format error")

    def test_8_1_code_4_timeout_after_3_retries_and_the_original_firmware_goes_on(self):
        self.serve()
        console = self.upgrade(CLOSED + "type ATZ\n" + OPEN + self.ask("AT+MODEL=?"), ota_port=1)
        self.assert_refused("OTA server connection timeout")
        self.assertEqual(re.findall(r"OTA retry (\d/\d)", console), ["1/3", "2/3", "3/3"])
        self.assertIn(f"s31-nb,{OLD}\n", console)

    def test_8_1_code_5_firmware_title_not_found(self):
        self.serve(None)
        self.upgrade(CLOSED)
        self.assert_refused("Firmware title not found")

    def test_8_1_code_6_firmware_version_match(self):
        self.serve(OLD)
        self.upgrade(CLOSED)
        self.assert_refused("Firmware version match")

    def test_8_1_code_7_checksum_error_after_3_retries_of_a_chunk(self):
        self.serve()
        console = self.play("corrupt chunk 3 always\n" + UPGRADE + CLOSED)
        self.assert_refused("Firmware checksum error")
        self.assertEqual(console.count("CRC error"), 4 * console.count("MQTT connect success"))

    def test_8_1_code_100_success(self):
        self.serve()
        self.upgrade()
        self.assert_updated()

    def test_8_2_reports_go_to_the_data_server_alone_and_in_their_exact_form(self):
        """The whole line is compared, blanks included; the OTA server's log knows nothing of it."""
        self.serve(None)
        self.upgrade(CLOSED)
        self.assertEqual(self.reports(), [f'{{"IMEI":"{IMEI}", "Message": "Firmware title not found"}}'])
        with open(self.lab.path("serve.log"), encoding="utf-8", errors="replace") as file:
            self.assertNotIn('"Message"', file.read())

    def test_8_3_2_success_names_title_and_version(self):
        self.serve()
        self.downlink(b"F901", UPDATED)
        self.assertEqual(self.reports(), [f'{{"IMEI":"{IMEI}", "Message": '
                                          f'"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"}}'])

    def test_8_3_2_other_product_clears_settings_and_sends_no_report(self):
        """The vendor's example: WSC2-Compact-NS to S31-NB."""
        self.serve()
        self.lab.nbota("node", "create", "compact", "--product", "WSC2-Compact-NS")
        console = self.upgrade(f"expect Image Version: {NEW} within 3600s\n" + OPEN +
                               "expect The new firmware is confirmed within 300s\n" +
                               self.ask("AT+OTASER=?", "AT+SERVADDR=?", "AT+TDC=?"), name="compact")
        after = console[console.index("DRAGINO S31-NB "):]
        self.assertRegex(after, r"NULL\n+OK\n+NULL\n+OK\n+7200\n+OK")
        self.assertEqual(self.reports(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
