#!/usr/bin/env python3
"""Runs a program once for each Level Zero call it makes, with that call failing, and judges how it takes it.

No crash, no hang, no misuse of the driver, no leak beyond what the run without a fault leaves; the program ends
well or with an OpenCL error. Sites of a function called often are thinned out: first, last and some between.
"""
import argparse
import os
import re
import subprocess
import sys

RESULTS = ("OUT_OF_HOST_MEMORY", "OUT_OF_DEVICE_MEMORY", "DEVICE_LOST")
TIMEOUT = 60  # seconds; a run takes a fraction of one


def run(program, fault, strict=True):
    environment = dict(os.environ, SOFTGPU_FAULT=fault)
    if strict:
        environment["SOFTGPU_STRICT"] = "1"
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
    if count <= most:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def judge(code, errors, function, result, usual):
    if code is None:
        return "hangs"
    if code == 4 and (releases(function) or result == "DEVICE_LOST"):
        return None
    if code == 4:
        return "keeps the context for ever"
    if code < 0 or code > 3:
        return f"ends with {code}"
    if code == 3:
        return "computes a wrong result"
    misuses = [line for line in errors.splitlines() if line.startswith("softgpu: misuse:")]
    if misuses:
        return misuses[0]
    # What could not be destroyed stays.
    if releases(function) or result == "DEVICE_LOST":
        return None
    more = {kind: count for kind, count in leaks(errors).items() if count > usual.get(kind, 0)}
    return f"leaks {more}" if more else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sites", type=int, default=4, help="most sites of one function")
    parser.add_argument("--function", help="only this one")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    code, errors = run(options.program, "count")
    if code != 0:
        sys.exit(f"without a fault the program ends with {code}:\n{errors}")
    usual = leaks(errors)
    counts = {name: int(n) for name, n in re.findall(r"^softgpu: calls: (\w+) (\d+)$", errors, re.M)}
    if len(counts) < 20:
        sys.exit(f"only {len(counts)} functions are called: softgpu is not the driver")
    runs, bad = 0, 0
    for function, count in counts.items():
        if options.function and function != options.function:
            continue
        for site in sites(count, options.sites):
            for result in RESULTS if site == 1 else RESULTS[:1]:
                fault = f"{function}:{site}={result}"
                verdict = judge(*run(options.program, fault), function, result, usual)
                runs += 1
                if verdict:
                    bad += 1
                    print(f"{fault}: {verdict}", flush=True)
    print(f"{runs} runs over {len(counts)} functions, {bad} bad")
    sys.exit(1 if bad else 0)


main()
