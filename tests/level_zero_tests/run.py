#!/usr/bin/env python3
"""Runs binaries of the level-zero-tests suite on softgpu and compares the failures with those that are known.

The suite is fetched and built by whoever runs this (docs/softgpu.md says how); nothing of it is part of clze. A binary that crashes or
stands still loses the case it was at; the cases after it run in another process. With --cases the results of a run that was ended are
kept, and the next run goes on behind them; with --piece several runs share the cases.
"""
import argparse
import collections
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KNOWN = os.path.join(HERE, "known_failures.tsv")
# Started by tests, and an example for writing some.
NOT_TESTS = re.compile(r".*_helper$|test_template$")
LINE = re.compile(r"\[ +(RUN|OK|FAILED|SKIPPED|PASSED) +\] ?(.*)")
GRACE = 20  # seconds that a process has to list its cases, or to end after the last one


class Run:
    """One process with some of the cases; what became of each."""

    def __init__(self, binary, cases, environment, patience, store=None):
        self.results = {}
        self.store = store
        self.alone = len(cases) == 1
        self.text = collections.defaultdict(list)
        self.current = None
        folder = os.path.dirname(binary)
        with tempfile.NamedTemporaryFile("w", suffix=".flags") as flags:
            flags.write("--gtest_filter=" + ":".join(cases) + "\n")
            flags.flush()
            process = subprocess.Popen([binary, f"--gtest_flagfile={flags.name}"], cwd=folder, env=environment, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True, errors="replace", bufsize=1, start_new_session=True)
            self.stalled = not self.follow(process, patience)
            if self.stalled:
                os.killpg(process.pid, signal.SIGKILL)
            self.code = process.wait()
        if self.current:
            self.keep(self.current, "crashed", f"no end within {patience} s" if self.stalled else self.ended())

    def keep(self, case, result, text):
        self.results[case] = (result, text)
        if self.store:
            self.store.add(case, result, text, self.alone)

    def ended(self):
        if self.code < 0:
            return f"process ended by {signal.Signals(-self.code).name}"
        return f"process ended with {self.code}"

    def follow(self, process, patience):
        """Reads until the process closes its output; false when it says nothing about its cases for too long."""
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)
        os.set_blocking(process.stdout.fileno(), False)
        rest, since = "", time.monotonic()
        while True:
            if not selector.select(1):
                if time.monotonic() - since > patience:
                    return False
                continue
            part = os.read(process.stdout.fileno(), 1 << 16).decode(errors="replace")
            if not part:
                return True
            lines = (rest + part).split("\n")
            rest = lines.pop()
            for line in lines:
                since = time.monotonic() if self.take(line) else since
            if time.monotonic() - since > patience:
                return False

    def take(self, line):
        match = LINE.search(line)
        if not match:
            # What the suite logs of its own doings tells nothing of a failure.
            if self.current and len(self.text[self.current]) < 400 and not re.search(r"\[(trace|debug|info)\]", line):
                self.text[self.current].append(line)
            return False
        word, rest = match.groups()
        name = rest.split(", where")[0].split(" (")[0].strip()
        if word == "RUN":
            self.current = name
        elif word in ("OK", "SKIPPED", "FAILED") and name == self.current:
            self.keep(name, {"OK": "passed", "SKIPPED": "skipped", "FAILED": "failed"}[word], self.first_fault(name))
            self.current = None
        return True

    def first_fault(self, name):
        text = [line.strip() for line in self.text[name]]
        for at, line in enumerate(text):
            if re.search(r": (Failure|Skipped)$|^Skipped", line):
                return " ".join(text[at + 1:at + 5])[:300]
        return ""


class Store:
    """A file with a line per result, written as they come; the last line of a case holds."""

    def __init__(self, path, binary):
        self.path, self.binary = path, binary
        self.results, self.final = {}, set()
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            for line in file:
                fields = line.rstrip("\n").split("\t")
                # A line may have been cut short by the end of its run.
                if len(fields) == 5 and fields[0] == binary:
                    self.results[fields[1]] = (fields[2], fields[3])
                    if fields[2] != "failed" or fields[4] == "alone":
                        self.final.add(fields[1])

    def add(self, case, result, text, alone):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write("\t".join((self.binary, case, result, re.sub(r"\s+", " ", text), "alone" if alone else "with others")) + "\n")


def list_cases(binary, environment):
    done = subprocess.run([binary, "--gtest_list_tests"], cwd=os.path.dirname(binary), env=environment, capture_output=True, text=True,
                          errors="replace", timeout=GRACE * 10, check=False)
    cases, suite = [], ""
    for line in done.stdout.splitlines():
        word = line.split("#")[0].rstrip()
        if re.fullmatch(r"[\w/<>:, ]+\.", word):
            suite = word.strip()
        elif suite and re.fullmatch(r"  \S+", word):
            cases.append(suite + word.strip())
    # gtest does not run these unless asked.
    return [case for case in cases if "DISABLED_" not in case]


def piece_of(cases, piece):
    """Every Nth case from the Kth for "K/N"."""
    if not piece:
        return cases
    which, pieces = (int(part) for part in piece.split("/"))
    return cases[which - 1::pieces]


def write_log(path, binary, run):
    if not path:
        return
    with open(path, "a", encoding="utf-8") as file:
        for case, (result, _) in run.results.items():
            if result in ("failed", "crashed"):
                file.write(f"==== {os.path.basename(binary)} {case} {result}\n" + "\n".join(run.text[case]) + "\n")


def run_binary(binary, options, environment):
    store = Store(options.cases, os.path.basename(binary)) if options.cases else None
    left = list_cases(binary, environment)
    if options.filter:
        left = [case for case in left if re.search(options.filter, case)]
    left = piece_of(left, options.piece)
    results = {case: store.results[case] for case in left if case in store.results} if store else {}
    total = len(left)
    left = [case for case in left if case not in results]
    while left:
        run = Run(binary, left, environment, options.patience, store)
        results.update(run.results)
        write_log(options.log, binary, run)
        remaining = [case for case in left if case not in results]
        if len(remaining) == len(left):
            # Nothing began: the first one is to blame, if only for the set-up of its suite.
            run.keep(left[0], "crashed", f"before its first case: {run.ended()}")
            results.update(run.results)
            remaining = left[1:]
        left = remaining
    # The suite's own runner gives every case its process, and some need that.
    for case in [case for case, (result, _) in results.items() if result == "failed" and not (store and case in store.final)]:
        results.update(Run(binary, [case], environment, options.patience, store).results)
    if total == 0:
        results["(none)"] = ("crashed", "lists no cases")
    return results


def group(case):
    """Parameters stripped: Prefix/Suite.Name/0 and Prefix/Suite.Name/parameter are cases of one test."""
    suite, _, name = case.partition(".")
    return re.sub(r"/\d+$", "", suite) + "." + name.split("/")[0]


def read_known(path):
    """(binary, pattern, reason) of each line."""
    known = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                binary, pattern, reason = line.rstrip("\n").split("\t")
                known.append((binary, re.compile(pattern), reason))
    return known


def reason_of(known, binary, case):
    return next((reason for one, pattern, reason in known if re.fullmatch(one, binary) and pattern.fullmatch(case)), None)


def report(known, binary, results):
    """Prints each test with failing cases, and each known failure that passes; returns how many cases failed that are not known."""
    said = collections.Counter()
    unknown = 0
    for case, (result, text) in results.items():
        reason = reason_of(known, binary, case)
        if result in ("failed", "crashed"):
            unknown += reason is None
            said[group(case), result, reason or "NOT KNOWN: " + text] += 1
        elif result == "passed" and reason:
            said[group(case), "passed", "though it is known to fail"] += 1
    for (test, result, why), count in said.items():
        print(f"  {test} ({count}) {result}: {why}", flush=True)
    return unknown


def write_tables(path, everything):
    """Per test: how many of its cases passed, were skipped, failed; and each case that failed."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("binary\ttest\tpassed\tskipped\tfailed\n")
        for binary, results in everything.items():
            groups = collections.OrderedDict()
            for case, (result, _) in results.items():
                groups.setdefault(group(case), collections.Counter())[result] += 1
            for name, count in groups.items():
                file.write(f"{binary}\t{name}\t{count['passed']}\t{count['skipped']}\t{count['failed'] + count['crashed']}\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", help="where the suite is installed (binaries and kernels side by side)")
    arguments.add_argument("--driver", required=True, help="libze_softgpu.so")
    arguments.add_argument("--loader", help="folder of libze_loader.so.1, if not the system's")
    arguments.add_argument("--binary", action="append", help="only this one (again for more)")
    arguments.add_argument("--filter", help="only cases that this regular expression finds")
    arguments.add_argument("--patience", type=int, default=60, help="seconds that one case may take")
    arguments.add_argument("--table", help="file for the results per test")
    arguments.add_argument("--cases", help="file for the result of each case; those that are in it are not run again")
    arguments.add_argument("--piece", help="K/N: the Kth of N pieces of each binary's cases")
    arguments.add_argument("--log", help="file for what failing cases wrote")
    options = arguments.parse_args()
    folder = os.path.abspath(options.folder)
    environment = dict(os.environ, ZE_ENABLE_ALT_DRIVERS=os.path.abspath(options.driver))
    if options.loader:
        environment["LD_LIBRARY_PATH"] = os.path.abspath(options.loader)
    names = options.binary or sorted(name for name in os.listdir(folder)
                                     if name.startswith("test_") and os.access(os.path.join(folder, name), os.X_OK)
                                     and "." not in name and not NOT_TESTS.match(name))
    known = read_known(KNOWN)
    everything, unknown = collections.OrderedDict(), 0
    for name in names:
        results = everything[name] = run_binary(os.path.join(folder, name), options, environment)
        count = collections.Counter(result for result, _ in results.values())
        print(f"{name}: {len(results)} cases, {count['passed']} passed, {count['skipped']} skipped, "
              f"{count['failed'] + count['crashed']} failed", flush=True)
        unknown += report(known, name, results)
    if options.table:
        write_tables(options.table, everything)
    print(f"{unknown} failures that are not known")
    return 1 if unknown or not everything else 0


if __name__ == "__main__":
    sys.exit(main())
