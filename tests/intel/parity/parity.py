"""Asks clze and Intel's OpenCL driver the same questions on the same fake GPU and prints where the answers differ.

Every difference is explained in explained.toml, which docs/parity.md is written from. Fails on a difference that no
explanation covers, on an explanation that covers none, and on a document that is not what the explanations give.
  parity.py --build DIR            the check
  parity.py --build DIR --table    all differences, explained or not
  parity.py --write                writes docs/parity.md
"""
import argparse
import os
import re
import subprocess
import sys
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, "..", "..", "..", "docs", "parity.md")
GPUS = ["TGL", "DG2"]
ABSENT = "-"


def parse(text):
    return dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)


def ask(options, gpu, opencl):
    command = [sys.executable, os.path.join(HERE, "..", "on_fake_gpu.py"), "--gpu", gpu, "--opencl", opencl, "--build",
               options.build]
    command += ["--drivers", options.drivers] if options.drivers else ["--system-drivers"]
    done = subprocess.run(command + ["--", os.path.join(options.build, "tests", "parity_ask")], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=300, check=False)
    if done.returncode != 0:
        sys.exit(f"parity_ask on {opencl}, {gpu}: exit code {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return parse(done.stdout.decode(errors="replace"))


def differences(native, ours):
    keys = list(native) + [key for key in ours if key not in native]
    found = {key: (native.get(key, ABSENT), ours.get(key, ABSENT)) for key in keys
             if native.get(key, ABSENT) != ours.get(key, ABSENT)}
    # What only one driver makes has no answers of its own on the other: "x" says it, "x.size" and so on need not.
    return {key: values for key, values in found.items()
            if ABSENT not in values or not any(key.startswith(other + ".") for other in found if other != key)}


class Explanation:
    def __init__(self, entry):
        self.title, self.reason, self.keys = entry["title"], entry["reason"].strip(), entry["keys"]
        self.gpus, self.drivers = entry.get("gpus", GPUS), entry.get("drivers", ["22.43", "newer"])
        # "*" is the only wildcard: keys have brackets of their own.
        self.patterns = [re.compile(".*".join(re.escape(part) for part in key.split("*"))) for key in self.keys]
        self.used = {key: False for key in self.keys}

    def covers(self, key, gpu, driver):
        if gpu not in self.gpus or driver not in self.drivers:
            return False
        found = False
        for pattern, name in zip(self.patterns, self.keys):
            if pattern.fullmatch(key):
                self.used[name] = found = True
        return found


def explanations():
    with open(os.path.join(HERE, "explained.toml"), "rb") as file:
        return [Explanation(entry) for entry in tomllib.load(file)["difference"]]


def document(entries):
    lines = ["# Where clze answers otherwise than Intel's OpenCL driver", "",
             "Written by `tests/intel/parity/parity.py --write` from `tests/intel/parity/explained.toml`; the ctest `intel_parity` asks both",
             "drivers on the same fake GPU (Tiger Lake and DG2, Intel's 22.43) and fails on any other difference, and on an explanation here",
             "that no longer applies. `*` stands for anything. `parity.py --build DIR --table` prints the values.", ""]
    for entry in entries:
        lines += [f"## {entry.title}", "", entry.reason, ""]
        where = []
        if entry.gpus != GPUS:
            where.append("on " + ", ".join(entry.gpus))
        if len(entry.drivers) == 1:
            where.append("with " + ("22.43" if entry.drivers == ["22.43"] else "newer drivers"))
        if where:
            lines += ["Only " + " ".join(where) + ".", ""]
        lines += [f"- `{key}`" for key in entry.keys] + [""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="the build tree")
    parser.add_argument("--gpus", default=",".join(GPUS))
    parser.add_argument("--drivers", default="", help="folder with newer drivers; else the system's")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--answers", help="folder with earlier answers, GPU-native.txt and GPU-clze.txt, to compare instead")
    options = parser.parse_args()
    entries = explanations()
    if options.write:
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(document(entries))
        return 0
    driver = "newer" if options.drivers else "22.43"
    failures = 0
    for gpu in options.gpus.split(","):
        if options.answers:
            native, ours = (parse(open(os.path.join(options.answers, f"{gpu}-{which}.txt"), encoding="utf-8").read())
                            for which in ("native", "clze"))
        else:
            native, ours = ask(options, gpu, "native"), ask(options, gpu, "clze")
        # A part that ended early would look like equal answers.
        for part in ("platform.", "device.", "formats.", "memory.", "kernels", "va.", "misuse."):
            for name, answers in (("native", native), ("clze", ours)):
                if not any(key.startswith(part) for key in answers):
                    sys.exit(f"{gpu}: {name} answered nothing of {part}")
        found = differences(native, ours)
        unexplained = [key for key in found if not any([entry.covers(key, gpu, driver) for entry in entries])]
        shown = found if options.table else unexplained
        print(f"{gpu}: {len(set(native) | set(ours))} questions, {len(found)} answers differ, {len(unexplained)} unexplained")
        for key in shown:
            print(f"  {key}\t{found[key][0]}\t{found[key][1]}" + ("" if key in unexplained else "\t(explained)"))
        failures += len(unexplained)
    for entry in entries:
        if driver not in entry.drivers or not set(entry.gpus) & set(options.gpus.split(",")):
            continue
        for key, used in entry.used.items():
            if not used:
                print(f"explained, but the same now: {key} ({entry.title})")
                failures += 1
    with open(DOCUMENT, encoding="utf-8") as file:
        if file.read() != document(entries):
            print("docs/parity.md is not what explained.toml gives: run parity.py --write")
            failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
