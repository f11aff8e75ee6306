"""pytest items from claims: ``holds``, one per mutant, ``sharp``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from claims.framework import Claim
from claims.kinds import Defect, Rejected


class ClaimItem(pytest.Item):
    """One check of a claim."""

    def __init__(self, *, check: Callable[[], object], claim: Claim, **keywords):
        super().__init__(**keywords)
        self.check, self.claim = check, claim

    def runtest(self) -> None:
        self.check()

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, Rejected | Defect):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        path, line = self.claim.place
        return path, line - 1, f"{self.claim.label}: {self.claim.name} [{self.name}]"


class ClaimCollector(pytest.Collector):
    """A claim: its checks are its items."""

    def __init__(self, *, claim: Claim, **keywords):
        super().__init__(**keywords)
        self.claim = claim

    def collect(self) -> Iterator[pytest.Item]:
        claim = self.claim
        yield self.item("holds", claim.holds)
        for mutant in claim.mutants:
            yield self.item(
                f"rejects: {mutant.name}", lambda m=mutant: claim.rejects(m)
            )
        if claim.sharp_instance:
            yield self.item("sharp", claim.is_attained)

    def item(self, name: str, check: Callable[[], object]) -> ClaimItem:
        return ClaimItem.from_parent(self, name=name, check=check, claim=self.claim)


def pytest_pycollect_makeitem(collector, name, obj):
    """Collect a claim where it is declared, not where it is imported."""
    if isinstance(obj, Claim) and obj.function.__module__ == collector.obj.__name__:
        return ClaimCollector.from_parent(collector, name=name, claim=obj)
    return None
