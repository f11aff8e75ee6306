"""How the timeline's table writes dates and powers of ten."""

import pytest
from timeline_table import operations, when

from mmdl.data import timeline

ROWS = {row.event: row for row in timeline()}


@pytest.mark.parametrize(
    ("flop", "text"),
    [
        (40, "40"),
        (6_600, "6,600"),
        (694_900, "694,900"),
        (4.7e17, "$4.7 \\cdot 10^{17}$"),
        (1e20, "$1.0 \\cdot 10^{20}$"),
        (9.96e20, "$1.0 \\cdot 10^{21}$"),
    ],
)
def test_operations_are_written_out_or_as_a_power_of_ten(flop, text):
    assert operations(flop) == text


def test_dates_are_told_as_exactly_as_they_are_known():
    assert when(ROWS["ADALINE"]) == "1960"
    assert when(ROWS["ChatGPT"]) == "Nov 2022"
