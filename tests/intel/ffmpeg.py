#!/usr/bin/env python3
"""FFmpeg with iHD, clze and Intel's Level Zero driver in one process, on the fake GPU: it ends well, and leaves nothing.

    ffmpeg.py --gpu TGL --build build upload

No kernel runs there, so frames are not looked at. Each case runs twice, the second time with twice as many frames.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = ["-init_hw_device", "vaapi=va:/dev/dri/renderD128,driver=iHD", "-init_hw_device", "opencl=ocl@va"]
SHARED = "hwmap=derive_device=opencl:mode=read,unsharp_opencl,hwmap=derive_device=vaapi:mode=write:reverse=1,format=vaapi"
# Surfaces are in rotation: more frames may need a few more, not one each.
POOL = 32


class Failed(Exception):
    """A check that did not hold."""


def run(command, environment=None):
    done = subprocess.run(command, env=dict(os.environ, **(environment or {})), stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace")
        raise Failed(f"exit code {done.returncode} of {' '.join(map(str, command))}\n{words}")
    return done


def upload(folder, frames):
    """Frames of the CPU become surfaces, and come back from them."""
    del folder
    return [*DEVICES, "-filter_hw_device", "va", "-f", "lavfi", "-i", "testsrc2=s=640x480", "-frames:v", str(frames), "-vf",
            f"format=nv12,hwupload,{SHARED},hwdownload,format=nv12"]


def decode(folder, frames):
    """Surfaces come from the decoder; they are not looked at by the CPU."""
    clip = folder / "clip.webm"
    if not clip.exists():
        run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x480", "-frames:v", "40", "-pix_fmt", "yuv420p",
             "-c:v", "libvpx-vp9", "-b:v", "1M", "-deadline", "realtime", "-cpu-used", "8", str(clip)])
    return [*DEVICES, "-filter_hw_device", "ocl", "-hwaccel", "vaapi", "-hwaccel_output_format", "vaapi", "-hwaccel_device",
            "va", "-i", str(clip), "-frames:v", str(frames), "-vf", SHARED]


def measure(options, folder, frames):
    """FFmpeg's run as the fake GPU and clze counted it."""
    report, stats = folder / f"report-{frames}", folder / f"stats-{frames}"
    drivers = ["--drivers", options.drivers] if options.drivers else ["--system-drivers"]
    run([sys.executable, HERE / "on_fake_gpu.py", "--gpu", options.gpu, *drivers, "--validation", "--build",
         options.build, "--", "ffmpeg", "-v", "error", "-nostdin", *CASES[options.case](folder, frames), "-f", "null", "-"],
        {"FAKE_GPU_STRICT": "1", "FAKE_GPU_IMAGE_ENDS": "0", "FAKE_GPU_REPORT": str(report), "CLZE_STATS": str(stats), "CLZE_LOG": "warning"})
    gpu = json.loads(report.read_text(encoding="ascii"))
    clze = json.loads(stats.read_text(encoding="ascii").splitlines()[-1])
    for name in ("objectsAlive", "mappingsAlive", "dmaBufsOpen", "contextsAlive", "spacesAlive", "closedInFlight", "hangs"):
        if gpu[name] != 0:
            raise Failed(f"{frames} frames: {name} is {gpu[name]}")
    # Drivers let go of each object themselves: none is left for the end of the file.
    made = gpu["objectsCreated"] + gpu["primeImports"]
    closed = gpu["ioctlsByName"]["GEM_CLOSE"]
    if made != closed:
        raise Failed(f"{frames} frames: {made} objects created or imported, {closed} closed")
    # Two surfaces a frame, two planes each. With 22.43 the chroma plane is a copy, written back where it was written to.
    if clze["planesMapped"] < 4 * frames:
        raise Failed(f"{frames} frames: {clze}")
    if not options.drivers and (clze["shadowFills"] < 2 * frames or clze["shadowWrites"] < frames):
        raise Failed(f"{frames} frames: {clze}")
    if clze["hostCopyBytes"] != 0:
        raise Failed(f"{frames} frames: the host copied {clze['hostCopyBytes']} bytes")
    return gpu, clze


# iHD 23.1.1 calls a null function when a surface of DG2 is mapped (vaMapBuffer), whatever else is in the process:
# `upload` cannot run there with it; it does with 26.3.5.
CASES = {"upload": upload, "decode": decode}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gpu", default="TGL")
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--drivers", metavar="PREFIX", help="folder of newer drivers, unpacked; else the system's")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("case", choices=sorted(CASES))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            first, _ = measure(options, folder, options.frames)
            second, stats = measure(options, folder, 2 * options.frames)
            for count in ("objectsCreated", "primeImports"):
                if second[count] > first[count] + POOL:
                    raise Failed(f"{count}: {first[count]} with {options.frames} frames, {second[count]} with twice as many")
        except Failed as failure:
            sys.exit(f"{options.case} on {options.gpu}: {failure}")
    print(f"{options.case} on {options.gpu}: ok, {stats}")


if __name__ == "__main__":
    main()
