"""The still figures show what they are given: looked up in the drawn objects, not in pixels."""

import matplotlib as mpl
import matplotlib.figure
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.text import Text

from companion import plots
from companion.graph import Value
from companion.graph_layout import layout
from companion.layers import BatchNorm

X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 0.5]])
Y = np.array([0, 1, 1])


@pytest.fixture
def ax():
    figure = mpl.figure.Figure()
    return figure.add_subplot()


def test_points_have_the_colour_and_the_mark_of_their_class(ax):
    plots.points(ax, X, Y, names=["zero", "one"])
    zeros, ones = ax.collections
    assert np.array_equal(zeros.get_offsets(), X[Y == 0])
    assert np.array_equal(ones.get_offsets(), X[Y == 1])
    assert to_hex(zeros.get_facecolor()[0]) == plots.BLUE.lower()
    assert to_hex(ones.get_facecolor()[0]) == plots.ORANGE.lower()
    assert len(zeros.get_paths()[0].vertices) != len(ones.get_paths()[0].vertices)
    assert [(t.get_text(), t.get_color()) for t in ax.texts] == [
        ("zero", plots.BLUE),
        ("one", plots.ORANGE),
    ]


@pytest.mark.parametrize(("w", "b"), [((3, 4), -10), ((-1, 2), 0.5), ((0, 1), -1), ((2, 0), 1)])
def test_boundary_is_the_line_and_tints_the_side_of_class_1(ax, w, b):
    plots.plane(ax, -4, 4)
    plots.boundary(ax, w, b)
    line = ax.lines[0]
    through, direction = np.array(line.get_xy1()), np.subtract(line.get_xy2(), line.get_xy1())
    assert np.dot(w, through) + b == pytest.approx(0, abs=1e-12)
    assert np.dot(w, direction) == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(direction) > 0
    (tint,) = ax.collections
    grid = np.random.default_rng(0).uniform(-4, 4, (200, 2))
    clear = grid[np.abs(grid @ w + b) / np.linalg.norm(w) > 0.1]
    inside = [any(p.contains_point(point) for p in tint.get_paths()) for point in clear]
    assert np.array_equal(inside, clear @ w + b > 0)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-4, 4), (-4, 4))


def test_the_normal_starts_on_the_line_and_is_as_long_as_w(ax):
    plots.plane(ax, -1, 6)
    plots.boundary(ax, (3, 4), -10, shade=False, normal=True)
    assert not ax.collections
    arrow = next(text for text in ax.texts if text.arrow_patch is not None)
    foot, tip = np.array(arrow.xyann), np.array(arrow.xy)
    assert np.dot((3, 4), foot) == pytest.approx(10)
    np.testing.assert_allclose(tip - foot, (3, 4))


def test_images_show_each_row_as_a_square_with_ink_dark():
    axes = mpl.figure.Figure().subplots(1, 3)
    rows = np.arange(18).reshape(2, 9) / 17
    plots.images(axes, rows, titles=["a", "b"])
    for ax, row, title in zip(axes, rows, ["a", "b"], strict=False):
        (image,) = ax.images
        assert np.array_equal(image.get_array(), row.reshape(3, 3))
        assert image.get_clim() == (0, 1)
        assert ax.get_title() == title
        assert sum(image.cmap(1.0)[:3]) < sum(image.cmap(0.0)[:3])
    assert not axes[2].images
    assert not any(ax.axison for ax in axes)


def test_a_frame_surrounds_the_pixels_it_names(ax):
    plots.images([ax], np.zeros((1, 64)))
    plots.frame(ax, rows=(2, 6), columns=(1, 3), color=plots.BLUE)
    (box,) = ax.patches
    assert (box.get_x(), box.get_y(), box.get_width(), box.get_height()) == (0.5, 1.5, 2, 4)


def test_weight_image_is_orange_above_zero_blue_below_and_white_at_zero(ax):
    plots.weight_image(ax, np.array([-1.0, 0.0, 2.0, 0.5]), label="weight")
    (image,) = ax.images
    assert np.array_equal(image.get_array(), [[-1, 0], [2, 0.5]])
    colors = image.to_rgba(np.array([-2.0, 0.0, 2.0]))[:, :3]
    np.testing.assert_allclose(colors[0], to_rgb(plots.BLUE), atol=0.01)
    np.testing.assert_allclose(colors[1], (1, 1, 1), atol=0.01)
    np.testing.assert_allclose(colors[2], to_rgb(plots.ORANGE), atol=0.01)
    assert any(other.get_ylabel() == "weight" for other in ax.figure.axes)


def test_curves_carry_their_names_apart_from_each_other(ax):
    x = np.linspace(0, 1, 5)
    named = {"low": 0 * x, "high": 10 * x, "nearly as high": 9.9 * x}
    plots.curves(ax, x, named)
    for line, values in zip(ax.lines, named.values(), strict=True):
        assert np.array_equal(line.get_ydata(), values)
    assert [text.get_text() for text in ax.texts] == list(named)
    assert [t.get_color() for t in ax.texts] == [line.get_color() for line in ax.lines]
    heights = {text.get_text(): text.xy[1] for text in ax.texts}
    assert heights["low"] == 0
    assert heights["nearly as high"] == pytest.approx(9.9)
    assert heights["high"] - heights["nearly as high"] == pytest.approx(0.9)


def sigmoid_circuit():
    """Return what `graph` takes for 1 / (1 + exp(-(w₀ x₀ + w₁ x₁ + w₂)))."""
    given = [Value(number, name) for number, name in zip((2, -1, -3, -2, -3), "abcde", strict=True)]
    z = given[0] * given[1] + given[2] * given[3] + given[4]
    result = 1 / (1 + (-z).exp())
    result.backward()
    return layout(result)


def cards(ax):
    return [artist for artist in ax.artists if isinstance(artist, AnnotationBbox)]


def lines(card):
    """Return the texts of a card and their colours, from top to bottom."""
    return [(t.get_text(), t.get_color()) for t in card.findobj(Text) if t.get_text()]


def test_graph_writes_name_value_and_gradient_on_each_card(ax):
    nodes, edges = sigmoid_circuit()
    plots.graph(ax, nodes, edges)
    assert len(cards(ax)) == len(nodes)
    last = [lines(card) for card in cards(ax)[-4:]]
    assert last == [
        [("× −1", plots.INK), ("−1.00", plots.BLUE), ("−0.20", plots.ORANGE)],
        [("exp", plots.INK), ("0.37", plots.BLUE), ("−0.53", plots.ORANGE)],
        [("1 +", plots.INK), ("1.37", plots.BLUE), ("−0.53", plots.ORANGE)],
        [("1 ÷", plots.INK), ("0.73", plots.BLUE), ("1.00", plots.ORANGE)],
    ]
    key = ax.get_legend().get_texts()
    assert [(t.get_text(), to_hex(t.get_color()).upper()) for t in key] == [
        ("value", plots.BLUE),
        ("gradient", plots.ORANGE),
    ]


def test_graph_writes_the_local_derivatives_on_the_arrows(ax):
    x, z = Value(3, "x"), Value(-4, "z")
    double = x * 2
    result = double * z
    result.backward()
    plots.graph(ax, *layout(result), slopes=[2, -4, 6])
    factors = {t.get_text(): t.get_position() for t in ax.texts if t.get_text()}
    assert list(factors) == ["· 2", "· −4", "· 6"]
    assert factors["· 2"][0] == 0.5  # half-way between the columns of x and of the double
    assert [t.get_text() for t in ax.get_legend().get_texts()][-1] == "· local derivative"
    with pytest.raises(ValueError, match="zip"):
        plots.graph(ax, *layout(result), slopes=[2, -4])


def test_graph_rounds_as_asked_and_knows_no_negative_zero(ax):
    plots.graph(ax, [("a", -0.0004, 12.3456, 0, 0)], [], digits=3)
    assert [text for text, _ in lines(cards(ax)[0])] == ["a", "0.000", "12.346"]


def test_graph_of_the_sigmoid_circuit_fits_the_width_of_the_book():
    with mpl.rc_context(plots.STYLE):
        figure = mpl.figure.Figure(figsize=(6.4, 3.9))
        ax = figure.add_subplot()
        nodes, edges = sigmoid_circuit()
        plots.graph(ax, nodes, edges)
        figure.draw_without_rendering()
        boxes = [card.get_window_extent() for card in cards(ax)]
        key = ax.get_legend().get_window_extent()
    for i, box in enumerate(boxes):
        assert all(not box.overlaps(other) for other in [*boxes[:i], key])
        assert figure.bbox.containsx(box.x0) and figure.bbox.containsx(box.x1)
        assert figure.bbox.containsy(box.y0) and figure.bbox.containsy(box.y1)
    for a, b in edges:  # there is room for an arrow
        assert boxes[b].x0 - boxes[a].x1 > 10
    for (*_, column, row), box in zip(nodes, boxes, strict=True):
        for (*_, other_column, other_row), other in zip(nodes, boxes, strict=True):
            assert column >= other_column or box.x1 < other.x0
            assert column != other_column or row >= other_row or box.y0 > other.y1


def test_nothing_on_a_card_touches_its_edge():
    with mpl.rc_context(plots.STYLE):
        figure = mpl.figure.Figure(figsize=(6.4, 3.9))
        ax = figure.add_subplot()
        plots.graph(ax, *sigmoid_circuit())
        figure.draw_without_rendering()
        point = figure.dpi / 72
        for card in cards(ax):
            edge = card.patch.get_window_extent()
            for text in card.findobj(Text):
                box = text.get_window_extent()
                assert box.width == 0 or edge.x0 + 2 * point < box.x0 < box.x1 < edge.x1 - 2 * point
                assert box.width == 0 or edge.y0 < box.y0 < box.y1 < edge.y1


def test_graph_leads_arrows_from_the_right_of_a_card_to_the_left_of_the_next(ax):
    x = Value(3, "x")
    nodes, edges = layout(x.exp() + x)  # x, exp, +, and a free place beside exp
    plots.graph(ax, nodes, edges)
    by_name = {lines(card)[0][0]: card for card in cards(ax)}
    assert list(by_name) == ["x", "exp", "+"]
    found = [(t.anncoords, t.xyann, t.xycoords, t.xy, t.arrowprops) for t in ax.texts]
    right, left = (1, 0.5), (0, 0.5)
    assert [arrow[:4] for arrow in found] == [
        (by_name["x"], right, by_name["exp"], left),
        (by_name["exp"], right, by_name["+"], left),
        ("data", (1.35, 1), by_name["+"], left),
        (by_name["x"], right, "data", (0.65, 1)),
    ]
    assert [arrow[4]["arrowstyle"] for arrow in found] == ["-|>", "-|>", "-|>", "-"]
    (passing,) = ax.lines
    assert passing.get_xydata().tolist() == [[0.65, 1], [1.35, 1]]


def test_histograms_count_all_numbers_in_the_same_bins():
    axes = mpl.figure.Figure().subplots(1, 2)
    arrays = [np.array([[-1.0, 0.01], [0.02, 1.0]]), np.array([-7.0, 5.0, 5.0])]
    plots.histograms(axes, arrays, limits=(-1, 1))
    for ax, array in zip(axes, arrays, strict=True):
        assert sum(bar.get_height() for bar in ax.patches) == array.size
        assert ax.get_xlim() == (-1, 1)
        edges = [bar.get_x() for bar in ax.patches]
        np.testing.assert_allclose(edges, np.arange(-1, 0.99, 0.05), atol=1e-12)
    # Mean 0.0075; beyond the limits counts at the ends; mean 1, deviation √(96/3).
    assert [ax.get_title() for ax in axes] == ["layer 1\n0.01 ± 0.71", "layer 2\n1.00 ± 5.66"]
    heights = [bar.get_height() for bar in axes[1].patches]
    assert (heights[0], heights[-1]) == (1, 2)
    plots.histograms(axes, [-arrays[1]] * 2, limits=(-9, 9), titles=["start", "end"])
    assert [ax.get_title() for ax in axes] == ["start\n−1.00 ± 5.66", "end\n−1.00 ± 5.66"]


def test_bands_reach_one_width_to_either_side_of_the_mean(ax):
    means, widths = np.array([[0.0, 5], [1, 4], [3, 4]]), np.array([[1.0, 2], [2, 2], [0.5, 1]])
    plots.bands(ax, means, widths, names=["low", "high"])
    for k, (line, band) in enumerate(zip(ax.lines, ax.collections, strict=True)):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([range(3), means[:, k]]))
        for sign in (-1, 1):
            edge = np.column_stack([range(3), means[:, k] + sign * widths[:, k]])
            assert set(map(tuple, edge)) <= set(map(tuple, band.get_paths()[0].vertices))
        assert line.get_color() == plots.CLASS_COLORS[k]
    assert [(t.get_text(), t.xy) for t in ax.texts] == [("low", (2, 3)), ("high", (2, 4))]


def test_spread_shows_the_median_between_the_least_and_the_greatest(ax):
    runs = np.array([[0.0, 5, 1], [1, 4, 9], [5, 0, 2]])
    plots.spread(ax, [2, 4, 8], runs, name="test", color=plots.ORANGE)
    (line,), (band,), (name,) = ax.lines, ax.collections, ax.texts
    assert line.get_xydata().tolist() == [[2, 1], [4, 4], [8, 2]]
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices}
    assert {(2, 0), (4, 0), (8, 1), (2, 5), (4, 5), (8, 9)} <= corners
    assert (name.get_text(), name.xy, name.get_color()) == ("test", (8, 2), plots.ORANGE)
    plots.spread(ax, [2, 4, 8], runs, name="other", beside=False)
    assert len(ax.texts) == 1
    assert ax.lines[1].get_label() == "other"


def test_ranges_shows_every_run_and_the_median_from_top_to_bottom(ax):
    plots.ranges(ax, {"first": [3.0, 1, 2], "second": [-1.0, 0, 4]}, shift=0.25)
    runs, spans, medians = ax.lines[::3], ax.lines[1::3], ax.lines[2::3]
    assert [line.get_xydata().tolist() for line in runs] == [
        [[3, 0.25], [1, 0.25], [2, 0.25]],
        [[-1, 1.25], [0, 1.25], [4, 1.25]],
    ]
    assert [list(line.get_xdata()) for line in spans] == [[1, 3], [-1, 4]]
    assert [line.get_xydata().tolist() for line in medians] == [[[2, 0.25]], [[0, 1.25]]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]
    bottom, top = ax.get_ylim()
    assert bottom > 1.25
    assert top < 0


def test_budget_marks_the_best_point_of_the_edge_on_a_contour_line(ax):
    ax.set(xlim=(-2, 3), ylim=(-2, 3))
    edge = np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]])
    plots.budget(ax, lambda a, b: (a - 2) ** 2 + (b - 1) ** 2, edge, minimum=(2, 1))
    outline, minimum, best = ax.lines
    assert best.get_xydata().tolist() == [[1, 0]]
    assert minimum.get_xydata().tolist() == [[2, 1]]
    np.testing.assert_array_equal(outline.get_xydata().T, edge)
    (lines,) = (c for c in ax.collections if hasattr(c, "levels"))
    assert 2 in lines.levels  # (1 - 2)² + (0 - 1)²


def test_walks_shows_every_point_and_names_each_walk(ax):
    walks = {"low": np.array([[0.0, 0], [2, 1]]), "high": np.array([[0.0, 4], [-2, 3], [1, 3]])}
    plots.walks(ax, lambda a, b: a**2 + b**2, walks)
    for line, (name, points) in zip(ax.lines, walks.items(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), points)
        assert line.get_label() == name
        for (low, high), values in zip((ax.get_xlim(), ax.get_ylim()), points.T, strict=True):
            assert low < values.min() <= values.max() < high


def test_three_samples_lie_in_a_plane_and_their_gradients_along_the_circle(ax):
    wide, narrow, dy = np.array([6.0, 2, 1]), np.array([3.5, 17 / 6, 16 / 6]), np.array([0.0, 1, 0])
    plots.three_samples(ax, {"wide": wide, "narrow": narrow}, dy)
    (circle,) = ax.patches
    assert circle.radius == pytest.approx(np.sqrt(3))
    _, _, far, near, hat = (line.get_xydata()[0] for line in ax.lines)
    for place, x in ((far, wide), (near, narrow)):
        assert np.linalg.norm(place) == pytest.approx(np.sqrt(3) * x.std())
    np.testing.assert_allclose(hat, far / wide.std())
    np.testing.assert_allclose(hat, near / narrow.std())
    arrows = [t for t in ax.texts if t.arrow_patch is not None]
    lengths = []
    for arrow, x in zip(arrows[1:], (wide, narrow), strict=True):
        layer = BatchNorm(1, eps=1e-15)
        layer.forward(x[:, None], training=True)
        drawn = np.subtract(arrow.xy, arrow.xyann)
        lengths.append(np.linalg.norm(drawn))
        assert lengths[-1] == pytest.approx(np.linalg.norm(layer.backward(dy[:, None])))
        assert drawn @ hat == pytest.approx(0, abs=1e-9)
    assert lengths[1] / lengths[0] == pytest.approx(6)
    named = [(t.get_text(), t.xy, t.xyann) for t in ax.texts if t.get_text()]
    assert [name for name, *_ in named] == ["wide", "narrow", "x̂", "dy", "dx", "dx"]
    for name, place, away in named[2:4]:  # those that begin on the circle stand beside it
        assert (np.dot(place, away) > 0) == (name == "x̂")


def test_contours_lie_where_the_function_has_their_height(ax):
    ax.set(xlim=(-2, 2), ylim=(-1, 1))
    plots.contours(ax, lambda a, b: a**2 + 4 * b**2, levels=[1, 2], n=201)
    lines = next(c for c in ax.collections if not c.filled)
    assert list(lines.levels) == [1, 2]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        a, b = path.vertices.T
        np.testing.assert_allclose(a**2 + 4 * b**2, level, atol=0.01)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))


def test_a_path_shows_every_step_its_start_and_its_name(ax):
    plots.path(ax, [(0, 0), (1, 2), (3, 4)], name="Adam", color=plots.GREEN)
    steps, start = ax.lines
    assert steps.get_xydata().tolist() == [[0, 0], [1, 2], [3, 4]]
    assert start.get_xydata().tolist() == [[0, 0]]
    (name,) = ax.texts
    assert (name.get_text(), name.xy, name.get_color()) == ("Adam", (3, 4), plots.GREEN)
    assert steps.get_color() == start.get_color() == plots.GREEN


def test_confusion_has_the_truth_in_rows_and_darkens_mistakes(ax):
    plots.confusion(ax, [[5, 2], [0, 9]], names=["cat", "dog"])
    found = {t.get_position(): (t.get_text(), t.get_color()) for t in ax.texts}
    assert found == {  # (column, row)
        (0, 0): ("5", plots.BLUE),
        (1, 0): ("2", plots.INK),
        (1, 1): ("9", plots.BLUE),
    }
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["cat", "dog"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["cat", "dog"]
    (ground,) = ax.images
    assert np.array_equal(ground.get_array(), [[0, 2], [0, 0]])
    plots.confusion(ax, np.eye(3))  # without a single mistake
    assert to_hex(ax.images[-1].to_rgba(0.0)) == "#ffffff"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "1", "2"]


def test_loss_map_writes_each_loss_and_colours_the_good_ones(ax):
    plots.loss_map(ax, [[0.5, 1.0], [np.inf, 0.04]], [0.1, 1], ["1/8", "1"], good=1)
    found = {t.get_position(): (t.get_text(), t.get_weight()) for t in ax.texts}
    assert found == {  # (column, row)
        (0, 0): ("0.5", "bold"), (1, 0): ("1.0", "normal"),
        (0, 1): ("∞", "normal"), (1, 1): ("0.0", "bold"),
    }  # fmt: skip
    (ground,) = ax.images
    hues = [to_hex(ground.to_rgba(loss)) for loss in (0.04, 0.5, 0.99, 1.0, np.inf)]
    assert hues[3:] == ["#ffffff"] * 2
    assert len(set(hues)) == 4
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1/8", "1"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["0.1", "1"]
    assert ax.get_ylim() == (-0.5, 1.5)  # the first row below


def test_tables_write_each_number_in_a_cell_with_signs_between(ax):
    faint = np.array([[False, False], [True, True]])
    plots.tables(ax, [("x", [[1, -2], [3, 0.5]]), "+", ("b", [[7, 8], [7, 8]], faint)])
    words = [text.get_text() for text in ax.texts]
    assert words == ["x", "1", "\N{MINUS SIGN}2", "3", "0.5", "+", "b", "7", "8", "7", "8"]
    cells = [(p.get_x(), p.get_y(), p.get_linestyle()) for p in ax.patches]
    assert len(cells) == 8
    assert [line for *_, line in cells] == ["-"] * 6 + ["--"] * 2
    assert cells[0][1] == cells[1][1] == cells[2][1] + 1  # the first row lies above the second
    assert cells[1][0] == cells[0][0] + 1
    assert cells[4][0] > cells[1][0] + 1  # the second table lies to the right of the first
    numbers = [text for text in ax.texts if text.get_text() not in "x+b"]
    for number, cell in zip(numbers, ax.patches, strict=True):
        middle = cell.get_x() + 0.5, cell.get_y() + 0.5
        assert number.get_position() == pytest.approx(middle)


def test_a_network_shows_each_number_and_each_weight_but_zero(ax):
    plots.network(ax, [(1, -2), (3,)], [np.array([[0.5], [0]])], names=["in", "out"])
    assert {t.get_text() for t in ax.texts} == {"1", "\N{MINUS SIGN}2", "3", "0.5", "in", "out"}
    (line,) = ax.lines  # none for the weight 0
    assert line.get_xydata().tolist() == [[0, 0.5], [1, 0]]
    assert line.get_color() == plots.ORANGE
    plots.network(ax, [(1,), (1, 1)], [np.array([[-1, 4]])])
    down, up = ax.lines[1:]
    assert down.get_color() == plots.BLUE
    assert up.get_linewidth() > down.get_linewidth()
    weight = next(t for t in ax.texts if t.get_text() == "\N{MINUS SIGN}1")
    (x, y), (start, end) = weight.get_position(), down.get_ydata()
    assert y == pytest.approx(start + x * (end - start))  # it stands on its line


def test_a_network_shows_its_gradients_below_its_units(ax):
    plots.network(
        ax, [(1,), (2, 3), (4,)], [[[5, 6]], [[7], [8]]], dz=[(-9, 0.5), (10,)], along=0.4
    )
    below = {t.get_text(): t for t in ax.texts if t.get_text().startswith("dz")}
    assert {text: t.xy for text, t in below.items()} == {
        "dz \N{MINUS SIGN}9": (1, 0.5),
        "dz 0.5": (1, -0.5),
        "dz 10": (2, 0),
    }
    assert all(t.get_color() == plots.ORANGE and t.xyann[1] < 0 for t in below.values())
    weight = next(t for t in ax.texts if t.get_text() == "7")
    assert weight.get_position() == pytest.approx((1.4, 0.3))


def test_the_book_style_can_be_set_outside_a_notebook():
    with mpl.rc_context():
        plots.use_book_style()
        assert mpl.rcParams["figure.facecolor"] == plots.CARD
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(plots.CLASS_COLORS)


def test_no_global_figure_is_made(ax):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    plots.points(ax, X, Y)
    plots.curves(ax, X[:, 0], {"y": X[:, 1]})
    plots.graph(ax, *sigmoid_circuit())
    assert plt.get_fignums() == before


def test_weight_image_without_a_label_has_no_scale_and_can_share_one(ax):
    plots.weight_image(ax, np.array([-1.0, 0.0, 2.0, 0.5]), top=4)
    (image,) = ax.images
    assert image.get_clim() == (-4, 4)
    assert ax.figure.axes == [ax]


def test_reliability_draws_the_share_of_hits_in_each_group(ax):
    sure = np.repeat([0.55, 0.75, 0.95], [20, 40, 19])
    right = np.concatenate([np.arange(20) < 10, np.arange(40) < 36, np.ones(19, dtype=bool)])
    plots.reliability(ax, sure, right, name="model", color=plots.ORANGE)
    diagonal, curve = ax.lines
    assert np.array_equal(diagonal.get_xydata(), [[0, 0], [1, 1]])
    np.testing.assert_allclose(curve.get_xydata(), [[0.55, 0.5], [0.75, 0.9]])  # 19 are too few
    (label,) = ax.texts
    assert (label.get_text(), label.get_color()) == ("model", plots.ORANGE)
    np.testing.assert_allclose(label.xy, (0.75, 0.9))  # the farthest from the diagonal
    assert label.get_ha() == "right"


def test_reliability_counts_full_certainty_in_the_last_group(ax):
    plots.reliability(ax, np.ones(30), np.arange(30) < 15)
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[1, 0.5]])
    assert ax.texts[0].get_ha() == "left"  # below the diagonal


def test_decision_tints_where_the_answer_is_1(ax):
    plots.plane(ax, -2, 2)

    def answer(points):
        return (np.abs(points[:, 0]) + points[:, 1] > 0.5).astype(int)

    plots.decision(ax, answer)
    tint = next(c for c in ax.collections if c.filled)
    points = np.random.default_rng(0).uniform(-2, 2, (300, 2))
    clear = points[np.abs(np.abs(points[:, 0]) + points[:, 1] - 0.5) > 0.05]
    drawn = tint.get_paths()[0]
    assert np.array_equal([drawn.contains_point(p) for p in clear], answer(clear) == 1)
    edge = next(c for c in ax.collections if not c.filled).get_paths()[0].vertices
    np.testing.assert_allclose(np.abs(edge[:, 0]) + edge[:, 1], 0.5, atol=0.02)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-2, 2))


def test_decision_of_a_classifier_that_always_says_the_same_has_no_edge(ax):
    plots.plane(ax, 0, 1)
    plots.decision(ax, lambda points: np.zeros(len(points)), n=11)
    assert len(ax.collections) == 1


def test_bent_grid_draws_the_image_of_every_line(ax):
    def fold(points):
        return np.abs(points)

    plots.bent_grid(ax, fold, low=-1, high=1, lines=3, n=5)
    assert len(ax.lines) == 6
    along, places = np.linspace(-1, 1, 5), (-1, 0, 1)
    for line, (place, color) in zip(
        ax.lines, [(p, c) for p in places for c in (plots.GREEN, plots.PURPLE)], strict=True
    ):
        fixed = np.full(5, place)
        start = (fixed, along) if color == plots.GREEN else (along, fixed)
        assert np.array_equal(line.get_xydata(), fold(np.column_stack(start)))
        assert line.get_color() == color


def test_regions_have_a_colour_each_and_an_edge_where_a_unit_switches(ax):
    plots.plane(ax, -1, 1)
    W, b = np.array([[1, 0], [0, 2]]), np.array([0.25, 1])
    plots.regions(ax, lambda points: points @ W + b, n=201)
    mesh = ax.collections[0]
    colors = mesh.get_array().reshape(201, 201)
    assert len(np.unique(colors)) == 4  # of two lines that cross
    at = np.linspace(-1, 1, 201)
    for rows in (at > -0.49, at < -0.51):
        for columns in (at > -0.24, at < -0.26):
            assert len(np.unique(colors[np.ix_(rows, columns)])) == 1
    for unit, edge in enumerate(ax.collections[1:]):
        vertices = edge.get_paths()[0].vertices
        np.testing.assert_allclose((vertices @ W + b)[:, unit], 0, atol=1e-9)
    assert len(ax.collections) == 3


def test_probabilities_mix_the_colours_and_draw_the_ties(ax):
    plots.plane(ax, -4, 4)
    W = np.array([[3.0, -1, -2], [0, 2, -2]])

    def say(points):
        e = np.exp(points @ W)
        return e / e.sum(axis=1, keepdims=True)

    plots.probabilities(ax, say, n=81)
    mesh, *ties = ax.collections
    mixed = mesh.get_array()
    corner = np.array([[4.0, -4.0]])  # the first class is certain there: its own colour, lightened
    own = 1 - 0.6 * (1 - np.array(mpl.colors.to_rgb(plots.BLUE)))
    assert say(corner)[0, 0] > 0.9999
    np.testing.assert_allclose(mixed[0, -1], own, atol=1e-3)
    middle = 1 - 0.6 * (1 - np.mean([mpl.colors.to_rgb(c) for c in plots.CLASS_COLORS[:3]], axis=0))
    np.testing.assert_allclose(mixed[40, 40], middle, atol=1e-3)  # all three tie at the origin
    assert len(ties) == 3
    for c, line in enumerate(ties):
        z = np.concatenate([part.vertices for part in line.get_paths()]) @ W
        np.testing.assert_allclose(z[:, c], np.delete(z, c, axis=1).max(axis=1), atol=0.2)


def test_layer_sizes_names_each_curve_where_it_ends(ax):
    sizes = {"falls": [1, 1e-3, 1e-9], "level": [1, 1, 1.0]}
    plots.layer_sizes(ax, sizes, limits=(1e-4, 1e4))
    assert ax.get_yscale() == "log"
    for line, values in zip(ax.lines, sizes.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([[1, 2, 3], values]))
    places = {text.get_text(): text.xy for text in ax.texts}
    assert places["level"] == (3, pytest.approx(1))
    across, up = places["falls"]
    assert across == 3 and 1e-4 < up < 1e-3  # at the lower end, clear of the axis
    assert list(ax.get_xticks()) == [1, 2, 3]


def test_layer_sizes_backward_runs_from_the_last_layer_to_the_first(ax):
    plots.layer_sizes(ax, {"a": np.arange(1, 11), "b": np.arange(1, 11)}, backward=True)
    left, right = ax.get_xlim()
    assert left > 10 > 1 > right
    a, b = (text.xy for text in ax.texts)
    assert a[0] == b[0] == 1
    assert a == (1, pytest.approx(1))
    assert b[1] > 1.2 * a[1]  # pushed apart
    assert list(ax.get_xticks()) == [1, 5, 10]
    assert ax.get_ylim() == (0.5, 20)


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda ax: plots.boundary(ax, [0, 0], -1), "w is zero, so there is no boundary to draw"),
        (
            lambda ax: plots.images([ax, ax], np.zeros((2, 64)), titles=["a"]),
            "2 images need as many titles, got 1",
        ),
        (
            lambda ax: plots.spread(ax, range(6), np.zeros((5, 2)), name=""),
            "each run needs one number for each x: 6, got 2",
        ),
        (
            lambda ax: plots.walks(ax, None, {"SGD": np.array([[0, 0], [np.inf, 0]])}),
            "the walk 'SGD' leaves all bounds: a lower rate may help",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(ax, draw, said):
    with pytest.raises(ValueError, match=said):
        draw(ax)


def test_a_fifth_class_is_refused_and_a_fifth_curve_has_the_first_colour(ax):
    with pytest.raises(ValueError, match="points draws the classes 0 to 3, got"):
        plots.points(ax, np.zeros((5, 2)), np.arange(5))
    plots.curves(ax, np.arange(3), {str(i): np.arange(3) + i for i in range(5)})
    assert [line.get_color() for line in ax.lines] == [*plots.CLASS_COLORS, plots.BLUE]


def test_reliability_needs_a_group_that_is_large_enough(ax):
    with pytest.raises(ValueError, match="no group of confidences has 20 samples: 4 in all"):
        plots.reliability(ax, np.full((4, 2), 0.5), [0] * 4, name="a")
