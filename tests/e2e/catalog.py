# SPDX-License-Identifier: Apache-2.0
"""The rows of wire/products.def, for tests that go through all products."""
import collections
import pathlib
import re

TABLE = pathlib.Path(__file__).resolve().parents[2] / "wire" / "products.def"

Product = collections.namedtuple("Product", "name title id hardware modem sensors supply can interrupts")


def read():
    rows = re.findall(r"^PRODUCT\(\w+, (.*)\)$", TABLE.read_text(encoding="ascii"), re.MULTILINE)
    fields = [re.findall(r'"[^"]*"|[^\s,]+', row) for row in rows]
    return [Product(*(int(word, 0) if word[0].isdigit() else word.strip('"') for word in words)) for words in fields]


PRODUCTS = read()
