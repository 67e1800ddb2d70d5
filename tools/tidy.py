#!/usr/bin/env python3
"""clang-tidy over the project's own sources: tidy.py BUILD_DIR [FILE...]. Two files at a time; exit code 1 on findings."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor


def main():
    build, wanted = sys.argv[1], [os.path.abspath(path) for path in sys.argv[2:]]
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    sources = sorted({entry["file"] for entry in entries if entry["file"].startswith(root + os.sep)
                      and not entry["file"].startswith(os.path.abspath(build) + os.sep)})
    if wanted:
        sources = [source for source in sources if source in wanted]

    failed = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(int(os.environ.get("CLZE_JOBS", "2"))) as pool:
        def plain_header(match):
            """GCC's precompiled form lies beside the header, and clang would take it for its own: a copy has none."""
            copy = os.path.join(folder, f"{len(os.listdir(folder))}.hxx")
            shutil.copy(match.group(1), copy)
            return f"-include {copy}"

        for entry in entries:
            entry["command"] = re.sub(r"-include (\S+cmake_pch\.hxx)", plain_header,
                                      entry["command"].replace(" -Winvalid-pch", ""))
        with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
            json.dump(entries, file)

        def check(source):
            done = subprocess.run(["clang-tidy", "--quiet", "-p", folder, source], capture_output=True, text=True)
            return source, done.returncode, done.stdout

        for source, code, output in pool.map(check, sources):
            if code != 0:
                failed += 1
                print(f"{os.path.relpath(source, root)}:\n{output}", flush=True)
    print(f"clang-tidy: {len(sources)} files, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
