"""A downloaded notebook runs elsewhere: its first cell installs the library."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest
from built import ROOT, SITE
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient


@pytest.fixture
def elsewhere(tmp_path):
    """A Python with NumPy, matplotlib and Jupyter, and without the library."""
    home = tmp_path / "python"
    venv.create(home, with_pip=False)
    name = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    python = home / name
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.check_output([python, "-c", ask], text=True).strip()
    ours = next(p for p in map(Path, sys.path) if (p / "numpy").is_dir())
    Path(own, "borrowed.pth").write_text(f"{ours}\n", "utf-8")
    missing = subprocess.run([python, "-c", "import mmdl"], check=False, cwd=tmp_path)
    assert missing.returncode
    return python


def chapter() -> Path:
    """The notebook of the shortest chapter."""
    found = sorted(SITE.glob("_notebooks/*.ipynb"), key=lambda p: p.stat().st_size)
    return found[0]


def test_notebook_installs_the_library_and_runs(site, elsewhere, serve, tmp_path):
    sys.path.append(str(ROOT / "book/_ext"))
    try:
        from site_notebook import install_code
    finally:
        sys.path.remove(str(ROOT / "book/_ext"))
    (wheel,) = (site / "_wheels").glob("*.whl")
    address = f"{serve(site)}_wheels/{wheel.name}"
    notebook = nbformat.read(chapter(), as_version=4)
    target = tmp_path / "library"
    target.mkdir()
    code = install_code(address).replace("-q", f"-q --no-deps --target {target}")
    ready = f"import sys\nsys.path.append({str(target)!r})"
    cells = [nbformat.v4.new_code_cell(text) for text in (ready, code)]
    notebook.cells = [*cells, *notebook.cells]
    kernel = KernelManager(kernel_name="python3")
    kernel.kernel_spec.argv[0] = str(elsewhere)
    client = NotebookClient(notebook, km=kernel, timeout=300)
    try:
        client.execute(cwd=str(tmp_path))
    finally:
        client.kc.stop_channels()
        kernel.shutdown_kernel(now=True)
        kernel.context.destroy(linger=0)
    assert (target / "mmdl" / "__init__.py").is_file()
    told = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    assert not [o for o in told if o.output_type == "error"]
