"""Claims and their mutants: declared by a decorator, run instance by instance."""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from claims.kinds import KINDS, Defect, Rejected, attained

Function = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """A plausible mistake: the formula with some of its parts replaced."""

    name: str
    changes: dict[str, Any]


@dataclass
class Claim:
    """One testable sentence about the statement ``label``; see the package."""

    label: str
    function: Function
    kind: str
    instances: int
    tol: float | None = None
    mutants: list[Mutant] = field(default_factory=list)
    sharp_instance: Function | None = None

    def __call__(self, rng: np.random.Generator, **parts: Any) -> Any:
        """Return what the claim compares, on one instance."""
        return self.function(rng, **parts)

    @property
    def name(self) -> str:
        """The claim in words: the name of its function."""
        return self.function.__name__.replace("_", " ").strip()

    @property
    def sentence(self) -> str:
        """What is checked: the docstring as one line."""
        return " ".join((inspect.getdoc(self.function) or "").split())

    @property
    def place(self) -> tuple[Path, int]:
        """The file and line of the claim."""
        code = self.function.__code__
        return Path(code.co_filename), code.co_firstlineno

    def mutant(self, name: str, **changes: Any) -> None:
        """Declare a wrong version, which the test must reject."""
        parts = inspect.signature(self.function).parameters
        for part, value in changes.items():
            if part not in parts or parts[part].default is inspect.Parameter.empty:
                raise Defect(f"{self.name}: no part named {part!r} to replace")
            if value is parts[part].default:
                raise Defect(f"{self.name}: the mutant {name!r} changes nothing")
        if not changes or any(m.name == name for m in self.mutants):
            raise Defect(f"{self.name}: mutant {name!r} is empty or declared twice")
        self.mutants.append(Mutant(name, changes))

    def sharp(self, function: Function) -> Function:
        """Declare an instance (no arguments) that attains the bound."""
        if self.kind not in ("inequality", "rate"):
            raise Defect(f"{self.name}: only a bound can be sharp")
        self.sharp_instance = function
        return function

    def run(self, changes: dict[str, Any] | None = None) -> float:
        """Judge every instance; return the worst margin, or raise Rejected."""
        kind, values, margins = KINDS[self.kind], [], []
        for i in range(self.instances):
            rng = np.random.default_rng([zlib.crc32(self.label.encode()), i])
            fresh = rng.bit_generator.state
            value = self.function(rng, **(changes or {}))
            if self.instances > 1 and rng.bit_generator.state == fresh:
                raise Defect(f"{self.name}: all instances are the same (rng unused)")
            try:
                margins.append(kind.judge(value, self.tol))
            except (Rejected, Defect) as verdict:
                message = f"{self.label}, {self.name}, instance {i}: {verdict}"
                raise type(verdict)(message) from None
            values.append(value)
        if self.kind == "equivalence" and {bool(v[0]) for v in values} != {False, True}:
            raise Defect(f"{self.name}: only one truth value occurs in the instances")
        return kind.worst(margins)

    def holds(self) -> float:
        """Run the true formula; a claim that nothing can refute is a defect."""
        if not self.mutants:
            raise Defect(f"{self.name}: no mutant; a claim that cannot fail is none")
        return self.run()

    def rejects(self, mutant: Mutant) -> None:
        """Run the mutant; raise Defect when it survives."""
        try:
            self.run(mutant.changes)
        except Rejected:
            return
        raise Defect(f"{self.label}, {self.name}: the mutant {mutant.name!r} survives")

    def is_attained(self) -> float:
        """Run the sharp instance; return how far the bound is from equality."""
        if self.sharp_instance is None:
            raise Defect(f"{self.name}: no sharp instance")
        return attained(self.sharp_instance())


@dataclass(frozen=True)
class Untested:
    """A statement without a claim, and why."""

    label: str
    reason: str
    place: tuple[Path, int]


REGISTRY: dict[str, list[Claim | Untested]] = {}  # by module name


def claim(
    label: str, *, kind: str, instances: int | None = None, tol: float | None = None
) -> Callable[[Function], Claim]:
    """Declare a claim about the statement ``label``; ``tol`` needs a comment."""
    if kind not in KINDS:
        raise Defect(f"{label}: no kind {kind!r}; the kinds are {', '.join(KINDS)}")

    def declare(function: Function) -> Claim:
        number = KINDS[kind].instances if instances is None else instances
        new = Claim(label, function, kind, number, tol)
        known = REGISTRY.setdefault(function.__module__, [])
        if any(isinstance(c, Claim) and c.name == new.name for c in known):
            raise Defect(f"{new.name}: two claims of this name in one file")
        if not new.sentence:
            raise Defect(f"{new.name}: say in a docstring what is checked")
        known.append(new)
        return new

    return declare


def untested(label: str, *, reason: str) -> None:
    """Record that the statement has no claim, and why it cannot have one."""
    here = inspect.currentframe()
    caller = here and here.f_back
    assert caller  # CPython keeps frames
    module = caller.f_globals["__name__"]
    place = (Path(caller.f_code.co_filename), caller.f_lineno)
    REGISTRY.setdefault(module, []).append(Untested(label, reason, place))
