"""Every *_opencl filter of FFmpeg on clze, compared with the same filter on PoCL.

PoCL 3.1 has no two-channel images: NV12 and P010 on clze are compared with the same samples as three planes on PoCL, since
the filters do the same arithmetic on each plane.
"""
import os

import ffmpeg_common as common
from ffmpeg_common import Failed

PROGRAM = """
__kernel void invert(__write_only image2d_t target, unsigned int index, __read_only image2d_t source) {
  const sampler_t sampler = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE | CLK_FILTER_NEAREST;
  int2 at = (int2)(get_global_id(0), get_global_id(1));
  write_imagef(target, at, 1.0f - read_imagef(source, sampler, at));
}
__kernel void gradient(__write_only image2d_t target, unsigned int index) {
  int2 at = (int2)(get_global_id(0), get_global_id(1));
  write_imagef(target, at, (float4)((at.x % 256) / 255.0f, (at.y % 256) / 255.0f, (index % 256) / 255.0f, 1.0f));
}
"""
EDGE = "scale=2:delta=10"
SIZES = ["640x480", "322x242"]
LARGE = "1920x1080"

# name: (filter, inputs, formats, sizes, tolerance). A tolerance of one sample step where the two devices may round a value that
# lies between two steps differently: their exp, pow and linear sampling are not the same to the last bit.
FILTERS = {
    "avgblur": ("avgblur_opencl=sizeX=3:sizeY=5", 1, ["gray", "yuv420p", "rgba", "nv12", "p010le"], SIZES + [LARGE], 1),
    "boxblur": ("boxblur_opencl=lr=3:lp=2:cr=2:cp=1", 1, ["yuv420p", "nv12", "p010le"], SIZES, 1),
    "colorkey": ("colorkey_opencl=color=red:similarity=0.3:blend=0.2", 1, ["rgba"], SIZES, 1),
    "convolution": ("convolution_opencl=0m='1 2 1 2 4 2 1 2 1':1m='0 -1 0 -1 5 -1 0 -1 0':2m='0 -1 0 -1 5 -1 0 -1 0':"
                    "0rdiv=0.0625:1rdiv=1:2rdiv=1", 1, ["gray", "yuv420p"], SIZES, 1),
    "convolution_nv12": ("convolution_opencl=0m='1 2 1 2 4 2 1 2 1':1m='0 -1 0 -1 5 -1 0 -1 0':"
                         "2m='0 -1 0 -1 5 -1 0 -1 0':0rdiv=0.0625:1rdiv=1:2rdiv=1", 1, ["nv12"], SIZES, 1),
    "deshake": ("deshake_opencl=tripod=1:adaptive_crop=0", 1, ["yuv420p"], ["640x480"], None),
    "dilation": ("dilation_opencl=threshold0=30.25:coordinates=231", 1, ["gray", "yuv420p", "rgba", "nv12"], SIZES, 0),
    "erosion": ("erosion_opencl=threshold0=30.25:coordinates=231", 1, ["gray", "yuv420p", "rgba", "nv12"], SIZES, 0),
    "nlmeans": ("nlmeans_opencl=s=3:p=5:r=7", 1, ["yuv420p"], ["322x242"], 1),
    "overlay": ("overlay_opencl=x=10:y=20", 2, ["yuv420p", "rgba", "nv12"], SIZES, 0),
    "pad": ("pad_opencl=w=iw+32:h=ih+16:x=16:y=8:color=blue", 1, ["yuv420p", "rgba", "nv12"], ["640x480", "320x240"], 0),
    "prewitt": (f"prewitt_opencl={EDGE}", 1, ["gray", "yuv420p", "rgba", "nv12"], SIZES, 0),
    "program": ("program_opencl=source=@:kernel=invert", 1, ["gray", "yuv420p", "rgba", "nv12", "p010le"], SIZES, 0),
    "remap": ("remap_opencl=interp=linear", 3, ["gray", "rgba"], ["322x242"], 1),
    "roberts": (f"roberts_opencl={EDGE}", 1, ["gray", "yuv420p", "rgba", "nv12"], SIZES, 0),
    "sobel": (f"sobel_opencl={EDGE}", 1, ["gray", "yuv420p", "rgba", "nv12"], SIZES, 0),
    "transpose": ("transpose_opencl=dir=clock", 1, ["yuv420p", "rgba", "nv12"], ["640x480", "320x240"], 0),
    "unsharp": ("unsharp_opencl=lx=5:ly=5:la=1.5:cx=5:cy=5:ca=1.0", 1, ["yuv420p", "nv12", "p010le"], SIZES + [LARGE], 1),
    "xfade": ("xfade_opencl=transition=wipeleft:duration=0.4:offset=0.2", 2, ["yuv420p", "rgba", "nv12"], SIZES, 0),
}
# Formats clze runs with two planes, the three-plane twin for PoCL, and bits of a sample.
TWINS = {"nv12": ("yuv420p", 8), "p010le": ("yuv420p16le", 16)}


def command(filter_text, inputs, pixels, size, sources, output):
    line = ["ffmpeg", "-v", "error", "-y", "-init_hw_device", "opencl=ocl", "-filter_hw_device", "ocl"]
    for source, source_pixels in sources:
        line += ["-f", "rawvideo", "-pix_fmt", source_pixels, "-s", size, "-r", "5", "-i", source]
    graph = "".join(f"[{i}:v]hwupload[u{i}];" for i in range(inputs))
    graph += "".join(f"[u{i}]" for i in range(inputs)) + f"{filter_text},hwdownload,format={pixels}"
    return line + ["-filter_complex", graph, "-f", "rawvideo", output]


def remap_maps(folder, width, height):
    """Coordinate images that shift and mirror: 16-bit gray."""
    paths = []
    for name, value in (("x", lambda x, y: width - 1 - x), ("y", lambda x, y: (y + 7) % height)):
        path = os.path.join(folder, name)
        frame = common.array.array("H", [value(x, y) for y in range(height) for x in range(width)])
        with open(path, "wb") as file:
            file.write(frame.tobytes() * 3)
        paths.append((path, "gray16le"))
    return paths


def make_inputs(folder, filter_text, inputs, pixels, size, bits):
    """Paths and formats of the inputs: for clze in `pixels`, for PoCL in the twin."""
    width, height = map(int, size.split("x"))
    twin = TWINS.get(pixels, (pixels, bits))[0]
    ours, theirs = [], []
    sources = ["shaken" if filter_text.startswith("deshake") else "testsrc2", "mandelbrot"]
    for index in range(1 if filter_text.startswith("remap") else inputs):
        path = os.path.join(folder, f"in{index}")
        common.frames(path, twin, size, 3, sources[index])
        if bits == 16:
            # The ten significant bits at the top, as P010 keeps them.
            data = common.samples(common.read(path), 16)
            for i, value in enumerate(data):
                data[i] = value & 0xFFC0
            with open(path, "wb") as file:
                file.write(data.tobytes())
        theirs.append((path, twin))
        if pixels in TWINS:
            with open(path + ".two", "wb") as file:
                file.write(common.semi_planar(common.read(path), width, height, bits))
            ours.append((path + ".two", pixels))
        else:
            ours.append((path, pixels))
    if filter_text.startswith("remap"):
        maps = remap_maps(folder, width, height)
        ours, theirs = ours + maps, theirs + maps
    return ours, theirs


def without_second_chroma(data, width, height):
    luma, chroma = width * height, (width + 1) // 2 * ((height + 1) // 2)
    result = bytearray(data)
    for start in range(0, len(data), luma + 2 * chroma):
        result[start + luma + 1:start + luma + 2 * chroma:2] = bytes(chroma)
    return bytes(result)


def one(options, folder, name, pixels, size):
    filter_text, inputs, _, _, tolerance = FILTERS[name]
    bits = TWINS.get(pixels, (pixels, 8))[1]
    program = os.path.join(folder, "program.cl")
    with open(program, "w", encoding="ascii") as file:
        file.write(PROGRAM)
    filter_text = filter_text.replace("@", program)
    ours, theirs = make_inputs(folder, filter_text, inputs, pixels, size, bits)
    got, wanted = os.path.join(folder, "got"), os.path.join(folder, "wanted")
    common.on_clze(options, command(filter_text, inputs, pixels, size, ours, got))
    twin = TWINS.get(pixels, (pixels, bits))[0]
    common.on_pocl(options, command(filter_text, inputs, twin, size, theirs, wanted))
    reference = common.read(wanted)
    if pixels in TWINS:
        width, height = map(int, size.split("x"))
        if name.startswith("pad"):
            width, height = width + 32, height + 16
        if name.startswith("transpose"):
            width, height = height, width
        reference = common.semi_planar(reference, width, height, bits)
    produced = common.read(got)
    if name in ("dilation", "erosion") and pixels in TWINS:
        # These two take whole texels by their first channel: V follows U, which no three-plane run does.
        width, height = map(int, size.split("x"))
        produced, reference = (without_second_chroma(data, width, height) for data in (produced, reference))
    what = f"{filter_text} {pixels} {size}"
    if tolerance is None:
        # An estimate of the camera's motion from matched features (deshake): the pictures agree, not their samples.
        if len(produced) != len(reference):
            raise Failed(f"{what}: another amount of data")
        difference = sum(abs(a - b) for a, b in zip(produced, reference)) / len(reference)
        if difference > 3:
            raise Failed(f"{what}: mean difference {difference:.1f}")
        return
    # One step of ten bits is 64 in P010's sixteen, but both devices compute in float and round to sixteen bits.
    common.compare(what, produced, reference, bits, tolerance, 0.99)


def case(name):
    def check(options, folder):
        for pixels in FILTERS[name][2]:
            for size in FILTERS[name][3]:
                one(options, folder, name, pixels, size)
    return check


def source(options, folder):
    """openclsrc: a generated picture, known to the bit."""
    program = os.path.join(folder, "program.cl")
    with open(program, "w", encoding="ascii") as file:
        file.write(PROGRAM)
    output = os.path.join(folder, "out")
    common.on_clze(options, ["ffmpeg", "-v", "error", "-y", "-init_hw_device", "opencl=ocl", "-filter_hw_device", "ocl",
                             "-filter_complex", f"openclsrc=source={program}:kernel=gradient:size=322x242:format=rgba:"
                             "rate=5,hwdownload,format=rgba", "-frames:v", "2", "-f", "rawvideo", output])
    wanted = bytearray()
    for index in range(2):
        for y in range(242):
            for x in range(322):
                wanted += bytes((x % 256, y % 256, index, 255))
    common.compare("openclsrc", common.read(output), bytes(wanted))


CASES = {name: case(name) for name in FILTERS}
CASES["openclsrc"] = source

if __name__ == "__main__":
    common.main(__doc__, CASES)
