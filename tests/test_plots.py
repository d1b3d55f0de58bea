"""The still figures show what they are given: looked up in the drawn objects, not in pixels."""

import matplotlib as mpl
import matplotlib.figure
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from companion import plots

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
    assert plt.get_fignums() == before
