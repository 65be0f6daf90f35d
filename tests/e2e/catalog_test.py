# SPDX-License-Identifier: Apache-2.0
"""What tells the 17 products apart, each told by its own binary: console, commands, settings, sensors, battery; and which
product's image a node takes."""
import json
import os
import re
import unittest

from catalog import PRODUCTS
from lab import FIRMWARE, Lab, NEW, OLD

# Vendor 2.1 and 8.3.2.
NAMES = {"S31-NB", "S31-NS", "S31-NB2", "S31-CB", "S31-CS", "S31-CB2", "RS485-NB", "RS485-NS", "RS485-NB2", "RS485-CB",
         "RS485-CS", "RS485-CB2", "WSC2-N", "WSC2-C", "POM01-N", "POM01-C", "WSC2-Compact-NS"}
MODEMS = {"BC660K": ("BC660K-GL", 1, "nbota-BC660K-1"), "BG95": ("BG95-M2", 2, "nbota-BG95-1")}
FIELDS = {
    "SHT31": ["temperature", "humidity"],
    "RS485": ["Payload"],
    "WSC2": ["wind_speed", "wind_speed_level", "wind_direction", "wind_direction_angle", "humidity", "temperature",
             "noise", "pm2_5", "pm10", "pressure", "illumination", "rain_gauge"],
    "POM01": ["power_outage", "low_voltage"],
}
HEAD = ["IMEI", "IMSI", "Model", "mod", "battery", "signal", "time", "interrupt", "interrupt_level"]
VOLTS = {"CELL": 3.3, "DIVIDER": 3.9}
LINE = ["BAUDR", "PARITY", "STOPBIT"]
NUMBERED = [f"{name}{number}" for name in ("COMMAND", "DATACUT", "CMDDL") for number in range(1, 6)]
# Beside the commands of an S31-NB.
MORE = {"NONE": set(), "LINE": set(LINE), "COMMANDS": {*LINE, *NUMBERED, "MBFUN", "PAYVER", "CMDEAR"}}
ON_LTE = {"BC660K": set(), "BG95": {"URI5"}}

READY = "expect Protocol in Used within 60s\nunlock\nexpect Password Correct within 60s\n"
# The modem is put to sleep first, and while it works nothing is measured.
ASK = READY + "wait 60s\n" + "".join(f"type {line}\nexpect OK within 30s\n" for line in (
    "AT?", "AT+CFG", "AT+MODEL=?", "AT+GETSENSORVALUE=0")) + "wait 1s\n"


class Facts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.lab.__enter__()
        cls.addClassCleanup(cls.lab.__exit__)
        cls.consoles = {}

    def ask(self, name):
        """What a new node of that product says of itself, line by line."""
        if name not in self.consoles:
            self.lab.nbota("node", "create", name.lower(), "--product", name)
            result = self.lab.run_node(ASK, name=name.lower())
            self.consoles[name] = result["console"].replace("\r", "").splitlines(), result
        return self.consoles[name]

    def commands(self, name):
        """What AT? lists."""
        listed = [re.match(r"AT\+(\w+) *:", line) for line in self.ask(name)[0]]
        return {match[1] for match in listed if match}

    def test_the_vendors_products_are_there_and_no_two_are_alike(self):
        self.assertEqual({product.name for product in PRODUCTS}, NAMES)
        for key in ("title", "id"):
            self.assertEqual(len({getattr(product, key) for product in PRODUCTS}), len(NAMES))

    def says_what_it_is(self, product):
        lines, result = self.ask(product.name)
        modem, hardware, stack = MODEMS[product.modem]
        self.assertEqual((result["product"], result["modem"], product.hardware), (product.name, modem, hardware))
        banner = lines.index(f"DRAGINO {product.name} NB-IoT Sensor Node")
        self.assertEqual(lines[banner + 1:banner + 4], [f"Image Version: {OLD}", f"NB-IoT Stack : {stack}",
                                                        "Protocol in Used: MQTT"])
        for line in (f"{product.title},{OLD}", f"AT+OTATITLE={product.title}", f"AT+OTAVER={OLD}",
                     f"AT+INTMOD={product.interrupts}"):
            self.assertIn(line, lines)

    def has_its_commands_and_no_others(self, product):
        first, own = self.commands("S31-NB"), self.commands(product.name)
        self.assertLess({"UPGRADE", "OTASER", "OTACLT", "OTAUNAME", "OTAPWD", "OTATITLE", "OTAVER"}, first)
        self.assertEqual((own - first, first - own), (MORE[product.can] | ON_LTE[product.modem], set()))

    def measures_with_its_sensors(self, product):
        (line,) = [line for line in self.ask(product.name)[0] if line.startswith("{")]
        data = json.loads(line)
        self.assertEqual(list(data), HEAD + FIELDS[product.sensors])
        self.assertEqual(data["Model"], product.name)
        self.assertAlmostEqual(data["battery"], VOLTS[product.supply], delta=0.02)
        self.assertNotIn(None, data.values())


def add(kind, product):
    name = product.title.replace("-", "_")
    setattr(Facts, f"test_{name}_{kind}", lambda self: getattr(Facts, kind)(self, product))


for each in PRODUCTS:
    for what in ("says_what_it_is", "has_its_commands_and_no_others", "measures_with_its_sensors"):
        add(what, each)


class OtherImages(unittest.TestCase):
    """An OTA server that offers a node another product's image, which its AT+OTATITLE asks for."""

    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.data_server()
        self.lab.listen()

    def upgrade(self, product, title, end):
        packed = self.lab.path("packed.bin")
        self.lab.nbota_plain("image", "pack", os.path.join(FIRMWARE, f"{title}-{NEW}.bin"), "-o", packed)
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        self.lab.nbota("assign", "node-1", packed)
        self.lab.ota_server()
        self.lab.nbota("node", "create", "node", "--product", product)
        return self.lab.run_node(self.lab.settings(title=title) + "type AT+UPGRADE\n" + end, name="node")

    def refuses(self, product, title):
        result = self.upgrade(product, title, "expect Close OTA upgrade within 900s\nexpect End of upload within 900s\n")
        self.assertIn("Image is not for this hardware", result["console"])
        self.assertNotIn(NEW, result["console"].split("Close OTA upgrade")[1])
        self.assertLess(result["chunk_requests"], 10)
        self.assertEqual(self.lab.reports(), ["Firmware checksum error"])

    def becomes(self, product, other):
        settings = READY + "type AT+CFG\nexpect AT+DEUI within 30s\n"
        result = self.upgrade(product, other.lower(), f"expect DRAGINO {other} within 3600s\n{settings}wait 300s\n")
        after = result["console"].split(f"DRAGINO {other} ")[1].replace("\r", "")
        for line in (f"Image Version: {NEW}", f"AT+OTATITLE={other.lower()}", "AT+OTASER=NULL", "AT+SERVADDR=NULL"):
            self.assertIn(f"{line}\n", after)
        self.assertEqual(self.lab.reports(), [])
        return after

    def test_a_bc660k_board_refuses_an_image_for_a_bg95(self):
        self.refuses("S31-NB", "s31-cb")

    def test_a_bg95_board_refuses_an_image_for_a_bc660k(self):
        self.refuses("RS485-CB", "rs485-nb")

    def test_a_bg95_board_becomes_another_product_for_it(self):
        after = self.becomes("S31-CB", "RS485-CB2")
        self.assertIn("AT+COMMAND1=NULL\n", after)
        self.assertIn("AT+URI5=NULL\n", after)

    def test_a_converter_that_becomes_a_monitor_has_its_defaults_and_no_converters_commands(self):
        after = self.becomes("RS485-NS", "POM01-N")
        self.assertIn("AT+INTMOD=1,1,0\n", after)
        self.assertNotIn("AT+BAUDR", after)


if __name__ == "__main__":
    unittest.main()
