"""Values that are not references, as operands become them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.domain import scalars
from shoal.domain.errors import Invalid
from shoal.domain.fields import Field, Kind
from shoal.domain.patch import Operand, Ref, Stored

PLAIN = sorted(scalars.READERS)


def field(kind: Kind) -> Field:
    return Field("depth", kind)


@pytest.mark.parametrize(
    ("kind", "operand", "stored"),
    [
        (Kind.STRING, "", ""),
        (Kind.STRING, "x" * scalars.LONGEST_STRING, "x" * scalars.LONGEST_STRING),
        (Kind.TEXT, "line\nline", "line\nline"),
        (Kind.INTEGER, -7, -7),
        (Kind.INTEGER, 2**53, 2**53),
        (Kind.FLOAT, 2, 2.0),
        (Kind.FLOAT, 0.5, 0.5),
        (Kind.DATE, "2026-03-04", "2026-03-04"),
        (Kind.DATETIME, "2026-03-04T05:06:07+03:00", "2026-03-04T02:06:07.000+00:00"),
        (Kind.DATETIME, "2026-03-04T05:06:07", "2026-03-04T05:06:07.000+00:00"),
        (Kind.DURATION, "PT2H", 120),
        (Kind.DURATION, 90, 90),
        (Kind.BOOLEAN, False, False),
    ],
)
def test_an_operand_of_its_kind_is_stored(kind: Kind, operand: Operand, stored: Stored) -> None:
    found = scalars.stored(field(kind), operand)
    assert (found, type(found)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("kind", "operand"),
    [
        (Kind.STRING, 7),
        (Kind.STRING, "a\0b"),
        (Kind.STRING, "x" * (scalars.LONGEST_STRING + 1)),
        (Kind.TEXT, True),
        (Kind.INTEGER, 1.0),
        (Kind.INTEGER, True),
        (Kind.INTEGER, 2**53 + 1),
        (Kind.INTEGER, "1"),
        (Kind.FLOAT, "1"),
        (Kind.FLOAT, float("nan")),
        (Kind.FLOAT, float("inf")),
        (Kind.FLOAT, 1e16),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "04.03.2026"),
        (Kind.DATETIME, "0001-01-01T00:00:00+14:00"),
        (Kind.DATETIME, "noon"),
        (Kind.DURATION, -1),
        (Kind.DURATION, "soon"),
        (Kind.BOOLEAN, 1),
        (Kind.BOOLEAN, "true"),
    ],
)
def test_what_is_no_value_of_the_kind_is_refused(kind: Kind, operand: Operand) -> None:
    with pytest.raises(Invalid, match=r".+"):
        scalars.stored(field(kind), operand)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_thing_is_no_plain_value(kind: Kind) -> None:
    with pytest.raises(Invalid, match="not_plain"):
        scalars.stored(field(kind), Ref(id=1))


@pytest.mark.parametrize("kind", PLAIN)
@given(operand=st.text(max_size=30) | st.integers() | st.floats() | st.booleans())
def test_an_operand_is_stored_or_refused_and_nothing_else(kind: Kind, operand: Operand) -> None:
    with suppress(Invalid):
        assert isinstance(scalars.stored(field(kind), operand), str | int | float | bool)


def test_a_field_may_have_limits_of_its_own() -> None:
    percent = Field("done_ratio", Kind.INTEGER, limits=(0, 100))
    assert [scalars.stored(percent, number) for number in (0, 100)] == [0, 100]
    with pytest.raises(Invalid, match="number_between"):
        scalars.stored(percent, 101)


def test_a_field_may_have_a_list_of_values() -> None:
    tide = Field("custom.4", Kind.STRING, options=("ebb", "flow"))
    assert scalars.stored(tide, "ebb") == "ebb"
    with pytest.raises(Invalid, match="ebb, flow"):
        scalars.stored(tide, "Ebb")


@pytest.mark.parametrize(
    ("kind", "text", "operand"),
    [
        (Kind.INTEGER, " 12 ", 12),
        (Kind.INTEGER, "12.0", 12),
        (Kind.INTEGER, "1.5", 1.5),
        (Kind.FLOAT, "1.5", 1.5),
        (Kind.BOOLEAN, " TRUE ", True),
        (Kind.BOOLEAN, "0", False),
        (Kind.BOOLEAN, "maybe", "maybe"),
        (Kind.STRING, " 12 ", " 12 "),
    ],
)
def test_a_text_is_read_as_the_kind(kind: Kind, text: str, operand: Operand) -> None:
    found = scalars.read(kind, text)
    assert (found, type(found)) == (operand, type(operand))


def test_a_text_that_is_no_number_is_refused() -> None:
    with pytest.raises(Invalid, match="number_expected"):
        scalars.read(Kind.FLOAT, "many")
