# SPDX-License-Identifier: Apache-2.0
"""Words of the MCU's own flash and EEPROM that fail around an update: more wrong bits than their ECC corrects, or cells that
keep nothing any more (docs/virtual-node.md, "Scenarios", `mcu`). The word fails while power is off, at some moment of an update.

Where a word fails that the running application needs, nothing is left that could help it; so while an image runs whose trial
is over, the words that read wrong are such as it does without: behind it, or in its info block. A worn page may be any: it
matters when it is written. Where neither image can be whole, the bootloader waits at the console and tries again, until a
person, or here `mcu well`, mends the board; nothing must have been lost by then.
"""
import collections
import re
import struct

import memories
from fault_bench import CODES
from lab import NEW, OLD
from memories import EEPROM_BASE, FLASH_BASE, SLOT, SLOT_SIZE
from power_bench import configuration_in, SUCCESS

PAGE = 128
INFO, INFO_END = 0xC0, 0xFC  # of the image
ENTRY = 4  # the vector that a start takes
LAST_SETTING = 63
ROLLED_BACK = f"OTA rolled back, Firmware Title: s31-nb Ver: {NEW}"

ORDER = "type AT+UPGRADE\nexpect Close OTA upgrade within 3600s\n"
CONFIRMED = "expect The new firmware is confirmed within 3600s\nexpect Enter sleep mode within 600s\nwait 60s\n"
# Up to the moment; power goes there. The copy takes little more than a second: most pages are as they were.
MOMENTS = {
    "before": "",
    "download": "type AT+UPGRADE\nat chunk {chunk}: wait 1ms\n",
    "ordered": ORDER,
    "copying": ORDER + "expect by CRC32 alone within 60s\nwait {copying_ms}ms\n",
    "trial": f"type AT+UPGRADE\nexpect Image Version: {NEW} within 3600s\n",
    "after": "type AT+UPGRADE\n" + CONFIRMED,
    "raised": CONFIRMED,
}
BEGINS = {"before": "expect Protocol in Used within 60s\nunlock\nexpect Password Correct within 60s\ntype AT+UPGRADE\nwait 1200s\n"}
# While the word is as it is. Later nothing is worn any more, power is taken away once, and all has to be well.
BEHAVES = "wait 600s\n"
MENDED = "mcu well\ncut power for 2s\nwait 7200s\n"

FORGED, WRONG, ALL = ("spoil", "worn"), ("weak", "spoil"), ("weak", "spoil", "worn")
SOFTWARE_RESETS = 2
CHECKSUM = "Firmware checksum error"

# `runs`: what may run in the end. `spares`: the image runs without that word, and keeps it as it is.
Cell = collections.namedtuple("Cell", "moment place faults runs spares", defaults=(ALL, (OLD, NEW), False))


class Places:
    """Addresses of words, drawn by `chance`. `images`: the old and the new one; `eeprom`: what it holds at the moment."""

    def __init__(self, images, eeprom, chance):
        self.old, self.new = images[OLD], images[NEW]
        self.eeprom, self.chance = eeprom, chance

    # ---- the slot ----

    def word(self, first, end):
        return FLASH_BASE + SLOT + 4 * self.chance.randrange(first // 4, end // 4)

    def word_of_pages(self, differing):
        both = min(len(self.old), len(self.new)) // PAGE
        pages = [page for page in range(2, both)
                 if (self.old[page * PAGE:][:PAGE] != self.new[page * PAGE:][:PAGE]) == differing]
        page = self.chance.choice(pages)
        return self.word(page * PAGE, (page + 1) * PAGE)

    def changing(self):
        """A page that the new image has another content for."""
        return self.word_of_pages(True)

    def staying(self):
        return self.word_of_pages(False)

    def first(self):
        return self.word(0, PAGE)

    def info(self):
        return self.word(INFO, INFO_END)

    def behind(self):
        end = max(len(self.old), len(self.new))
        return self.word((end + PAGE - 1) // PAGE * PAGE, SLOT_SIZE)

    def entry(self):
        """What the new image begins with."""
        return struct.unpack_from("<I", self.new, ENTRY)[0] & ~3

    # ---- the journal ----

    def record(self, *numbers):
        """Some word of the newest record of one of these numbers."""
        newest = {number: (at, len(value)) for at, number, value in memories.walk(self.eeprom)}
        at, size = newest[self.chance.choice([number for number in numbers if number in newest])]
        return EEPROM_BASE + at + 4 * self.chance.randrange((4 + size + 3) // 4 + 1)

    def setting(self):
        return self.record(*range(1, LAST_SETTING + 1))

    def download(self):
        return self.record(memories.DOWNLOAD)

    def install(self):
        return self.record(memories.INSTALL)

    def trial(self):
        return self.record(memories.TRIAL)

    def security(self):
        return self.record(memories.SECURITY, memories.SECURITY_COPY)


CELLS = {
    "before-behind": Cell("before", Places.behind),
    "before-info": Cell("before", Places.info, WRONG, spares=True),
    "before-changing": Cell("before", Places.changing, ("worn",)),
    "before-first": Cell("before", Places.first, ("worn",)),
    "before-setting": Cell("before", Places.setting),
    "download-behind": Cell("download", Places.behind),
    "download-staying": Cell("download", Places.staying, ("worn",)),
    "download-record": Cell("download", Places.download),
    "ordered-first": Cell("ordered", Places.first, FORGED),
    "ordered-changing": Cell("ordered", Places.changing, FORGED),
    "ordered-staying": Cell("ordered", Places.staying, FORGED),
    "ordered-behind": Cell("ordered", Places.behind),
    "ordered-info": Cell("ordered", Places.info, WRONG, spares=True),
    "ordered-record": Cell("ordered", Places.install),
    "copying-first": Cell("copying", Places.first),
    "copying-changing": Cell("copying", Places.changing),
    "copying-staying": Cell("copying", Places.staying),
    "copying-behind": Cell("copying", Places.behind),
    "copying-record": Cell("copying", Places.install),
    "trial-entry": Cell("trial", Places.entry, ("spoil",), runs=(OLD,)),
    "trial-record": Cell("trial", Places.install),
    "trial-count": Cell("trial", Places.trial),
    "after-behind": Cell("after", Places.behind, runs=(NEW,)),
    "after-changing": Cell("after", Places.changing, ("worn",), runs=(NEW,)),
    "after-record": Cell("after", Places.install, runs=(NEW,)),
    "after-setting": Cell("after", Places.setting, runs=(NEW,)),
    "raised-security": Cell("raised", Places.security, runs=(NEW,)),  # an older image is offered behind it
}


def before(cell, chance):
    """The scenario up to the moment."""
    return MOMENTS[cell.moment].format(chunk=chance.randrange(1, 60), copying_ms=chance.randrange(2600, 3600)) + "end\n"


def behind(cell, word, follows, chance):
    """The scenario from the moment on, up to the questions at the end; `follows` comes before the word is mended."""
    return f"mcu {chance.choice(cell.faults)} {word:#x}\n{BEGINS.get(cell.moment, '')}{follows}{BEHAVES}{MENDED}"


# ---- what has to be true ----

def version_in(flash, images, cell, word):
    """None when it is no genuine image, byte for byte; but for the word that it runs without."""
    for version, image in images.items():
        slot = bytearray(flash[SLOT:SLOT + len(image)])
        at = word - FLASH_BASE - SLOT
        if cell.spares:
            slot[at:at + 4] = image[at:at + 4]
        if slot == image:
            return version
    return None


def complaints_of_resets(console, power_ons):
    causes = re.findall(r"reboot error:(.*)!", console)
    watched = console.count("waiting for the watchdog") + console.count("\non trial")
    if set(causes) - {"POR/PDR", "Software", "Independent watchdog"} or causes.count("POR/PDR") > power_ons or \
            causes.count("Software") > SOFTWARE_RESETS or causes.count("Independent watchdog") > watched:
        yield f"resets: {causes}"


def complaints_of_image(cell, version, console, reports):
    running = re.findall(r"Image Version: (\S+)", console)[-1]
    codes = {OLD: CODES | {ROLLED_BACK}, NEW: CODES | {SUCCESS}}
    if version not in cell.runs or running != version:
        yield f"{running} runs, the slot holds {version}"
    elif not reports or not set(reports) <= codes[version] or (version == NEW and SUCCESS not in reports) or len(reports) > 3:
        yield f"{version} runs, reports: {reports}"
    elif cell.moment == "raised" and reports != [SUCCESS, CHECKSUM]:
        yield f"an older image was offered, reports: {reports}"


def complaints_of_settings(cell, expected, found):
    """A setting whose word has failed may have its former value, or none."""
    changed = {key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)}
    may = 1 if cell.place is Places.setting else 0
    if len(changed - ({"AT+OTASER"} if cell.moment == "raised" else set())) > may:
        yield f"settings have changed: {sorted(changed)}"


def complaints_of_cell(bench, cell, result):
    console = result["console"]
    version = version_in(bench.memory("flash.bin", "case"), bench.images, cell, result["word"])
    yield from complaints_of_resets(console, result["power_ons"])
    yield from complaints_of_image(cell, version, console, result["reports"])
    yield from complaints_of_settings(cell, {**bench.configuration, "AT+OTAVER": version}, configuration_in(console))
    yield from bench.complaints_of_rest()
