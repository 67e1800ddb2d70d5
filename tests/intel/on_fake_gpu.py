#!/usr/bin/env python3
"""Runs a program on Intel's real drivers over the fake GPU: sets the environment and becomes the program.

    on_fake_gpu.py --gpu TGL -- clinfo
    on_fake_gpu.py --gpu DG2 --opencl native --drivers ~/intel-26 -- clinfo
"""
import argparse
import os
import pathlib
import sys

LIBRARIES = "usr/lib/x86_64-linux-gnu"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gpu", default="TGL", help="names of tests/intel/fake_gpu/profile/profiles.def, with commas")
    parser.add_argument("--opencl", choices=["clze", "native"], default="clze", help="which OpenCL driver the loader finds")
    parser.add_argument("--drivers", metavar="PREFIX", default=os.environ.get("CLZE_INTEL_DRIVERS"),
                        help="folder of newer drivers, unpacked; else the system's (CLZE_INTEL_DRIVERS)")
    parser.add_argument("--system-drivers", action="store_true", help="the system's drivers, whatever CLZE_INTEL_DRIVERS says")
    parser.add_argument("--validation", action="store_true", help="with the Level Zero loader's validation layer")
    parser.add_argument("--build", default=pathlib.Path(__file__).resolve().parents[2] / "build", type=pathlib.Path,
                        help="the build tree (build/)")
    parser.add_argument("--callgrind", metavar="OUT", help="count instructions with valgrind's callgrind into this file")
    parser.add_argument("--exact", action="store_true",
                        help="the system's driver closes buffers in the calling thread, so that counts do not depend on time")
    parser.add_argument("--no-direct-submission", action="store_true",
                        help="an ioctl for each submission also where the driver would write into a ring (xe's parts)")
    parser.add_argument("--log", default=None, help="FAKE_GPU_LOG")
    parser.add_argument("program", nargs="+")
    return parser.parse_args()


def vendors(options, drivers):
    """What OCL_ICD_VENDORS names."""
    if options.opencl == "clze":
        return f"{options.build}/etc/OpenCL/vendors/"
    # The library itself: a vendor file of unpacked drivers names the system's path.
    return str((drivers or pathlib.Path("/")) / LIBRARIES / "intel-opencl" / "libigdrcl.so")


def main():
    options = arguments()
    drivers = None if options.system_drivers or not options.drivers else pathlib.Path(options.drivers).resolve()
    shim = options.build.resolve() / "tests" / "libfake_gpu.so"
    if not shim.exists():
        sys.exit(f"{shim} is not built")
    environment = dict(os.environ, FAKE_GPU=options.gpu, LIBVA_DRIVER_NAME="iHD", OCL_ICD_VENDORS=vendors(options, drivers))
    # A shader cache in the home folder would let one run's results reach the next.
    environment.setdefault("NEO_CACHE_PERSISTENT", "0")
    if options.log is not None:
        environment["FAKE_GPU_LOG"] = options.log
    if options.validation:
        environment["ZE_ENABLE_VALIDATION_LAYER"] = "1"
        environment["ZE_ENABLE_PARAMETER_VALIDATION"] = "1"
    if options.exact:
        environment["NEOReadDebugKeys"] = "1"
        environment.setdefault("EnableGemCloseWorker", "0")
    if options.no_direct_submission:
        environment["NEOReadDebugKeys"] = "1"
        environment["EnableDirectSubmission"] = "0"
    command = options.program
    if drivers:
        libraries = drivers / LIBRARIES
        environment["ZE_ENABLE_ALT_DRIVERS"] = str(libraries / "libze_intel_gpu.so.1")
        environment["LIBVA_DRIVERS_PATH"] = str(libraries / "dri")
        program = command[0] if "/" in command[0] else next(
            (f"{folder}/{command[0]}" for folder in os.get_exec_path() if os.access(f"{folder}/{command[0]}", os.X_OK)), None)
        if program is None:
            sys.exit(f"{command[0]} is not found")
        # The newer drivers need the newer libc: only its own loader may see the preloaded library then.
        command = [str(libraries / "ld-linux-x86-64.so.2"), "--library-path", str(libraries), "--preload", str(shim),
                   program, *command[1:]]
    else:
        environment["LD_PRELOAD"] = str(shim)
    if options.callgrind:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={options.callgrind}", *command]
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main()
