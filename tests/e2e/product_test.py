#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Products beside the S31: what their sensors measure arrives at the data server."""
import json
import os
import unittest

from lab import FIRMWARE, Lab, NEW

WEATHER = {
    "wind_speed": 3.4, "wind_speed_level": 2, "wind_direction": 2, "wind_direction_angle": 91, "humidity": 58.1,
    "temperature": -5.2, "noise": 41.7, "pm2_5": 12, "pm10": 19, "pressure": 101.3, "illumination": 70000,
    "rain_gauge": 1.5,
}


class ProductCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.data_server()
        self.lab.listen()

    def uplinks(self, product, *commands, scenario="", seed=1, **settings):
        """What a new node of `product` sends after a reset, set up by `commands` on its console."""
        self.lab.nbota("node", "create", product.lower(), "--product", product)
        settings = self.lab.settings(title=product.lower(), **settings)
        for command in commands:
            settings += f"type {command}\nexpect OK within 30s\n"
        result = self.lab.run_node(f"{settings}{scenario}type ATZ\nexpect Protocol in Used within 60s\n"
                                   f"wait 200s\n", name=product.lower(), seed=seed)
        self.console = result["console"]
        return self.lab.messages()

    def uplink(self, product, *commands, **options):
        lines = [json.loads(line) for line in self.uplinks(product, *commands, **options)]
        self.assertTrue(lines, self.console)
        self.assertEqual(lines[-1]["Model"], product)
        return lines[-1]

    def expect_weather(self, uplink):
        self.assertEqual({key: uplink[key] for key in WEATHER}, WEATHER)


class Rs485(ProductCase):
    def test_the_registers_of_a_device_arrive_as_the_payload(self):
        uplink = self.uplink("RS485-NB", "AT+COMMAND1=01 03 00 00 00 02,1", "AT+DATACUT1=9,2,4~7",
                             "AT+COMMAND2=01 04 00 03 00 01 C1 CA,0", "AT+DATACUT2=7,1,5+4")
        self.assertEqual(uplink["Payload"], "00eb01c4" + "feff")

    def test_modbus_answers_need_no_cut(self):
        self.assertEqual(self.uplink("RS485-NS", "AT+MBFUN=1", "AT+COMMAND5=010300020002,1",
                                     "AT+5VT=3000")["Payload"], "1234fffe")

    def test_a_device_that_is_not_there_leaves_a_hole(self):
        uplink = self.uplink("RS485-NB2", "AT+COMMAND1=07 03 00 00 00 01,1", "AT+DATACUT1=7,2,4~5",
                             "AT+MBFUN=1", "AT+COMMAND2=01 03 00 00 00 01,1", "AT+CMDDL1=200")
        self.assertEqual(uplink["Payload"], "ffff" + "00eb")

    def test_erased_commands_are_not_sent(self):
        uplink = self.uplink("RS485-NB", "AT+COMMAND1=01 03 00 00 00 01,1", "AT+DATACUT1=7,2,4~5", "AT+MBFUN=1",
                             "AT+COMMAND2=01 03 00 01 00 01,1", "AT+COMMAND5=01 03 00 02 00 01,1", "AT+CMDEAR=2,15")
        self.assertEqual(uplink["Payload"], "00eb")

    def test_another_rate_is_not_heard(self):
        uplink = self.uplink("RS485-NB", "AT+BAUDR=4800", "AT+PARITY=2", "AT+STOPBIT=2", "AT+MBFUN=1",
                             "AT+COMMAND1=01 03 00 00 00 01,1")
        self.assertEqual(uplink["Payload"], "ffff")

    def test_only_these_products_have_the_commands(self):
        self.lab.nbota("node", "create", "s31", "--product", "S31-NB")
        self.lab.run_node(self.lab.settings() + "type AT+COMMAND1=01,1\nexpect ERROR within 30s\n"
                          "type AT+BAUDR=?\nexpect ERROR within 30s\n")

    def test_values_of_another_form_are_refused(self):
        refused = "".join(f"type AT+{line}\nexpect AT_PARAM_ERROR within 30s\n" for line in (
            "COMMAND1=0103", "COMMAND1=01,2", "DATACUT2=9,2,7~4", "DATACUT2=9,1,10", "BAUDR=300", "PARITY=3",
            "CMDDL5=4001", "CMDEAR=5,1"))
        self.uplink("RS485-NB", scenario=refused)


class WeatherStation(ProductCase):
    def test_its_values_arrive(self):
        self.expect_weather(self.uplink("WSC2-N"))

    def test_the_compact_one_measures_its_cells_behind_the_divider(self):
        uplink = self.uplink("WSC2-Compact-NS")
        self.expect_weather(uplink)
        self.assertAlmostEqual(uplink["battery"], 3.9, delta=0.02)


class OutageMonitor(ProductCase):
    def test_mains_are_there(self):
        uplink = self.uplink("POM01-N")
        self.assertEqual((uplink["power_outage"], uplink["low_voltage"]), (0, 0))
        self.assertAlmostEqual(uplink["battery"], 3.9, delta=0.02)

    def test_it_listens_to_both_couplers(self):
        self.uplink("POM01-N", scenario="type AT+INTMOD=?\nexpect 1:1,2:1,3:0 within 30s\n")
        self.uplink("S31-NB2", scenario="type AT+INTMOD=?\nexpect 1:0,2:0,3:0 within 30s\n")

    def test_an_outage_is_seen(self):
        uplink = self.uplink("POM01-N", scenario="pin PB15 high\n")
        self.assertEqual((uplink["power_outage"], uplink["low_voltage"]), (1, 0))

    def test_low_voltage_is_seen(self):
        uplink = self.uplink("POM01-N", scenario="pin PA4 high\n")
        self.assertEqual((uplink["power_outage"], uplink["low_voltage"]), (0, 1))


class Cells(ProductCase):
    def test_a_cell_is_the_supply_itself(self):
        self.assertAlmostEqual(self.uplink("S31-NB2")["battery"], 3.3, delta=0.02)

    def test_solar_types_measure_behind_their_regulator(self):
        self.assertAlmostEqual(self.uplink("S31-NS")["battery"], 3.9, delta=0.02)


class HexFrame(ProductCase):
    """Digits behind IMEI and IMSI, taken apart as the vendor's payload decoders do where there are some."""

    def frame(self, product, *commands):
        lines = self.uplinks(product, *commands, pro="3,0")
        self.assertRegex(lines[-1][:32], r"^f\d{15}f\d{15}$")
        return lines[-1][32:]

    def expect(self, frame, product_id, battery_mv, rest):
        self.assertEqual(frame[:4], f"{product_id:02x}64")  # v1.0.0
        self.assertAlmostEqual(int(frame[4:8], 16), battery_mv, delta=20)
        self.assertRegex(frame[10:], rest)  # behind the signal

    def test_s31(self):
        self.expect(self.frame("S31-NS"), 0x41, 3900, r"^01" "0000" "00" "00" "00" "0000" "00d7" "01c2" "[0-9a-f]{8}$")

    def test_s31_with_a_bg95(self):
        self.expect(self.frame("S31-CB"), 0x43, 3300, r"^01" "0000" "00" "00" "00" "0000" "00000000" "00d7" "01c2"
                    "[0-9a-f]{8}" "0{24}$")

    def test_rs485(self):
        frame = self.frame("RS485-NB", "AT+COMMAND1=01 03 00 00 00 02,1", "AT+MBFUN=1", "AT+PAYVER=7")
        self.expect(frame, 0x46, 3300, "^00" "00" "[0-9a-f]{8}" "07" "00eb01c4$")

    def test_wsc2(self):
        registers = "00220002" "0002005b" "0245ffcc" "01a1000c" "001303f5" "00011170" "02bc000f"
        self.expect(self.frame("WSC2-N"), 0x4C, 3300, f"^01" "00" "00" f"{registers}" "[0-9a-f]{8}$")

    def test_pom01(self):
        self.expect(self.frame("POM01-N"), 0x4E, 3900, "^01" "00" "00" "00" "00" "[0-9a-f]{8}$")


class LteM(ProductCase):
    """The same boards with a BG95-M2."""

    def test_s31(self):
        uplink = self.uplink("S31-CB2")
        self.assertEqual((uplink["temperature"], uplink["humidity"]), (21.5, 45.0))
        self.assertAlmostEqual(self.uplink("S31-CS")["battery"], 3.9, delta=0.02)

    def test_rs485(self):
        uplink = self.uplink("RS485-CB", "AT+MBFUN=1", "AT+COMMAND1=01 03 00 00 00 02,1")
        self.assertEqual(uplink["Payload"], "00eb01c4")

    def test_wsc2(self):
        self.expect_weather(self.uplink("WSC2-C"))

    def test_pom01(self):
        uplink = self.uplink("POM01-C", scenario="pin PB15 high\n")
        self.assertEqual((uplink["power_outage"], uplink["low_voltage"]), (1, 0))


class OverTheAir(ProductCase):
    def serve(self, title):
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        self.lab.ota_server()
        packed = self.lab.path("packed.bin")
        self.lab.nbota_plain("image", "pack", os.path.join(FIRMWARE, f"{title}-{NEW}.bin"), "-o", packed)
        self.lab.nbota("assign", "node-1", packed)

    def update(self, product, title, *commands):
        """What a node of `product` sends before and after an update to the firmware named `title`."""
        self.serve(title)
        ends = f"AT+OTATITLE={title}\nexpect OK within 30s\ntype AT+UPGRADE\n"
        lines = self.uplinks(product, *commands, scenario=f"type {ends}expect Image Version: {NEW} within 3600s\n"
                             "expect Protocol in Used within 60s\nwait 120s\nunlock\n"
                             "expect Password Correct within 60s\n")
        lines = [json.loads(line) for line in lines]
        return [line for line in lines if "Model" in line], [line["Message"] for line in lines if "Message" in line]

    def test_an_update_keeps_the_commands_of_a_converter(self):
        uplinks, reports = self.update("RS485-NB", "rs485-nb", "AT+MBFUN=1", "AT+COMMAND1=01 03 00 00 00 02,1")
        self.assertEqual(reports, [f"OTA Update OK, Firmware Title: rs485-nb Ver: {NEW}"])
        self.assertEqual([uplink["Payload"] for uplink in uplinks[-2:]], ["00eb01c4"] * 2)

    def test_an_lte_m_product_is_updated_too(self):
        uplinks, reports = self.update("S31-CS", "s31-cs")
        self.assertEqual(reports, [f"OTA Update OK, Firmware Title: s31-cs Ver: {NEW}"])
        self.assertEqual(uplinks[-1]["Model"], "S31-CS")

    def test_the_vendors_example_of_another_product_clears_the_settings(self):
        uplinks, reports = self.update("WSC2-Compact-NS", "s31-nb")
        self.assertEqual(reports, [])
        self.assertEqual(uplinks, [])
        self.assertIn("DRAGINO S31-NB", self.console)
        self.assertIn("MQTT parameter configuration error", self.console.split("DRAGINO S31-NB")[1])


if __name__ == "__main__":
    unittest.main()
