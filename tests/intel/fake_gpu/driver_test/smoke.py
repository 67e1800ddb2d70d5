"""Runs level_zero_smoke on fake GPUs and looks at the report: nothing may be alive when the driver is gone."""
import argparse
import json
import os
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, help="on_fake_gpu.py")
    parser.add_argument("--build", required=True)
    parser.add_argument("--gpu", required=True)
    parser.add_argument("--drivers", help="a folder of newer drivers; else the system's")
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    drivers = ["--drivers", options.drivers] if options.drivers else ["--system-drivers"]
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        environment = dict(os.environ, FAKE_GPU_REPORT=report, FAKE_GPU_STRICT="1")
        done = subprocess.run([sys.executable, options.run, "--gpu", options.gpu, "--build", options.build, "--validation",
                               *drivers, "--", *options.program], env=environment, timeout=100)
        if done.returncode != 0:
            return f"exit code {done.returncode}"
        with open(report, encoding="utf-8") as file:
            counts = json.load(file)
    left = {name: counts[name] for name in ("objectsAlive", "handlesAlive", "mappingsAlive", "contextsAlive", "spacesAlive",
                                            "filesAlive", "nodeDescriptorsOpen", "dmaBufsOpen") if counts[name] != 0}
    if left:
        return f"left behind: {left}"
    if counts["walkers"] == 0:
        return "no kernel reached an engine"
    return None


if __name__ == "__main__":
    sys.exit(main())
