"""The questions that `check` asks, and how it compares the answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import stop_gradient
from mmdl.autodiff.differences import disagreement, quotient
from mmdl.autodiff.fusion import Fused
from mmdl.autodiff.hints import MOST_ENTRIES, hint
from mmdl.autodiff.subject import Arrays, Subject

TOLERANCE = 1e-6
DIRECTIONS = 3
ATTEMPTS = 3
PROMOTED = "; a np.float64 constant promotes, write Python floats"


class CheckError(AssertionError):
    """Something that `check` examined is wrong.

    Examples
    --------
    >>> from mmdl import check
    >>> from mmdl.autodiff import pointwise
    >>> square = pointwise(lambda x: x * x, lambda v, y, x: v * x)
    >>> try:
    ...     check(square, np.array([1.0, 2.0]))
    ... except CheckError as error:
    ...     print(str(error).partition("; ")[2])
    ratio 2: a factor two lost (a square, or two uses of a variable?).
    """


class Examiner:
    """The questions that a `Subject` has to answer, in this order."""

    def __init__(self, subject: Subject, seed: int) -> None:
        self.subject = subject
        self.rng = np.random.default_rng(seed)
        self.point = [x.copy() for x in subject.start]
        self.y: Arrays = []

    def all(self) -> list[str]:
        """Ask all questions; return what was verified."""
        if not self.subject.leaves:
            self.fail("at least one array of floats", "none; write x.astype(float)")
        passed = [self.repeats()]
        if isinstance(self.subject.thing, Fused):
            passed.append(self.kernel())  # two formulas have no common derivative
        passed += [self.smooth(self.first), self.adjoint()]
        passed += [self.smooth(self.second), self.strides(), self.float32()]
        return passed

    def fail(self, expected: str, received: str) -> None:
        """Raise the error in the house's form."""
        who = f"check({self.subject.name})"
        raise CheckError(f"{who}: expected {expected}, received {ended(received)}")

    def smooth(self, question: Callable[[], str]) -> str:
        """Ask at the point; what is wrong there must be wrong beside it, too.

        On a kink no quotient agrees with any derivative, but next to it they do.
        """
        for _ in range(ATTEMPTS):
            try:
                return question()
            except CheckError:
                self.point = [x + self.normal(x) * _scale(x) / 100 for x in self.point]
                self.y = self.subject.value(self.point)
        return question()

    def normal(self, like: Any) -> Any:
        """Draw a direction."""
        return self.rng.normal(size=np.shape(like))

    # Values ---------------------------------------------------------------------

    def repeats(self) -> str:
        """Same value twice, traced or not; inputs and cotangents as they were."""
        s, before = self.subject, [x.copy() for x in self.point]
        self.y = s.value(self.point)
        us = [self.normal(y) for y in self.y]
        kept = [u.copy() for u in us]
        g = s.gradient(self.point, us)
        for name, x, old in zip(s.names, self.point, before, strict=True):
            if not np.array_equal(x, old):
                self.fail(f"{name} untouched", "it changed; work on a copy")
        if not _same(us, kept):
            self.fail("cotangents untouched", "a pullback wrote into g; copy it")
        traced = [stop_gradient(y) for y in s.run(self.point)]
        if not _same(self.y, s.value(self.point)) or not _close(self.y, traced):
            self.fail(
                "the same value from the same inputs",
                "two; is there randomness or state (a layer: call eval() before)?",
            )
        if not all(np.all(np.isfinite(y)) for y in self.y):
            self.fail("finite values", "NaN or infinity; choose other inputs")
        if not all(np.all(np.isfinite(c)) for c in g):
            self.fail("a finite derivative", "NaN or infinity; is there 0/0 or log(0)?")
        if not _close(g, s.gradient(self.point, us)):
            self.fail("the same gradient from the same inputs", "two; is there state?")
        return "repeatable"

    def strides(self) -> str:
        """Arrays with gaps between their entries give the same."""
        us = [self.normal(y) for y in self.y]
        apart = [_spaced(x) for x in self.point]
        y, g = self.subject.value(apart), self.subject.gradient(apart, us)
        if not _close(y, self.y) or not _close(
            g, self.subject.gradient(self.point, us)
        ):
            self.fail(
                "the same for an array with strides",
                "something else; is a layout assumed?",
            )
        return "any layout"

    def float32(self) -> str:
        """Single precision stays single, forward and backward.

        A function of the reader's may have float64 arrays inside; a primitive or a
        layer has no excuse.
        """
        s, thing = self.subject, self.subject.thing
        strict = hasattr(thing, "primitive") or hasattr(thing, "parameters")
        point = [x.astype(np.float32) for x in self.point]
        us = [self.normal(y).astype(np.float32) for y in self.y]
        wider = [y.dtype for y in s.run(point) if y.dtype != np.float32]
        if wider and not strict:
            return "float64 inside"
        if wider:
            self.fail("float32 for float32 inputs", f"{wider[0]}{PROMOTED}")
        for name, g in zip(s.names, s.pulled(point, us), strict=True):
            if g is not None and g.dtype != np.float32:
                self.fail(f"a float32 gradient for {name}", f"{g.dtype}{PROMOTED}")
        return "float32 stays"

    # Derivatives ----------------------------------------------------------------

    def first(self) -> str:
        """Reverse and forward mode against central differences."""
        s = self.subject
        for _ in range(DIRECTIONS):
            us = [self.normal(y) for y in self.y]
            g = s.gradient(self.point, us)
            for i, name in enumerate(s.names):
                vs = self.along(i)
                line = self.line(s.value, vs, us)
                reverse = float(np.sum(g[i] * vs[i]))
                wrong = disagreement(line, reverse, self.size(us), TOLERANCE)
                tangents = s.tangent(self.point, vs)
                forward = _inner(us, tangents)
                if wrong is not None:
                    self.explain(i, us, (reverse, wrong), forward)
                if disagreement(line, forward, self.size(us), TOLERANCE) is not None:
                    self.fail(
                        f"forward mode to give {quotient(line, 1e-4):.6g} along {name} "
                        "(central differences)",
                        f"{forward:.6g}, while reverse mode is right; check the JVP",
                    )
        return "first derivatives"

    def adjoint(self) -> str:
        """<u, Jv> = <J*u, v> to rounding."""
        us, vs = [self.normal(y) for y in self.y], [self.normal(x) for x in self.point]
        jv, g = (
            self.subject.tangent(self.point, vs),
            self.subject.gradient(self.point, us),
        )
        left, right = _inner(us, jv), _inner(g, vs)
        size = sum(float(np.sum(np.abs(a * b))) for a, b in zip(g, vs, strict=True))
        if abs(left - right) > 1e-8 * size + 1e-12:
            self.fail(f"<u, Jv> = <J*u, v>, here {left:.10g}", f"{right:.10g}")
        return "adjoint"

    def second(self) -> str:
        """Derivatives of the gradient, by both modes, against central differences."""
        s = self.subject
        us = [self.normal(y) for y in self.y]
        ws = [self.normal(x) for x in self.point]
        size = _size(ws, s.gradient(self.point, us)) + self.size(us)
        reverse = s.second_reverse(self.point, us, ws)
        for i, name in enumerate(s.names):
            vs = self.along(i)
            line = self.line(lambda x: s.gradient(x, us), vs, ws)
            claims = {
                "forward": _inner(ws, s.second(self.point, us, vs)),
                "reverse": float(np.sum(reverse[i] * vs[i])),
            }
            for mode, claimed in claims.items():
                wrong = disagreement(line, claimed, size, TOLERANCE)
                if wrong is not None:
                    self.fail(
                        f"the second derivative along {name} to be {wrong:.6g} "
                        "(central differences of the gradient)",
                        f"{claimed:.6g} by {mode} over reverse mode; is a rule not "
                        "made of differentiable functions, or a definition wrong?",
                    )
        return "second derivatives"

    def kernel(self) -> str:
        """Kernel and definition have one value."""
        fused: Any = self.subject.thing
        kernel, fused.fast = fused.fast, None
        try:
            y = self.subject.value(self.point)
        finally:
            fused.fast = kernel
        for a, b in zip(map(np.asarray, self.y), map(np.asarray, y), strict=True):
            if a.shape != b.shape:
                self.fail(f"a kernel's value of shape {b.shape}", f"{a.shape}")
            if not _close([a], [b]):
                k = np.argmax(np.abs(a - b))
                self.fail(
                    f"the kernel to give the definition's {b.flat[k]:.6g}",
                    f"{a.flat[k]:.6g}; are kernel and definition one formula?",
                )
        return "kernel = definition"

    # Tools ----------------------------------------------------------------------

    def along(self, i: int) -> Arrays:
        """Draw a direction that moves variable `i` only, by its own scale."""
        vs = [np.zeros(x.shape) for x in self.point]
        vs[i] = self.normal(self.point[i]) * _scale(self.point[i])
        return vs

    def line(
        self, f: Callable[[Arrays], Arrays], vs: Arrays, us: Arrays
    ) -> Callable[[float], float]:
        """Return h -> <u, f(x + h v)>."""

        @cache
        def phi(h: float) -> float:
            return _inner(
                us, f([x + h * v for x, v in zip(self.point, vs, strict=True)])
            )

        return phi

    def size(self, us: Arrays) -> float:
        """Return the magnitude of the terms of <u, y>."""
        return _size(us, self.y)

    def explain(
        self, i: int, us: Arrays, pair: tuple[float, float], forward: float
    ) -> None:
        """Raise the error for a wrong first derivative, with a hint."""
        s, (analytic, numeric) = self.subject, pair
        words = f"ratio {numeric / analytic:.6g}" if analytic else "0"
        if all(x.size <= MOST_ENTRIES for x in self.point):
            truth = [self.entries(j, us) for j in range(len(self.point))]
            others = [t for j, t in enumerate(truth) if j != i]
            words = hint(
                s.gradient(self.point, us)[i], truth[i], others, self.lengths()
            )
        if isinstance(s.thing, Fused) and np.isclose(forward, numeric, rtol=1e-5):
            words += "; the definition is right, look at the kernel's pullback"
        self.fail(
            f"the derivative with respect to {s.names[i]} of shape "
            f"{self.point[i].shape} to be {numeric:.6g} in a random direction (central "
            "differences)",
            f"{analytic:.6g}; {words}",
        )

    def entries(self, i: int, us: Arrays) -> Any:
        """Return the gradient by difference quotients, entry by entry."""
        g = np.zeros(self.point[i].size)
        for k in range(g.size):
            vs = [np.zeros(x.shape) for x in self.point]
            vs[i].reshape(-1)[k] = _scale(self.point[i])
            g[k] = quotient(self.line(self.subject.value, vs, us), 1e-5)
        return g.reshape(self.point[i].shape) / _scale(self.point[i])

    def lengths(self) -> set[int]:
        """Return what a mean may divide by."""
        shapes = [x.shape for x in [*self.point, *self.y]]
        return {n for s in shapes for n in s} | {int(np.prod(s)) for s in shapes}


def _scale(x: Any) -> float:
    size = float(np.sqrt(np.mean(np.square(x)))) if np.size(x) else 0.0
    return size or 1.0


def _inner(us: Arrays, ys: Arrays) -> float:
    return sum(float(np.sum(u * y)) for u, y in zip(us, ys, strict=True))


def _size(us: Arrays, ys: Arrays) -> float:
    return sum(float(np.sum(np.abs(u * y))) for u, y in zip(us, ys, strict=True))


def _same(a: Arrays, b: Arrays) -> bool:
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(a, b, strict=True))


def _close(a: Arrays, b: Arrays) -> bool:
    return all(
        np.allclose(
            x, y, rtol=1e-9, atol=1e-10 * np.max(np.abs(y), initial=0), equal_nan=True
        )
        for x, y in zip(a, b, strict=True)
    )


def _spaced(x: Any) -> Any:
    gaps = np.zeros([2 * n for n in x.shape])
    gaps[(slice(None, None, 2),) * x.ndim] = x
    return gaps[(slice(None, None, 2),) * x.ndim] if x.ndim else x


def ended(sentence: str) -> str:
    """Close a sentence, unless it is a question."""
    return sentence if sentence.endswith("?") else f"{sentence}."
