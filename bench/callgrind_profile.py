"""Reads callgrind's output: instructions by object file, and who called what how often across object files."""
import collections
import os
import re

NAME = re.compile(r"\((\d+)\)(?: (.*))?")


class Profile:
    """One dump. `self_cost[object]`: instructions executed in it; `calls[(caller object, callee object, function)]`:
    [count, instructions including what the function called]. Objects are base names of files."""

    def __init__(self):
        self.trigger = ""
        self.self_cost = collections.Counter()
        self.calls = collections.defaultdict(lambda: [0, 0])


class Reader:
    """Names are compressed across all dumps of one run, so one reader reads them in their order."""

    def __init__(self):
        self.objects = {}
        self.functions = {}

    @staticmethod
    def _name(table, text):
        match = NAME.fullmatch(text)
        if match is None:
            return text
        number, name = match.groups()
        if name is not None:
            table[number] = name
        return table[number]

    def read(self, path):
        profile = Profile()
        current = "?"
        called_object = called_function = None
        calls = None  # of the line before: a cost that follows is what was called, not the function's own
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                line = line.rstrip("\n")
                if line.startswith("ob="):
                    current = os.path.basename(self._name(self.objects, line[3:]))
                elif line.startswith("cob="):
                    called_object = os.path.basename(self._name(self.objects, line[4:]))
                elif line.startswith("cfn="):
                    called_function = self._name(self.functions, line[4:])
                elif line.startswith("fn="):
                    self._name(self.functions, line[3:])
                elif line.startswith("calls="):
                    calls = int(line[6:].split()[0])
                elif line.startswith("desc: Trigger: "):
                    profile.trigger = line[15:].removeprefix("Client Request: ")
                elif line and line[0] in "0123456789+-*":
                    numbers = line.split()
                    cost = int(numbers[1]) if len(numbers) > 1 else 0
                    if calls is not None:
                        entry = profile.calls[(current, called_object or current, called_function)]
                        entry[0] += calls
                        entry[1] += cost
                        calls = None
                        called_object = None
                    else:
                        profile.self_cost[current] += cost
        return profile


def read_dumps(prefix):
    """The first thread's dumps that callgrind wrote for --separate-threads=yes --callgrind-out-file=PREFIX, in lists
    by trigger name."""
    folder, base = os.path.split(prefix)
    parts = [name for name in os.listdir(folder) if re.fullmatch(re.escape(base) + r"\.\d+-01", name)]
    reader = Reader()
    profiles = {}
    for name in sorted(parts, key=lambda part: int(part.rsplit(".", 1)[1].split("-")[0])):
        profile = reader.read(os.path.join(folder, name))
        profiles.setdefault(profile.trigger, []).append(profile)
    return profiles
