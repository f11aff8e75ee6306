"""What `import mmdl` does to the process: little, and nothing that it need not."""

import subprocess
import sys

import pytest

from mmdl import _memory


def modules_after(code):
    listing = f"{code}; import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_import_loads_the_engine_alone():
    loaded = {m for m in modules_after("import mmdl") if m.startswith("mmdl")}
    tops = {m.split(".")[1] for m in loaded if "." in m}
    assert tops == {"autodiff", "errors", "_memory"}
    assert "mmdl.autodiff.check" not in loaded


def test_import_loads_nothing_but_numpy_and_the_standard_library():
    alone = modules_after("import numpy")
    extra = {m.split(".")[0] for m in modules_after("import mmdl") - alone}
    assert extra - set(sys.stdlib_module_names) == {"mmdl"}


def test_subpackages_load_on_first_use():
    loaded = modules_after("import mmdl; mmdl.stats; mmdl.check")
    assert {"mmdl.stats", "mmdl.autodiff.check"} <= loaded


def test_memory_is_kept_where_glibc_allows_it(monkeypatch):
    monkeypatch.delenv("MMDL_NO_MALLOPT", raising=False)
    assert _memory.keep_freed_memory() in (True, False)
    if sys.platform == "linux" and "glibc" in _libc():
        assert _memory.keep_freed_memory()


def _libc():
    import platform

    return platform.libc_ver()[0]


def test_a_variable_leaves_the_allocator_alone(monkeypatch):
    monkeypatch.setenv("MMDL_NO_MALLOPT", "1")
    assert not _memory.keep_freed_memory()


@pytest.mark.parametrize("platform", ["win32", "darwin", "emscripten"])
def test_other_systems_are_left_alone(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert not _memory.keep_freed_memory()


def test_a_missing_mallopt_is_no_error(monkeypatch):
    monkeypatch.delenv("MMDL_NO_MALLOPT", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "ctypes", None)
    assert not _memory.keep_freed_memory()
