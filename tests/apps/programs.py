#!/usr/bin/env python3
"""Small programs that look at every corner of an OpenCL platform: their output names the device and no error."""
import argparse
import re
import subprocess
import sys

# Case: command, what its output must hold.
CASES = {
    "clinfo": (["clinfo"], [r"Platform Name +.*clze", r"Device Type +GPU", r"Device Version +OpenCL 3\.0 clze",
                            r"cl_intel_va_api_media_sharing"]),
    "clpeak": (["clpeak", "--kernel-latency"], [r"Platform: .*clze", r"Kernel launch latency : +[0-9.]+ us"]),
}
# "<printDeviceInfo:9: get CL_DEVICE_X : error -30>", "clEnqueueNDRangeKernel (-54)", "Tests skipped".
ERRORS = re.compile(r"error -?\d|\(-\d+\)|skipped|exception", re.IGNORECASE)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--clze-run", required=True, help="the tree's clze-run")
    arguments.add_argument("case", choices=CASES)
    options = arguments.parse_args()
    command, wanted = CASES[options.case]
    done = subprocess.run([options.clze_run, "--software", *command], capture_output=True, text=True)
    output = done.stdout + done.stderr
    faults = [line for line in output.splitlines() if ERRORS.search(line)]
    faults += [f"missing: {pattern}" for pattern in wanted if not re.search(pattern, output)]
    if done.returncode != 0:
        faults.append(f"exit code {done.returncode}")
    if faults:
        print(output)
        print("FAULTS:", *faults, sep="\n  ")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
