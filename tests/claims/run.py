"""Run every claim and write ``claims.json``, which the theorem ledger reads.

Files run in two processes, one BLAS thread each.  A file whose key is known
(the hash of the file, of this package, of ``mmdl`` and of the versions) is not
run again: its part of the answer is kept in the build folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import util
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from claims.framework import REGISTRY, Claim, Mutant, Untested
from claims.kinds import Defect, Rejected

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def claim_files() -> list[Path]:
    """Return the claim files, one per chapter."""
    return sorted(HERE.glob("test_*.py"))


def shown(path: Path) -> str:
    """Return the path as the ledger shows it, from the repository's root."""
    return path.relative_to(ROOT).as_posix() if ROOT in path.parents else path.name


def shared_hash() -> str:
    """Hash what every claim depends on: the framework, mmdl, the versions."""
    digest = hashlib.sha256(f"{np.__version__} {platform.python_version()}".encode())
    framework = set(HERE.glob("*.py")) - set(claim_files())
    library = (p for p in (ROOT / "mmdl").rglob("*") if "__pycache__" not in p.parts)
    for path in sorted(framework | {p for p in library if p.is_file()}):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def verdict(check: Any) -> tuple[Any, str]:
    """Return the value of a check and the reason why it failed, if it did."""
    try:
        return check(), ""
    except (Rejected, Defect) as reason:
        return None, str(reason)
    except Exception as error:  # noqa: BLE001 - a claim may fail in any way
        return None, f"{type(error).__name__}: {error}"


def mutant_record(claim: Claim, mutant: Mutant) -> dict[str, Any]:
    """Run one mutant."""
    _, reason = verdict(lambda: claim.rejects(mutant))
    return {"name": mutant.name, "rejected": not reason, "error": reason}


def claim_record(claim: Claim) -> dict[str, Any]:
    """Run one claim with its mutants and its sharp instance."""
    started = time.perf_counter()
    worst, error = verdict(claim.holds)
    mutants = [mutant_record(claim, m) for m in claim.mutants]
    sharp = None
    if claim.sharp_instance:
        gap, reason = verdict(claim.is_attained)
        sharp, error = gap is not None, error or reason
    path, line = claim.place
    return {
        "label": claim.label,
        "name": claim.name,
        "kind": claim.kind,
        "sentence": claim.sentence,
        "file": shown(path),
        "line": line,
        "instances": claim.instances,
        "worst": worst,
        "sharp": sharp,
        "mutants": mutants,
        "error": error or next((m["error"] for m in mutants if m["error"]), ""),
        "seconds": round(time.perf_counter() - started, 3),
    }


def untested_record(entry: Untested) -> dict[str, Any]:
    """Describe a statement that has no claim."""
    path, line = entry.place
    place = {"file": shown(path), "line": line}
    return {"label": entry.label, "reason": entry.reason, **place}


def run_file(path: Path) -> dict[str, Any]:
    """Run the claims of one file (in a process of its own)."""
    name = f"claims.{path.stem}"
    spec = util.spec_from_file_location(name, path)
    spec.loader.exec_module(util.module_from_spec(spec))
    entries = REGISTRY.get(name, [])
    return {
        "claims": [claim_record(e) for e in entries if isinstance(e, Claim)],
        "untested": [untested_record(e) for e in entries if isinstance(e, Untested)],
    }


def kept(path: Path, key: str) -> dict[str, Any] | None:
    """Return the stored answer of a file when its key still fits."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return stored["answer"] if stored["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none, or a damaged one: run again


def write_json(path: Path, value: object) -> None:
    """Write atomically, so that an interrupted run leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(value, indent=1), encoding="utf-8")
    new.replace(path)


def answers(files: Sequence[Path], cache: Path, jobs: int) -> list[dict[str, Any]]:
    """Return one answer per file, running only those whose key changed."""
    shared = shared_hash().encode()
    keys = [hashlib.sha256(shared + f.read_bytes()).hexdigest() for f in files]
    stores = [cache / f"{f.stem}.json" for f in files]
    known = [kept(store, key) for store, key in zip(stores, keys, strict=True)]
    todo = [i for i, answer in enumerate(known) if answer is None]
    fresh = in_processes([files[i] for i in todo], jobs) if todo else []
    for i, answer in zip(todo, fresh, strict=True):
        known[i] = answer
        write_json(stores[i], {"key": keys[i], "answer": answer})
    return known


def in_processes(files: Sequence[Path], jobs: int) -> list[dict[str, Any]]:
    """Run files in fresh processes with one BLAS thread each."""
    os.environ.update(dict.fromkeys(THREADS, "1"))
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    wanted = [str(HERE.parent), *[p for p in paths if p]]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(wanted))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return list(pool.map(run_file, files))


def run_claims(
    build: Path, *, files: Sequence[Path] | None = None, jobs: int = 2
) -> dict[str, Any]:
    """Return the results of all claims, and write them to ``build/claims.json``.

    A claim that fails is an entry with a non-empty ``error``.
    """
    files = claim_files() if files is None else files
    parts = answers(files, build / "claims", jobs)
    result = {
        "claims": [c for part in parts for c in part["claims"]],
        "untested": [u for part in parts for u in part["untested"]],
    }
    write_json(build / "claims.json", result)
    return result


def main(arguments: list[str]) -> int:
    """``python -m claims [BUILD]``: run, write, and print what fails."""
    result = run_claims(Path(arguments[0]) if arguments else ROOT / "_build")
    bad = [c for c in result["claims"] if c["error"]]
    for c in bad:
        print(f"{c['file']}:{c['line']}: {c['error']}", file=sys.stderr)
    mutants = sum(len(c["mutants"]) for c in result["claims"])
    print(f"{len(result['claims'])} claims, {mutants} mutants, {len(bad)} failures")
    return 1 if bad else 0
