# SPDX-License-Identifier: Apache-2.0
"""The pictures of the user's guide: three drawings, and windows with what the scenes printed."""
from guide_drawing import (BLUE, GREEN, GREY, INK, ORANGE, PALE, arrow, badge, box, line, named_box, picture,
                           terminal, text)


def architecture():
    """Section 1: who talks to whom."""
    node = [box(20, 60, 250, 330, "#ffffff", INK, 12), text(145, 86, "End node (S31-NB …)", 16, INK, "middle", "bold"),
            *named_box(40, 102, 210, 62, "Sensor", ["SHT31, RS485, inputs"]),
            *named_box(40, 174, 210, 62, "STM32L072", ["bootloader · application"]),
            *named_box(40, 246, 210, 62, "SPI flash, 4 MB", ["a new image, until it is checked"]),
            *named_box(40, 318, 210, 62, "Modem", ["BC660K-GL or BG95-M2"])]
    network = [box(330, 60, 120, 330, PALE, GREY, 12, "6 5"), text(390, 86, "Mobile", 15, INK, "middle", "bold"),
               text(390, 104, "network", 15, INK, "middle", "bold"),
               text(390, 206, "NB-IoT", 13, GREY, "middle"),
               text(390, 224, "or LTE-M", 13, GREY, "middle")]
    ota = named_box(690, 60, 250, 150, "OTA server", ["nbota serve: mosquitto + gateway", "MQTT, port 1885",
                                                     "one image for each device,", "title · version · size · checksum"],
                    "#eaf3ff", BLUE)
    data = named_box(690, 240, 250, 150, "Data server", ["any MQTT broker, CoAP, UDP or TCP", "AT+SERVADDR",
                                                       "readings, reports 1…8 and 100", "and your downlinks"],
                     "#eafaf0", GREEN)
    ways = [arrow(270, 140, 684, 140, BLUE, both=True), text(585, 112, "firmware, in pieces", 13, BLUE, "middle"),
            text(585, 130, "of 1024 + 4 bytes", 13, BLUE, "middle"), *badge(480, 140, 2),
            arrow(684, 290, 276, 290, ORANGE), text(585, 282, "F901: please update", 13, ORANGE, "middle"),
            *badge(480, 290, 1, ORANGE),
            arrow(270, 350, 684, 350, GREEN), text(592, 342, "readings, \"OTA Update OK\"", 13, GREEN, "middle"),
            *badge(480, 350, 3, GREEN)]
    people = [*named_box(690, 430, 250, 66, "You, at the desk", ["nbota assign, nbota trigger, explain"], "#ffffff"),
              arrow(815, 430, 815, 396, INK), *named_box(20, 430, 250, 66, "You, at the node",
                                                      ["9600 8N1 or Bluetooth: AT+OTASER, …"], "#ffffff"),
              arrow(145, 430, 145, 396, INK),
              text(480, 468, "The OTA server gets no readings and no reports,", 13, GREY, "middle"),
              text(480, 486, "the data server gets no firmware.", 13, GREY, "middle")]
    heading = [text(20, 34, "OTA network architecture", 20, INK, "start", "bold")]
    return picture(960, 516, "OTA network architecture", heading + network + ways + node + ota + data + people)


# Step, its words, from lane to lane (0 node, 1 OTA server, 2 data server, 3 node's flash and bootloader).
STEPS = ((1, "F901 from the data server, or AT+UPGRADE", 2, 0),
         (2, "is the SPI flash there, and does it answer?", 0, 3), (3, "modem awake, attached to the network", 0, 0), (4, "MQTT connection, token", 0, 1),
         (5, "my title and version: s31-nb, v1.0.0", 0, 1), (5, "offer: title, version, size, checksum", 1, 0),
         (6, "erase 128 KB", 0, 3), (7, "chunk n, please", 0, 1), (7, "1024 bytes + CRC32", 1, 0),
         (8, "write, read back, compare", 0, 3), (9, "check the whole image, order the install", 0, 3),
         (10, "reset: the bootloader checks and copies", 3, 0), (10, "OTA Update OK", 0, 2))
LANES = {3: (115, "SPI flash, bootloader"), 0: (430, "node's application"),
         1: (690, "OTA server"), 2: (860, "data server")}


def gap(lane):
    """Between an arrow's end and its lane: where the numbers are it is wider."""
    return 14 if lane == 0 else 3


def steps():
    """Section 7: the ten steps, from top to bottom."""
    parts = [text(20, 34, "From the trigger to the report", 20, INK, "start", "bold")]
    height = 110 + 44 * len(STEPS)
    for x, name in LANES.values():
        parts += [box(x - 82, 52, 164, 32, PALE, INK), text(x, 73, name, 13, INK, "middle", "bold"),
                  line(x, 84, x, height - 14, GREY, 1.2, "3 4")]
    parts += [box(28, 93 + 44 * 7, 776, 44 * 3 - 2, "none", BLUE, 8, "6 5"),
              text(796, 93 + 44 * 7 + 18, "for each chunk", 12, BLUE, "end")]
    for index, (number, words, start, end) in enumerate(STEPS):
        y = 122 + 44 * index
        begin, finish = LANES[start][0], LANES[end][0]
        colour = GREEN if (start, end) == (0, 2) else ORANGE if start == 2 else BLUE if 1 in (start, end) else INK
        if begin == finish:
            parts += [f'<path d="M{begin} {y - 7} h34 v14 h-20" fill="none" stroke="{colour}" stroke-width="2"'
                      f' marker-end="url(#tip{colour[1:]})"/>', text(begin + 44, y + 5, words, 13, colour)]
        else:
            side = 1 if finish > begin else -1
            middle = (begin + finish) / 2
            parts += [f'<rect x="{middle - 3.3 * len(words)}" y="{y - 20}" width="{6.6 * len(words)}" height="16"'
                      ' fill="#ffffff"/>', text(middle, y - 7, words, 13, colour, "middle"),
                      arrow(begin + side * gap(start), y, finish - side * gap(end), y, colour)]
        parts += badge(LANES[0][0] if 0 in (start, end) else begin, y, number, colour)
    return picture(960, height, "The ten steps of an update", parts)


def chip(x, y):
    legs = [box(x + 8 + 17 * i, y + shift, 8, 16, "#c9d1d9", GREY, 1) for i in range(4) for shift in (-14, 58)]
    return [*legs, box(x, y, 76, 60, "#2b3540", INK, 4), f'<circle cx="{x + 12}" cy="{y + 48}" r="4" fill="#8b98a5"/>',
            text(x + 40, y + 34, "ZB25VQ32", 11, "#ffffff", "middle")]


def pads(x, y):
    places = [box(x + 8 + 17 * i, y + shift, 8, 16, "#e3b341", ORANGE, 1) for i in range(4) for shift in (-14, 58)]
    return [*places, box(x, y, 76, 60, "none", "#ffffff", 2, "4 4")]


def board(x, title, lines, part):
    return [box(x, 60, 400, 190, "#1d6b46", INK, 14), box(x + 24, 90, 150, 130, "#c9d1d9", GREY, 6),
            text(x + 99, 152, "modem", 15, INK, "middle", "bold"),
            text(x + 99, 172, "BC660K-GL / BG95-M2", 11, INK, "middle"),
            box(x + 204, 100, 56, 56, "#2b3540", INK, 3), text(x + 232, 132, "STM32", 12, "#ffffff", "middle"),
            *part(x + 294, 122), text(x + 200, 278, title, 15, INK, "middle", "bold"),
            *[text(x + 200, 298 + 18 * i, words, 13, GREY, "middle") for i, words in enumerate(lines)]]


def by_eye():
    """Section 2.3.2: what to look for on the board. Places are not the real board's."""
    parts = [text(20, 34, "With flash, without flash", 20, INK, "start", "bold"),
             *board(30, "WITH flash", ["an 8-pin SOIC chip: updates over the air"], chip),
             *board(470, "WITHOUT flash", ["only its eight pads: updates by cable, code 2"], pads),
             text(450, 332, "A sketch: where the chip sits on your board may differ.", 12, GREY, "middle")]
    return picture(900, 346, "With flash and without flash, by eye", parts)


def console_colour(row):
    if row.lstrip(" .0123456789").startswith("> ") or row.startswith("$ "):
        return "typed"
    if any(good in row for good in ("Message", "Image Version: v1.1.0", "ota 100:", "OTA Update OK", "installed")):
        return "good"
    return "bad" if "error" in row and "reboot" not in row else "text"


def from_line(whole, part):
    return whole[whole.rindex("\n", 0, whole.index(part)) + 1:]


def pictures(texts):
    """All of them, name -> SVG."""
    listening = "$ mosquitto_sub -p 1883 -v -t node/up\n" + texts["update-messages"]
    return {
        "architecture": architecture(),
        "steps": steps(),
        "by-eye": by_eye(),
        "console": terminal("nbota node run: an update, from AT+UPGRADE to the new firmware",
                            from_line(texts["update"], "> AT+UPGRADE"), console_colour),
        "data-server": terminal("what arrives at the data server", listening, console_colour),
        "explain": terminal("nbota explain", texts["explain-failure"], explain_colour),
    }


def explain_colour(row):
    return "bad" if "FAILED" in row or "failed in" in row else "good" if " done " in row else console_colour(row)
