"""Writes the table of host functions: every function that the bitcode calls and does not define, and those of libgcc
that LLVM's code generator calls for halves on CPUs without instructions for them.
Usage: hosts_table.py <llvm-nm> <bitcode> <C++ file to write>
"""
import subprocess
import sys

# The engine replaces these by casts.
REPLACED = ("__softgpu_image_", "__softgpu_sampler")
# The engine's, as kernels call them.
ENGINES = ("_Z22get_sub_group_local_idv", "_Z22get_max_sub_group_sizev")
HALVES = ["__extendhfsf2", "__truncdfhf2", "__truncsfhf2"]


def main():
    symbols = subprocess.run([sys.argv[1], "--undefined-only", "--just-symbol-name", sys.argv[2]], check=True,
                             capture_output=True, text=True).stdout.split()
    names = sorted(n for n in symbols if n.startswith("__softgpu_") and not n.startswith(REPLACED))
    names += HALVES
    unknown = [n for n in symbols if not n.startswith(("__softgpu_", "llvm.")) and n not in ENGINES]
    if unknown:
        raise SystemExit("the bitcode calls what nobody defines: " + " ".join(unknown))
    with open(sys.argv[3], "w") as out:
        out.write('#include "softgpu/ze/builtins/builtins.h"\n\nextern "C" {\n')
        out.writelines(f"void {name}();\n" for name in names)
        out.write("const SoftgpuBuiltinHost softgpu_builtins_hosts[] = {\n")
        out.writelines(f'    {{"{name}", reinterpret_cast<void*>({name})}},\n' for name in names)
        out.write("    {nullptr, nullptr}};\n}\n")


main()
