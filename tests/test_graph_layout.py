"""The places of a graph's values in a drawing: nothing stands in the way of anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.graph import Value
from companion.graph_layout import layout


def test_layout_of_the_sigmoid_circuit():
    # 1 / (1 + exp(-(w₀ x₀ + w₁ x₁ + w₂)))
    w = [Value(number, f"w{i}") for i, number in enumerate((2, -3, -3))]
    x = [Value(number, f"x{i}") for i, number in enumerate((-1, -2))]
    result = 1 / (1 + (-(w[0] * x[0] + w[1] * x[1] + w[2])).exp())
    result.backward()
    nodes, edges = layout(result)
    assert [(label, column, row) for label, _, _, column, row in nodes] == [
        ("w0", 0, 0),
        ("x0", 0, 1),
        ("×", 1, 0.5),
        ("w1", 0, 2),
        ("x1", 0, 3),
        ("×", 1, 2.5),
        ("+", 2, 1.5),
        ("w2", 2, 4),  # just before it is used
        ("+", 3, 2.75),
        ("× -1", 4, 2.75),
        ("exp", 5, 2.75),
        ("1 +", 6, 2.75),
        ("1 ÷", 7, 2.75),
    ]
    assert edges == [
        *((0, 2), (1, 2), (3, 5), (4, 5), (2, 6), (5, 6), (6, 8), (7, 8)),
        *((8, 9), (9, 10), (10, 11), (11, 12)),
    ]
    assert nodes[-1][1:3] == (result.data, 1.0)
    assert nodes[1][1:3] == (-1.0, pytest.approx(0.3932, abs=1e-4))


def test_layout_names_what_has_a_name_and_writes_constants_into_operations():
    x = Value(3, "x")

    def label(value):
        return layout(value)[0][-1][0]

    assert label(x) == "x"
    assert label(Value(3)) == ""
    assert label(x**2) == "^ 2"
    assert label(2**x) == "2 ^"
    assert label(x ** Value(2, "y")) == "^"
    assert label(Value(2).exp()) == "exp 2"
    assert label(Value(2) * Value(-3)) == "2 × -3"
    assert label(x.max(0)) == "max 0"
    q = x - x
    q.name = "q"
    assert label(q) == "q: −"


def test_layout_keeps_a_place_free_where_an_arrow_passes_by():
    x = Value(3, "x")
    nodes, edges = layout(x.exp().log() + x)
    assert [(label, column, row) for label, _, _, column, row in nodes] == [
        ("x", 0, 0),
        ("exp", 1, 0),
        ("log", 2, 0),
        ("+", 3, 0.5),
        (None, 1, 1),
        (None, 2, 1),
    ]
    assert set(edges) == {(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 3)}


@st.composite
def graphs(draw):
    """Hypothesis: the last of up to 12 values, each made from earlier ones."""
    values = [Value(1, "a"), Value(1, "b")]
    for _ in range(draw(st.integers(1, 12))):
        one, other = draw(st.sampled_from(values)), draw(st.sampled_from(values))
        values.append(draw(st.sampled_from([one + other, one.max(other), one.tanh(), 2 - one])))
    return values[-1]


@given(graphs())
def test_layout_puts_nothing_in_the_way(result):
    nodes, edges = layout(result)
    places = [node[3:] for node in nodes]
    for i, (column, row) in enumerate(places):
        assert all(abs(row - r) >= 1 for c, r in places[:i] if c == column)
    assert all(places[b][0] == places[a][0] + 1 for a, b in edges)
    assert len(edges) == len(set(edges))
    # Every place but those of what goes in is reached, every place but the result's is left.
    assert {b for _, b in edges} == {i for i, n in enumerate(nodes) if n[0] not in ("a", "b")}
    last = max(places)[0]
    assert {a for a, _ in edges} == {i for i, (column, _) in enumerate(places) if column < last}
