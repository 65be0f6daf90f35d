# SPDX-License-Identifier: Apache-2.0
"""scripts/check-stack and scripts/check-binaries find what they are for."""
import importlib.machinery
import importlib.util
import pathlib
import struct
import sys
import tempfile
import unittest
import zlib

SCRIPTS = pathlib.Path(__file__).resolve().parents[3] / "scripts"
sys.path.insert(0, str(SCRIPTS))


def load(name):
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(SCRIPTS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


stack = load("check-stack")
binaries = load("check-binaries")


def node(title, size, kind="static"):
    return f'node: {{ title: "{title}" label: "{title}\\nx.c:1:1\\n{size} bytes ({kind})\\n0 dynamic objects" }}\n'


def edge(source, target):
    return f'edge: {{ sourcename: "{source}" targetname: "{target}" label: "x.c:2:2" }}\n'


def graph(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.c.obj"
        path.with_suffix(".ci").write_text(text)
        return stack.read_graph([path])


class Stack(unittest.TestCase):
    def test_the_deepest_path_counts_not_the_longest(self):
        frames, calls, _ = graph(node("a", 8) + node("b", 100) + node("c", 16) + node("d", 16)
                                 + edge("a", "b") + edge("a", "c") + edge("c", "d"))
        self.assertEqual(stack.Depth(frames, calls).of("a"), (108, ("a", "b")))

    def test_recursion_is_found(self):
        frames, calls, _ = graph(node("a", 8) + node("b", 8) + edge("a", "b") + edge("b", "a"))
        depth = stack.Depth(frames, calls)
        depth.of("a")
        self.assertEqual(depth.failures, ["recursion: a > b > a"])

    def test_a_frame_of_unknown_size_is_found(self):
        frames, calls, _ = graph(node("a", 8) + edge("a", "elsewhere"))
        depth = stack.Depth(frames, calls)
        depth.of("a")
        self.assertEqual(depth.failures, ["elsewhere: no frame size known"])

    def test_a_frame_that_grows_at_run_time_is_found(self):
        self.assertEqual(graph(node("a", 8, "dynamic"))[2], ["a: its frame has no fixed size"])

    def test_a_call_through_a_pointer_reaches_every_function_whose_address_is_taken(self):
        frames, calls, _ = graph(node("a", 8) + node("x.c:handler", 64) + edge("a", stack.POINTER))
        original, stack.pointed_at = stack.pointed_at, lambda path: ["handler"]
        try:
            calls[stack.POINTER] = stack.pointer_targets(["x"], frames)
        finally:
            stack.pointed_at = original
        self.assertEqual(stack.Depth(frames, calls).of("a")[0], 72)

    def test_what_the_bootloader_block_offers_is_bounded_without_what_it_calls_back(self):
        bound = stack.service_bound()
        for size, findings in ((bound - 8, 0), (bound, 1)):
            frames, calls, _ = graph(node(f"v.c:{stack.SERVICE}", size) + node("a", 8) + node("read", 500)
                                     + edge(f"v.c:{stack.SERVICE}", "a") + edge(f"v.c:{stack.SERVICE}", stack.POINTER))
            calls[stack.POINTER] = {"read"}
            self.assertEqual(len(stack.check_service(frames, calls)), findings)

    def test_an_application_that_calls_the_bootloader_has_its_bound_and_the_callers_functions_on_the_stack(self):
        frames, calls, _ = graph(node("a", 8) + node(stack.SERVICE_CALL, 16) + node("u.c:read", 64) + node("deep", 9999)
                                 + edge("a", stack.SERVICE_CALL) + edge(stack.SERVICE_CALL, stack.POINTER))
        pointed_at, stack.pointed_at = stack.pointed_at, lambda path: ["read"] if path == "u" else ["deep"]
        calls_service, stack.calls_service = stack.calls_service, lambda path: path == "u"
        try:
            stack.add_service(["t", "u"], frames, calls)
        finally:
            stack.pointed_at, stack.calls_service = pointed_at, calls_service
        self.assertEqual(stack.Depth(frames, calls).of("a")[0], 8 + 16 + stack.service_bound() + 64)

    def test_an_application_that_does_not_call_the_bootloader_by_its_name_is_found(self):
        frames, calls, _ = graph(node("reset_handler", 8) + node("a", 8) + node(stack.SERVICE_CALL, 16)
                                 + edge("reset_handler", "a"))
        stack.add_service([], frames, calls)
        self.assertFalse(stack.reaches_service(calls))
        calls["a"] = {stack.SERVICE_CALL}
        self.assertTrue(stack.reaches_service(calls))

    def test_an_object_out_of_a_compiler_cache_is_told_from_one_without_calls(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.c.obj"
            with self.assertRaisesRegex(SystemExit, "1 objects have no call graph, .*x.c.ci first: .*without a compiler cache"):
                stack.expect_graphs(folder, [path])
            path.with_suffix(".ci").write_text("")
            stack.expect_graphs(folder, [path])

    def test_a_division_costs_the_frame_of_libgcc(self):
        frames, calls, _ = graph(node("a", 8) + edge("a", "__aeabi_uidiv"))
        self.assertEqual(stack.Depth(frames, calls).of("a")[0], 8 + stack.LIBGCC_FRAME)


class Vectors(unittest.TestCase):
    SYMBOLS = {"layout_stack_top": 0x20001000, "layout_data_begin": 0x20001000}

    def findings(self, stack_pointer, entry, symbols=SYMBOLS):
        image = struct.pack("<II", stack_pointer, entry)
        return list(binaries.check_vectors(image, binaries.SLOT, symbols))

    def test_good_vectors_pass(self):
        self.assertEqual(self.findings(0x20001000, 0x08007901), [])

    def test_an_even_reset_vector_is_found(self):
        self.assertEqual(len(self.findings(0x20001000, 0x08007900)), 1)

    def test_a_reset_vector_in_the_bootloader_is_found(self):
        self.assertEqual(len(self.findings(0x20001000, 0x08000101)), 1)

    def test_a_stack_above_the_data_is_found(self):
        symbols = {"layout_stack_top": 0x20001000, "layout_data_begin": 0x20000000}
        self.assertEqual(len(self.findings(0x20001000, 0x08007901, symbols)), 1)


class RamCode(unittest.TestCase):
    def test_a_call_is_found(self):
        lines = ["20000800:\t230b      \tmovs\tr3, #11", "20000802:\tf000 f81d \tbl\t800c514 <memcpy>"]
        self.assertEqual(len(list(binaries.check_ram_code(lines))), 1)
        self.assertEqual(list(binaries.check_ram_code(lines[:1] + ["2000080a:\td1fd      \tblt.n\t20000806"])), [])


class InfoBlock(unittest.TestCase):
    @staticmethod
    def image(size):
        block = b"nbIN" + bytes(44) + struct.pack("<II", size, 0)
        return bytes(0xC0) + block + struct.pack("<I", zlib.crc32(block)) + bytes(100)

    def test_a_sealed_block_passes(self):
        size = len(self.image(0))
        self.assertEqual(list(binaries.check_info(self.image(size))), [])

    def test_a_wrong_size_is_found(self):
        self.assertEqual(len(list(binaries.check_info(self.image(1)))), 1)

    def test_a_changed_block_is_found(self):
        image = bytearray(self.image(len(self.image(0))))
        image[0xC8] ^= 1
        self.assertEqual(len(list(binaries.check_info(image))), 1)


class Hex(unittest.TestCase):
    BOOT, APP = bytes(range(200)) * 2, bytes(range(256)) * 8

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.elf = pathlib.Path(folder.name) / "s31-nb-v1.0.0.elf"
        self.elf.with_name("boot-bc660k.bin").write_bytes(self.BOOT)
        self.write(self.elf.with_suffix(".hex"), (binaries.SLOT.start, self.APP))

    def write(self, path, *parts):
        """One HEX file of several pieces, each at its address."""
        lines = []
        for address, content in parts:
            raw = path.with_suffix(".raw")
            raw.write_bytes(content)
            binaries.check_node.tool_lines("objcopy", "-I", "binary", "-O", "ihex", "--change-addresses", address,
                                           raw, path)
            lines += path.read_text().splitlines()[:-1]
        path.write_text("\n".join([*lines, ":00000001FF", ""]))

    def findings(self, *whole):
        self.write(self.elf.with_name("s31-nb-v1.0.0-whole.hex"), *whole)
        return list(binaries.check_hex(self.elf, self.APP, False))

    def test_bootloader_and_application_in_their_places_are_good(self):
        self.assertEqual(self.findings((binaries.BOOT.start, self.BOOT), (binaries.SLOT.start, self.APP)), [])

    def test_a_bootloader_that_is_not_the_built_one_is_found(self):
        self.assertEqual(len(self.findings((binaries.BOOT.start, self.APP), (binaries.SLOT.start, self.APP))), 1)

    def test_an_application_in_the_wrong_place_is_found(self):
        self.assertEqual(len(self.findings((binaries.BOOT.start, self.BOOT), (binaries.SLOT.start + 128, self.APP))), 1)

    def test_a_hex_file_with_other_bytes_is_found(self):
        self.write(self.elf.with_suffix(".hex"), (binaries.SLOT.start, self.APP[:-1]))
        self.assertEqual(len(self.findings((binaries.BOOT.start, self.BOOT), (binaries.SLOT.start, self.APP))), 1)


if __name__ == "__main__":
    unittest.main()
