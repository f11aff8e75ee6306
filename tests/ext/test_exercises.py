"""Exercises and solutions, with and without code cells inside."""

import pytest

PAGE = "book/learning/second"
EXERCISE = ":::{exercise} ★★ Accuracy of $QR$\n:label: ex-qr\nShow it.\n:::\n"
SOLUTION = ":::{solution} ex-qr\nShown.\n:::\n"
GATED = """
:::{exercise-start} ★ By computer
:label: ex-run
:::
Do it.

```{code-cell} ipython3
1 + 1
```

:::{exercise-end}
:::
:::{solution-start} ex-run
:::
```{code-cell} ipython3
2
```
:::{solution-end}
:::
"""
NOTEBOOK = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
"""


def chapter(book, text: str, builder: str = "html", **config):
    return book({"learning/second": f"# Second\n\n{text}"}, builder, **config)


def notebook(book, text: str, builder: str = "html"):
    files = {"learning/second": f"{NOTEBOOK}# Second\n\n{text}"}
    return book(
        files,
        builder,
        parser="myst_nb",
        nb_execution_mode="off",
        suppress_warnings=["myst-nb.lexer"],
    )


def test_exercise_is_numbered_within_its_chapter_with_stars_apart(book):
    page = chapter(book, EXERCISE + SOLUTION).html(PAGE)
    assert 'class="exercise" id="ex-qr" role="group"' in page
    assert 'class="exercise-number">Exercise\N{NO-BREAK SPACE}2.1</span>' in page
    assert '<span class="stars" role="img" aria-label="proof">★★</span>' in page
    assert 'class="exercise-name">Accuracy of' in page


def test_solution_is_folded_and_names_its_exercise(book):
    page = chapter(book, EXERCISE + SOLUTION).html(PAGE)
    assert '<details class="solution" id="sol-qr">' in page
    assert '<summary>Solution of <a class="reference internal" href="#ex-qr">' in page


def test_references_to_exercise_and_solution(book):
    text = EXERCISE + SOLUTION + "\n{prf:ref}`ex-qr` and {prf:ref}`sol-qr`"
    built = chapter(book, text)
    assert built.warnings == ""
    assert built.html(PAGE).count("Solution of Exercise\N{NO-BREAK SPACE}2.1</span>")


def test_exercise_without_solution_warns(book):
    built = chapter(book, EXERCISE)
    assert "second.md:3: WARNING: Exercise\N{NO-BREAK SPACE}2.1 (ex-qr)" in (
        built.warnings
    )


def test_solution_of_nothing_warns(book):
    built = chapter(book, SOLUTION)
    assert "second.md:3: WARNING: solution of ex-qr: expected the label" in (
        built.warnings
    )


def test_second_solution_of_one_exercise_warns(book):
    built = chapter(book, f"{EXERCISE}\n{SOLUTION}\n{SOLUTION}")
    assert "duplicate label sol-qr" in built.warnings


def test_cells_stand_inside_gated_exercise_and_solution(book):
    built = notebook(book, GATED)
    assert built.warnings == ""
    page = built.html(PAGE)
    exercise = page[page.index('id="ex-run"') : page.index('id="sol-run"')]
    solution = page[page.index('id="sol-run"') : page.index("</details>")]
    assert 'class="cell ' in exercise
    assert 'class="cell ' in solution


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        (":::{exercise-end}\n:::\n", "exercise-start without exercise-end"),
        (":::{solution-end}\n:::\n", "solution-start without solution-end"),
    ],
)
def test_gate_left_open_warns(book, gone, message):
    assert message in notebook(book, GATED.replace(gone, "")).warnings


def test_gate_closed_twice_warns(book):
    built = notebook(book, GATED + ":::{solution-end}\n:::\n")
    assert "solution-end without solution-start" in built.warnings
