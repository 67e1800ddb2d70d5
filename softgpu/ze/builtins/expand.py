"""Expands the templates of the builtin library (*.clt) to OpenCL C.
Usage: expand.py <template> <file to write>

  @types float double : 1 2 4   The lines up to @end, once for each scalar type and vector width (": ..." may be left
                                out: 1 2 3 4 8 16). Inside: $S scalar, $N width, $V the type itself, and of the same width
                                $I signed and $U unsigned integers of the same size, $J int, $X unsigned integers, twice as
                                wide, $Y signed ones, $n the width as names have it ("" or 4), $b bits of the scalar,
                                $L the suffix of LLVM's intrinsics (v4f32), $F the suffix of host functions (f for float),
                                $R what relational functions return.
                                $convert(type, value) converts by C's rules.
  @for NAME in a b c            The lines up to @end once for each word, which replaces $NAME. Of several names and
                                values in step: @for A:B in a1:b1 a2:b2
  $each(expression)             The expression for each element: x# stands for x.s0, x.s1, ...; # alone for 0, 1, ...
  $eachJ(expression)            The same, where the result is of type $J (or $I, $U, ...) instead of $V.
  $vector(type, expression)     The same for the scalar type given.
  $sum $or $and $list(...)      The same expressions, joined by + | & and commas.
  $low(a, b) $high(a, b)        The least and the greatest value that the integer types a and b both have.
"""
import re
import sys

SIGNED = {8: "char", 16: "short", 32: "int", 64: "long"}
BITS = {"char": 8, "short": 16, "int": 32, "long": 64, "half": 16, "float": 32, "double": 64}
JOINED = {"sum": " + ", "or": " | ", "and": " & ", "list": ", "}
HEX = "0123456789abcdef"


def bits(scalar):
    return BITS[scalar[1:] if scalar.startswith("u") else scalar]


def variables(scalar, width):
    size = bits(scalar)
    floating = scalar in ("half", "float", "double")
    n = "" if width == 1 else str(width)
    integer = SIGNED[size]
    return {
        "S": scalar,
        "N": str(width),
        "n": n,
        "V": scalar + n,
        "I": integer + n,
        "U": "u" + integer + n,
        "SI": integer,
        "SU": "u" + integer,
        "J": "int" + n,
        "X": "u" + SIGNED.get(size * 2, "long") + n,
        "Y": SIGNED.get(size * 2, "long") + n,
        "b": str(size),
        "L": ("" if width == 1 else f"v{width}") + ("f" if floating else "i") + str(size),
        "LI": ("" if width == 1 else f"v{width}") + f"i{size}",
        "F": "f" if scalar == "float" else "",
        "R": "int" if width == 1 else integer + n,
        "convert": "convert_scalar" if width == 1 else "convert_vector",
        "sign": "u" if scalar.startswith("u") else "s",
    }


def each(text, values):
    """Replaces every $each(...) by a vector literal, or by the expression alone when there is one element."""
    while match := re.search(r"\$(each\w*|vector|sum|or|and|list)\(", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        body = text[match.end() : end - 1]
        width = int(values["N"])
        kind = values[match[1][4:] or "V"] if match[1].startswith("each") else ""
        if match[1] == "vector":
            scalar, body = body.split(", ", 1)
            kind = scalar + values["n"]
        if width == 1:
            parts = re.sub(r"(?<=[\w\])])#", "", body).replace("#", "0")
        else:
            items = (re.sub(r"(?<=[\w\])])#", f".s{HEX[i]}", body).replace("#", str(i)) for i in range(width))
            if match[1] in JOINED:
                joined = JOINED[match[1]].join(items)
                parts = joined if match[1] == "list" else f"({joined})"
            else:
                parts = f"({kind})({', '.join(items)})"
        text = text[: match.start()] + parts + text[end:]
    return text


def substitute(text, values):
    return re.sub(r"\$(?:([A-Za-z]+)|\{(\w+)\})", lambda m: values.get(m[1] or m[2], m[0]), text)


def bound(match):
    """The least or greatest value that both integer types have, as a literal of the first one."""
    ranges = []
    for scalar in (match[2], match[3]):
        size = bits(scalar)
        ranges.append((0, 2**size - 1) if scalar.startswith("u") else (-(2 ** (size - 1)), 2 ** (size - 1) - 1))
    value = max(r[0] for r in ranges) if match[1] == "low" else min(r[1] for r in ranges)
    # The least long has no literal of its own.
    return f"({match[2]})({value + 1}l - 1)" if value < 0 else f"({match[2]}){value}ul"


def block(lines, at):
    """Returns the lines of the block that begins after line `at`, and the number of its @end."""
    depth = 0
    for i in range(at + 1, len(lines)):
        if re.match(r"@(types|for)\b", lines[i]):
            depth += 1
        elif lines[i].startswith("@end"):
            if depth == 0:
                return lines[at + 1 : i], i
            depth -= 1
    raise SystemExit(f"line {at + 1}: no @end")


def expand(lines, values):
    out, i = [], 0
    while i < len(lines):
        if match := re.match(r"@types ([^:]*)(?::(.*))?$", lines[i]):
            body, i = block(lines, i)
            for scalar in substitute(match[1], values).split():
                for width in (match[2] or "1 2 3 4 8 16").split():
                    out += expand(body, values | variables(scalar, int(width)))
        elif match := re.match(r"@for ([\w:]+) in (.*)$", lines[i]):
            body, i = block(lines, i)
            for word in substitute(match[2], values).split():
                out += expand(body, values | dict(zip(match[1].split(":"), word.split(":"))))
        else:
            line = re.sub(r"\$(low|high)\((\w+), (\w+)\)", bound, substitute(lines[i], values))
            out.append(each(line, values) if "N" in values else line)
        i += 1
    return out


def main():
    with open(sys.argv[1]) as source:
        lines = source.read().split("\n")
    with open(sys.argv[2], "w") as target:
        target.write("\n".join(expand(lines, {})))


main()
