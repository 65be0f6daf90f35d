# SPDX-License-Identifier: Apache-2.0
"""What the user's guide shows: each scene returns the files that it writes, name -> text."""
import os
import subprocess

from guide_stage import (DATA_SETTINGS, FIRMWARE, NBOTA, OTA_SETTINGS, PUBLISH, SUBSCRIBE, TOKEN, between,
                         shortened, typed, without_times)

NODE = "greenhouse-1"
IMAGE = "build/arm/firmware/s31-nb-v1.1.0.bin"
CLOSED = "expect Close OTA upgrade within 7200s\nexpect End of upload within 900s\n"
UPDATED = "expect Image Version: v1.1.0 within 3600s\nexpect End of upload within 600s\n"


def hardware(stage):
    return {"hardware": "\n".join(stage.shell(line) for line in (
        "nbota hardware check BC660GL26110001", "nbota hardware check BC660GL26110000 --firmware ota",
        "printf 'BC660GL26110001\\nBG95-M226119999\\nBC660GL2611\\n' | nbota hardware check -"))}


def node(stage):
    made = stage.shell(f"nbota node create {NODE} --serial BC660GL26110001")
    stage.fix_label(NODE)
    return {"node-create": stage.readable(made)}


def server(stage):
    lines = ("nbota device add greenhouse-1 --token " + TOKEN, f"nbota image inspect {IMAGE}",
             f"nbota assign greenhouse-1 {IMAGE}", "nbota device list")
    names = ("device-add", "image-inspect", "assign", "device-list")
    return {name: stage.shell(line) for name, line in zip(names, lines)}


# ---- section 5: name of a block and what is typed there ----

SETTINGS = {
    "otaser": "AT+OTASER?\nAT+OTASER=thingseye.io\nAT+OTASER=127.0.0.1,{ota}\nAT+OTASER=?",
    "otaclt": f"AT+OTACLT={TOKEN}",
    "otauname": f"AT+OTAUNAME={TOKEN}",
    "otapwd": "AT+OTAPWD=NULL",
    "otatitle": "AT+OTATITLE=?\nAT+OTATITLE=s31-nb",
    "otaver": "AT+OTAVER=?\nAT+OTAVER=v1.0.0\nAT+OTAVER=NULL\nAT+OTAVER=?",
    "data-server": DATA_SETTINGS.strip(),
}
SAVED = "cut power for 5s\n" + typed("AT+OTASER=?\nAT+OTATITLE=?")


def settings(stage):
    """One console, cut into a block for each command. The node is made as the others will be found."""
    text = without_times(stage.play(NODE, typed("\n".join(SETTINGS.values())) + SAVED))
    places = [0]
    for lines in SETTINGS.values():
        places.append(text.index("> " + stage.readable(stage.fill(lines.splitlines()[0])), places[-1] + 1))
    places.append(text.index("nbota boot", places[-1]))
    files = {f"set-{name}": text[places[i]:places[i + 1]].rstrip() + "\n" for i, name in enumerate(SETTINGS, 1)}
    return files | {"saved": text[places[-1]:]}


def config(stage):
    """5.8: everything at once, to a node that knows only its data server."""
    stage.nbota("node", "create", "fresh", "--serial", "BC660GL26110002")
    stage.fix_label("fresh")
    stage.play("fresh", typed(DATA_SETTINGS))
    payload = '{"Config":"[' + OTA_SETTINGS.replace("\n", ";") + 'AT+OTATITLE=s31-nb;AT+OTAVER=v1.0.0;AT+UPGRADE]"}'
    send = f"mosquitto_pub -p {{data}} -q 1 -t {SUBSCRIBE} -m '{payload}'"
    stage.write("config.sh", stage.fill(send))
    stage.new_messages()
    console = stage.play("fresh", "expect Subscribe to topic successfully within 600s\n"
                         f"run sh {stage.path('config.sh')}\nexpect FW check within 600s\nwait 100ms\n")
    shown = send.replace("{ota}", "1885").replace("{data}", "1883")
    return {"config-command": f"$ {shown}\n",
            "config-console": shortened(between(console, "Received downlink", "FW check")),
            "config-messages": stage.new_messages()}


# ---- section 6 and 7 ----

def update(stage):
    """6.2 and 7, at an idle node; then what the servers have seen of it."""
    scenario = "expect End of upload within 600s\n" + typed("AT+UPGRADE").split("\n", 1)[1] + UPDATED + "wait 60s\n"
    console = stage.play(stage.like(NODE, "local"), scenario)
    served = "$ nbota serve\n" + stage.served("state UPDATED v1.1.0", "closed")
    return {"update": shortened(console),
            "update-trigger": between(console, "> AT+UPGRADE", "Successfully awakened"),
            "update-verify": between(console, "MQTT open success", "server_fw_size"),
            "update-download": shortened(between(console, "Please wait", "Close OTA upgrade")),
            "update-boot": between(console[console.index("Close OTA"):], "nbota boot", "OTA Update OK"),
            "update-messages": stage.new_messages(),
            "explain-success": stage.shell("nbota explain local.log"),
            "device-show": stage.shell("nbota device show greenhouse-1 --events 6"),
            "serve": served}


def downlink(stage):
    with open(stage.path("trigger.txt"), "w", encoding="ascii") as out:
        trigger = stage.start(NBOTA, "trigger", "greenhouse-1", "--data", f"127.0.0.1:{stage.data_port}",
                              "--pub", PUBLISH, "--sub", SUBSCRIBE, stdout=out, stderr=subprocess.STDOUT)
        console = stage.play(stage.like(NODE, "remote"), "expect MQTT connect success within 600s\nwait 5s\n",
                             "--speed", "40")
        trigger.wait(20)
    with open(stage.path("trigger.txt"), encoding="ascii") as out:
        shown = stage.readable(out.read())
    return {"trigger": f"$ nbota trigger greenhouse-1 --data 127.0.0.1:1883 --pub {PUBLISH} --sub {SUBSCRIBE}\n{shown}",
            "trigger-console": between(console, "Subscribe to topic", "Received downlink") + "    …\n" +
            between(console, "Send complete", "FW check")}


def resume(stage):
    console = stage.play(stage.like(NODE, "cut"), typed("AT+UPGRADE") + "at chunk 20: cut power for 3s\n"
                         "expect Resume download within 600s\nwait 100ms\n")
    second = console[console.rindex("\n", 0, console.rindex("nbota boot")) + 1:]
    return {"resume": between(second, "nbota boot", "Resume download")}


# ---- section 8: code -> (what is done to provoke it, lines that are typed, scenario lines, options) ----

ERRORS = {
    1: ("another title on the node", "AT+OTATITLE=S31-NB", "", ()),
    2: ("a board without flash", "", "", ("--without-flash",)),
    4: ("a port where nobody listens", "AT+OTASER=127.0.0.1,1", "", ()),
    5: ("nothing is offered", "", "", ()),
    6: ("the offered version runs already", "AT+OTAVER=v1.1.0", "", ()),
    7: ("chunk 3 arrives damaged, always", "", "corrupt chunk 3 always\n", ()),
}


def error(stage, code):
    what, lines, extra, options = ERRORS[code]
    name = stage.like(NODE, f"code-{code}")
    if code == 5:
        stage.nbota("assign", "greenhouse-1", "--none")
    stage.new_messages()
    console = stage.play(name, typed((lines + "\nAT+UPGRADE").strip()) + extra + CLOSED, *options)
    if code == 5:
        stage.nbota("assign", "greenhouse-1", os.path.join(FIRMWARE, "s31-nb-v1.1.0.bin"))
    end = shortened(between(console, "FW check", "Close OTA upgrade")).splitlines()
    head = end if len(end) <= 12 else end[:9] + ["    …"] + end[-3:]
    message = [line for line in stage.new_messages().splitlines() if '"Message"' in line]
    return f"# code {code}: {what}\n" + "\n".join(head + message) + "\n"


def malformed(stage):
    stage.new_messages()
    scenario = f"""expect Subscribe to topic successfully within 600s
run mosquitto_pub -p {{data}} -q 1 -t {SUBSCRIBE} -m F902
expect End of upload within 600s
"""
    console = stage.play(stage.like(NODE, "code-3"), scenario)
    lines = between(console, "Received downlink", "Close the port")
    message = [line for line in stage.new_messages().splitlines() if '"Message"' in line]
    return f"# code 3: the downlink F902\n{lines}" + "\n".join(message) + "\n"


def errors(stage):
    texts = {code: error(stage, code) for code in ERRORS}
    texts[3] = malformed(stage)
    return {"errors": "\n".join(texts[code] for code in sorted(texts)),
            "explain-failure": stage.shell("nbota explain code-1.log")}


# ---- section 10 ----

def debugging(stage):
    console = without_times(stage.play(stage.like(NODE, "debug"), typed("AT+STATS\nAT+CFG\nAT+GETLOG")))
    return {"debug-stats": between(console, "> AT+STATS", "OK"), "debug-config": between(console, "> AT+CFG", "OK")}


def drain(stage):
    """3.2 B: a firmware that does not know the flash, on a board that has it."""
    with open(os.path.join(FIRMWARE, "..", "tests", "unaware.bin"), "rb") as image:
        unaware = image.read()
    stage.nbota("node", "create", "former", "--serial", "BC660GL26110003")
    stage.play("former", "wait 1s\n")  # makes its memories
    with open(os.path.join(stage.data_dir, "nodes", "former", "flash.bin"), "wb") as flash:
        flash.write(unaware.ljust(192 * 1024, b"\0"))
    return {"drain": stage.shell("nbota node power former --hours 24")}


SCENES = (hardware, node, server, settings, update, downlink, config, resume, errors, debugging,
          drain)


def play(stage):
    """All files, name -> text. The order matters: each scene finds what the ones before it left."""
    files = {}
    for index, scene in enumerate(SCENES):
        if index == SCENES.index(settings):
            stage.data_server()
            stage.ota_server()
            stage.listen()
        files |= scene(stage)
    return files
