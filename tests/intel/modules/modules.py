"""Every OpenCL C program of the tests, the benchmarks and FFmpeg's filters, through Intel's compiler.

  modules.py record --build DIR FOLDER        runs what has programs, on softgpu, and keeps each program in FOLDER
  modules.py build --build DIR --gpu TGL FOLDER   builds them on clze on a fake GPU; what fails, also on Intel's OpenCL driver

A program that clze does not build is a failure unless Intel's OpenCL driver does not build it either, or explained.toml says why.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tests" / "apps"))
import ffmpeg_filters  # noqa: E402

RANK = {"crash": -1, "nothing": 0, "object": 1, "executable": 2}
# Of Debian 12's FFmpeg: avgblur, colorkey, convolution, deshake, neighbor, nlmeans, overlay, pad, remap, tonemap, transpose, unsharp,
# xfade; and the two of tests/apps for program_opencl and openclsrc, which are one file.
FFMPEG_PROGRAMS = 14
# Sources that no run above compiles. Not here: those of tests/unit/spirv/ that are to break compilers (hostile_test.cpp), and those that
# need none (missing_helper_test.cpp) or kill it (helper_test.cpp).
FILES = {"tests/unit/softgpu/**/*.cl": "CL3.0"}


def run(command, environment, what):
    done = subprocess.run([str(word) for word in command], env=dict(os.environ, **environment), stdin=subprocess.DEVNULL,
                          capture_output=True, check=False, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{what}: exit code {done.returncode}\n{done.stdout.decode(errors='replace')[-3000:]}"
                 f"{done.stderr.decode(errors='replace')[-3000:]}")


def filter_commands(folder):
    """One run of each *_opencl filter on a small picture."""
    program = folder / "program.cl"
    program.write_text(ffmpeg_filters.PROGRAM, encoding="ascii")
    start = ["ffmpeg", "-v", "error", "-init_hw_device", "opencl=ocl", "-filter_hw_device", "ocl"]
    for name, (text, inputs, formats, _, _) in ffmpeg_filters.FILTERS.items():
        line, graph = list(start), ""
        for i in range(inputs):
            pixels = "gray16le" if name == "remap" and i else formats[0]
            line += ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=5"]
            graph += f"[{i}:v]format={pixels},hwupload[u{i}];"
        graph += "".join(f"[u{i}]" for i in range(inputs)) + text.replace("@", str(program))
        yield name, line + ["-filter_complex", graph + f",hwdownload,format={formats[0]}", "-frames:v", "2", "-f", "null", "-"]
    yield "tonemap", start + ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=5", "-vf",
                              "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,format=p010,hwupload,"
                              "tonemap_opencl=t=bt2020:tonemap=hable:format=nv12,hwdownload,format=nv12",
                              "-frames:v", "2", "-f", "null", "-"]
    yield "openclsrc", start + ["-filter_complex", f"openclsrc=source={program}:kernel=gradient:size=64x64:format=rgba:rate=5,"
                                "hwdownload,format=rgba", "-frames:v", "2", "-f", "null", "-"]


def literals(text):
    """String literals of C++: raw ones, and ordinary ones that stand side by side as one."""
    for match in re.finditer(r'R"(\w*)\((.*?)\)\1"|((?:"(?:\\.|[^"\\\n])*"\s*)+)', text, re.S):
        if match[2] is not None:
            yield match[2]
        else:
            yield "".join(re.findall(r'"((?:\\.|[^"\\\n])*)"', match[3])).encode().decode("unicode_escape")


def record(options):
    build, folder = options.build.resolve(), options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    on_softgpu = {"OCL_ICD_VENDORS": f"{build}/etc/OpenCL/vendors", "ZE_ENABLE_ALT_DRIVERS": f"{build}/lib/clze/libze_softgpu.so",
                  "CLZE_TEST_LIBRARY": f"{build}/lib/clze/libclze.so"}
    keep = {"CLZE_CLC": f"{build}/tests/modules_recorder", "CLZE_RECORD": str(folder),
            "CLZE_RECORD_COMPILER": f"{build}/libexec/clze/clze-clc"}
    clze_run = [build / "bin" / "clze-run", "--software"]
    tests = build / "tests"
    run([tests / "api_tests"], {**on_softgpu, **keep}, "api_tests")
    run([tests / "unit_spirv"], keep, "unit_spirv")
    run([tests / "unit_icd_hot_path"], {**on_softgpu, **keep}, "unit_icd_hot_path")
    run([*clze_run, tests / "va_tests"], keep, "va_tests")
    run([*clze_run, tests / "simple_programs"], keep, "simple_programs")
    ours = set(folder.glob("*.request"))
    with tempfile.TemporaryDirectory() as work:
        for name, command in filter_commands(pathlib.Path(work)):
            run([*clze_run, *command], keep, f"FFmpeg's {name}")
    of_ffmpeg = set(folder.glob("*.request")) - ours
    # Programs that other tests had already (none today) would make this number smaller.
    if len(of_ffmpeg) < FFMPEG_PROGRAMS:
        sys.exit(f"only {len(of_ffmpeg)} programs of FFmpeg were seen, not {FFMPEG_PROGRAMS}")
    texts = 0
    for pattern, standard in FILES.items():
        for file in ROOT.glob(pattern):
            shutil.copy(file, folder / f"{file.parent.name}_{file.stem}.{standard}.cl")
            texts += 1
    for file in (ROOT / "bench").glob("*.cpp"):
        for index, text in enumerate(literals(file.read_text(encoding="utf-8"))):
            if re.search(r"\bkernel\s+(__attribute__|void)", text):
                (folder / f"bench_{file.stem}_{index}.CL1.2.cl").write_text(text, encoding="utf-8")
                texts += 1
    print(f"{len(ours)} programs of the tests, {len(of_ffmpeg)} of FFmpeg, {texts} files")
    return 0


def verdicts(options, opencl, folder):
    """File: (verdict, why). A program that ends the process is a crash, and the rest goes on in another one."""
    found = {}
    names = sorted(file.stem for file in folder.iterdir())
    while len(found) < len(names):
        command = [sys.executable, HERE.parent / "on_fake_gpu.py", "--gpu", options.gpu, "--opencl", opencl, "--build", options.build]
        command += ["--drivers", options.drivers] if options.drivers else ["--system-drivers"]
        command += ["--", options.build.resolve() / "tests" / "modules_build", folder, str(len(found))]
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=900)
        for line in done.stdout.decode(errors="replace").splitlines():
            fields = line.split("\t", 2)
            if len(fields) == 3 and fields[1] in RANK:
                found[fields[0]] = (fields[1], fields[2])
        if done.returncode == 0:
            break
        # Intel's compiler ends the process without a word over what it does not know; our own program says why it stops.
        if 0 < done.returncode < 128 and done.stderr.strip():
            sys.exit(f"modules_build on {opencl}: exit code {done.returncode}\n{done.stderr.decode(errors='replace')[-2000:]}")
        found[names[len(found)]] = ("crash", f"ended the process: {done.returncode}")
    if set(found) != set(names):
        sys.exit(f"modules_build on {opencl} told {len(found)} verdicts of {len(names)}")
    return found


def explanations():
    with open(HERE / "explained.toml", "rb") as file:
        return tomllib.load(file)["program"]


def build(options):
    folder = options.folder.resolve()
    ours = verdicts(options, "clze", folder)
    count = {name: sum(1 for verdict, _ in ours.values() if verdict == name) for name in RANK}
    print(f"{options.gpu}: {len(ours)} programs on clze: " + ", ".join(f"{count[name]} {name}" for name in RANK))
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        less = pathlib.Path(work)
        for file in folder.iterdir():
            if ours[file.stem][0] != "executable":
                shutil.copy(file, less)
        native = verdicts(options, "native", less)
        for name, (verdict, why) in sorted(native.items()):
            # Part of a larger program: what it misses is in another one, and the whole is built elsewhere in the tests.
            part = ours[name][0] == "object" and "Unresolved external reference" in ours[name][1]
            if RANK[ours[name][0]] >= RANK[verdict] and ours[name][0] != "crash" or part:
                continue
            text = next(less.glob(name + ".*")).read_bytes().decode(errors="replace")
            reasons = [entry for entry in explanations() if entry["contains"] in text and entry["says"] in ours[name][1]]
            if reasons:
                print(f"explained: {name}: {reasons[0]['reason']}")
                continue
            failed += 1
            print(f"{name}: {ours[name][0]} on clze, {verdict} on Intel's OpenCL driver\n  clze: {ours[name][1]}\n  native: {why}\n{text}")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["record", "build"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build tree")
    parser.add_argument("--gpu", default="TGL")
    parser.add_argument("--drivers", default="", help="folder with newer drivers")
    options = parser.parse_args()
    return record(options) if options.what == "record" else build(options)


if __name__ == "__main__":
    sys.exit(main())
