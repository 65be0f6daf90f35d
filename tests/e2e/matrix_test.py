# SPDX-License-Identifier: Apache-2.0
"""Every product on every channel: one whole update, asked for and reported there, byte for byte."""
import json
import unittest

from catalog import PRODUCTS
from channel_case import CLOSED, UPGRADE, ChannelLab, imei, report, success
from lab import NEW, OLD

F901 = (b"F901", b"\xF9\x01")  # a user's server sends one or the other
UNSET = dict.fromkeys(("otaser", "otaclt", "otauname", "otapwd", "otatitle"))
VERSIONS = (100, 110)  # of OLD and NEW in a HEX frame
# Whose HEX frame is looked at: each sensor set and both modems.
HEX = {"mqtt": "WSC2-Compact-NS", "coap": "S31-CB2", "udp": "RS485-CS", "tcp": "POM01-N"}


def objects(stream):
    """JSON objects that stand one after the other."""
    text, found = stream.decode("ascii"), []
    while text:
        value, end = json.JSONDecoder().raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


class Matrix:
    """Derived once for each channel, so that they can run beside each other. Its nodes share the servers."""
    channel = None

    def __init_subclass__(cls):
        super().__init_subclass__()
        for product in PRODUCTS:
            name = product.title.replace("-", "_")
            setattr(cls, f"test_downlink_updates_{name}_and_its_report_arrives",
                    lambda self, product=product: self.downlink_updates(product))

    @classmethod
    def setUpClass(cls):
        cls.lab = ChannelLab(cls.channel)
        cls.lab.__enter__()
        cls.addClassCleanup(cls.lab.__exit__)
        cls.hex_product = next(product for product in PRODUCTS if product.name == HEX[cls.channel])
        for product in PRODUCTS:
            cls.lab.offer(product.title)
        cls.lab.offer(PRODUCTS[-1].title, OLD)
        cls.lab.serve()

    def create(self, product, kind):
        name = f"{product.title}-{kind}"
        self.lab.lab.nbota("node", "create", name, "--product", product.name, "--flash", "4M")
        return name

    def downlink_updates(self, product):
        downlink = F901[product.id % 2]
        result = self.lab.update_by_downlink("5", product.title, self.create(product, "json"), downlink)
        self.assertIn("Received downlink data:F901", result["console"])
        self.assertEqual(result["console"].count(f"DRAGINO {product.name} "), 3)  # power-on, ATZ, update
        uplinks = objects(self.lab.check_report(self, result, success(result, product.title)))
        self.assertEqual([(one["IMEI"], one["Model"]) for one in uplinks], [(imei(result), product.name)] * 2)

    def test_one_list_configures_and_updates_a_node_without_ota_settings(self):
        product = PRODUCTS[3]
        token = f"{product.title}-{NEW}"
        commands = (f"AT+OTASER=127.0.0.1,{self.lab.lab.ota_port};AT+OTACLT={token};AT+OTAUNAME={token};AT+OTAPWD=NULL;"
                    f"AT+OTATITLE={product.title};AT+OTAVER={OLD};AT+UPGRADE")
        result = self.lab.update_by_downlink("5", product.title, self.create(product, "list"),
                                             f'{{"Config":"[{commands}]"}}'.encode(), **UNSET)
        messages = objects(self.lab.check_report(self, result, success(result, product.title)))
        self.assertEqual(messages[1], {"IMEI": imei(result), "Downklink_Ack": "success"})
        self.assertEqual([one["Model"] for one in messages[::2]], [product.name] * 2)

    def test_upgrade_command_updates_a_node_that_sends_hex(self):
        product = self.hex_product
        result = self.lab.update("0", product.title, self.create(product, "hex"))
        uplinks = self.lab.check_report(self, result, success(result, product.title))
        digits = uplinks.decode("ascii") if self.channel == "mqtt" else uplinks.hex()
        frames = digits[:len(digits) // 2], digits[len(digits) // 2:]
        for frame, version in zip(frames, VERSIONS):
            self.assertRegex(frame, f"^f{imei(result)}f[0-9]{{15}}{product.id:02x}{version:02x}")

    def test_same_version_is_reported_with_code_6(self):
        product = PRODUCTS[-1]
        result = self.lab.update("5", product.title, self.create(product, "same"), OLD, UPGRADE + CLOSED)
        uplinks = objects(self.lab.check_report(self, result, report(result, "Firmware version match")))
        self.assertEqual([one["Model"] for one in uplinks], [product.name] * 2)
        self.assertNotIn(NEW, result["console"])


class MatrixMqtt(Matrix, unittest.TestCase):
    channel = "mqtt"


class MatrixCoap(Matrix, unittest.TestCase):
    channel = "coap"


class MatrixUdp(Matrix, unittest.TestCase):
    channel = "udp"


class MatrixTcp(Matrix, unittest.TestCase):
    channel = "tcp"


if __name__ == "__main__":
    unittest.main(verbosity=2)
