#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/count-cases: no failure of a program may get lost on its way into the sum."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "count-cases"


def case(status, output="", skipped=None):
    reason = f'<skipped message="{skipped}"/>' if skipped else ""
    return f'<testcase name="x" status="{status}">{reason}<system-out>{output}</system-out></testcase>'


class CountCases(unittest.TestCase):
    def assert_counted(self, cases, expected, exit_code):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "junit.xml"
            file.write_text(f"<testsuite>{''.join(cases)}</testsuite>", encoding="utf-8")
            result = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True)
        self.assertEqual(result.stdout.splitlines()[-1], expected)
        self.assertEqual(result.returncode, exit_code)

    def test_cmocka_says_how_many_it_ran(self):
        self.assert_counted([case("run", "[  PASSED  ] 7 test(s).\n")], "7 passed, 0 failed", 0)

    def test_cmocka_failures_are_counted_one_by_one(self):
        output = "[  PASSED  ] 2 test(s).\n[  FAILED  ] 3 test(s), listed below:\n[  FAILED  ] a\n"
        self.assert_counted([case("fail", output)], "2 passed, 3 failed", 1)

    def test_unittest_failures_errors_and_skips_are_taken_off(self):
        output = "Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=1)\n"
        self.assert_counted([case("fail", output)], "5 passed, 3 failed", 1)

    def test_silent_program_counts_as_one(self):
        self.assert_counted([case("run"), case("fail")], "1 passed, 1 failed", 1)

    def test_crash_behind_a_good_sum_is_a_failure(self):
        self.assert_counted([case("fail", "[  PASSED  ] 7 test(s).\n")], "7 passed, 1 failed", 1)

    def test_program_that_is_not_there_is_a_failure(self):
        self.assert_counted([case("notrun", skipped="Unable to find executable")], "0 passed, 1 failed", 1)

    def test_skipped_program_is_neither(self):
        self.assert_counted([case("notrun", skipped="SKIP_RETURN_CODE=77"), case("disabled"), case("run")],
                            "1 passed, 0 failed", 0)


if __name__ == "__main__":
    unittest.main()
