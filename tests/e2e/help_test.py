#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command explains itself: usage, options and an example, on a screen of 80 columns."""
import re
import subprocess
import unittest

from nbota_command import NBOTA, nbota


def commands(*group):
    """Every command below `group`, with the text of its --help."""
    text = nbota(*group, "--help").stdout
    yield group, text
    if "\ncommands:\n" in text:
        for name in re.findall(r"^  ([a-z]+) ", text.split("\ncommands:\n")[1], re.MULTILINE):
            yield from commands(*group, name)


class Help(unittest.TestCase):
    def test_every_command_has_usage_options_and_an_example(self):
        seen = list(commands())
        self.assertGreater(len(seen), 15)
        for words, text in seen:
            with self.subTest(words=words):
                line = " ".join(("nbota", *words))
                self.assertTrue(text.startswith(f"usage: {line}"), text)
                self.assertRegex(text, rf"\nexample: nbota {' '.join(words)}")
                self.assertLessEqual(max(map(len, text.splitlines())), 80)
                self.assertEqual(nbota("help", *words).stdout, text)
                for option in re.findall(r"--[a-z][a-z-]+", text.split("\n\n")[0]):
                    self.assertRegex(text.split("\n\n", 1)[1], rf"{option}\b", option)

    def test_what_examples_name_exists(self):
        known = {words for words, _ in commands()}
        for words, text in commands():
            for example in re.findall(r"(?:example:|        ) (nbota [a-z ]+)", text):
                parts = tuple(example.split()[1:])
                self.assertTrue(any(parts[:n] in known for n in (1, 2)) or parts[0] == "help", example)

    def test_an_unknown_command_or_option_is_a_usage_error(self):
        for words, _ in commands():
            result = nbota(*words, "--no-such-option", "x")
            self.assertEqual((result.returncode, result.stdout), (2, ""), words)
            self.assertIn("usage: nbota", result.stderr)

    def test_regression_an_error_shows_the_whole_usage(self):
        for words in (("assign", "--nonsense"), ("trigger",), ("serve", "x"), ("node", "create")):
            usage = nbota("help", *words[:1 if words[0] != "node" else 2]).stdout.split("\n\n")[0]
            self.assertTrue(nbota(*words).stderr.endswith(usage + "\n"), words)

    def test_a_number_out_of_range_is_quoted_with_its_range(self):
        for option, number, text in (("--tdc", "5", "60 to 16777215, not '5'"), ("--hours", "0", "1 to 8784, not '0'")):
            done = nbota("node", "power", option, number)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{option} is {text}", done.stderr)

    def test_what_cannot_be_written_is_an_error(self):
        for words in (("help",), ("--version",), ("node", "run", "--list-faults")):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([NBOTA, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn("not all of the output could be written: No space left on device", done.stderr)


if __name__ == "__main__":
    unittest.main()
