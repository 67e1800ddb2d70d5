"""Running FFmpeg on clze and on PoCL, and comparing raw frames. Standard library only."""
import argparse
import array
import os
import subprocess
import sys
import tempfile


def parser(description):
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--clze-run", required=True, help="the tree's clze-run")
    arguments.add_argument("--pocl", default="/etc/OpenCL/vendors/pocl.icd", help="PoCL's vendor file")
    arguments.add_argument("case", help="name of the case")
    return arguments


class Failed(Exception):
    """A check that did not hold."""


def run(command, environment=None, stdin=None):
    """Runs a command; its output on failure goes into the exception."""
    merged = dict(os.environ, **(environment or {}))
    done = subprocess.run(command, env=merged, stdin=stdin or subprocess.DEVNULL, capture_output=True)
    if done.returncode != 0:
        raise Failed(f"exit code {done.returncode} of {' '.join(command)}\n{done.stderr.decode(errors='replace')}")
    return done


def on_clze(options, command, environment=None):
    return run([options.clze_run, "--software", *command], environment)


def on_pocl(options, command):
    return run(command, {"OCL_ICD_VENDORS": options.pocl})


# A still picture with many corners, seen by a camera that shakes; as large as the fixed crop of it.
SHAKEN = ("mandelbrot=size=800x600:rate=5:start_scale=0.01,trim=end_frame=1,loop=loop=-1:size=1,"
          "crop=640:480:x='80+10*sin(n*2)':y='60+8*cos(n*3)'")


def frames(path, pixels, size, count, source="testsrc2"):
    """Raw frames of a test source, made by FFmpeg's software filters."""
    graph = SHAKEN if source == "shaken" else f"{source}=size={size}:rate=5"
    run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", graph, "-frames:v", str(count), "-pix_fmt", pixels, "-f",
         "rawvideo", path])


def read(path):
    with open(path, "rb") as file:
        return file.read()


def samples(data, bits):
    return array.array("H" if bits == 16 else "B", data)


def semi_planar(planar, width, height, bits):
    """Frames of three planes (4:2:0) as frames of two: U and V interleaved."""
    values = samples(planar, bits)
    luma, chroma = width * height, ((width + 1) // 2) * ((height + 1) // 2)
    result = array.array(values.typecode)
    for start in range(0, len(values), luma + 2 * chroma):
        result += values[start:start + luma]
        pair = array.array(values.typecode, bytes(2 * chroma * values.itemsize))
        pair[0::2] = values[start + luma:start + luma + chroma]
        pair[1::2] = values[start + luma + chroma:start + luma + 2 * chroma]
        result += pair
    return result.tobytes()


def compare(what, got, wanted, bits=8, tolerance=0, share=1.0):
    """`tolerance`: the largest difference of a sample; `share`: of the samples that must be equal to the bit."""
    if len(got) != len(wanted) or not wanted:
        raise Failed(f"{what}: {len(got)} bytes where {len(wanted)} were expected")
    if got == wanted:
        return
    first, second = samples(got, bits), samples(wanted, bits)
    different = [(i, abs(a - b)) for i, (a, b) in enumerate(zip(first, second)) if a != b]
    worst = max(difference for _, difference in different)
    equal = 1 - len(different) / len(first)
    if worst > tolerance or equal < share:
        where, _ = next(item for item in different if item[1] == worst)
        raise Failed(f"{what}: {len(different)} of {len(first)} samples differ, by {worst} at sample {where} "
                     f"({first[where]} instead of {second[where]})")


def main(description, cases):
    options = parser(description).parse_args()
    if options.case not in cases:
        sys.exit(f"no case {options.case}; there are: {' '.join(sorted(cases))}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            cases[options.case](options, folder)
        except Failed as failure:
            sys.exit(f"{options.case}: {failure}")
    print(f"{options.case}: ok")
