"""FFmpeg's whole chain on clze: VA-API decode, surfaces shared with OpenCL, a filter, and back to VA-API.

The command lines are those that media servers use, with nothing of clze in them but the clze-run in front.
"""
import json
import os
import subprocess
import sys


import ffmpeg_common as common
from ffmpeg_common import Failed

DEVICES = ["-init_hw_device", "vaapi=va:/dev/dri/renderD128,driver=iHD", "-init_hw_device", "opencl=ocl@va",
           "-filter_hw_device", "ocl"]
DECODE = ["-hwaccel", "vaapi", "-hwaccel_output_format", "vaapi"]
BACK = "hwmap=derive_device=vaapi:mode=write:reverse=1,format=vaapi,hwdownload"
UNSHARP = "unsharp_opencl=lx=5:ly=5:la=1.5:cx=5:cy=5:ca=1.0"


def clip(folder, size, frames, pixels="yuv420p"):
    """A VP9 clip in two passes: hidden alternate reference frames are in it."""
    path = os.path.join(folder, "clip.webm")
    profile = ["-profile:v", "2", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
               "-color_range", "tv"] if pixels != "yuv420p" else ["-profile:v", "0"]
    base = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25", "-frames:v", str(frames),
            "-pix_fmt", pixels, "-c:v", "libvpx-vp9", *profile, "-b:v", "1M", "-auto-alt-ref", "1", "-lag-in-frames", "16",
            "-cpu-used", "5", "-passlogfile", os.path.join(folder, "pass")]
    common.run(base + ["-pass", "1", "-f", "null", "-"])
    common.run(base + ["-pass", "2", path])
    return path


def statistics(path):
    with open(path, encoding="ascii") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    return {key: sum(line[key] for line in lines) for key in lines[0]}


def check_sharing(stats, frames, mapped_per_frame):
    if stats["hostCopyBytes"] != 0:
        raise Failed(f"{stats['hostCopyBytes']} bytes of surface memory were copied by the host")
    if stats["planesMapped"] < frames * mapped_per_frame:
        raise Failed(f"only {stats['planesMapped']} planes mapped for {frames} frames")
    # FFmpeg's pools have a few dozen surfaces; every further map must find its import.
    imports = stats["memoryImports"] + stats["imageImports"]
    if imports > 64:
        raise Failed(f"{imports} imports: the cache does not work")
    if stats["cacheHits"] + 2 * imports < stats["planesMapped"]:
        raise Failed(f"too few cache hits: {stats}")


def unsharp(size, frames):
    def check(options, folder):
        source = clip(folder, size, frames)
        got = os.path.join(folder, "got")
        chain = f"hwmap=derive_device=opencl:mode=read,{UNSHARP},{BACK},format=nv12"
        stats = os.path.join(folder, "stats")
        common.on_clze(options, ["ffmpeg", "-v", "error", "-y", *DEVICES, *DECODE, "-i", source, "-vf", chain, "-f",
                                 "rawvideo", got], {"CLZE_STATS": stats})
        wanted = os.path.join(folder, "wanted")
        common.on_pocl(options, ["ffmpeg", "-v", "error", "-y", "-init_hw_device", "opencl=ocl", "-filter_hw_device", "ocl",
                                 "-i", source, "-vf", f"format=yuv420p,hwupload,{UNSHARP},hwdownload,format=yuv420p", "-f",
                                 "rawvideo", wanted])
        width, height = map(int, size.split("x"))
        reference = common.semi_planar(common.read(wanted), width, height, 8)
        common.compare(f"unsharp {size}", common.read(got), reference, 8, 1, 0.98)
        check_sharing(statistics(stats), frames, 4)
    return check


def chaos(options, folder):
    """The chain on twenty seeds of random delays and orders: the frames are those of a run without."""
    source = clip(folder, "322x242", 6)
    got, wanted = os.path.join(folder, "got"), os.path.join(folder, "wanted")

    def frames(path, environment):
        common.on_clze(options, ["ffmpeg", "-v", "error", "-y", *DEVICES, *DECODE, "-i", source, "-vf",
                                 f"hwmap=derive_device=opencl:mode=read,{UNSHARP},{BACK},format=nv12", "-f", "rawvideo",
                                 path], environment)
    frames(wanted, {})
    for seed in range(1, 21):
        frames(got, {"SOFTGPU_CHAOS": str(seed)})
        common.compare(f"seed {seed}", common.read(got), common.read(wanted))


def plain(options, folder):
    """The short form: OpenCL's result is downloaded, not handed back."""
    source = clip(folder, "640x480", 10)
    got, wanted = os.path.join(folder, "got"), os.path.join(folder, "wanted")
    common.on_clze(options, ["ffmpeg", "-v", "error", "-y", "-init_hw_device", "vaapi=va:/dev/dri/renderD128", *DECODE,
                             "-hwaccel_device", "va", "-i", source, "-vf",
                             "hwmap=derive_device=opencl,transpose_opencl=dir=clock,hwdownload,format=nv12", "-f",
                             "rawvideo", got])
    common.run(["ffmpeg", "-v", "error", "-y", "-i", source, "-vf", "format=nv12,transpose=dir=clock", "-f", "rawvideo",
                wanted])
    common.compare("transpose", common.read(got), common.read(wanted))


def upload(options, folder):
    """Surfaces that FFmpeg fills (hwupload), not the decoder."""
    source, got = os.path.join(folder, "in"), os.path.join(folder, "got")
    common.frames(source, "nv12", "322x242", 8)
    chain = ("hwupload,hwmap=derive_device=opencl:mode=read,erosion_opencl=threshold0=0:threshold1=0:threshold2=0,"
             f"{BACK},format=nv12")
    common.on_clze(options, ["ffmpeg", "-v", "error", "-y", "-init_hw_device",
                             "vaapi=va:/dev/dri/renderD128,driver=iHD", "-filter_hw_device", "va", "-f", "rawvideo",
                             "-pix_fmt", "nv12", "-s", "322x242", "-i", source, "-vf", chain, "-f", "rawvideo", got])
    # Thresholds of zero let nothing change: what went in comes out, through two maps.
    common.compare("upload", common.read(got), common.read(source))


def linear_light(value):
    """SMPTE ST 2084 (PQ), in units of 100 candela a square metre."""
    root = max(value, 0.0) ** (1 / 78.84375)
    return (max(root - 0.8359375, 0.0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125) * 100


def hable(signal):
    def curve(x):
        return (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) - 0.02 / 0.3
    return curve(signal) / curve(100.0)


def toned_luma(y, u, v):
    """One texel of BT.2020 PQ, ten bits, as 8-bit BT.709 luma after Hable's curve: the filter's arithmetic in doubles."""
    # As a kernel sees P010: ten bits at the top of sixteen, normalised by 65535, then taken for eight-bit levels.
    y, u, v = (value * 64 / 65535 * 255 for value in (y, u, v))
    luma, blue, red = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    r, b = luma + 1.4746 * red, luma + 1.8814 * blue
    g = (luma - 0.2627 * r - 0.0593 * b) / 0.678
    r, g, b = linear_light(r), linear_light(g), linear_light(b)
    rgb = (1.6605 * r - 0.5876 * g - 0.0728 * b, -0.1246 * r + 1.1329 * g - 0.0083 * b,
           -0.0182 * r - 0.1006 * g + 1.1187 * b)
    signal = max(*rgb, 1e-6)
    scale = min(hable(signal), 1.0) / signal
    r, g, b = (min(max(value * scale, 0.0), 1.0) ** (1 / 2.4) for value in rgb)
    return 16 + 219 * (0.2126 * r + 0.7152 * g + 0.0722 * b)


def tonemap(size, frames):
    def check(options, folder):
        source = clip(folder, size, frames, "yuv420p10le")
        got, decoded = os.path.join(folder, "got"), os.path.join(folder, "decoded")
        tone = "tonemap_opencl=format=nv12:primaries=bt709:transfer=bt709:matrix=bt709:tonemap=hable:desat=0:peak=100"
        stats = os.path.join(folder, "stats")
        common.on_clze(options, ["ffmpeg", "-v", "error", "-y", *DEVICES, *DECODE, "-i", source, "-vf",
                                 f"hwmap=derive_device=opencl:mode=read,{tone},{BACK},format=nv12", "-f", "rawvideo", got],
                       {"CLZE_STATS": stats})
        common.run(["ffmpeg", "-v", "error", "-y", "-i", source, "-frames:v", "1", "-pix_fmt", "yuv420p10le", "-f",
                    "rawvideo", decoded])
        width, height = map(int, size.split("x"))
        result, planes = common.read(got), common.samples(common.read(decoded), 16)
        if len(result) != frames * width * height * 3 // 2:
            raise Failed(f"{len(result)} bytes for {frames} frames")
        # The first frame: later ones are adapted to the average brightness of those before.
        chroma, cb = width // 2, width * height
        cr = cb + chroma * (height // 2)
        known, worst, total = {}, 0.0, 0.0
        for y in range(height):
            for x in range(width):
                at = (y // 2) * chroma + x // 2
                texel = planes[y * width + x], planes[cb + at], planes[cr + at]
                if texel not in known:
                    known[texel] = toned_luma(*texel)
                difference = abs(result[y * width + x] - known[texel])
                worst, total = max(worst, difference), total + difference
        print(f"luma: worst {worst:.1f}, mean {total / (width * height):.2f}", file=sys.stderr)
        if worst > 3 or total / (width * height) > 1:
            raise Failed(f"frame 0: luma differs by up to {worst:.1f}, {total / (width * height):.2f} on average")
        check_sharing(statistics(stats), frames, 4)
    return check


def several(options, folder):
    """Twelve mapped frames alive at once, given back in the opposite order."""
    source = clip(folder, "640x480", 12)
    got, wanted = os.path.join(folder, "got"), os.path.join(folder, "wanted")
    chain = f"hwmap=derive_device=opencl:mode=read,reverse,erosion_opencl=threshold0=0:threshold1=0:threshold2=0,{BACK}"
    common.on_clze(options, ["ffmpeg", "-v", "error", "-y", *DEVICES, *DECODE, "-extra_hw_frames", "16", "-i", source,
                             "-vf", f"{chain},format=nv12", "-f", "rawvideo", got])
    # Thresholds of zero change nothing: what is left of the chain is the order.
    common.run(["ffmpeg", "-v", "error", "-y", "-i", source, "-vf", "format=nv12,reverse", "-f", "rawvideo", wanted])
    common.compare("reversed", common.read(got), common.read(wanted))


def resources(pid):
    """Open files, and resident kilobytes that are the process's own."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        fields = dict(line.split(":", 1) for line in file)
    return len(os.listdir(f"/proc/{pid}/fd")), int(fields["RssAnon"].split()[0]) + int(fields["RssShmem"].split()[0])


def growth(options, folder):
    """2,000 frames: no file descriptor more, at most 1 MiB of memory more."""
    source = clip(folder, "320x240", 50)
    chain = f"hwmap=derive_device=opencl:mode=read,{UNSHARP},{BACK},format=nv12"
    command = [options.clze_run, "--software", "ffmpeg", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.1",
               *DEVICES, *DECODE, "-stream_loop", "-1", "-i", source, "-vf", chain, "-frames:v", "2600", "-f", "null", "-"]
    seen = []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.startswith("frame="):
                frame = int(line.split("=")[1])
                if frame >= 400:
                    try:
                        seen.append((frame, *resources(process.pid)))
                    except FileNotFoundError:
                        break
    if process.returncode != 0:
        raise Failed(f"FFmpeg ended with {process.returncode}")
    seen = [sample for sample in seen if sample[0] <= 2580]
    if len(seen) < 10 or seen[-1][0] - seen[0][0] < 2000:
        raise Failed(f"too few samples to judge: {seen[:3]} ... {seen[-3:]}")
    # Both move up and down by a frame's worth; the floor of the first and the last samples tells growth from movement.
    tenth = max(3, len(seen) // 10)
    first, last = seen[:tenth], seen[-tenth:]
    fds = min(s[1] for s in last) - min(s[1] for s in first)
    memory = min(s[2] for s in last) - min(s[2] for s in first)
    print(f"over {seen[-1][0] - seen[0][0]} frames: {fds} fds, {memory} KiB", file=sys.stderr)
    if fds > 0 or memory > 1024:
        raise Failed(f"{fds} file descriptors and {memory} KiB more after {seen[-1][0] - seen[0][0]} frames")


CASES = {
    "unsharp_640x480": unsharp("640x480", 30),
    "unsharp_322x242": unsharp("322x242", 30),
    "unsharp_1920x1080": unsharp("1920x1080", 6),
    "tonemap_640x480": tonemap("640x480", 10),
    "tonemap_322x242": tonemap("322x242", 10),
    "chaos": chaos,
    "plain": plain,
    "upload": upload,
    "several": several,
    "growth": growth,
}

if __name__ == "__main__":
    common.main(__doc__, CASES)
