"""Every builtin that clang declares must be defined by the library, under the name and with the types that SPIR-V comes
back with. Usage: names_test.py <OpenCL C standard> <builtins bitcode> <folder to work in> <clang> <llvm-spirv>
<llvm-link> <llvm-nm> <llvm-dis> <call_every_builtin.py>
"""
import pathlib
import re
import subprocess
import sys

standard, library, folder, clang, spirv, link, nm, dis, writer = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
FRONT = [clang, "-w", "-target", "spir64", "-x", "cl", f"-cl-std={standard}"]


def run(*command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, cwd=folder).stdout


def symbols(file, kind):
    return {line.split()[-1] for line in run(nm, file).splitlines() if line.split()[-2] == kind}


headers = run(clang, "-print-resource-dir").strip() + "/include"
(folder / "header.cl").write_text("#include <opencl-c.h>\n")
run(*FRONT, "-cl-no-stdinc", f"-I{headers}", "-E", "-P", "header.cl", "-o", "header.i")
run(sys.executable, writer, "header.i", "calls.cl")
run(*FRONT, "-O1", "-Xclang", "-no-opaque-pointers", "-Xclang", "-finclude-default-header", "-emit-llvm", "-c", "calls.cl",
    "-o", "calls.bc")
run(spirv, "--spirv-ext=+all", "calls.bc", "-o", "calls.spv")
run(spirv, "-r", "--spirv-target-env=CL2.0", "calls.spv", "-o", "back.bc")

called = symbols("back.bc", "U")
missing = sorted(called - symbols(library, "T"))
print(f"{standard}: {len(called)} names called, {len(missing)} missing")
print("\n".join(missing[:40]))

# A definition of another type than the call's would be called through a cast of the function.
run(link, "--only-needed", "back.bc", library, "-o", "linked.bc")
run(dis, "linked.bc", "-o", "linked.ll")
casts = sorted(set(re.findall(r"bitcast \([^()]*\([^()]*\)\* (@_Z\w+)", (folder / "linked.ll").read_text())))
print(f"{len(casts)} with other types")
print("\n".join(casts[:40]))
sys.exit(1 if missing or casts or len(called) < 5000 else 0)
