"""Named statements: parameters, casts, quotes."""

import pytest

from hub.core.sql import parse_queries, parse_query


def test_each_parameter_gets_one_number_in_order_of_appearance() -> None:
    query = parse_query("q", "select :a, :b where x = :a")
    assert query.sql == "select $1, $2 where x = $1"
    assert query.parameters == ("a", "b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select :day::date", "select $1::date"),
        ("select ':no' || :yes", "select ':no' || $1"),
        ("select 'it''s :no', :yes", "select 'it''s :no', $1"),
        ("select 1 -- :no\n, :yes", "select 1 -- :no\n, $1"),
        ("select a[1:2], :yes", "select a[1:2], $1"),
    ],
)
def test_casts_quotes_comments_and_slices_are_left_alone(text: str, expected: str) -> None:
    assert parse_query("q", text).sql == expected


def test_a_name_may_stand_only_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        parse_queries("-- name: a\nselect 1;\n-- name: a\nselect 2;\n")


def test_statements_are_cut_at_their_headers() -> None:
    queries = parse_queries("-- name: a\n-- why\nselect 1;\n\n-- name: b\nselect :x;\n")
    assert set(queries) == {"a", "b"}
    assert queries["b"].sql == "select $1"


def test_a_missing_parameter_is_named() -> None:
    query = parse_query("q", "select :a, :b")
    with pytest.raises(TypeError, match="'b'"):
        query.arguments({"a": 1})
