"""The timeline: complete, sorted, every row with a source that the book lists."""

import hashlib
import re
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_file

from mmdl.data import fastest_computers, fetch, timeline
from mmdl.data.history import TAGS, TIMELINE

ROOT = Path(__file__).resolve().parents[2]
ROWS = timeline()
KEYS = set(parse_file(str(ROOT / "book" / "references.bib")).entries)
PARTS = yaml.safe_load((ROOT / "book/plan.yml").read_text("utf-8"))["parts"]
CHAPTERS = {"ch-" + c["slug"] for part in PARTS for c in part["chapters"]}
COURSE_TAGS = {"frameworks", "techniques", "architectures", "reinforcement"}
COURSE_TAGS |= {"generative"}

# The lists of the two courses: the year of the slide, and a word of our row.
COURSE_O = """
1676 chain rule|1795 Least squares|1805 Least squares|1847 Gradient descent
1943 threshold neuron|1951 Stochastic approximation|1957 perceptron|1965 Deep networks
1967 stochastic gradients|1970 Backpropagation|1979 neocognitron|2012 AlexNet
2016 AlphaGo beats Lee Sedol|2018 AlphaFold|2020 AlphaFold 2|2022 ChatGPT
2024 prize in physics|2024 prize in chemistry|1965 Moore|2024 exaFLOPS|2016 zettabyte
2024 147 zettabytes|2017 Transformer|1956 Dartmouth|1997 Deep Blue|1960 ADALINE
1959 checkers|1950 Theseus
"""
COURSE_A = """
1958 perceptron|1975 Backpropagation|1980 neocognitron|1992 Max-pooling|1997 LSTM
2011 Google Brain|2015 OpenAI founded|2012 ReLU and dropout|2012 ImageNet|2013 DQN
2014 GANs|2014 Attention|2014 Inception v1|2015 TensorFlow|2015 Keras|2017 PyTorch
2018 JAX|2015 AlphaGo|2015 Batch normalisation|2015 YOLO v1|2016 ResNet
2017 Mask R-CNN|2017 PPO|2018 Soft actor-critic|2018 Transformer|2018 BERT|2018 GPT
2019 AlphaStar|2020 Vision transformers|2020 Jukebox|2021 CLIP|2021 DALL-E
2022 DALL-E 2|2022 Imagen|2022 ChatGPT|2023 Gemini|2023 LLaMA-2|2023 GPT-4
2024 o1|2025 R1|2020 MindSpore
"""


def wanted(text):
    return [
        (int(line[:4]), line[5:].strip()) for line in re.split(r"[|\n]", text.strip())
    ]


@pytest.mark.parametrize(
    ("track", "year", "words"),
    [("O", *row) for row in wanted(COURSE_O)]
    + [("A", *row) for row in wanted(COURSE_A)],
)
def test_every_row_of_the_courses_is_there_or_its_date_is_explained(track, year, words):
    rows = [row for row in ROWS if words in row.event and track in row.track]
    assert rows
    near = min(rows, key=lambda row: abs(row.year - year))
    assert near.year == year or near.note
    assert abs(near.year - year) <= 1


def test_no_row_claims_a_course_that_does_not_have_it():
    assert sum("O" in row.track for row in ROWS) == len(wanted(COURSE_O))
    assert sum("A" in row.track for row in ROWS) == len(wanted(COURSE_A))


def test_the_file_is_the_one_the_library_expects():
    data = fetch.shipped(TIMELINE)
    assert hashlib.sha256(data).hexdigest() == TIMELINE.sha256
    assert len(data) == TIMELINE.size < 20_000
    assert "`timeline.csv`" in (fetch.SHIPPED / "SOURCES.md").read_text("utf-8")


def test_rows_are_in_order_of_time():
    assert [row.date for row in ROWS] == sorted(row.date for row in ROWS)
    assert len({(row.date, row.event) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.date} {row.event[:20]}")
def test_a_row_can_be_looked_up(row):
    assert re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", row.date)
    assert row.event
    assert row.who
    assert row.tag in TAGS
    assert row.track in ("O", "A", "OA", "")
    assert not row.chapter or row.chapter in CHAPTERS
    assert row.sources
    assert set(row.sources) <= KEYS
    assert not row.note or row.note.endswith(".")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.date} {row.event[:20]}")
def test_no_source_is_older_than_a_recent_event(row):
    years = [int(key[-4:]) for key in row.sources]
    assert row.year < 1990 or max(years) >= row.year - 3


def test_the_second_course_uses_its_five_tags_from_1970_on():
    later = [row for row in ROWS if "A" in row.track and row.year >= 1970]
    assert {row.tag for row in later} == COURSE_TAGS < set(TAGS)


def test_estimates_are_positive_and_known_ones_are_the_published():
    for row in ROWS:
        assert row.compute is None or row.compute > 0
        assert row.revised is None or row.revised > 0
    known = {"The perceptron": 695_000, "ADALINE": 9_900}
    assert {r.event: r.compute for r in ROWS if r.event in known} == known
    assert all(row.flop == (row.revised or row.compute) for row in ROWS)


def test_each_leader_of_the_top500_was_faster_than_those_before():
    leaders = fastest_computers()
    assert all(re.fullmatch(r"\d{4}-(06|11)", row.date) for row in leaders)
    for key in ("date", "speed"):
        values = [getattr(row, key) for row in leaders]
        assert values == sorted(set(values))
    assert len({row.computer for row in leaders}) == len(leaders)


def test_the_fastest_computer_is_that_of_the_timeline():
    (row,) = [row for row in ROWS if "exaFLOPS" in row.event]
    last = fastest_computers()[-1]
    assert row.event == f"{last.computer}: {last.speed / 1e18} exaFLOPS"
    assert row.date == last.date
