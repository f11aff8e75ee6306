"""Results of the claims: run beside the reading of the sources, then judged.

``tests/claims`` runs in a process of its own, which answers from its cache where
nothing changed. A statement without a claim, a claim that fails and a claim of
an unknown label are warnings, with the place where the remedy goes.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, cast

from numbering import chapters
from prf_domain import PROVABLE, Entry, ProofDomain
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

logger = logging.getLogger(__name__)
Record = dict[str, Any]
BEHIND = 10  # of 19: the claims take what the reading of the sources leaves


class Results(NamedTuple):
    """Claims and excuses, by label."""

    claims: dict[str, list[Record]]
    untested: dict[str, Record]


def start(app: Sphinx) -> None:
    """Start the claims; they run while the sources are read."""
    app.mmdl_results = Results({}, {})
    app.mmdl_claims_process = None
    folder = app.config.mmdl_claims
    if folder and app.builder.format in ("html", "latex"):
        path = str(Path(app.srcdir) / folder)
        known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        paths = os.pathsep.join(dict.fromkeys([path, *filter(None, known)]))
        app.mmdl_claims_process = subprocess.Popen(
            [sys.executable, "-m", "claims", str(build_folder(app))],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if hasattr(os, "setpriority"):  # pages are read alone, claims by two
            os.setpriority(os.PRIO_PROCESS, app.mmdl_claims_process.pid, BEHIND)


def build_folder(app: Sphinx) -> Path:
    """Return the folder that keeps results between builds."""
    return Path(app.srcdir) / "_build"


def finish(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Wait for the claims; return the documents that show something new."""
    if app.mmdl_claims_process is None:
        return []
    app.mmdl_results = load(app)
    check(env, app.mmdl_results)
    note_labels(env)
    before, now = (
        getattr(env, "mmdl_ledger_digests", {}),
        digests(env, app.mmdl_results),
    )
    env.mmdl_ledger_digests = now
    return sorted(page for page in now if before.get(page) != now[page])


def load(app: Sphinx) -> Results:
    """Return the results, empty with a warning when the run itself broke."""
    errors = app.mmdl_claims_process.communicate()[1].strip()
    app.mmdl_claims_process = None
    path = build_folder(app) / "claims.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        last = errors.splitlines()[-1] if errors else "no results"
        logger.warning(
            "the claims did not run: %s; try `python -m claims` in %s",
            last,
            app.config.mmdl_claims,
            type="mmdl",
            subtype="claims",
        )
        return Results({}, {})
    claims: dict[str, list[Record]] = {}
    for record in found["claims"]:
        claims.setdefault(record["label"], []).append(record)
    return Results(claims, {record["label"]: record for record in found["untested"]})


def provable(env: BuildEnvironment) -> list[Entry]:
    """Return the statements that need a claim, in reading order."""
    domain = cast(ProofDomain, env.get_domain("prf"))
    order = {name: i for i, name in enumerate(chapters(env.config))}
    entries = [e for e in domain.entries.values() if e.kind in PROVABLE]
    return sorted(entries, key=lambda e: (order.get(e.docname, -1), e.docname, e.line))


def ledger_documents(env: BuildEnvironment) -> set[str]:
    """Return the documents that show the ledger."""
    return {name for name, data in env.metadata.items() if data.get("mmdl_ledger")}


def note_labels(env: BuildEnvironment) -> None:
    """Let chapters refer to a statement's claims: {ref}`claims <ledger-thm-x>`."""
    labels = env.get_domain("std").anonlabels
    for docname in ledger_documents(env):
        for entry in provable(env):
            labels[f"ledger-{entry.label}"] = (docname, f"ledger-{entry.label}")


def check(env: BuildEnvironment, results: Results) -> None:
    """Warn about what is not tested, what fails, and what tests nothing."""
    labels = set()
    for entry in provable(env):
        labels.add(entry.label)
        if entry.label not in results.claims and entry.label not in results.untested:
            warn(
                f"{entry.name} ({entry.label}): expected a claim in "
                f"{claim_file(entry.docname)}, found none; add one, "
                f'or untested("{entry.label}", reason="...")',
                (entry.docname, entry.line),
            )
    for record in all_claims(results):
        if record["error"]:
            warn(f"a claim fails: {record['error']}", place(record))
    for record in (*all_claims(results), *results.untested.values()):
        if record["label"] not in labels and written(env, record["file"]):
            warn(f"no published chapter has {record['label']}", place(record))


def all_claims(results: Results) -> Iterator[Record]:
    """Yield every claim."""
    for records in results.claims.values():
        yield from records


def place(record: Record) -> str:
    """Return ``file:line`` of a claim."""
    return f"{record['file']}:{record['line']}"


def claim_file(docname: str) -> str:
    """Return the name of the file that holds a chapter's claims."""
    return f"tests/claims/test_{PurePosixPath(docname).name.replace('-', '_')}.py"


def written(env: BuildEnvironment, file: str) -> bool:
    """Tell whether the chapter to which a claim file belongs is published.

    ``test_least_squares_noise.py`` belongs to the planned chapter with the
    longest slug that its name starts with, ``least-squares``.
    """
    name = PurePosixPath(file).stem + "_"
    stems = {doc: PurePosixPath(claim_file(doc)).stem for doc in chapters(env.config)}
    owners = [doc for doc, stem in stems.items() if name.startswith(stem + "_")]
    return (
        bool(owners) and max(owners, key=lambda doc: len(stems[doc])) in env.found_docs
    )


def warn(message: str, location: object) -> None:
    """Warn at a place in a chapter or in a claim file."""
    logger.warning(message, location=location, type="mmdl", subtype="claims")


def digests(env: BuildEnvironment, results: Results) -> dict[str, str]:
    """Hash what each page shows: lines beside statements, or the whole ledger."""
    claims = [{**r, "seconds": 0, "worst": 0} for r in all_claims(results)]
    domain = cast(ProofDomain, env.get_domain("prf"))
    entries = [
        (*entry._replace(line=0), domain.status(entry)) for entry in provable(env)
    ]
    beside: dict[str, object] = {}
    for entry in provable(env):
        records = results.claims.get(entry.label, [])
        line = [entry.label, [(bool(r["error"]), len(r["mutants"])) for r in records]]
        beside.setdefault(entry.docname, []).append(line)  # type: ignore[attr-defined]
    for page in ledger_documents(env):
        beside[page] = [claims, results.untested, entries]
    return {
        page: hashlib.sha256(json.dumps(shown).encode()).hexdigest()
        for page, shown in beside.items()
    }


def setup(app: Sphinx) -> dict:
    """Register the settings and the two moments."""
    app.setup_extension("prf_domain")
    app.add_config_value("mmdl_claims", "", "env", types=(str,))
    app.connect("builder-inited", start)
    app.connect("env-updated", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
