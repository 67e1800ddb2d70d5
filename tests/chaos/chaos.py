#!/usr/bin/env python3
"""Runs a command under SOFTGPU_CHAOS and SOFTGPU_STRICT=fail, once a seed: what it forgets to order fails on some.

With --build DIR instead of a command: the whole of tests/api, tests/va and FFmpeg's pipeline, which takes long; ctest
has a part of it (label chaos).
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys

TIMEOUT = 900  # seconds


def run(command, environment):
    try:
        done = subprocess.run(command, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as expired:
        return None, expired.stdout or b""
    return done.returncode, done.stdout


def suites(build):
    """Every suite as its ctest starts it: name, command, environment."""
    tests = os.path.join(build, "tests")
    plain = {"OCL_ICD_VENDORS": os.path.join(build, "etc/OpenCL/vendors"),
             "ZE_ENABLE_ALT_DRIVERS": os.path.join(build, "lib/clze/libze_softgpu.so"),
             "CLZE_TEST_LIBRARY": os.path.join(build, "lib/clze/libclze.so")}
    clze_run = os.path.join(build, "bin/clze-run")
    pipeline = os.path.join(os.path.dirname(__file__), "../apps/ffmpeg_pipeline.py")
    cases = ["unsharp_640x480", "unsharp_322x242", "tonemap_640x480", "plain", "upload", "several"]
    yield "api", [os.path.join(tests, "api_tests")], plain
    yield "api, immediate", [os.path.join(tests, "api_tests")], dict(plain, CLZE_QUEUE="immediate")
    yield "va", [clze_run, "--software", os.path.join(tests, "va_tests")], {}
    for pose, way in (("dg2", "native"), ("tgl", "shadow")):
        yield (f"va, {way}", [clze_run, "--software", os.path.join(tests, "va_tests")],
               {"SOFTGPU_POSE": pose, "CLZE_VA_IMPORT": way})
    for case in cases:
        yield case, [sys.executable, pipeline, "--clze-run", clze_run, case], {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-20", help="first-last")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--build", help="a build of the tree")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.build and not options.command:
        parser.error("a command, or --build")
    first, last = map(int, options.seeds.split("-"))
    runs = list(suites(os.path.abspath(options.build))) if options.build else [("", options.command, {})]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name, command, environment in runs:
            def one(seed, command=command, environment=environment):
                return run(command, dict(environment, SOFTGPU_CHAOS=str(seed), SOFTGPU_STRICT="fail"))
            seeds = range(first, last + 1)
            for seed, (code, output) in zip(seeds, pool.map(one, seeds)):
                if code == 0:
                    continue
                bad += 1
                print(f"--- {name} seed {seed}: {'no end' if code is None else f'exit code {code}'}")
                lines = output.decode(errors="replace").splitlines()
                telling = [line for line in lines if "FAILED" in line or "Failure" in line or "softgpu: misuse" in line
                           or "softgpu: leak" in line]
                print("\n".join((telling + lines[-15:])[:60]), flush=True)
            if name:
                print(f"{name}: {len(seeds)} seeds", flush=True)
    print(f"{bad} bad")
    sys.exit(1 if bad else 0)


main()
