# SPDX-License-Identifier: Apache-2.0
"""branch-coverage finds what did not go both ways, in a program of three branches and with coverage made by hand."""
import pathlib
import re
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "branch-coverage"
FLASH, PAGE = 0x08000000, 256
PROGRAM = """int end(int, int);
static inline __attribute__((always_inline)) int inner(int a)
{
    if (a == 17)
        return end(1, a);
    return 2;
}
int outer(int a)
{
    if (a < 5)
        return end(3, a);
    return inner(a);
}
int other(int a)
{
    if (a > 9)
        return end(4, a);
    return 5;
}
"""
INNER, OUTER, OTHER = "if (a == 17)", "if (a < 5)", "if (a > 9)"


class BranchCoverage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.source, self.elf = self.folder / "part.c", self.folder / "part.elf"
        self.source.write_text(PROGRAM, encoding="ascii")
        self.tool("gcc", "-mcpu=cortex-m0", "-mthumb", "-O1", "-g", "-c", self.source, "-o", self.folder / "part.o")
        self.tool("ld", "-Ttext=0x08000100", "--defsym=end=1", "-e", "outer", self.folder / "part.o", "-o", self.elf)
        self.tool("objcopy", "-O", "binary", "-j", ".text", self.elf, self.folder / "part.bin")
        self.code = (self.folder / "part.bin").read_bytes().ljust(PAGE, b"\0")
        self.branches = self.find_branches()

    @staticmethod
    def tool(name, *words):
        return subprocess.run(["arm-none-eabi-" + name, *map(str, words)], check=True, capture_output=True,
                              text=True).stdout

    def find_branches(self):
        """{source line: half word in the page}, apart from the script's own way."""
        found = {}
        for line in self.tool("objdump", "-d", self.elf).splitlines():
            branch = re.match(r"\s*([0-9a-f]+):\s+(d[0-9a-d][0-9a-f]{2})\s", line)
            if branch:
                place = self.tool("addr2line", "-e", self.elf, branch.group(1)).split(":")[1]
                text = PROGRAM.splitlines()[int(place.split()[0]) - 1].strip()
                found[text] = (int(branch.group(1), 16) - FLASH) % PAGE // 2
        self.assertEqual(set(found), {INNER, OUTER, OTHER})
        return found

    def coverage(self, name, taken=(), passed=(), code=None):
        maps = [sum(1 << self.branches[line] for line in lines).to_bytes(PAGE // 16, "little").hex()
                for lines in (taken, passed)]
        path = self.folder / name
        path.write_text("nbota coverage 1\n00000100 " + " ".join([(code or self.code).hex(), *maps]) + "\n", encoding="ascii")
        return path

    def run_script(self, *words):
        done = subprocess.run([SCRIPT, "--source", str(self.folder), *map(str, words)], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def exceptions(self, text):
        path = self.folder / "exceptions"
        path.write_text(text, encoding="ascii")
        return path

    def test_branches_that_went_both_ways_are_good(self):
        every = (INNER, OUTER, OTHER)
        status, text = self.run_script(self.elf, self.coverage("a", every, every))
        self.assertEqual(status, 0, text)
        self.assertIn("3 / 3", text)

    def test_a_branch_that_went_one_way_is_listed(self):
        status, text = self.run_script(self.elf, self.coverage("a", (INNER, OUTER, OTHER), (INNER, OTHER)))
        self.assertEqual(status, 1)
        self.assertIn("part.c:10: ", text)
        self.assertIn("in outer was never passed: " + OUTER, text)
        self.assertIn("1 branches did not", text)

    def test_an_inlined_branch_belongs_to_the_function_that_it_was_written_in(self):
        _, text = self.run_script(self.elf, self.coverage("a", (OUTER, OTHER), (OUTER, OTHER)))
        self.assertIn("in inner was never taken nor passed: " + INNER, text)
        self.assertRegex(text, r"1 / 1 +\S+ outer")

    def test_runs_add_up(self):
        every = (INNER, OUTER, OTHER)
        merged = self.folder / "merged"
        status, _ = self.run_script("--merge", merged, self.elf, self.coverage("a", every), self.coverage("b", (), every))
        self.assertEqual(status, 0)
        self.assertEqual(self.run_script(self.elf, merged)[0], 0)

    def test_other_code_at_the_same_place_does_not_count(self):
        every = (INNER, OUTER, OTHER)
        other = bytes([self.code[0] ^ 1]) + self.code[1:]
        status, text = self.run_script(self.elf, self.coverage("a", every, every, code=other))
        self.assertEqual(status, 1)
        self.assertIn("0 / 3", text)

    def test_an_exception_excuses_a_branch(self):
        file = self.exceptions(f"# why\npart* | {self.source}:outer | {OUTER} | 1 | nobody gives less\n")
        coverage = self.coverage("a", (INNER, OUTER, OTHER), (INNER, OTHER))
        status, text = self.run_script("--exceptions", file, self.elf, coverage)
        self.assertEqual(status, 0, text)
        self.assertIn("1 exceptions", text)

    def test_an_exception_that_is_not_needed_is_told(self):
        every = (INNER, OUTER, OTHER)
        file = self.exceptions(f"* | {self.source}:outer | {OUTER} | 1 | nobody gives less\n")
        status, text = self.run_script("--exceptions", file, self.elf, self.coverage("a", every, every))
        self.assertEqual(status, 1)
        self.assertIn("excuses more than is missing: ", text)

    def test_an_exception_excuses_as_many_branches_as_it_says_in_the_programs_it_names(self):
        coverage = self.coverage("a", (INNER, OUTER, OTHER), (INNER, OTHER))
        for program, count in (("part*", 2), ("other*", 1)):
            file = self.exceptions(f"{program} | {self.source}:outer | {OUTER} | {count} | nobody gives less\n")
            status, text = self.run_script("--exceptions", file, self.elf, coverage)
            self.assertEqual(status, 1)
            self.assertIn("excuses more than is missing: ", text)

    def test_the_same_objects_elsewhere_are_the_same_program(self):
        moved = self.folder / "moved.elf"
        self.tool("ld", "-Ttext=0x08000200", "--defsym=end=1", "-e", "outer", self.folder / "part.o", "-o", moved)
        every = (INNER, OUTER, OTHER)
        status, text = self.run_script(self.elf, moved, self.coverage("a", every, every))
        self.assertEqual(status, 0, text)
        self.assertIn("part.elf moved.elf\n", text)

    def test_an_exception_without_a_reason_is_refused(self):
        file = self.exceptions(f"* | {self.source}:outer | {OUTER} | 1 |\n")
        status, text = self.run_script("--exceptions", file, self.elf, self.coverage("a"))
        self.assertNotEqual(status, 0)
        self.assertIn("REASON", text)

    def test_another_file_is_refused(self):
        path = self.folder / "wrong"
        path.write_text("something\n", encoding="ascii")
        status, text = self.run_script(self.elf, path)
        self.assertNotEqual(status, 0)
        self.assertIn("no coverage file", text)

    def test_a_program_without_such_sources_is_refused(self):
        done = subprocess.run([SCRIPT, self.elf, self.coverage("a")], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("has no branch of", done.stderr)


if __name__ == "__main__":
    unittest.main()
