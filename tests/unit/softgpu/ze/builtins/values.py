"""Writes OpenCL C that applies builtins to arrays, and a C++ table of those functions.
Usage: values.py <OpenCL C to write> <C++ table to write>

Each function is void(void* result, void* second, const void* a, const void* b, const void* c, int count): `second` is
what pointer arguments receive. Rows name a builtin, the types to take it for, and result and arguments: T the type
itself, S its scalar, I and U integers of its size, W unsigned twice as wide, Y the type twice as wide, J int, R what a
relational function returns, *T and *J pointers.
"""
import sys

BITS = {"char": 8, "short": 16, "int": 32, "long": 64, "half": 16, "float": 32, "double": 64}
SIGNED = {8: "char", 16: "short", 32: "int", 64: "long"}
FLOATS = ["half", "float", "double"]
SIGNED_INTEGERS = ["char", "short", "int", "long"]
INTEGERS = SIGNED_INTEGERS + ["u" + t for t in SIGNED_INTEGERS]
WIDTHS = [1, 2, 3, 4, 8, 16]

UNARY = """acos acosh acospi asin asinh asinpi atan atanh atanpi cbrt ceil cos cosh cospi erf erfc exp exp10 exp2 expm1
    fabs floor lgamma log log10 log1p log2 logb rint round rsqrt sin sinh sinpi sqrt tan tanh tanpi tgamma trunc
    degrees radians sign"""
BINARY = "atan2 atan2pi copysign fdim fmax fmin fmod hypot maxmag minmag nextafter pow powr remainder max min step"
NATIVE = "cos exp exp10 exp2 log log10 log2 recip rsqrt sin sqrt tan"

ROWS = [
    (UNARY, FLOATS, "T T"),
    (BINARY, FLOATS, "T T T"),
    ("fma mad clamp mix smoothstep bitselect", FLOATS, "T T T T"),
    ("ldexp pown rootn", FLOATS, "T T J"),
    ("ilogb", FLOATS, "J T"),
    ("nan", FLOATS, "T U"),
    ("fract modf sincos", FLOATS, "T T *T"),
    ("lgamma_r frexp", FLOATS, "T T *J"),
    ("remquo", FLOATS, "T T T *J"),
    ("isnan isinf isfinite isnormal signbit", FLOATS, "R T"),
    ("isequal isnotequal isgreater isgreaterequal isless islessequal islessgreater isordered isunordered", FLOATS, "R T T"),
    ("select", FLOATS + INTEGERS, "T T T I"),
    ("bitselect clamp mad_hi mad_sat", INTEGERS, "T T T T"),
    ("abs", INTEGERS, "U T"),
    ("abs_diff", INTEGERS, "U T T"),
    ("add_sat sub_sat hadd rhadd max min mul_hi rotate", INTEGERS, "T T T"),
    ("clz ctz popcount", INTEGERS, "T T"),
    ("upsample", ["uchar", "ushort", "uint", "char", "short", "int"], "W T U"),
    ("mul24", ["int", "uint"], "T T T"),
    ("mad24", ["int", "uint"], "T T T T"),
    (" ".join("native_" + n for n in NATIVE.split()), ["float"], "T T"),
    (" ".join("half_" + n for n in NATIVE.split()), ["float"], "T T"),
    ("native_divide native_powr half_divide half_powr", ["float"], "T T T"),
]


def type_of(letter, scalar, width):
    unsigned = scalar.startswith("u")
    size = BITS[scalar.lstrip("u")] if unsigned else BITS[scalar]
    n = "" if width == 1 else str(width)
    wide = SIGNED.get(size * 2, "long")
    return {
        "T": scalar,
        "I": SIGNED[size],
        "U": "u" + SIGNED[size],
        "W": ("u" if unsigned else "") + wide,
        "J": "int",
        "R": "int" if width == 1 else SIGNED[size],
    }[letter[-1]] + n


def element(kind):
    return kind.rstrip("0123456789")


class Writer:
    def __init__(self):
        self.code = ["#pragma OPENCL EXTENSION cl_khr_fp16 : enable"]
        self.rows = []

    def add(self, name, scalar, width, letters):
        result, *arguments = letters.split()
        function = f"test_{name}_{scalar}_{width}"
        n = "" if width == 1 else str(width)
        body, call, outputs = [], [], []
        sources = iter("abc")
        for letter in arguments:
            kind = type_of(letter, scalar, width)
            if letter.startswith("*"):
                body.append(f"private {kind} out;")
                call.append("&out")
                outputs.append(("second", kind, "out"))
            else:
                source = next(sources)
                pointer = f"(const global {element(kind)}*){source}"
                value = f"({pointer})[i]" if width == 1 else f"vload{n}(i, {pointer})"
                call.append(value)
        kind = type_of(result, scalar, width)
        body.append(f"{kind} value = {name}({', '.join(call)});")
        outputs.insert(0, ("result", kind, "value"))
        for target, kind, value in outputs:
            pointer = f"(global {element(kind)}*){target}"
            body.append(f"({pointer})[i] = {value};" if width == 1 else f"vstore{n}({value}, i, {pointer});")
        self.function(function, body, name, scalar, width)

    def function(self, function, body, name, scalar, width):
        self.code.append(
            f"void {function}(global void* result, global void* second, const global void* a, const global void* b,"
            f" const global void* c, int count) {{\n  for (int i = 0; i < count / {width}; ++i) {{ "
            + " ".join(body) + " }\n}"
        )
        self.rows.append((function, name, scalar, width))

    def convert(self, source, target, mode, width):
        n = "" if width == 1 else str(width)
        name = f"convert_{target}{n}{mode}"
        load = f"((const global {source}*)a)[i]" if width == 1 else f"vload{n}(i, (const global {source}*)a)"
        store = (f"((global {target}*)result)[i] = {name}({load});" if width == 1
                 else f"vstore{n}({name}({load}), i, (global {target}*)result);")
        self.function(f"test_{source}_{name}_{width}", [store], f"convert_{target}{mode}", source, width)

    def half_access(self, width):
        n = "" if width == 1 else str(width)
        for scalar in ("float", "double"):
            for mode in ("", "_rte", "_rtz", "_rtp", "_rtn"):
                kind = scalar + n
                load = f"(({kind})((const global {scalar}*)a)[i])" if width == 1 else f"vload{n}(i, (const global {scalar}*)a)"
                self.function(f"test_vstore_half{n}{mode}_{scalar}_{width}",
                              [f"vstore_half{n}{mode}({load}, i, (global half*)result);"],
                              f"vstore_half{mode}", scalar, width)
                if width > 1:
                    self.function(f"test_vstorea_half{n}{mode}_{scalar}_{width}",
                                  [f"vstorea_half{n}{mode}({load}, i, (global half*)result);"],
                                  f"vstorea_half{mode}", scalar, width)
        value = f"vload_half{n}(i, (const global half*)a)"
        store = f"((global float*)result)[i] = {value};" if width == 1 else f"vstore{n}({value}, i, (global float*)result);"
        self.function(f"test_vload_half{n}_{width}", [store], "vload_half", "half", width)
        if width > 1:
            value = f"vloada_half{n}(i, (const global half*)a)"
            self.function(f"test_vloada_half{n}_{width}", [f"vstore{n}({value}, i, (global float*)result);"],
                          "vloada_half", "half", width)

    def geometric(self, scalar, width):
        n = "" if width == 1 else str(width)
        kind = scalar + n

        def load(source):
            pointer = f"(const global {scalar}*){source}"
            return f"({pointer})[i]" if width == 1 else f"vload{n}(i, {pointer})"

        fast = ["fast_length", "fast_distance", "fast_normalize"] if scalar == "float" else []
        for name in ["dot", "length", "distance", "normalize"] + (["cross"] if width in (3, 4) else []) + fast:
            arguments = load("a") if "length" in name or "normalize" in name else f"{load('a')}, {load('b')}"
            if "normalize" in name or name == "cross":
                pointer = f"(global {scalar}*)result"
                call = f"{name}({arguments})"
                body = f"({pointer})[i] = {call};" if width == 1 else f"vstore{n}({call}, i, {pointer});"
            else:
                body = f"((global {scalar}*)result)[i] = {name}({arguments});"
            self.function(f"test_{name}_{kind}_{width}", [body], name, scalar, width)

    def shuffles(self, scalar, source, width):
        mask = "u" + SIGNED[BITS[scalar.lstrip("u")] if scalar not in BITS else BITS[scalar]]
        for name, inputs in (("shuffle", "x"), ("shuffle2", "x, y")):
            body = [f"{scalar}{source} x = vload{source}(i, (const global {scalar}*)a);",
                    f"{scalar}{source} y = vload{source}(i, (const global {scalar}*)b);" if name == "shuffle2" else "",
                    f"{mask}{width} m = vload{width}(i, (const global {mask}*)c);",
                    f"vstore{width}({name}({inputs}, m), i, (global {scalar}*)result);"]
            self.function(f"test_{name}_{scalar}{source}_{width}", body, f"{name}_from{source}", scalar, width)

    def any_all(self, scalar, width):
        for name in ("any", "all"):
            load = f"vload{width}(i, (const global {scalar}*)a)"
            self.function(f"test_{name}_{scalar}_{width}", [f"((global int*)result)[i] = {name}({load});"], name,
                          scalar, width)


def main():
    writer = Writer()
    for names, scalars, letters in ROWS:
        for name in names.split():
            for scalar in scalars:
                for width in WIDTHS:
                    writer.add(name, scalar, width, letters)
    for source in INTEGERS + FLOATS:
        for target in INTEGERS + FLOATS:
            for saturation in ([""] if target in FLOATS else ["", "_sat"]):
                for rounding in ("", "_rte", "_rtz", "_rtp", "_rtn"):
                    for width in (1, 3, 4):
                        writer.convert(source, target, saturation + rounding, width)
    for width in WIDTHS:
        writer.half_access(width)
    for scalar in FLOATS:
        for width in (1, 2, 3, 4):
            writer.geometric(scalar, width)
    for scalar in INTEGERS + FLOATS:
        for source in (2, 4, 16):
            for width in (2, 8):
                writer.shuffles(scalar, source, width)
    for scalar in SIGNED_INTEGERS:
        for width in WIDTHS[1:]:
            writer.any_all(scalar, width)
    with open(sys.argv[1], "w") as out:
        out.write("\n".join(writer.code) + "\nkernel void present(void) {}\n")
    with open(sys.argv[2], "w") as out:
        out.write('#include "tests/unit/softgpu/ze/builtins/values.h"\n\nextern "C" {\n')
        out.writelines(f"void {f}(void*, void*, const void*, const void*, const void*, int);\n" for f, *_ in writer.rows)
        out.write("}\n\nconst Call kCalls[] = {\n")
        out.writelines(f'    {{"{n}", "{s}", {w}, {f}}},\n' for f, n, s, w in writer.rows)
        out.write("};\nconst size_t kCallCount = sizeof kCalls / sizeof *kCalls;\n")


main()
