"""The comparison of two builds sees every difference."""

from __future__ import annotations

import pytest
from mmdl_book.reproduce import compare


@pytest.fixture
def builds(tmp_path):
    """Two equal builds."""
    for name in ("one", "two"):
        (tmp_path / name / "_build/html").mkdir(parents=True)
        (tmp_path / name / "_build/html/a.html").write_bytes(b"same bytes")
        (tmp_path / name / "_build/pdf").mkdir()
        (tmp_path / name / "_build/pdf/book.pdf").write_bytes(b"%PDF")
    return tmp_path / "one", tmp_path / "two"


def test_equal_builds_have_no_difference(builds):
    assert compare(*builds) == []


def test_one_byte_is_found_with_its_place(builds):
    (builds[1] / "_build/html/a.html").write_bytes(b"same bites")
    (found,) = compare(*builds)
    assert found.startswith("_build/html/a.html: byte 6: ")


def test_missing_file_is_found(builds):
    (builds[1] / "_build/pdf/book.pdf").unlink()
    assert compare(*builds) == ["_build/pdf/book.pdf: only in the first build"]


def test_longer_file_is_found(builds):
    (builds[1] / "_build/html/a.html").write_bytes(b"same bytes.")
    assert compare(*builds)[0].startswith("_build/html/a.html: byte 10: ")
