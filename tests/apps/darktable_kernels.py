#!/usr/bin/env python3
"""Every OpenCL kernel of darktable on clze, compared with the same kernel on PoCL.

The kernels are read from where Debian's package puts them. Arguments are made from the declarations: images of one size, buffers of
pseudo-random values, scalars by their names. They are plausible, not what darktable would give; both devices get the same.
"""
import argparse
import array
import ctypes
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

KERNELS = "/usr/share/darktable/kernels"
# What darktable 4.2 gives a device of Intel's.
OPTIONS = "-w -cl-fast-relaxed-math -DINTEL=1"
WIDTH, HEIGHT = 64, 48
# Tables (65536 entries of 16 bytes at most) and planes fit.
BUFFER_BYTES = 1 << 20
LOCAL_BYTES = 8192
LOCAL_SIZE = (8, 8, 1)
# Of values that are not equal to the last digits; both devices were asked for fast and relaxed mathematics.
TOLERANCE = 2e-3
WITHIN = 0.99

# Scalars: the first pattern that the name fits.
INTEGERS = [
    (r"xtrans", 0), (r"filters", 0x94949494), (r".*wi?d?th|w|wd|pw|wd2|r_wd|rin_wd|stride", WIDTH), (r".*height|h|ht|ph|ht2|r_ht|rin_ht", HEIGHT),
    (r"size[xyz]?", 8), (r"length", WIDTH), (r"level", 4), (r"blocksize", 8), (r"mult|scale|sc|rad|radius|P|d", 1), (r"border", 6),
    (r"roi_(in|out)_[xy]|r(in)?_[xyi]+|rx|ry|cx|cy|left|top|[xy]offs", 0), (r"offset[123]|offs", 0), (r"size[123]", 8),
]
FLOATS = [(r".*scale.*", 1.0), (r"size", 8.0), (r".*gamma.*|.*power|p|norm.*", 1.0), (r"sigma.*", 3.0)]
SIGNATURE = re.compile(r"\b(?:__)?kernel\s+(?:__attribute__\s*\(\(.*?\)\)\s*)?void\s+(?:__attribute__\s*\(\(.*?\)\)\s*)?(\w+)\s*\((.*?)\)\s*\{",
                       re.S)
SIZES = {"char": 1, "uchar": 1, "short": 2, "ushort": 2, "int": 4, "uint": 4, "float": 4, "long": 8}


def without_comments(text):
    return re.sub(r"//.*", "", re.sub(r"/\*.*?\*/", "", text, flags=re.S))


def body_from(text, opening):
    depth = 0
    for at in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[opening:at]
    raise ValueError("a kernel without an end")


def split_arguments(text):
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [" ".join(part.split()) for part in parts]


def declared(argument, body):
    """What to give for one declaration."""
    name = re.search(r"(\w+)\)?(\[\w+\])*$", argument).group(1)
    if "image2d_t" in argument:
        whole = re.search(rf"(read|write)_imageu?i\(\s*{name}\b", body)
        return {"kind": "image", "name": name, "whole": bool(whole)}
    if re.match(r"(__)?local\b", argument):
        return {"kind": "local", "name": name}
    if "*" in argument:
        kind = re.sub(r"\b(global|constant|const|restrict|volatile|__\w+)\b|\*.*|\(.*", "", argument).strip()
        return {"kind": "buffer", "name": name, "of": "xtrans" if name == "xtrans" else kind.replace("unsigned ", "u")}
    kind = re.sub(rf"\bconst\b|\b{name}$", "", argument).strip().replace("unsigned ", "u")
    base, count = re.match(r"(\w*?)([234]?)$", kind).groups()
    if kind.startswith("dt_"):
        base, count = "int", ""
    count = int(count or 1)
    table, default = (FLOATS, 0.5) if base == "float" else (INTEGERS, 1)
    value = next((value for pattern, value in table if re.fullmatch(pattern, name)), default)
    if base == "int" and value == 0x94949494:
        value = 0
    values = [value] * count
    if name in ("roi_in", "roi_out", "map_size") and base == "int":
        values = [WIDTH, HEIGHT]
    return {"kind": "scalar", "name": name, "of": base, "values": values, "lanes": 4 if count == 3 else count}


def kernels_of(path):
    with open(path, encoding="utf-8") as file:
        text = without_comments(file.read())
    found = []
    for match in SIGNATURE.finditer(text):
        body = body_from(text, match.end() - 1)
        arguments = [declared(argument, body) for argument in split_arguments(match.group(2))]
        dimensions = max([int(index) + 1 for index in re.findall(r"get_(?:global|local|group)_id\((\d)\)", body)] or [1])
        grouped = any(argument["kind"] == "local" for argument in arguments) or "get_local_id" in body
        found.append({"name": match.group(1), "arguments": arguments, "dimensions": dimensions, "grouped": grouped})
    return found


# Colours of the sensor, 6 by 6: each is in every block of 3 by 3, by whose count kernels divide.
XTRANS = "GBGGRG" "RGRBGB" "GBGGRG" "GRGGBG" "BGBRGR" "GRGGBG"


def contents(kind, seed):
    """The bytes of a buffer."""
    source = random.Random(seed)
    if kind == "xtrans":
        return bytes("RGB".index(colour) for colour in XTRANS)
    if kind == "dt_iop_roi_t":
        return array.array("i", [0, 0, WIDTH, HEIGHT]).tobytes() + array.array("f", [1.0]).tobytes()
    if kind == "cairo_rectangle_int_t":
        return array.array("i", [0, 0, WIDTH, HEIGHT]).tobytes()
    if kind == "dt_liquify_kernel_descriptor_t":
        # Half the width of the kernel: 3 is the greatest that it has room for.
        return array.array("i", [3, 100]).tobytes() + bytes(256)
    if kind == "dt_colorspaces_iccprofile_info_cl_t":
        # Two matrices, the length of the table, two of coefficients, whether it is used, and a gray.
        numbers = [source.random() for _ in range(18)]
        coefficients = [source.random() for _ in range(18)]
        return (array.array("f", numbers).tobytes() + array.array("i", [WIDTH]).tobytes() + array.array("f", coefficients).tobytes() +
                array.array("i", [1]).tobytes() + array.array("f", [0.18]).tobytes())
    if kind in ("uchar", "char", "char2"):
        return bytes(source.choice((0, 1, 2)) for _ in range(4096)) * (BUFFER_BYTES // 4096)
    if kind in ("int", "uint"):
        return array.array("i", [source.randrange(3) for _ in range(4096)]).tobytes() * (BUFFER_BYTES // 16384)
    return array.array("f", [source.random() for _ in range(16384)]).tobytes() * (BUFFER_BYTES // 65536)


def pixels(whole, seed):
    source = random.Random(seed)
    count = WIDTH * HEIGHT * 4
    if whole:
        return array.array("H", [source.randrange(65536) for _ in range(count)]).tobytes()
    return array.array("f", [source.random() for _ in range(count)]).tobytes()


class OpenCL:
    """The few calls of the API that are needed, with every code looked at."""

    def __init__(self, platform_name):
        self.library = ctypes.CDLL("libOpenCL.so.1")
        for name in ("clCreateContext", "clCreateCommandQueue", "clCreateProgramWithSource", "clCreateKernel", "clCreateBuffer",
                     "clCreateImage"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.made = []
        platforms = (ctypes.c_void_p * 8)()
        count = ctypes.c_uint()
        self.call("clGetPlatformIDs", 8, platforms, ctypes.byref(count))
        for platform in platforms[:count.value]:
            text = ctypes.create_string_buffer(256)
            self.call("clGetPlatformInfo", ctypes.c_void_p(platform), 0x0902, ctypes.c_size_t(256), text, None)
            if platform_name in text.value.decode().lower():
                break
        else:
            raise SystemExit(f"no platform {platform_name}")
        self.device = ctypes.c_void_p()
        self.call("clGetDeviceIDs", ctypes.c_void_p(platform), ctypes.c_ulong(0xFFFFFFFF), 1, ctypes.byref(self.device), None)
        self.context = self.make("clCreateContext", "clReleaseContext", None, 1, ctypes.byref(self.device), None, None)
        self.queue = self.make("clCreateCommandQueue", "clReleaseCommandQueue", self.context, self.device, ctypes.c_ulong(0))

    def call(self, name, *arguments):
        code = getattr(self.library, name)(*arguments)
        if code != 0:
            raise RuntimeError(f"{name}: {code}")

    def make(self, name, release, *arguments):
        code = ctypes.c_int(1)
        made = getattr(self.library, name)(*arguments, ctypes.byref(code))
        if code.value != 0:
            raise RuntimeError(f"{name}: {code.value}")
        handle = ctypes.c_void_p(made)
        self.made.append((release, handle))
        return handle

    def release_down_to(self, count):
        while len(self.made) > count:
            self.call(self.made[-1][0], self.made.pop()[1])

    def build(self, path, folder):
        with open(path, "rb") as file:
            text = file.read()
        source, length = ctypes.c_char_p(text), ctypes.c_size_t(len(text))
        program = self.make("clCreateProgramWithSource", "clReleaseProgram", self.context, 1, ctypes.byref(source), ctypes.byref(length))
        options = f"{OPTIONS} -I{folder}"
        try:
            self.call("clBuildProgram", program, 1, ctypes.byref(self.device), options.encode(), None, None)
        except RuntimeError:
            log = ctypes.create_string_buffer(1 << 16)
            self.call("clGetProgramBuildInfo", program, self.device, 0x1183, ctypes.c_size_t(1 << 16), log, None)
            raise SystemExit(f"{path} does not build:\n{log.value.decode()}") from None
        return program

    def memory(self, argument, seed):
        if argument["kind"] == "buffer":
            data = contents(argument["of"], seed)
            return self.make("clCreateBuffer", "clReleaseMemObject", self.context, ctypes.c_ulong(1 | 32), ctypes.c_size_t(len(data)),
                             data), len(data)
        data = pixels(argument["whole"], seed)
        form = (ctypes.c_uint * 2)(0x10B5, 0x10DB if argument["whole"] else 0x10DE)
        described = (ctypes.c_size_t * 10)(0x10F1, WIDTH, HEIGHT)
        return self.make("clCreateImage", "clReleaseMemObject", self.context, ctypes.c_ulong(1 | 32), form, described, data), len(data)

    def run(self, program, kernel, output):
        """Writes what each object holds after the kernel."""
        handle = self.make("clCreateKernel", "clReleaseKernel", program, kernel["name"].encode())
        objects = []
        for index, argument in enumerate(kernel["arguments"]):
            if argument["kind"] == "local":
                self.call("clSetKernelArg", handle, index, ctypes.c_size_t(LOCAL_BYTES), None)
            elif argument["kind"] == "scalar":
                letter = {"float": "f", "char": "b", "uchar": "B", "int": "i", "uint": "I"}[argument["of"]]
                values = array.array(letter, argument["values"] + [0] * (argument["lanes"] - len(argument["values"])))
                self.call("clSetKernelArg", handle, index, ctypes.c_size_t(len(values.tobytes())), values.tobytes())
            else:
                memory, size = self.memory(argument, f"{kernel['name']} {index}")
                objects.append((index, argument, memory, size))
                self.call("clSetKernelArg", handle, index, ctypes.c_size_t(8), ctypes.byref(memory))
        every = (WIDTH, HEIGHT, 4)
        sizes = (ctypes.c_size_t * 3)(*[every[i] if i < kernel["dimensions"] else 1 for i in range(3)])
        group = (ctypes.c_size_t * 3)(*LOCAL_SIZE) if kernel["grouped"] else None
        self.call("clEnqueueNDRangeKernel", self.queue, handle, kernel["dimensions"], None, sizes, group, 0, None, None)
        self.call("clFinish", self.queue)
        for index, argument, memory, size in objects:
            data = ctypes.create_string_buffer(size)
            if argument["kind"] == "buffer":
                self.call("clEnqueueReadBuffer", self.queue, memory, 1, ctypes.c_size_t(0), ctypes.c_size_t(size), data, 0, None, None)
            else:
                self.call("clEnqueueReadImage", self.queue, memory, 1, (ctypes.c_size_t * 3)(), (ctypes.c_size_t * 3)(WIDTH, HEIGHT, 1),
                          ctypes.c_size_t(0), ctypes.c_size_t(0), data, 0, None, None)
            with open(f"{output}.{index}", "wb") as file:
                file.write(data.raw)


def child(options):
    """One device, one file of kernels: names of the kernels as they begin and end, so that a crash is known by what it interrupts."""
    device = OpenCL(options.child)
    program = device.build(os.path.join(options.kernels, options.file), options.kernels)
    for kernel in kernels_of(os.path.join(options.kernels, options.file)):
        if options.only and kernel["name"] not in options.only:
            continue
        print("begin", kernel["name"], flush=True)
        kept = len(device.made)
        try:
            device.run(program, kernel, os.path.join(options.output, kernel["name"]))
            print("end", kernel["name"], flush=True)
        except RuntimeError as error:
            # The device may be lost: those that follow get another process.
            print("error", kernel["name"], error, flush=True)
            return 1
        device.release_down_to(kept)
    device.release_down_to(0)
    sys.stdout.flush()
    return 0


def run_on(platform, options, file, output):
    """Kernel: None if it ran, else what went wrong."""
    results = {}
    left = [kernel["name"] for kernel in kernels_of(os.path.join(options.kernels, file))]
    if options.only:
        left = [name for name in left if name in options.only]
    environment = dict(os.environ, SOFTGPU_STRICT="fail")
    environment["OCL_ICD_VENDORS"] = {"clze": options.vendors, "portable": "/etc/OpenCL/vendors"}[platform]
    while left:
        command = [sys.executable, __file__, "--kernels", options.kernels, "--child", platform, "--output", output, "--only", ",".join(left),
                   file]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", timeout=600)
            stdout, stderr, code = done.stdout, done.stderr, done.returncode
        except subprocess.TimeoutExpired as expired:
            stdout, stderr, code = (expired.stdout or b"").decode(), "", "out of time"
        running = failed = None
        for line in stdout.splitlines():
            word, _, rest = line.partition(" ")
            if word == "begin":
                running = rest
            elif word == "end":
                results[rest] = None
                running = None
            elif word == "error":
                results[rest.split()[0]] = f"{rest}: {stderr[:600]}"
                running, failed = None, rest.split()[0]
        if running:
            results[running] = f"ended by {code}: {stderr[-600:]}"
        elif code != 0 and not failed:
            for name in left:
                if results.get(name) is None:
                    results[name] = f"ended by {code}: {stderr[-600:]}"
        if code == 0 or not (running or failed):
            break
        left = left[left.index(running or failed) + 1:]
    return results


def differing(got, wanted, letter):
    """Share of values that differ, and the first of them."""
    if got == wanted:
        return 0.0, ""
    ours, theirs = array.array(letter, got), array.array(letter, wanted)
    bad, first = 0, ""
    for at, (a, b) in enumerate(zip(ours, theirs)):
        if a == b or (a != a and b != b):
            continue
        limit = 1.0 if letter != "f" else TOLERANCE * max(1.0, abs(a), abs(b))
        if letter == "f" and (math.isinf(a) or math.isinf(b) or a != a or b != b) or abs(a - b) > limit:
            bad += 1
            first = first or f"at {at}: {a} instead of {b}"
    # Of the values that the kernel wrote: what is equal on both sides counts once it is part of an image.
    return bad / min(len(ours), WIDTH * HEIGHT), first


# These set the first component alone: their images have one channel in darktable.
ONE_CHANNEL = ("gauss_expand", "gauss_reduce", "laplacian_assemble")


def first_of_four(data):
    return array.array("f", data)[::4].tobytes()


def compare(kernel, ours, theirs):
    faults = []
    for index, argument in enumerate(kernel["arguments"]):
        if argument["kind"] not in ("image", "buffer"):
            continue
        with open(f"{ours}.{index}", "rb") as file:
            got = file.read()
        with open(f"{theirs}.{index}", "rb") as file:
            wanted = file.read()
        if argument["kind"] == "image":
            letter = "H" if argument["whole"] else "f"
            if kernel["name"] in ONE_CHANNEL:
                got, wanted = first_of_four(got), first_of_four(wanted)
        else:
            letter = {"uchar": "B", "xtrans": "B", "char": "b", "char2": "b", "int": "i", "uint": "i"}.get(argument["of"], "f")
        share, first = differing(got, wanted, letter)
        if share > 1 - WITHIN:
            faults.append(f"{argument['name']}: {100 * share:.2f} % differ, {first}")
    return "; ".join(faults)


def changed(kernel, output):
    """Whether the kernel wrote anything."""
    for index, argument in enumerate(kernel["arguments"]):
        if argument["kind"] not in ("image", "buffer"):
            continue
        seed = f"{kernel['name']} {index}"
        before = contents(argument["of"], seed) if argument["kind"] == "buffer" else pixels(argument["whole"], seed)
        with open(f"{output}.{index}", "rb") as file:
            if file.read() != before:
                return True
    return False


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kernels", default=KERNELS, help="folder of darktable's .cl files")
    arguments.add_argument("--vendors", help="folder of clze's .icd")
    arguments.add_argument("--json", help="writes each kernel's result there")
    arguments.add_argument("--child", choices=["clze", "portable"], help=argparse.SUPPRESS)
    arguments.add_argument("--output", help=argparse.SUPPRESS)
    arguments.add_argument("--only", type=lambda text: text.split(","), help="kernels, by commas")
    arguments.add_argument("file", help="one .cl of the folder")
    options = arguments.parse_args()
    if options.child:
        return child(options)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        folders = [os.path.join(folder, name) for name in ("ours", "theirs")]
        for path in folders:
            os.mkdir(path)
        ours = run_on("clze", options, options.file, folders[0])
        theirs = run_on("portable", options, options.file, folders[1])
        for kernel in kernels_of(os.path.join(options.kernels, options.file)):
            name = kernel["name"]
            if options.only and name not in options.only:
                continue
            outputs = [os.path.join(path, name) for path in folders]
            crashed = ["the device is lost" in str(result.get(name)) or str(result.get(name)).startswith("ended by -")
                       for result in (ours, theirs)]
            if all(crashed):
                results[name] = "not run to its end on either: it needs tables that darktable computes"
            elif ours.get(name, "was not run") is not None:
                results[name] = f"FAULT {ours.get(name, 'was not run')}"
            elif theirs.get(name, "was not run") is not None:
                results[name] = f"not compared: PoCL {theirs.get(name, 'did not run it')}"
            else:
                fault = compare(kernel, *outputs)
                results[name] = f"FAULT {fault}" if fault else "equal" if changed(kernel, outputs[0]) else "equal, nothing written"
    for name, result in results.items():
        print(f"{options.file} {name}: {result}")
    if options.json:
        with open(options.json, "w", encoding="ascii") as file:
            json.dump(results, file)
    return 1 if not results or any(result.startswith("FAULT") for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
