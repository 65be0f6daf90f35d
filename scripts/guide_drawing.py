# SPDX-License-Identifier: Apache-2.0
"""Drawing SVG as text: shapes and a terminal window. Colours and fonts of all pictures stand here."""
from xml.sax.saxutils import escape

SANS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
MONO = "'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace"
INK, GREY, PALE, BLUE, GREEN, ORANGE = "#1f2933", "#627080", "#eef2f6", "#1f6feb", "#1a7f4b", "#b35900"
TERMINAL = {"ground": "#10161d", "bar": "#2b3540", "text": "#d7dde4", "typed": "#7cc4ff", "good": "#7ee2a0",
            "bad": "#ff9d8a", "faint": "#7d8894"}


def picture(width, height, title, parts):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
        "<defs>", *[marker(colour) for colour in (INK, BLUE, GREEN, ORANGE)], "</defs>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *parts, "</svg>", ""])


def marker(colour):
    return (f'<marker id="tip{colour[1:]}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
            f' orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" fill="{colour}"/></marker>')


def text(x, y, words, size=14, colour=INK, anchor="start", weight="normal", font=SANS):
    return (f'<text x="{x}" y="{y}" font-family="{font}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
            f' font-weight="{weight}" xml:space="preserve">{escape(words)}</text>')


def box(x, y, width, height, fill="#ffffff", stroke=INK, radius=8, dash=""):
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}" stroke="{stroke}"'
            f' stroke-width="1.5"{dashes}/>')


def named_box(x, y, width, height, name, lines=(), fill=PALE, stroke=INK):
    """A box with a heading and small lines below it, all centred."""
    middle = x + width / 2
    parts = [box(x, y, width, height, fill, stroke), text(middle, y + 24, name, 15, INK, "middle", "bold")]
    return parts + [text(middle, y + 44 + 17 * i, line, 12, GREY, "middle") for i, line in enumerate(lines)]


def arrow(x1, y1, x2, y2, colour=INK, both=False, dash=""):
    start = f' marker-start="url(#tip{colour[1:]})"' if both else ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="2"{dashes}'
            f' marker-end="url(#tip{colour[1:]})"{start}/>')


def line(x1, y1, x2, y2, colour=GREY, width=1.2, dash=""):
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{dashes}/>'


def badge(x, y, number, colour=BLUE):
    return [f'<circle cx="{x}" cy="{y}" r="12" fill="{colour}"/>',
            text(x, y + 5, str(number), 13, "#ffffff", "middle", "bold")]


# ---- a terminal window ----

CHARACTER, ROW, MARGIN = 7.83, 18, 16  # of 13 px monospace


def wrapped(content, columns):
    for row in content.rstrip("\n").splitlines():
        yield row[:columns]
        for begin in range(columns, len(row), columns - 4):
            yield "    " + row[begin:begin + columns - 4]


def terminal(title, content, colour_of, columns=100):
    """`colour_of` names a colour of TERMINAL for a row."""
    rows = [(row, colour_of(whole)) for whole in content.splitlines() for row in list(wrapped(whole, columns)) or [""]]
    width, height = round(columns * CHARACTER + 2 * MARGIN), 34 + MARGIN + ROW * len(rows) + 6
    parts = [box(0, 0, width, height, TERMINAL["ground"], TERMINAL["bar"], 10),
             f'<path d="M0 34 V10 a10 10 0 0 1 10 -10 H{width - 10} a10 10 0 0 1 10 10 V34 z"'
             f' fill="{TERMINAL["bar"]}"/>',
             text(width / 2, 22, title, 13, TERMINAL["text"], "middle")]
    parts += [f'<circle cx="{18 + 20 * i}" cy="17" r="6" fill="{colour}"/>'
              for i, colour in enumerate(("#ff6058", "#ffbd2e", "#28c940"))]
    parts += [text(MARGIN, 34 + MARGIN + ROW * i + 6, row, 13, TERMINAL[colour], font=MONO)
              for i, (row, colour) in enumerate(rows) if row]
    return picture(width, height, title, parts)
