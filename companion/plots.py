"""The still figures of the book.

Every function draws on the axes it is given, from arrays, and returns nothing. The same thing has
the same colour and mark in every chapter: class 0 blue circles, class 1 orange triangles, the
boundary and everything neutral dark grey. The colours can be told apart by colour-blind readers.
"""

from itertools import pairwise

import matplotlib as mpl
import matplotlib.offsetbox
import matplotlib.patches
import numpy as np

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#AA4499"
INK, CARD = "#333333", "#FBFAF7"
CLASS_COLORS = (BLUE, ORANGE, GREEN, PURPLE)
CLASS_MARKERS = ("o", "^", "s", "D")

STYLE = {
    "figure.figsize": (6.4, 3.6),
    "figure.facecolor": CARD,
    "figure.constrained_layout.use": True,
    "savefig.facecolor": CARD,
    "axes.facecolor": CARD,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.labelsize": 12,
    "axes.prop_cycle": mpl.cycler(color=CLASS_COLORS),
    "font.size": 12,
    "lines.linewidth": 2,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def use_book_style():
    """Give every figure drawn from here on the look of the book, sharp on fine screens."""
    mpl.rcParams.update(STYLE)
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")
    except (ImportError, AttributeError):
        pass  # not in a notebook: nothing to sharpen


def points(ax, x, y, *, names=None):
    """Draw samples in the plane, each class in its colour and shape.

    Parameters
    ----------
    ax : matplotlib Axes
    x : ndarray, shape (n, 2)
    y : ndarray of int, shape (n,)
    names : sequence of str, optional
        Labels of the classes, written above their points.
    """
    for c in np.unique(y):
        ax.scatter(
            *x[y == c].T,
            color=CLASS_COLORS[c],
            marker=CLASS_MARKERS[c],
            s=48,
            edgecolor="white",
            linewidth=0.6,
            zorder=3,
        )
        if names is not None:
            ax.annotate(
                names[c],
                (x[y == c][:, 0].mean(), x[y == c][:, 1].max()),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                color=CLASS_COLORS[c],
                weight="bold",
            )


def boundary(ax, w, b, *, shade=True, normal=False, color=INK, **line):
    """Draw the line w · x + b = 0 across the axes, and tint the side of class 1.

    Set the limits of the axes before: the line ends at them.

    Parameters
    ----------
    ax : matplotlib Axes
    w : array_like, shape (2,)
    b : float
    shade : bool
        Whether to tint the side where w · x + b > 0.
    normal : bool
        Whether to draw w as an arrow that starts on the line.
    color : str
        Of line and arrow.
    **line
        Passed on to Matplotlib, such as ``linestyle``.
    """
    w = np.asarray(w, dtype=float)
    limits = ax.get_xlim(), ax.get_ylim()
    foot = -b * w / (w @ w)  # the point of the line that is nearest to the origin
    ax.axline(foot, foot + np.array([-w[1], w[0]]), color=color, zorder=2, **line)
    if shade:
        grid = np.meshgrid(*(np.linspace(*limit, 201) for limit in limits))
        side = w[0] * grid[0] + w[1] * grid[1] + b
        ax.contourf(*grid, side, levels=[0, np.inf], colors=[ORANGE], alpha=0.12, zorder=0)
    if normal:
        ax.annotate(
            "",
            foot + w,
            foot,
            arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0},
            zorder=4,
        )
        ax.annotate(
            "w",
            foot + w,
            xytext=6 * w / np.linalg.norm(w),
            textcoords="offset points",
            color=color,
            weight="bold",
            ha="center",
            va="center",
        )
    ax.set(xlim=limits[0], ylim=limits[1])


def plane(ax, low, high, *, xlabel="$x_1$", ylabel="$x_2$"):
    """Make the axes a square piece of the plane from `low` to `high` in both directions."""
    ax.set(xlim=(low, high), ylim=(low, high), xlabel=xlabel, ylabel=ylabel)
    ax.set_aspect("equal")


def images(axes, x, titles=None):
    """Draw rows of grey values as square images, one on each of the axes.

    Parameters
    ----------
    axes : sequence of matplotlib Axes
    x : ndarray, shape (n, side * side)
        Values from 0 (paper) to 1 (ink), one row an image.
    titles : sequence of str, optional
    """
    for i, ax in enumerate(np.ravel(axes)):
        ax.axis("off")
        if i < len(x):
            side = round(len(x[i]) ** 0.5)
            ax.imshow(x[i].reshape(side, side), cmap="gray_r", vmin=0, vmax=1)
            if titles is not None:
                ax.set_title(titles[i])


def frame(ax, rows, columns, *, color):
    """Draw a frame around pixels of an image.

    Parameters
    ----------
    ax : matplotlib Axes
        On which `images` has drawn.
    rows, columns : tuple of two int
        From the first, up to but without the second.
    color : str
    """
    corner, width, height = (columns[0] - 0.5, rows[0] - 0.5), np.ptp(columns), np.ptp(rows)
    ax.add_patch(mpl.patches.Rectangle(corner, width, height, fill=False, color=color, lw=3))


def weight_image(ax, w, *, label):
    """Draw weights as an image: orange speaks for class 1, blue for class 0, white is silent.

    Parameters
    ----------
    ax : matplotlib Axes
    w : ndarray, shape (side * side,)
    label : str
        What the scale of colours shows.
    """
    side, top = round(len(w) ** 0.5), np.abs(w).max()
    colors = mpl.colors.LinearSegmentedColormap.from_list("book", [BLUE, "white", ORANGE])
    image = ax.imshow(w.reshape(side, side), cmap=colors, vmin=-top, vmax=top)
    ax.axis("off")
    ax.figure.colorbar(image, ax=ax, shrink=0.8, label=label)


def curves(ax, x, named, *, colors=CLASS_COLORS):
    """Draw curves over the same x, each with its name at its right end.

    Parameters
    ----------
    ax : matplotlib Axes
    x : ndarray, shape (n,)
    named : dict of str to ndarray, shape (n,)
    colors : sequence of str
    """
    gap = 0.09 * np.ptp(np.concatenate(list(named.values())))
    heights = _spread([values[-1] for values in named.values()], gap)
    for (name, values), color, height in zip(named.items(), colors, heights, strict=False):
        ax.plot(x, values, color=color)
        ax.annotate(
            name,
            (x[-1], height),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=color,
        )


def graph(ax, nodes, edges, *, digits=2):
    """Draw a computational graph: each node a card with its name, value and gradient.

    The figure needs about 0.8 inches a column and 0.75 inches a row.

    Parameters
    ----------
    ax : matplotlib Axes
    nodes : sequence of tuple
        For each node ``(label, value, gradient, column, row)``; a label of None makes it a place
        that arrows pass through.
    edges : sequence of tuple of two int
        From which node to which, by their places in `nodes`.
    digits : int
        How many decimals values and gradients have.
    """
    columns, rows = zip(*(node[3:] for node in nodes), strict=True)
    ax.axis("off")
    ax.set(xlim=(min(columns) - 0.5, max(columns) + 0.5), ylim=(max(rows) + 0.6, min(rows) - 0.6))
    into, out = [], []  # where arrows reach a node and leave it: a point, and what it is a point of
    for label, value, gradient, column, row in nodes:
        if label is None:
            left, right = (column - 0.35, row), (column + 0.35, row)
            ax.plot(*zip(left, right, strict=True), color=INK, lw=1.2, solid_capstyle="round")
            into.append((left, "data"))
            out.append((right, "data"))
        else:
            numbers = (f"{number:z.{digits}f}" for number in (value, gradient))
            lines = zip((label, *numbers), (INK, BLUE, ORANGE), strict=True)
            card = _card(ax, (column, row), lines)
            into.append(((0, 0.5), card))
            out.append(((1, 0.5), card))
    for a, b in edges:
        (start, start_of), (end, end_of) = out[a], into[b]
        head = "-" if nodes[b][0] is None else "-|>"
        style = {"arrowstyle": head, "color": INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", end, start, xycoords=end_of, textcoords=start_of, arrowprops=style)
    ax.legend(
        [mpl.lines.Line2D([], [])] * 2,
        ["value", "gradient"],
        labelcolor=[BLUE, ORANGE],
        handlelength=0,
        handletextpad=0,
        frameon=False,
        ncols=2,
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
    )


def histograms(axes, arrays, *, limits, titles=None):
    """Draw how the numbers of each array are distributed, all in the same bins.

    Above each stand the mean and the standard deviation. What lies beyond the limits is counted in
    the outermost bins.

    Parameters
    ----------
    axes : sequence of matplotlib Axes
    arrays : sequence of ndarray
        Of any shape, such as the activations of each layer.
    limits : tuple of two floats
        Where the bins begin and end.
    titles : sequence of str, optional
        What each array is; without them the layers are numbered from 1.
    """
    bins = np.linspace(*limits, 41)
    for i, (ax, array) in enumerate(zip(np.ravel(axes), arrays, strict=True)):
        ax.hist(np.clip(np.ravel(array), *limits), bins, color=BLUE)
        title = f"layer {i + 1}" if titles is None else titles[i]
        ax.set_title(f"{title}\n{np.mean(array):z.2f} ± {np.std(array):.2f}", size=10)
        ax.set(xlim=limits, yticks=[])


def contours(ax, f, *, levels=12, n=61):
    """Draw the height lines of a function of two numbers over the axes; darker is higher.

    Set the limits of the axes before: the function is asked for a grid of points between them.

    Parameters
    ----------
    ax : matplotlib Axes
    f : callable
        Takes two numbers, returns one.
    levels : int or sequence of float
        How many lines, or at which heights.
    n : int
        Points of the grid in each direction.
    """
    x, y = (np.linspace(*limits, n) for limits in (ax.get_xlim(), ax.get_ylim()))
    heights = np.array([[f(a, b) for a in x] for b in y], dtype=float)
    ax.contourf(x, y, heights, levels=levels, cmap="Greys", alpha=0.35, extend="both", zorder=0)
    ax.contour(x, y, heights, levels=levels, colors=INK, linewidths=0.6, zorder=1)


def path(ax, steps, *, name="", color=BLUE):
    """Draw the steps of a descent: a dot for each, a ring at the start, the name at the end.

    Parameters
    ----------
    ax : matplotlib Axes
    steps : array_like, shape (n, 2)
        The points in the order in which they were reached.
    name : str
    color : str
    """
    steps = np.asarray(steps, dtype=float)
    ax.plot(*steps.T, color=color, marker="o", markersize=3.5, lw=1.2, zorder=3)
    ax.plot(*steps[0], color=color, marker="o", markersize=9, fillstyle="none", zorder=3)
    ax.annotate(name, steps[-1], xytext=(6, 4), textcoords="offset points", color=color, zorder=4)


def confusion(ax, matrix, *, names=None):
    """Draw a confusion matrix: hits in blue; the more often a mistake, the darker its ground.

    Parameters
    ----------
    ax : matplotlib Axes
    matrix : array_like of int, shape (k, k)
        Counts; rows are the true classes, columns the predicted ones.
    names : sequence of str, optional
        Of the classes; without them they are numbered from 0.
    """
    matrix = np.asarray(matrix)
    k = len(matrix)
    mistakes = np.where(np.eye(k, dtype=bool), 0, matrix)
    colors = mpl.colors.LinearSegmentedColormap.from_list("mistakes", ["white", "#F0B68A"])
    ax.imshow(mistakes, cmap=colors, vmin=0, vmax=max(1, mistakes.max()))
    for (row, column), number in np.ndenumerate(matrix):
        if number:
            color = BLUE if row == column else INK
            ax.text(column, row, number, color=color, ha="center", va="center", weight="bold")
    names = range(k) if names is None else names
    ax.set(xlabel="predicted", ylabel="true")
    ax.set_xticks(range(k), names)
    ax.set_yticks(range(k), names)


def _card(ax, place, lines):
    """Put coloured lines of text on a card that is as large as they ask for."""
    texts = [
        mpl.offsetbox.TextArea(
            text.replace("-", "−"),
            textprops={"color": color, "size": 11, "weight": "normal" if i else "bold"},
        )
        for i, (text, color) in enumerate(lines)
    ]
    card = mpl.offsetbox.AnnotationBbox(
        mpl.offsetbox.VPacker(children=texts, align="center", pad=0, sep=2),
        place,
        pad=0.25,
        bboxprops={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": INK},
    )
    return ax.add_artist(card)


def _spread(heights, gap):
    """Push labels up until each stands a gap above the one below it."""
    heights = np.array(heights, dtype=float)
    for below, above in pairwise(heights.argsort()):
        heights[above] = max(heights[above], heights[below] + gap)
    return heights
