# SPDX-License-Identifier: Apache-2.0
"""What a node that trusts keys makes of each kind of image, once: docs/proof.md, "Each once"."""
import os
import re
import unittest

from field_case import FieldCase
from install_test import pack, SLOT
from lab import FIRMWARE, NEW, OLD
from nbota_command import ROOT
from trial_test import that_hangs

KEYS = [str(ROOT / "tests" / "keys" / f"rfc8032-test-{number}.pem") for number in (1, 2, 3)]
HOUR = 3600
HANGING = "v1.2.0"
OLD_IMAGE, NEW_IMAGE = f"s31-nb-{OLD}", f"s31-nb-{NEW}"
UNLOCK = "unlock\nexpect Password Correct within 60s\n"
OPEN = "expect Protocol in Used within 60s\n" + UNLOCK
UPGRADE = "type AT+UPGRADE\n"
CONFIRMED = f"expect Image Version: {NEW} within 3600s\nexpect The new firmware is confirmed within 600s\n"
REFUSED = "expect Close OTA upgrade within 3600s\nexpect End of upload within 900s\n"
SENT = "expect End of upload within 900s\n"
SHOW = UNLOCK + "type AT+CFG\nexpect AT+DEUI= within 60s\nexpect OK within 60s\n"
SUCCESS = f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"
NOT_TAKEN = "Firmware checksum error"  # code 7


def content_of(name):
    with open(os.path.join(FIRMWARE, f"{name}.bin"), "rb") as file:
        return file.read()


class Case(FieldCase):
    boot = "boot-bc660k-signed"  # trusts the first two keys

    def setUp(self):
        super().setUp()
        self.lab.ota_server()
        self.lab.nbota("node", "create", "s31", "--product", "S31-NB", "--boot", self.boot)

    def hear(self):
        self.lab.data_server()
        self.lab.listen()

    def offer(self, content, key=0, *options):
        """The OTA server hands out this image, signed."""
        out = self.lab.path(f"signed-{len(os.listdir(self.lab.folder))}.bin")
        self.lab.nbota_plain("image", "sign", self.write("plain.bin", content), "--key", KEYS[key], "-o", out, *options)
        self.lab.nbota("assign", "node-1", out)

    def offer_without_manifest(self):
        self.lab.nbota("assign", "node-1", self.write("packed.bin", pack(content_of(NEW_IMAGE))))

    def play(self, scenario, **settings):
        """A node that is set up with `settings`, or goes on as it is."""
        begin = self.lab.settings(**settings) if settings else OPEN
        self.result = self.lab.run_node(begin + scenario)
        self.console = self.result["console"].replace("\r", "")

    def runs(self, name):
        image = content_of(name)
        return self.lab.memory("flash.bin")[SLOT:SLOT + len(image)] == image

    def says_after(self, mark, *lines):
        after = self.console[self.console.rindex(mark):]
        for line in lines:
            self.assertIn(line + "\n", after)


class Taken(Case):
    def test_the_same_product_keeps_its_settings_and_reports_code_100(self):
        self.hear()
        self.offer(content_of(NEW_IMAGE))
        self.play(UPGRADE + CONFIRMED + SENT + SHOW, tdc="777", apn="iot.example")
        self.says_after(f"Image Version: {NEW}", "AT+TDC=777", "AT+APN=iot.example",
                        f"AT+OTASER=127.0.0.1,{self.lab.ota_port}")
        self.assertEqual(self.lab.reports(), [SUCCESS])

    def test_another_product_of_the_same_hardware_loses_the_settings_and_confirms_itself_without_a_network(self):
        self.hear()
        self.offer(content_of(f"s31-ns-{NEW}"))
        self.play(UPGRADE + "expect Close OTA upgrade within 3600s\nlink down\n" + CONFIRMED + SHOW +
                  "link up\nwait 600s\n", title="s31-ns", apn="iot.example")
        self.says_after("DRAGINO S31-NS", "AT+APN=NULL", "AT+OTASER=NULL", "AT+SERVADDR=NULL", "AT+OTATITLE=s31-ns")
        self.assertNotIn("rolled back", self.console)
        self.assertEqual(self.lab.reports(), [])

    def test_a_data_server_that_is_dead_undoes_nothing_and_hears_of_it_later(self):
        self.offer(content_of(NEW_IMAGE))
        self.play(UPGRADE + CONFIRMED + "wait 48h\n", tdc="3600")
        self.assertNotIn("rolled back", self.console)
        self.assertTrue(self.runs(NEW_IMAGE))
        self.hear()
        self.play(SENT)
        self.assertEqual(self.lab.reports(), [SUCCESS])


class Refused(Case):
    """Without a reset, with code 7; the image of before goes on."""

    def refuses(self, says, *versions):
        self.assertIn(f"{says}\n", self.console)
        self.assertEqual(re.findall("Image Version: (.*)", self.console), list(versions))
        self.assertTrue(self.runs(f"s31-nb-{versions[-1]}"))
        self.assertEqual(self.lab.reports()[-1:], [NOT_TAKEN])

    def test_other_hardware_is_refused(self):
        self.hear()
        self.offer(content_of(f"s31-cb-{NEW}"))
        self.play(UPGRADE + REFUSED, title="s31-cb")
        self.refuses("Image is not for this hardware", OLD)

    def test_an_image_without_manifest_is_refused(self):
        self.hear()
        self.offer_without_manifest()
        self.play(UPGRADE + REFUSED, tdc="777")
        self.refuses("Image refused: not signed, and this node wants a signature", OLD)

    def test_a_wrong_key_is_refused(self):
        self.hear()
        self.offer(content_of(NEW_IMAGE), 2)
        self.play(UPGRADE + REFUSED, tdc="777")
        self.refuses("Image refused: signed with a key that this node does not trust", OLD)

    def after_one_that_was_confirmed(self, key, *options):
        """An image of the version before is offered then, signed with the first key."""
        self.hear()
        self.offer(content_of(NEW_IMAGE), key, *options)
        then = self.lab.standstill(lambda: self.offer(content_of(OLD_IMAGE)))
        self.play(UPGRADE + CONFIRMED + SENT + "wait 60s\n" + then + "\n" + UNLOCK + UPGRADE + REFUSED, tdc="7200")

    def test_a_key_that_was_revoked_is_refused(self):
        self.after_one_that_was_confirmed(1, "--revoke", "0")
        self.refuses("Image refused: signed with a key that was revoked", OLD, NEW)

    def test_a_lower_security_counter_is_refused(self):
        self.after_one_that_was_confirmed(0, "--counter", "5", "--raise")
        self.refuses("Image refused: older than this node's security counter allows", OLD, NEW)


class Undone(Case):
    """Image and settings of before come back, and code 8 is reported."""

    def test_an_image_that_hangs_goes_and_its_counter_and_its_revoked_key_count_for_nothing(self):
        self.hear()
        self.offer(that_hangs(content_of(f"s31-nb-{HANGING}")), 0, "--counter", "9", "--raise", "--revoke", "1")
        back = f"expect rolled back: within 3600s\nexpect Image Version: {OLD} within 60s\n" + SENT + SHOW
        then = self.lab.standstill(lambda: self.offer(content_of(NEW_IMAGE), 1))
        self.play(UPGRADE + back + then + "\n" + UPGRADE + CONFIRMED + SENT, tdc="7777")
        self.says_after("rolled back:", "AT+TDC=7777")
        self.assertEqual(self.lab.reports(), [f"OTA rolled back, Firmware Title: s31-nb Ver: {HANGING}", SUCCESS])
        self.assertTrue(self.runs(NEW_IMAGE))

    def without_network(self, tdc, hours):
        self.hear()
        self.offer(content_of(NEW_IMAGE))
        self.play(UPGRADE + f"expect On trial, Firmware Title: s31-nb Ver: {NEW} within 3600s\nlink down\n"
                  f"wait {hours * HOUR - 300}s\n" + UNLOCK + "type AT+MODEL=?\n"
                  f"expect s31-nb,{NEW} within 60s\nexpect rolled back: within 900s\n"
                  f"expect Image Version: {OLD} within 60s\nlink up\n" + SENT + SHOW, tdc=str(tdc), csqtime="1")
        self.says_after("rolled back:", f"AT+TDC={tdc}")
        self.assertEqual(self.lab.reports(), [f"OTA rolled back, Firmware Title: s31-nb Ver: {NEW}"])
        self.assertTrue(self.runs(OLD_IMAGE))

    def test_an_image_without_network_goes_after_24_hours(self):
        self.without_network(7000, 24)

    def test_an_image_without_network_goes_after_12_uplink_periods_where_these_are_longer(self):
        self.without_network(10800, 36)


class Keyless(Case):
    boot = "boot-bc660k"

    def test_an_image_without_manifest_is_installed_without_a_trial(self):
        self.hear()
        self.offer_without_manifest()
        self.play(UPGRADE + f"expect Image Version: {NEW} within 3600s\n" + SENT, tdc="777")
        self.assertRegex(self.console, "\\ninstalled.*without a trial")
        self.assertNotIn("On trial", self.console)
        self.assertEqual(self.lab.reports(), [SUCCESS])


if __name__ == "__main__":
    unittest.main()
