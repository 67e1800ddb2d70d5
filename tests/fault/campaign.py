#!/usr/bin/env python3
"""Lets Level Zero calls of a program fail, one a run, and judges how it takes it.

A place is a call site of clze with the calls that led to it within clze. From each place that the program reaches the
first call fails, once with each result that the specification allows the function. No crash, no hang, no misuse of the
driver, no leak and no file descriptor beyond what the run without a fault leaves; the program ends well, or with an
OpenCL error that says what the driver said.

With --suite the program is one of GoogleTest: each test tells which places it reaches, and each place fails in the
quickest test that reaches it. Its checks may fail then, but the program may not.

With --all BUILD instead of a program: every program of ctest's label fault with every result, tests/api, tests/va, and
FFmpeg on shared surfaces.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import time

TIMEOUT = 240  # seconds; a run takes a fraction of one, but for a few tests
TRYING = 20  # seconds
EVERY = ["OUT_OF_HOST_MEMORY", "OUT_OF_DEVICE_MEMORY", "DEVICE_LOST"]  # any function may answer these


def results(function):
    """What the specification lets a function answer that is no mistake of its caller."""
    if function.startswith("zeMemAlloc"):
        return EVERY + ["UNSUPPORTED_SIZE"]
    if function in ("zeImageCreate", "zeImageViewCreateExp", "zeImageViewCreateExt"):
        return EVERY + ["UNSUPPORTED_IMAGE_FORMAT"]
    if function == "zeModuleCreate":
        return EVERY + ["MODULE_BUILD_FAILURE"]
    if function == "zeModuleDynamicLink":
        return EVERY + ["MODULE_LINK_FAILURE"]
    if re.search("Destroy$", function):
        return EVERY + ["HANDLE_OBJECT_IN_USE"]
    if function == "zeInit":
        return EVERY + ["UNINITIALIZED"]
    return EVERY


# The error that a program is told of, by what the driver said. Without a device there is no platform.
TOLD = {
    "OUT_OF_HOST_MEMORY": {-6},
    "OUT_OF_DEVICE_MEMORY": {-4, -5},
    "DEVICE_LOST": {-5, -2, -14},
    "UNSUPPORTED_SIZE": {-4, -61},
    "UNSUPPORTED_IMAGE_FORMAT": {-10, -39},
    "MODULE_BUILD_FAILURE": {-11},
    "MODULE_LINK_FAILURE": {-11, -17},
    "HANDLE_OBJECT_IN_USE": set(),
    "UNINITIALIZED": {-1001},
}


def run(program, fault, folder=None):
    environment = dict(os.environ, SOFTGPU_FAULT=fault, SOFTGPU_STRICT="1")
    try:
        done = subprocess.run(program, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=TIMEOUT, cwd=folder)
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stderr


def leaks(errors):
    found = {}
    for count, what in re.findall(r"^softgpu: leak: (\d+) (.*)$", errors, re.M):
        kind = re.sub(r" of \d+ bytes", "", what)
        found[kind] = found.get(kind, 0) + int(count)
    return found


def open_files(errors):
    found = re.findall(r"^program: (\d+) file descriptors are open$", errors, re.M)
    return int(found[-1]) if found else 0


class Place:
    """Where in clze a function is called; what the program itself calls is not clze's to answer for."""

    def __init__(self, name, library, offsets):
        self.name, self.function = name, name.split("@")[0]
        # The innermost first, with those that the compiler put into others.
        told = subprocess.run(["addr2line", "-Cfise", library, *offsets.split(",")], capture_output=True, text=True,
                              check=True).stdout.splitlines()
        functions = [re.sub(r"\(.*|clze::|\(anonymous namespace\)::", "", line) for line in told[::2]]
        frames = [f"{function} {line.split(' ')[0]}" for function, line in zip(functions, told[1::2])
                  if not re.search("^std::|^void std::|^operator|^run<|Trampoline", function)]
        self.frames = " < ".join(frames[:8])
        # Questions for what a device can do besides: a failure leaves it without.
        self.probe = any("probeCaps" in frame for frame in frames)
        # Where clze has another way, tries again, or nobody asks: what is released, what threads of its own do.
        self.quiet = bool(re.search("Destroy$|Reset$|QueryStatus$|HostSynchronize$|^zeMemFree|^zeDevice|BuildLogGetString$"
                                    "|KernelGetProperties$|SuggestGroupSize$", self.function)) or any(
            re.search("probeCaps|tryFormats|beginDrain|releaseCommandQueue|::~|Dispatcher::run", frame) for frame in frames)


def places(errors):
    found = re.findall(r"^softgpu: place: (\S+) \d+ (\S+) (\S*)$", errors, re.M)
    return {name: (library, offsets) for name, library, offsets in found if "/libclze." in library}


def releases(function):
    return function.endswith("Destroy") or function.startswith("zeMemFree")


def misuses(errors, stays):
    found = [line for line in errors.splitlines() if line.startswith("softgpu: misuse:")]
    # What the driver refused to destroy stays, and so does what it was made from.
    return [line for line in found if "made from it" not in line] if stays else found


def judge(code, errors, place, result, files):
    function = place.function
    stays = releases(function) or result == "DEVICE_LOST"
    if code is None:
        return "hangs"
    if code == 4:
        return None if stays else "keeps the context for ever"
    if code < 0 or code > 4:
        return f"ends with {code}"
    if code == 3:
        return "computes a wrong result"
    if code == 1:
        return f"did not run: {errors}"
    if found := misuses(errors, stays):
        return found[0]
    if code == 0 and "softgpu: fault: " in errors and not place.quiet:
        return "is not told to the program"
    told = re.findall(r"^program: .*: error (-?\d+)$", errors, re.M)
    wanted = TOLD[result] | ({-1001} if re.match("ze(Init|Driver|Device)", function) else set())
    if code == 2 and told and int(told[0]) not in wanted and not place.probe:
        return f"is told as {told[0]}"
    if stays:
        return None
    if leaks(errors):
        return f"leaks {leaks(errors)}"
    if open_files(errors) > files:
        return f"leaves {open_files(errors) - files} file descriptors open"
    return None


def judge_test(code, errors, place, result, program):
    """Tests and FFmpeg may leak when they stop at what they did not expect, and may hold what they leak for misuse."""
    if code is None:
        return "hangs"
    # FFmpeg 5.1 waits for the event of a release that failed, which it never set.
    if program == "ffmpeg" and code in (-11, 139) and "Failed to release surface handles" in errors:
        return None
    if code < 0 or code > 128 or (program == "suite" and code not in (0, 1)):
        return f"ends with {code}"
    stays = releases(place.function) or result == "DEVICE_LOST" or code != 0
    found = misuses(errors, stays)
    return found[0] if found else None


def fail_at(program, place, result):
    """Which places are reached may depend on time, on whether a command has ended: a few tries, of a long test fewer."""
    start = time.monotonic()
    for attempt in range(5):
        if attempt > 0 and time.monotonic() - start > TRYING:
            break
        code, errors = run(program, f"{place.name}:1={result}")
        if code is None or "softgpu: fault: " in errors:
            return code, errors, True
    return code, errors, False


class Report:
    """What was bad, and which errors the program did not hear of."""

    def __init__(self, verbose):
        self.runs = self.bad = self.unreached = 0
        self.unheard = {}
        self.verbose = verbose

    def add(self, place, result, outcome, where=""):
        code, found, reached = outcome
        self.runs += 1
        self.unreached += not reached
        if found:
            self.bad += 1
            print(f"{place.name}={result}{where}: {found}  [{place.frames}]", flush=True)
        elif reached and code == 0:
            self.unheard.setdefault(f"{place.name} [{place.frames}]", []).append(result)

    def end(self, count):
        if self.verbose:
            for place, names in sorted(self.unheard.items()):
                print(f"unheard: {place} {' '.join(names)}")
        unheard = sum(map(len, self.unheard.values()))
        print(f"{self.runs} faults at {count} places, {self.bad} bad; {unheard} unheard, {self.unreached} not reached",
              flush=True)
        return self.bad


def wanted(options, place):
    if options.function and place.function != options.function:
        return []
    # How a call fails matters little; that the device is lost does.
    return results(place.function) if options.results == "all" else ["OUT_OF_HOST_MEMORY", "DEVICE_LOST"]


def campaign(options, program):
    """Prints what is bad; how many runs were."""
    code, errors = run(program, "places")
    if code != 0:
        sys.exit(f"without a fault the program ends with {code}:\n{errors}")
    if leaks(errors):
        sys.exit(f"without a fault the program leaks {leaks(errors)}")
    files = open_files(errors)
    if files == 0:
        sys.exit("the program does not tell its open files")
    found = [Place(name, *where) for name, where in places(errors).items()]
    if len(found) < 20:
        sys.exit(f"clze calls from {len(found)} places: softgpu is not the driver")
    faults = [(place, result) for place in found for result in wanted(options, place)]
    report = Report(options.verbose)

    def one(fault):
        place, result = fault
        code, errors, reached = fail_at(program, place, result)
        return code, judge(code, errors, place, result, files), reached

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (place, result), outcome in zip(faults, pool.map(one, faults)):
            report.add(place, result, outcome)
    return report.end(len(found))


def tests_of(program):
    listed = subprocess.run([*program, "--gtest_list_tests"], capture_output=True, text=True, check=True,
                            env=dict(os.environ, SOFTGPU_STRICT="0")).stdout
    names, suite = [], ""
    for line in listed.splitlines():
        name = line.split("#")[0].strip()
        if not line.startswith(" "):
            suite = name
        elif not name.startswith("DISABLED_") and not suite.startswith("DISABLED_"):
            names.append(suite + name)
    return names


def suite(options, program):
    os.environ["CLZE_TEST_FRAMES"] = "20"
    tests = tests_of(program)

    def reached(test):
        start = time.monotonic()
        code, errors = run([*program, f"--gtest_filter={test}"], "places")
        return code, errors, time.monotonic() - start

    quickest, found = {}, {}  # the test of a place with its time, and the place
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for test, (code, errors, seconds) in zip(tests, pool.map(reached, tests)):
            if code != 0:
                print(f"{test}: without a fault it ends with {code}", flush=True)
                continue
            for name, where in places(errors).items():
                if name not in found:
                    found[name] = Place(name, *where)
                if name not in quickest or seconds < quickest[name][1]:
                    quickest[name] = (test, seconds)
    faults = [(place, result) for place in found.values() for result in wanted(options, place)]
    print(f"{len(tests)} tests reach {len(found)} places: {len(faults)} runs", flush=True)
    report = Report(options.verbose)

    def one(fault):
        place, result = fault
        code, errors, reached = fail_at([*program, f"--gtest_filter={quickest[place.name][0]}"], place, result)
        return code, judge_test(code, errors, place, result, "suite"), reached

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (place, result), outcome in zip(faults, pool.map(one, faults)):
            report.add(place, result, outcome, f" in {quickest[place.name][0]}")
    return report.end(len(found))


DEVICES = ["-init_hw_device", "vaapi=va:/dev/dri/renderD128,driver=iHD", "-init_hw_device", "opencl=ocl@va",
           "-filter_hw_device", "ocl"]
BACK = "hwmap=derive_device=vaapi:mode=write:reverse=1,format=vaapi,hwdownload,format=nv12"


def ffmpeg(options, clze_run):
    """Decoded surfaces to OpenCL, a filter, and back."""
    with tempfile.TemporaryDirectory() as folder:
        clip = os.path.join(folder, "clip.webm")
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25", "-frames:v", "4",
                        "-pix_fmt", "yuv420p", "-c:v", "libvpx-vp9", "-cpu-used", "8", clip], check=True)
        program = [clze_run, "--software", "ffmpeg", "-v", "error", *DEVICES, "-hwaccel", "vaapi", "-hwaccel_output_format",
                   "vaapi", "-i", clip, "-vf", f"hwmap=derive_device=opencl:mode=read,unsharp_opencl,{BACK}", "-f", "null", "-"]
        code, errors = run(program, "places")
        if code != 0:
            sys.exit(f"without a fault FFmpeg ends with {code}:\n{errors}")
        found = [Place(name, *where) for name, where in places(errors).items()]
        faults = [(place, result) for place in found for result in wanted(options, place)]
        report = Report(options.verbose)

        def one(fault):
            place, result = fault
            code, errors, reached = fail_at(program, place, result)
            return code, judge_test(code, errors, place, result, "ffmpeg"), reached

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for (place, result), outcome in zip(faults, pool.map(one, faults)):
                report.add(place, result, outcome)
        return report.end(len(found))


def everything(options):
    build = os.path.abspath(options.all)
    tests, clze_run = os.path.join(build, "tests"), os.path.join(build, "bin/clze-run")
    plain = {"OCL_ICD_VENDORS": os.path.join(build, "etc/OpenCL/vendors"),
             "ZE_ENABLE_ALT_DRIVERS": os.path.join(build, "lib/clze/libze_softgpu.so"),
             "CLZE_TEST_LIBRARY": os.path.join(build, "lib/clze/libclze.so")}
    bad = subprocess.call(["ctest", "--test-dir", build, "-L", "^fault$", "--verbose", "-j", str(options.jobs)],
                          env=dict(os.environ, FAULT_RESULTS="all")) != 0
    shared = [clze_run, "--software", os.path.join(tests, "va_tests")]
    for name, work, program, environment in (
            ("FFmpeg", ffmpeg, clze_run, {}),
            ("va", suite, shared, {}),
            ("va, native", suite, shared, {"SOFTGPU_POSE": "dg2", "CLZE_VA_IMPORT": "native"}),
            ("va, shadow", suite, shared, {"SOFTGPU_POSE": "tgl", "CLZE_VA_IMPORT": "shadow"}),
            ("api", suite, [os.path.join(tests, "api_tests")], plain),
            ("api, immediate", suite, [os.path.join(tests, "api_tests")], dict(plain, CLZE_QUEUE="immediate"))):
        print(f"--- {name}", flush=True)
        before = dict(os.environ)
        os.environ.update(environment)
        options.results = "all"
        bad = work(options, program) != 0 or bad
        os.environ.clear()
        os.environ.update(before)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", choices=["two", "all"], default=os.environ.get("FAULT_RESULTS", "two"),
                        help="which results a place fails with: short of memory and lost, or all")
    parser.add_argument("--function", help="only this one")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    parser.add_argument("--verbose", action="store_true", help="tells which errors the program did not hear of")
    parser.add_argument("--suite", action="store_true", help="a program of GoogleTest")
    parser.add_argument("--ffmpeg", metavar="CLZE_RUN", help="FFmpeg on shared surfaces")
    parser.add_argument("--all", metavar="BUILD", help="a build of the tree")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.all:
        sys.exit(1 if everything(options) else 0)
    if options.ffmpeg:
        sys.exit(1 if ffmpeg(options, options.ffmpeg) else 0)
    if not options.program:
        parser.error("a program, or --all")
    sys.exit(1 if (suite if options.suite else campaign)(options, options.program) else 0)


if __name__ == "__main__":
    main()
