"""The query language of the Yandex dialect: text -> tree, or one sentence and a place."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shoal.dialects.yandex import ids
from shoal.dialects.yandex.query import MAX_LENGTH, filter_query, order, parse
from shoal.dialects.yandex.query_names import NAMES
from shoal.domain.errors import QuerySyntaxError
from shoal.domain.fields import STANDARD
from shoal.domain.query import (
    QUERY_ONLY,
    And,
    Changed,
    Condition,
    CustomField,
    Either,
    Function,
    Literal,
    Login,
    Operand,
    Operator,
    Or,
    Query,
    Range,
    Shifted,
    Sort,
    Term,
    Text,
    Value,
)
from shoal.messages import text as text_of

ME = Function("me")
EMPTY = Function("empty")
NOT = Operator.NOT


def is_(field: str | CustomField, *values: Value | str, op: Operator | None = None) -> Condition:
    return Condition(field, tuple(Operand(Literal(v) if isinstance(v, str) else v, op) for v in values))


def where(text: str) -> Term | None:
    return parse(text).where


def value(text: str) -> Value:
    condition = where(f"Created: {text}")
    assert isinstance(condition, Condition)
    return condition.operands[0].value


EXAMPLES = [
    (
        'Queue: TEST AND Status: Open, "In progress"',
        Query(And((is_("queue", "TEST"), is_("status", "Open", "In progress")))),
    ),
    (
        'Assignee: me() Resolution: empty() "Sort by": Priority DESC, Updated ASC',
        Query(
            And((is_("assignee", ME), is_("resolution", EMPTY))),
            (Sort("priority", descending=True), Sort("updated_at")),
        ),
    ),
    (
        "(Followers: me() OR Author: me()) AND Type: !Bug",
        Query(And((Or((is_("followers", ME), is_("author", ME))), is_("type", "Bug", op=NOT)))),
    ),
    ('Summary: #"Release 2.0"', Query(is_("summary", "Release 2.0", op=Operator.EXACTLY))),
    ("Summary: !draft", Query(is_("summary", "draft", op=NOT))),
    ('Description: #"due ||"', Query(is_("description", "due ||", op=Operator.EXACTLY))),
    (
        'Created: > today() - "1w 1d"',
        Query(is_("created_at", Shifted(Function("today"), timedelta(days=-8)), op=Operator.AFTER)),
    ),
    (
        "Deadline: 01-01-2027 .. 31-01-2027",
        Query(is_("deadline", Range(Literal("01-01-2027"), Literal("31-01-2027")))),
    ),
    ('"Story Points": >=5', Query(is_("story_points", "5", op=Operator.FROM))),
    (
        'Status: changed(to: "Closed" by: rosa@ date: >now()-2w)',
        Query(
            is_(
                "status",
                Changed(
                    after=Operand(Literal("Closed")),
                    by=Operand(Login("rosa")),
                    date=Operand(Shifted(Function("now"), timedelta(weeks=-2)), Operator.AFTER),
                ),
            )
        ),
    ),
    ('TEST."Lead engineer": rosa@', Query(is_(CustomField("Lead engineer", "TEST"), Login("rosa")))),
    ("Summary: Test", Query(is_("summary", "Test"))),
]


@pytest.mark.parametrize(("text", "tree"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_documented_example_gives_its_tree(text: str, tree: Query) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("operator", list(Operator))
@pytest.mark.parametrize("blank", ["", " "])
def test_every_operator_is_read_with_and_without_a_blank(operator: Operator, blank: str) -> None:
    assert where(f"Votes: {operator.value}{blank}5") == is_("votes", "5", op=operator)


def test_and_binds_tighter_than_or() -> None:
    a, b, c = Text("a"), Text("b"), Text("c")
    assert where("a OR b AND c") == where("a or b c") == Or((a, And((b, c))))
    assert where("(a OR b) AND c") == And((Or((a, b)), c))


@pytest.mark.parametrize(
    "name",
    ["Fix Version", '"fix version"', "fixVersions", "FIXVERSIONS", "Исправить в версиях", '"ИСПРАВИТЬ В ВЕРСИЯХ"'],
)
def test_field_is_named_in_english_russian_or_by_id_in_any_case(name: str) -> None:
    assert where(f"{name}: 1.0") == is_("fix_versions", "1.0")


def test_every_name_leads_to_a_field_that_exists() -> None:
    assert set(NAMES) <= STANDARD.keys() | QUERY_ONLY
    assert STANDARD.keys() <= set(NAMES)
    for field, names in NAMES.items():
        assert {where(f"{name}: x") for name in names} == {is_(field, "x")}


def test_unknown_name_of_several_words_is_a_custom_field() -> None:
    assert where("Test engineer: rosa@") == is_(CustomField("Test engineer"), Login("rosa"))
    assert where("TEST.Lead engineer: x") == is_(CustomField("Lead engineer", "TEST"), "x")
    assert where("test.bay: x") == is_(CustomField("bay", "TEST"), "x")
    assert where(f"{ids.local_field(13, 'bay')}: x") == is_(CustomField("custom.13"), "x")
    assert where("66fe00000000000000000001--bay: x") == is_(CustomField("66fe00000000000000000001--bay"), "x")


def test_first_word_after_a_colon_is_the_value_and_the_rest_the_next_name() -> None:
    assert where("Priority: High Story points: >5") == And(
        (is_("priority", "High"), is_("story_points", "5", op=Operator.AFTER))
    )
    assert where("Status: a, b Test engineer: c") == And(
        (is_("status", "a", "b"), is_(CustomField("Test engineer"), "c"))
    )


def test_words_before_a_standard_name_have_two_readings() -> None:
    assert where("login crash Status: Open") == Either(
        is_(CustomField("login crash Status"), "Open"), And((Text("login"), Text("crash"), is_("status", "Open")))
    )


def test_sort_by_is_read_in_both_spellings_and_any_case() -> None:
    tree = (Sort("priority", descending=True), Sort("fix_versions"), Sort(CustomField("Risk", "TEST")))
    for spelling in ('"Sort by"', "Sort by", '"SORT BY"', "sort  by"):
        assert parse(f'crash {spelling}: Priority desc, Fix Version ASC, TEST."Risk"') == Query(Text("crash"), tree)
    assert parse('"Sort by": Updated') == Query(None, (Sort("updated_at"),))


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\ufeff"])
def test_empty_query_asks_for_everything(text: str) -> None:
    assert parse(text) == Query()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r'"a\"b"', 'a"b'),
        (r'"a\\"', "a\\"),
        (r'"\n"', "n"),
        ('"two\nlines"', "two\nlines"),
        ('""', ""),
        ('"и|| \'"', "и|| '"),
    ],
)
def test_string_is_unquoted(text: str, plain: str) -> None:
    assert where(text) == Text(plain)


@pytest.mark.parametrize(
    "word",
    [
        "TEST-12",
        "2.0",
        "a/b",
        "_x",
        "in-progress",
        "10m.txt",
        "登录崩溃",
        "сбой",
        "rosa@example.com",
        "2017-04-30T10:00:00+0300",
    ],
)
def test_word_needs_no_quotes(word: str) -> None:
    assert where(word) == Text(word)
    assert where(f"Tags: {word}") == is_("tags", word)


@pytest.mark.parametrize("dots", ["..", " .. ", "...", " ... "])
@pytest.mark.parametrize(("first", "last"), [("1", "5"), ("01.04.2017", "30.04.2017"), ('"1d"', "2d"), ("-5", "-1")])
def test_range_is_read_with_any_dots(dots: str, first: str, last: str) -> None:
    assert value(f"{first}{dots}{last}") == Range(Literal(first.strip('"')), Literal(last))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("now()-1w", -7),
        ("now() - 1w 1d", -8),
        ("now()-1w-2d", -9),
        ('now() + "1w 1d"', 8),
        ("now() + 48h", 2),
        ("now()-1w+1d", -6),
        ("now()-0D", 0),
    ],
)
def test_intervals_add_up(text: str, days: int) -> None:
    assert value(text) == Shifted(Function("now"), timedelta(days=days))


def test_range_ends_may_be_moved() -> None:
    assert value("2017-01-01 - 1d .. today() + 1d") == Range(
        Shifted(Literal("2017-01-01"), timedelta(days=-1)), Shifted(Function("today"), timedelta(days=1))
    )


@pytest.mark.parametrize(
    "name", ["empty", "notEmpty", "me", "now", "today", "week", "month", "quarter", "year", "unresolved"]
)
def test_function_is_read_in_any_case(name: str) -> None:
    assert value(f"{name}()") == value(f"{name.upper()}( )") == Function(name.casefold())


def test_group_takes_its_name_with_or_without_the_word_value() -> None:
    assert value('group(value: "Back end")') == value('group("Back end")') == Function("group", "Back end")


def test_changed_takes_its_arguments_in_any_order_with_commas_or_without() -> None:
    day = Operand(Range(Literal("01.09.2017"), Literal("15.09.2017")))
    tree = Changed(Operand(Literal("a")), Operand(Literal("b"), NOT), Operand(ME), day)
    assert value("changed(from: a to: !b by: me() date: 01.09.2017 .. 15.09.2017)") == tree
    assert value("CHANGED(date: 01.09.2017..15.09.2017, by: me(), To: !b, FROM: a)") == tree
    assert value("changed()") == Changed()


ERRORS = [
    ("Queue: TEST Status > 5", "expected ':' after Status, not '>'", 19),
    ("Status = Open", "expected ':' after Status, not '='", 7),
    ("Queue: TEST AND", "expected a condition after AND", 15),
    ("OR a", "unexpected 'OR'", 0),
    ("a OR OR b", "expected a condition after OR, not 'OR'", 5),
    ("(Queue: TEST", "expected ')' after TEST", 12),
    ("Queue: TEST)", "unexpected ')' after TEST", 11),
    ("()", "expected a condition after (, not ')'", 1),
    ("Queue:", "expected a value after Queue:", 6),
    ("Status: open,", "expected a value after open,", 13),
    ("Status: !!x", "expected a value after !, not '!'", 9),
    ("Status: Open: x", "unexpected ':' after Open", 12),
    (": x", "unexpected ':'", 0),
    ('a "b', "the quoted text has no closing quote; it begins", 2),
    ("a ; b", "unexpected ';'; put a value with such characters in double quotes", 2),
    ("Sort by:", "expected the name of a field after by:", 8),
    ("Sort by: Key Status: x", "unexpected 'Status' after Key", 13),
    ("Created: foo()", "there is no function foo()", 9),
    ("Author: me(x)", "me() takes nothing between its brackets", 8),
    ("Author: group()", 'expected the name of a group, as in group(value: "Developers")', 8),
    ("Author: group(name: x)", "group() has no argument name", 14),
    ("Created: now() - x", "expected a value after -, not 'x'", 17),
    ('Created: now() - "1x"', 'expected an interval such as 3d or "1w 2d" after -', 17),
    ("Created: now()-1234567w", 'expected an interval such as 3d or "1w 2d" after -', 15),
    ("Votes: -x", "expected a number after -", 8),
    ("Status: changed(where: x)", "changed() has no argument where", 16),
    ("Status: changed(to: x to: y)", "an argument of changed() is given twice", 8),
    ("a\x00b", "a character that no text can hold, '\\x00'", 1),
    ("a\udc80", "a character that no text can hold, '\\udc80'", 1),
]


@pytest.mark.parametrize(("text", "problem", "position"), ERRORS, ids=[ascii(text) for text, _, _ in ERRORS])
def test_error_is_a_sentence_with_a_position(text: str, problem: str, position: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert text_of(caught.value) == f"{problem} at position {position}"


def test_nesting_of_50_is_read_and_of_10000_refused_at_once() -> None:
    assert where("(" * 50 + "a" + ")" * 50) == Text("a")
    for deep in ("(" * 10_000 + "a" + ")" * 10_000, "(" * 60_000, "changed(to: " * 5_000):
        with pytest.raises(QuerySyntaxError):
            parse(deep)


def test_query_of_the_greatest_length_is_read_and_a_longer_one_refused() -> None:
    assert parse("Key: " + ", ".join(["T-1"] * 9_900)).where
    assert parse("x" * MAX_LENGTH) == Query(Text("x" * MAX_LENGTH))
    for too_long in (" " * (MAX_LENGTH + 1), "a " * 30_000):
        with pytest.raises(QuerySyntaxError, match=r"query_too_many_tokens|query_too_long"):
            parse(too_long)


# --- filter and order ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "tree"),
    [
        ({"queue": "TEST"}, is_("queue", "TEST")),
        ({"status": ["open", "closed"]}, is_("status", "open", "closed")),
        ({"assignee": "me()"}, is_("assignee", ME)),
        ({"assignee": "ME()"}, is_("assignee", ME)),
        ({"resolution": "notEmpty()"}, is_("resolution", Function("notempty"))),
        ({"assignee": "rosa@"}, is_("assignee", Login("rosa"))),
        ({"author": {"id": "1001", "display": "Rosa"}}, is_("author", "1001")),
        ({"created": {"from": "2017-01-01", "to": "today()-1w"}},
         is_("created_at", Range(Literal("2017-01-01"), Shifted(Function("today"), timedelta(days=-7))))),
        ({"storyPoints": {"from": 2.5}}, is_("story_points", Range(Literal("2.5"), None))),
        ({"summary": "!draft OR (x"}, is_("summary", "!draft OR (x")),
        ({"66fe--bay": True}, is_(CustomField("66fe--bay"), "true")),
        ({"queue": "TEST", "type": "bug"}, And((is_("queue", "TEST"), is_("type", "bug")))),
        ({"parent": ids.write(ids.ISSUE, 7)}, is_("parent", "7")),
        ({"TEST.bay": "x"}, is_(CustomField("bay", "TEST"), "x")),
        ({}, None),
    ],
)  # fmt: skip
def test_filter_gives_the_tree_of_the_query_it_stands_for(given: dict[str, object], tree: Term | None) -> None:
    assert filter_query(given) == Query(tree)


@pytest.mark.parametrize(
    "given",
    [{"status": []}, {"status": None}, {"status": [None]}, {"status": {}}, {"created": {"from": None}}, {"": "x"},
     {"created": {"from": []}}, {"status": [["a"]]}, {"summary": "\x00"}, {"a\udc80": 1}, {"created": "foo()"},
     {"votes": 10**5000}, {"votes": float("inf")}],
)  # fmt: skip
def test_filter_that_cannot_be_read_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(QuerySyntaxError):
        filter_query(given)


def test_order_is_a_list_or_separated_by_commas() -> None:
    tree = (Sort("status"), Sort("updated_at", descending=True), Sort("priority"))
    assert order(["+status", "-updated", "priority"]) == order(" status,-updatedAt,priority") == tree
    assert order(None) == order([]) == ()
    for wrong in (["-"], [1], "status,,key"):
        with pytest.raises(QuerySyntaxError):
            order(wrong)


# --- any input -----------------------------------------------------------------------------------------------------

PIECES = [
    *'()!#~<>:,"\\-+.@ \n',
    *[
        "..",
        "...",
        ">=",
        " AND ",
        " or ",
        "Status",
        "Sort by",
        "Test engineer",
        "TEST.",
        '"a b"',
        "rosa@",
        "3d",
        "1w 2d",
    ],
    *[
        "me()",
        "today()",
        "group(value: ",
        "changed(",
        "to:",
        "date:",
        "2017-04-30",
        "Создано",
        "登录",
        "5",
        "ASC",
        "\u0130",
    ],
]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
@example("Status: changed(to: (")
@example('"Sort by": "Sort by": a')
def test_any_text_gives_a_tree_or_a_syntax_error(text: str) -> None:
    assert_parsed_or_refused(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([text for text, _ in EXAMPLES]), st.data())
def test_any_change_of_a_valid_query_gives_a_tree_or_a_syntax_error(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 6)))
        text = text[:start] + data.draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=3))) + text[end:]
    assert_parsed_or_refused(text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
def test_any_text_in_quotes_is_read_as_it_is(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert where(f'Summary: "{quoted}"') == is_("summary", text)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["status", "x", "created", ""]) | st.text(max_size=4),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(PIECES),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["from", "to", "id", "x"]), inner)
            ),
            max_leaves=5,
        ),
        max_size=3,
    )
)
def test_any_filter_gives_a_tree_or_a_syntax_error(given: dict[str, object]) -> None:
    with suppress(QuerySyntaxError):
        assert isinstance(filter_query(given), Query)


def assert_parsed_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except QuerySyntaxError as refused:
        error = refused
    else:
        assert isinstance(tree, Query)
        return
    assert text_of(error)
    assert error.position is not None
    assert 0 <= error.position <= len(text)


# --- the page for users --------------------------------------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "query-language.md"


def test_every_example_of_the_page_for_users_is_read() -> None:
    blocks = PAGE.read_text(encoding="utf-8").split("```")[1::2]
    examples = [line for block in blocks for line in block.strip().splitlines()]
    assert len(examples) > 10
    for example_ in examples:
        assert parse(example_).where, example_
