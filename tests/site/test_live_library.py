"""The library's fast tests pass inside Pyodide, the Python of the page."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from built import ROOT

FAST = ["tests/stats", "tests/approx", "tests/test_byhand.py", "tests/test_neurons.py"]
FAST += ["tests/test_flops.py"]
# Compiled peers are not there; nor may NumPy's own 32-bit counts be given 64-bit ones.
LEFT_OUT = ["scikit_learn", "statsmodels", "torch", "repeated_sample", "diagonal_of"]
CHOICE = ["-k", " and ".join(f"not {name}" for name in LEFT_OUT)]


@pytest.mark.thorough
def test_fast_tests_pass_in_the_browsers_python(site, tmp_path):
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node.js on this machine")
    folder = next((site / "_live").glob("pyodide-*"), None)
    if folder is None:
        pytest.skip("the site was built without Pyodide: no network at that time")
    packages = Path(pytest.__file__).parents[1]
    script = Path(__file__).with_name("pyodide_tests.mjs")
    command = [node, script, folder, ROOT, packages, *FAST, *CHOICE]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "passed" in done.stdout, sys.version
