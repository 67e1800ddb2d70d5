#!/usr/bin/env python3
"""Writes docs/environment.md from base/config.def: environment_doc.py [--check]."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEAD = """# Settings

Environment variables, read once at first use. Written from `base/config.def` by `tools/environment_doc.py`.

| variable | type | default | what it does |
| --- | --- | --- | --- |
| `CLZE_LOG` | text | off | `error`, `warning`, `info` or `debug`: lines to stderr; `,file=PATH` appends them to a file instead |
"""


def document():
    with open(os.path.join(ROOT, "base/config.def"), encoding="utf-8") as file:
        rows = re.findall(r'^CLZE_OPTION\(\s*(\w+),\s*([\w:]+),\s*"(\w+)",\s*(.+?),\s*"(.*)"\)', file.read(), re.M)
    types = {"std::string": "text", "bool": "0 or 1", "uint64_t": "number"}
    text = HEAD
    for _, kind, variable, initial, purpose in rows:
        default = {"false": "0", "true": "1", '""': "empty"}.get(initial, initial)
        text += f"| `{variable}` | {types[kind]} | {default} | {purpose} |\n"
    return text


def main():
    path = os.path.join(ROOT, "docs/environment.md")
    if "--check" in sys.argv:
        with open(path, encoding="utf-8") as file:
            if file.read() != document():
                sys.exit("docs/environment.md is stale: run tools/environment_doc.py")
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(document())


if __name__ == "__main__":
    main()
