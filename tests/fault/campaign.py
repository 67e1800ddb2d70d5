#!/usr/bin/env python3
"""Runs a program once for each Level Zero call it makes, with that call failing, and judges how it takes it.

No crash, no hang, no misuse of the driver, no leak beyond what the run without a fault leaves; the program ends
well or with an OpenCL error. A function called often is thinned out: first, last and some between; most calls of most
functions are all tried. With --all BUILD instead of a program: every program of ctest's label fault, every call.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

RESULTS = ("OUT_OF_HOST_MEMORY", "OUT_OF_DEVICE_MEMORY", "DEVICE_LOST")
TIMEOUT = 120  # seconds; a run takes a fraction of one


def run(program, fault):
    environment = dict(os.environ, SOFTGPU_FAULT=fault, SOFTGPU_STRICT="1")
    try:
        done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stderr


def leaks(errors):
    found = {}
    for count, what in re.findall(r"^softgpu: leak: (\d+) (.*)$", errors, re.M):
        kind = re.sub(r" of \d+ bytes", "", what)
        found[kind] = found.get(kind, 0) + int(count)
    return found


def releases(function):
    return function.endswith("Destroy") or function.startswith("zeMemFree")


def sites(count, most):
    if most == 0 or count <= most:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def judge(code, errors, function, result, usual):
    # What the driver refused to destroy stays, and so does what it was made from.
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
    misuses = [line for line in errors.splitlines() if line.startswith("softgpu: misuse:")]
    if stays:
        misuses = [line for line in misuses if "made from it" not in line]
    if misuses:
        return misuses[0]
    if stays:
        return None
    more = {kind: count for kind, count in leaks(errors).items() if count > usual.get(kind, 0)}
    return f"leaks {more}" if more else None


def campaign(options, program):
    """Prints what is bad; how many runs were."""
    code, errors = run(program, "count")
    if code != 0:
        sys.exit(f"without a fault the program ends with {code}:\n{errors}")
    usual = leaks(errors)
    if usual:
        sys.exit(f"without a fault the program leaks {usual}")
    counts = {name: int(n) for name, n in re.findall(r"^softgpu: calls: (\S+) (\d+)$", errors, re.M)}
    if len(counts) < 20:
        sys.exit(f"only {len(counts)} functions are called: softgpu is not the driver")
    faults = []
    for function, count in counts.items():
        if options.function and function != options.function:
            continue
        for site in sites(count, options.sites):
            # How a call fails matters little; that the device is lost does.
            faults += [(function, site, result) for result in (RESULTS if site == 1 else RESULTS[:1])]

    def verdict(fault):
        function, site, result = fault
        return judge(*run(program, f"{function}:{site}={result}"), function, result, usual)

    bad = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (function, site, result), found in zip(faults, pool.map(verdict, faults)):
            if found:
                bad += 1
                print(f"{function}:{site}={result}: {found}", flush=True)
    print(f"{len(faults)} runs over {len(counts)} functions and {sum(counts.values())} calls, {bad} bad", flush=True)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=int(os.environ.get("FAULT_SITES", "8")),
                        help="most calls of one function; 0: all")
    parser.add_argument("--function", help="only this one")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    parser.add_argument("--all", metavar="BUILD", help="a build of the tree")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.all:
        sys.exit(subprocess.call(["ctest", "--test-dir", options.all, "-L", "^fault$", "--verbose", "-j",
                                  str(options.jobs)], env=dict(os.environ, FAULT_SITES="0")))
    if not options.program:
        parser.error("a program, or --all")
    sys.exit(1 if campaign(options, options.program) else 0)


main()
