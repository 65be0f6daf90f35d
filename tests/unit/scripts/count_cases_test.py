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
    return f'<testcase name="{{}}" status="{status}">{reason}<system-out>{output}</system-out></testcase>'


def count(*arguments):
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True)


class CountCases(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def report(self, name, **cases):
        text = "".join(case.format(program) for program, case in cases.items())
        (self.folder / name).write_text(f"<testsuite>{text}</testsuite>", encoding="utf-8")
        return self.folder / name

    def assert_counted(self, cases, expected, exit_code):
        result = count(self.report("junit.xml", **{f"program_{n}": case for n, case in enumerate(cases)}))
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

    def test_node_says_how_many_passed_and_failed(self):
        self.assert_counted([case("fail", "ok 1 - a\nnot ok 2 - b\n1..3\n# tests 3\n# pass 2\n# fail 1\n"),
                             case("run", "\u2139 pass 4\n\u2139 fail 0\n")], "6 passed, 1 failed", 1)

    def test_silent_program_counts_as_one(self):
        self.assert_counted([case("run"), case("fail")], "1 passed, 1 failed", 1)

    def test_crash_behind_a_good_sum_is_a_failure(self):
        self.assert_counted([case("fail", "[  PASSED  ] 7 test(s).\n")], "7 passed, 1 failed", 1)

    def test_program_that_is_not_there_is_a_failure(self):
        self.assert_counted([case("notrun", skipped="Unable to find executable")], "0 passed, 1 failed", 1)

    def test_skipped_program_is_neither(self):
        self.assert_counted([case("notrun", skipped="SKIP_RETURN_CODE=77"), case("disabled"), case("run")],
                            "1 passed, 0 failed", 0)

    def test_second_try_replaces_the_first_of_its_program_alone(self):
        first = self.report("junit.xml", a=case("fail"), b=case("fail"), c=case("run"))
        again = self.report("again.xml", b=case("run", "Ran 4 tests in 1s\n\nOK\n"))
        self.assertEqual(count(first, again).stdout, "5 passed, 1 failed\n")
        self.assertEqual(count(first, first).stdout, "1 passed, 2 failed\n")

    def test_programs_of_two_builds_do_not_replace_each_other(self):
        (self.folder / "clang").mkdir()
        files = self.report("junit.xml", a=case("fail")), self.report("clang/junit.xml", a=case("run"))
        self.assertEqual(count(*files).stdout, "1 passed, 1 failed\n")

    def test_programs_that_failed_are_named(self):
        file = self.report("junit.xml", a=case("fail"), b=case("run"), c=case("notrun", skipped="Unable to find it"))
        self.assertEqual(count("--failed", file).stdout, "a\nc\n")


if __name__ == "__main__":
    unittest.main()
