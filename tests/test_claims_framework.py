"""The claims framework is fed broken claims, and must say so."""

import json
import textwrap
from pathlib import Path

import numpy as np
import pytest
from claims import Claim, Defect, Rejected, design
from claims.kinds import KINDS, attained
from claims.run import run_claims

TESTS = Path(__file__).resolve().parent

pytest_plugins = ["pytester"]


def a_claim(function, *, kind, instances=20):
    function.__doc__ = "What is checked."
    return Claim("thm-x", function, kind, instances)


def doubled(rng, factor=2.0):
    x = rng.standard_normal(3)
    return x + x, factor * x


def test_a_true_identity_holds_and_its_mutant_is_rejected():
    claim = a_claim(doubled, kind="identity")
    claim.mutant("three instead of two", factor=3.0)
    assert claim.holds() < 1e-15
    claim.rejects(claim.mutants[0])


def test_a_claim_without_mutant_is_refused():
    with pytest.raises(Defect, match="cannot fail is none"):
        a_claim(doubled, kind="identity").holds()


def test_a_surviving_mutant_is_reported():
    claim = a_claim(doubled, kind="identity")
    claim.mutant("a rounding away", factor=2.0 + 1e-13)
    with pytest.raises(Defect, match="mutant 'a rounding away' survives"):
        claim.rejects(claim.mutants[0])


def test_a_mutant_that_crashes_is_not_rejected():
    claim = a_claim(doubled, kind="identity")
    claim.mutant("not a number", factor=np.nan)
    with pytest.raises(Defect, match="not finite"):
        claim.rejects(claim.mutants[0])


def test_a_mutant_must_replace_a_part_that_exists():
    claim = a_claim(doubled, kind="identity")
    with pytest.raises(Defect, match="no part named 'facto'"):
        claim.mutant("typo", facto=3.0)


def test_a_mutant_must_change_something():
    claim = a_claim(lambda rng, f=np.sin: f(0.0), kind="identity")
    with pytest.raises(Defect, match="changes nothing"):
        claim.mutant("the same", f=np.sin)


def test_a_claim_that_ignores_its_generator_is_refused():
    claim = a_claim(lambda rng, zero=0.0: zero, kind="identity")
    claim.mutant("one", zero=1.0)
    with pytest.raises(Defect, match="all instances are the same"):
        claim.holds()


def test_an_equivalence_needs_both_truth_values():
    claim = a_claim(lambda rng, a=True: (rng.random() < 2, a), kind="equivalence")
    claim.mutant("never", a=False)
    with pytest.raises(Defect, match="only one truth value"):
        claim.holds()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("identity", np.zeros(2), np.array([0.0, 1e-9])),
        ("identity", (1e8, 1e8 + 1e-4), (1e8, 1e8 + 1.0)),
        ("inequality", (1.0, 1.0 - 1e-10), (1.0, 1.0 - 1e-8)),
        ("rate", (np.array([1.0, 0.5]), np.array([1.0, 0.6])), ([1.0, 0.7], [1, 0.6])),
        ("slope", ([1, 2, 4], [1, 0.5, 0.25], -1.0), ([1, 2, 4], [1, 0.5, 0.25], -2.0)),
        ("existence", True, False),
        ("uniqueness", np.bool_(True), np.bool_(False)),
        ("impossibility", (0, 64), (1, 64)),
        ("equivalence", (True, True), (True, False)),
        ("statistical", (1.0, 1.4, 0.1), (1.0, 1.6, 0.1)),
    ],
)
def test_each_kind_accepts_the_truth_and_rejects_an_error(kind, good, bad):
    KINDS[kind].judge(good, None)
    with pytest.raises(Rejected):
        KINDS[kind].judge(bad, None)


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("identity", np.empty(0), "nothing was compared"),
        ("identity", (np.zeros((3, 1)), np.zeros(3)), "different shapes"),
        ("identity", np.inf, "not finite"),
        ("inequality", 1.0, "expected the tuple"),
        ("existence", 1, "expected a truth value"),
        ("impossibility", (0, 0), "nothing was enumerated"),
        ("statistical", (1.0, 1.0, 0.0), "not positive"),
    ],
)
def test_what_cannot_be_judged_is_a_defect(kind, value, why):
    with pytest.raises(Defect, match=why):
        KINDS[kind].judge(value, None)


def test_a_sharp_instance_must_come_within_one_per_cent():
    assert attained((0.995, 1.0)) == pytest.approx(0.005)
    with pytest.raises(Rejected, match="missed by 5"):
        attained((0.95, 1.0))
    with pytest.raises(Rejected, match="exceeded"):
        attained((1.001, 1.0))


def test_generated_designs_include_the_awkward_ones():
    rng = np.random.default_rng(0)
    shapes = [design(rng) for _ in range(300)]
    deficient = sum(np.linalg.matrix_rank(X) < min(X.shape) for X in shapes)
    assert any(len(X) == 1 for X in shapes)
    assert any(X.shape[1] == 1 for X in shapes)
    assert any(X.shape[0] < X.shape[1] for X in shapes)
    assert 60 < deficient < 240


SAMPLE = """
    import numpy as np
    from claims import claim, untested

    @claim("thm-x", kind="inequality", instances=5)
    def squares_are_positive(rng, power=2):
        "x^2 >= 0."
        x = rng.standard_normal(4)
        return 0 * x, x ** power

    squares_are_positive.mutant("cubes", power=3)
    squares_are_positive.mutant("fourth powers", power=4)

    @squares_are_positive.sharp
    def zero():
        return 0.0, 0.0

    untested("thm-y", reason="no time")
"""


def test_pytest_collects_holds_mutants_and_sharp(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    pytester.makeconftest("from claims.conftest import pytest_pycollect_makeitem")
    pytester.makepyfile(test_sample=textwrap.dedent(SAMPLE))
    result = pytester.runpytest_subprocess("-v", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*rejects: fourth powers*FAILED*"])
    result.stdout.fnmatch_lines(["*the mutant 'fourth powers' survives*"])


def test_the_runner_records_claims_mutants_and_failures(tmp_path):
    (file := tmp_path / "test_sample.py").write_text(textwrap.dedent(SAMPLE))
    answer = run_claims(tmp_path, files=[file])
    assert json.loads((tmp_path / "claims.json").read_text()) == answer
    (record,) = answer["claims"]
    assert (record["label"], record["sharp"], record["line"]) == ("thm-x", True, 5)
    assert [m["rejected"] for m in record["mutants"]] == [True, False]
    assert "'fourth powers' survives" in record["error"]
    assert answer["untested"][0]["reason"] == "no time"


def test_the_runner_keeps_answers_and_survives_a_damaged_cache(tmp_path):
    (file := tmp_path / "test_sample.py").write_text(textwrap.dedent(SAMPLE))
    first = run_claims(tmp_path, files=[file])
    store = tmp_path / "claims" / "test_sample.json"
    stored = json.loads(store.read_text())
    stored["answer"]["untested"] = []
    store.write_text(json.dumps(stored))
    assert run_claims(tmp_path, files=[file])["untested"] == []  # kept
    store.write_text("{")
    assert run_claims(tmp_path, files=[file])["untested"] == first["untested"]
    file.write_text(file.read_text() + "\n")  # another key
    store.write_text(json.dumps(stored))
    assert run_claims(tmp_path, files=[file])["untested"] == first["untested"]
