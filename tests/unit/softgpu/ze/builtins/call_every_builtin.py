"""Turns the declarations of clang's opencl-c.h into OpenCL C that calls each builtin of softgpu's library once.
Usage: call_every_builtin.py <preprocessed opencl-c.h> <file to write>
"""
import re
import sys

# What the engine defines itself (or softgpu does not offer): everything that needs to know about work-items or events.
NOT_OURS = re.compile(
    r"(amd|arm|intel|async|atom|atomic|sub_group|work_group|ndrange)_|get_(global|local|group|enqueued|num|sub_group"
    r"|max_sub_group|work|default_queue|fence)|.*_event(s|_status)?$|.*fence|barrier|capture_event|enqueue_marker|is_valid_reserve"
    r"|get_image_num_(samples|mip_levels)|release_event|printf"
)
DECLARATION = re.compile(r"^(\w[\w ]*?) ?((?:__attribute__\(\(.*?\)\) ?)+)(\w+)\((.*?)\)( __attribute__.*)?;$")


def calls(text):
    for line in text.splitlines():
        match = DECLARATION.match(line)
        if not match or "overloadable" not in match[2]:
            continue
        result, _, name, parameters, _ = match.groups()
        if NOT_OURS.match(name) or "msaa" in parameters:
            continue
        # Level-of-detail overloads of mipmapped images: one level is all softgpu's images have.
        if name.startswith(("read_image", "write_image")) and takes_lod(name, parameters):
            continue
        yield result, name, [p.strip() for p in parameters.split(",")]


def takes_lod(name, parameters):
    types = [p.strip().split()[-1] for p in parameters.split(",")]
    if name.startswith("read"):
        return len(types) > 3
    return len(types) > 3


def main():
    source = open(sys.argv[1]).read()
    out = []
    for index, (result, name, parameters) in enumerate(calls(source)):
        named = []
        for i, parameter in enumerate(parameters):
            words = [w for w in re.sub(r"\*", " * ", parameter).split() if w not in ("restrict", "__restrict")]
            # A trailing identifier that is no type is the parameter's own name.
            if len(words) > 1 and words[-1] != "*" and not re.match(
                r"(u?(char|short|int|long)|half|float|double|size_t|ptrdiff_t|image\w+|sampler_t)\d*$", words[-1]
            ):
                words = words[:-1]
            if words == ["void"]:
                named = []
                break
            named.append((" ".join(words), f"a{i}"))
        arguments = ", ".join(n for _, n in named)
        declared = ", ".join(f"{t} {n}" for t, n in named)
        if result == "void":
            out.append(f"void call{index}({declared}) {{ {name}({arguments}); }}")
        else:
            declared = f"global {result}* result" + (", " if declared else "") + declared
            out.append(f"void call{index}({declared}) {{ *result = {name}({arguments}); }}")
    with open(sys.argv[2], "w") as f:
        f.write("#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n")
        f.write("\n".join(out) + "\nkernel void present(void) {}\n")


main()
