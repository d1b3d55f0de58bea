"""The still figures of the book.

Every function draws on the axes it is given, from arrays, and returns nothing. The same thing has
the same colour and mark in every chapter: class 0 blue circles, class 1 orange triangles, the
boundary and everything neutral dark grey. The colours can be told apart by colour-blind readers.
"""

from itertools import cycle, pairwise

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
    if not set(classes := np.unique(y).tolist()) <= set(range(len(CLASS_MARKERS))):
        raise ValueError(f"points draws the classes 0 to {len(CLASS_MARKERS) - 1}, got {classes}")
    for c in classes:
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
    if not w.any():
        raise ValueError("w is zero, so there is no boundary to draw")
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
    if titles is not None and len(titles) < min(len(x), np.size(axes)):
        raise ValueError(f"{len(x)} images need as many titles, got {len(titles)}")
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


def weight_image(ax, w, *, label=None, top=None):
    """Draw weights as an image: orange is above zero, blue below, white is silent.

    Parameters
    ----------
    ax : matplotlib Axes
    w : ndarray, shape (side * side,)
    label : str, optional
        What the scale of colours shows; without it there is none.
    top : float, optional
        The weight that gets the strongest colour, to draw several images alike; without it the
        largest one of this image.
    """
    side, top = round(len(w) ** 0.5), np.abs(w).max() if top is None else top
    colors = mpl.colors.LinearSegmentedColormap.from_list("book", [BLUE, "white", ORANGE])
    image = ax.imshow(w.reshape(side, side), cmap=colors, vmin=-top, vmax=top)
    ax.axis("off")
    if label is not None:
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
    for (name, values), color, height in zip(named.items(), cycle(colors), heights, strict=False):
        ax.plot(x, values, color=color)
        _right_of(ax, name, (x[-1], height), color)


def graph(ax, nodes, edges, *, digits=2, slopes=None):
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
    slopes : sequence of float, optional
        The local derivative along each of the edges, written on its arrow.
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
    meanings = {"value": BLUE, "gradient": ORANGE}
    if slopes is not None:
        meanings["· local derivative"] = INK
        for (a, b), slope in zip(edges, slopes, strict=True):
            middle = np.add(nodes[a][3:], nodes[b][3:]) / 2
            text = f"· {slope:g}".replace("-", "\N{MINUS SIGN}")
            box = {"boxstyle": "round,pad=0.1", "facecolor": CARD, "edgecolor": "none"}
            ax.text(*middle, text, ha="center", va="center", color=INK, bbox=box)
    ax.legend(
        [mpl.lines.Line2D([], [])] * len(meanings),
        list(meanings),
        labelcolor=list(meanings.values()),
        handlelength=0,
        handletextpad=0,
        frameon=False,
        ncols=len(meanings),
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
    )


def tables(ax, parts):
    """Draw arrays as tables of numbers in a row, with signs between them.

    Parameters
    ----------
    ax : matplotlib Axes
    parts : sequence
        A sign, such as ``"+"``, or for a table ``(title, numbers)`` or ``(title, numbers, faint)``:
        `numbers` has shape (rows, columns), `faint` the same shape and is true where a number
        stands in a dashed cell, in grey.
    """
    ax.axis("off")
    ax.set_aspect("equal")
    widths = [0.7 if isinstance(part, str) else np.shape(part[1])[1] for part in parts]
    lefts = np.cumsum([0, *widths])[:-1] + 0.35 * np.arange(len(parts))
    top = max(len(part[1]) for part in parts if not isinstance(part, str)) / 2
    for part, left, width in zip(parts, lefts, widths, strict=True):
        if isinstance(part, str):
            ax.text(left + width / 2, 0, part, ha="center", va="center", size=16)
            continue
        title, numbers = part[0], np.asarray(part[1])
        faint = part[2] if len(part) > 2 else np.zeros(numbers.shape, dtype=bool)
        high = len(numbers) / 2
        ax.text(left + width / 2, top + 0.3, title, ha="center", va="bottom")
        for (row, column), number in np.ndenumerate(numbers):
            color, line = ("#767676", "--") if faint[row][column] else (INK, "-")
            corner = left + column, high - row - 1
            box = mpl.patches.Rectangle(corner, 1, 1, facecolor="white", edgecolor=color, ls=line)
            ax.add_patch(box).set_zorder(1 if faint[row][column] else 2)
            text = f"{number:g}".replace("-", "\N{MINUS SIGN}")
            middle = corner[0] + 0.5, corner[1] + 0.5
            ax.text(*middle, text, ha="center", va="center", color=color, zorder=3)
    ax.set(xlim=(-0.1, lefts[-1] + widths[-1] + 0.1), ylim=(-top - 0.1, top + 1.5))


def network(ax, values, weights, *, names=None, dz=None, along=0.22):
    """Draw a network with a number at each unit and a weight at each line; nothing for weight 0.

    Positive weights are orange, negative ones blue; the greater, the thicker.

    Parameters
    ----------
    ax : matplotlib Axes
    values : sequence of array_like
        For each layer, the input included, one number for each of its units.
    weights : sequence of array_like
        For each layer but the input its W, shape (n_in, n_out).
    names : sequence of str, optional
        Written above the layers.
    dz : sequence of array_like, optional
        For each layer but the input one number for each of its units, written below it: the
        derivative of the loss by its sum.
    along : float
        How far along its line a weight stands, from 0 to 1.
    """
    ax.axis("off")
    most = max(len(layer) for layer in values)
    strongest = max(np.abs(W).max() for W in weights)
    heights = [(len(layer) - 1) / 2 - np.arange(len(layer)) for layer in values]
    for column, W in enumerate(weights):
        for (i, j), weight in np.ndenumerate(np.asarray(W)):
            if weight == 0:
                continue
            start, end = heights[column][i], heights[column + 1][j]
            color, text = (ORANGE if weight > 0 else BLUE), f"{weight:g}"
            thick = 0.6 + 2.4 * abs(weight) / strongest
            ax.plot((column, column + 1), (start, end), color=color, lw=thick, zorder=1)
            ax.text(
                column + along,
                start + along * (end - start),
                text.replace("-", "\N{MINUS SIGN}"),
                color=color,
                ha="center",
                va="center",
                size=11,
                bbox={"boxstyle": "round,pad=0.1", "facecolor": CARD, "edgecolor": "none"},
            )
    for column, (layer, height) in enumerate(zip(values, heights, strict=True)):
        for value, y in zip(layer, height, strict=True):
            ax.text(
                column,
                y,
                f"{value:g}".replace("-", "\N{MINUS SIGN}"),
                ha="center",
                va="center",
                weight="bold",
                size=13,
                bbox={"boxstyle": "circle,pad=0.4", "facecolor": "white", "edgecolor": INK},
                zorder=3,
            )
        if names is not None:
            ax.text(column, most / 2 + 0.05, names[column], ha="center", va="bottom")
        for gradient, y in zip(dz[column - 1], height, strict=True) if dz and column else ():
            text = f"dz {gradient:g}".replace("-", "\N{MINUS SIGN}")
            place = {"xytext": (0, -37), "textcoords": "offset points", "ha": "center"}
            ax.annotate(text, (column, y), va="center", color=ORANGE, **place)
    ax.set(xlim=(-0.25, len(values) - 0.75), ylim=(-most / 2, most / 2 + 0.3))


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
        mean = f"{np.mean(array):z.2f}".replace("-", "−")
        ax.set_title(f"{title}\n{mean} ± {np.std(array):.2f}", size=10)
        ax.set(xlim=limits, yticks=[])


def bands(ax, means, widths, *, names=(), colors=CLASS_COLORS):
    """Draw how means move from row to row, each as a line in a band of mean ± width.

    Parameters
    ----------
    ax : matplotlib Axes
    means, widths : ndarray, shape (n, k)
        Of k quantities at n moments.
    names : sequence of str
        Written at the right ends of the lines.
    colors : sequence of str
    """
    moments = np.arange(len(means))
    for mean, width, color in zip(means.T, widths.T, cycle(colors), strict=False):
        ax.fill_between(moments, mean - width, mean + width, color=color, alpha=0.2, lw=0)
        ax.plot(moments, mean, color=color)
    for name, mean, color in zip(names, means.T, cycle(colors), strict=False):
        _right_of(ax, name, (moments[-1], mean[-1]), color)


def spread(ax, x, runs, *, name, color=BLUE, beside=True):
    """Draw what several runs measured: their median as a line in a band from least to greatest.

    Parameters
    ----------
    ax : matplotlib Axes
    x : array_like, shape (n,)
    runs : array_like, shape (k, n)
        One row a run.
    name : str
        Written at the right end of the line, or else left to a legend.
    color : str
    beside : bool
    """
    middle = np.median(runs, axis=0)
    if np.shape(middle) != np.shape(x):
        raise ValueError(f"each run needs one number for each x: {len(x)}, got {np.size(middle)}")
    ax.fill_between(x, np.min(runs, axis=0), np.max(runs, axis=0), color=color, alpha=0.2, lw=0)
    ax.plot(x, middle, color=color, label=name)
    if beside:
        _right_of(ax, name, (x[-1], middle[-1]), color)


def ranges(ax, named, *, color=BLUE, shift=0.0):
    """Draw what several runs measured of several things, a line each: all runs, median filled.

    Parameters
    ----------
    ax : matplotlib Axes
    named : dict of str to array_like, shape (k,)
        Drawn from top to bottom.
    color : str
    shift : float
        How much lower than its name's height, so that two series can share the names.
    """
    for height, runs in enumerate(named.values()):
        place = np.full(len(runs), height + shift)
        ax.plot(runs, place, "|", color=color, markersize=9, markeredgewidth=1.3)
        ax.plot([min(runs), max(runs)], place[:2], color=color, lw=1.2)
        ax.plot(np.median(runs), height + shift, "o", color=color, markersize=7)
    ax.set_yticks(range(len(named)), list(named))
    ax.set_ylim(len(named) - 0.4, -0.6)


def budget(ax, f, edge, *, minimum, color=BLUE):
    """Draw a region of allowed weights, and contour lines of a loss, one through its best point.

    Parameters
    ----------
    ax : matplotlib Axes
        With its limits set.
    f : callable
        The loss, of two arrays.
    edge : ndarray, shape (2, n)
        The edge of the region; the dot stands where on it the loss is least.
    minimum : tuple of two floats
        Where the loss is least of all; a cross.
    color : str
    """
    best = edge[:, np.argmin(f(*edge))]
    ax.fill(*edge, color=color, alpha=0.15, lw=0)
    ax.plot(*edge, color=color, lw=1.3)
    x, y = np.meshgrid(np.linspace(*ax.get_xlim(), 201), np.linspace(*ax.get_ylim(), 201))
    levels = f(*best) * np.array([0.25, 0.6, 1, 1.7, 2.8])
    ax.contour(x, y, f(x, y), levels=levels, colors=INK, linewidths=0.7)
    ax.plot(*minimum, "x", color=ORANGE, markersize=9, markeredgewidth=2)
    ax.plot(*best, "o", color=color, markersize=8, zorder=3)


def three_samples(ax, batches, dy):
    """Draw batches of three samples as points of a plane, and their gradients through batch norm.

    Three numbers whose mean is subtracted add up to 0, so they lie in a plane. Normalized (ε = 0)
    they lie on a circle of radius √3 in it. On the circle stands dy as far as it lies in the plane;
    at each batch stands dx: the part along the circle, divided by the deviation of the batch.

    Parameters
    ----------
    ax : matplotlib Axes
    batches : dict of str to array_like, shape (3,)
        One feature of three samples that are not all equal, under a name to write beside it. The
        batches differ in mean and deviation only.
    dy : array_like, shape (3,)
        ∂L/∂x̂ for each sample.
    """
    plane = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
    places = {name: plane @ np.asarray(x, dtype=float) for name, x in batches.items()}
    far = max(places.values(), key=np.linalg.norm)
    ray = far / np.linalg.norm(far)
    hat, upstream = np.sqrt(3) * ray, plane @ np.asarray(dy, dtype=float)
    along = upstream - (upstream @ ray) * ray
    ax.add_patch(mpl.patches.Circle((0, 0), np.sqrt(3), fill=False, color=INK, lw=1.2))
    ax.plot(*zip((0, 0), 1.15 * far, strict=True), color=INK, lw=0.8, ls=":")
    ax.plot(0, 0, color=INK, marker="+", markersize=9)
    inward = upstream - np.linalg.norm(upstream) * ray  # beside the circle, not on it
    arrows = [(hat, upstream, inward, GREEN, "dy")]
    for name, place in places.items():
        deviation = np.linalg.norm(place) / np.sqrt(3)
        arrows.append((place, along / deviation, along, ORANGE, "dx"))
        ax.plot(*place, color=BLUE, marker="o")
        _beside(ax, name, place, -along, BLUE)
    ax.plot(*hat, color=INK, marker="o", zorder=4)
    _beside(ax, "x̂", hat, np.linalg.norm(along) * ray - along, INK)
    for start, arrow, side, color, name in arrows:
        style = {"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", start + arrow, start, arrowprops=style)
        _beside(ax, name, start + arrow, side, color)
    ax.set_aspect("equal")
    ax.axis("off")


def layer_sizes(ax, named, *, colors=CLASS_COLORS, limits=None, backward=False):
    """Draw a size for each layer on a logarithmic scale, each curve with its name at its end.

    What leaves the limits is drawn up to them, and its name stands there.

    Parameters
    ----------
    ax : matplotlib Axes
    named : dict of str to array_like, shape (layers,)
        Sizes above 0, those of layer 1 first.
    colors : sequence of str
    limits : tuple of two floats, optional
        The ends of the vertical axis.
    backward : bool
        Whether the last layer stands at the left and layer 1 at the right, as a gradient travels.
    """
    sizes = {name: np.asarray(values, dtype=float) for name, values in named.items()}
    layers = np.arange(1, len(next(iter(sizes.values()))) + 1)
    if limits is None:
        together = np.concatenate(list(sizes.values()))
        limits = together.min() / 2, together.max() * 2
    low, high = np.log10(limits)
    last = 0 if backward else -1  # where the curves end
    least = low + 0.06 * (high - low)  # there a name stands clear of the axis
    ends = [np.clip(np.log10(values[last]), least, high) for values in sizes.values()]
    heights = 10 ** _spread(ends, 0.1 * (high - low))
    for (name, values), color, height in zip(sizes.items(), cycle(colors), heights, strict=False):
        ax.plot(layers, values, color=color, marker="o", markersize=4)
        place = {"xytext": (7, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(name, (layers[last], height), color=color, annotation_clip=False, **place)
    ax.set(yscale="log", ylim=limits, xlim=(0.6, layers[-1] + 0.4), xlabel="layer")
    ax.set_xticks(layers if len(layers) < 6 else [1, *layers[4::5]])
    if backward:
        ax.invert_xaxis()


def contours(ax, f, *, levels=12, n=61):
    """Draw the contour lines of a function of two numbers over the axes; darker is higher.

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


def walks(ax, f, named, *, colors=CLASS_COLORS):
    """Draw the contour lines of a function of two numbers, and walks over it with their names.

    Parameters
    ----------
    ax : matplotlib Axes
    f : callable
        Takes two numbers, returns one.
    named : dict of str to ndarray, shape (n, 2)
        The points of each walk; all of them and their surroundings are shown.
    colors : sequence of str
    """
    points = np.concatenate(list(named.values()))
    for name, steps in named.items():
        if not np.isfinite(steps).all():
            raise ValueError(f"the walk {name!r} leaves all bounds: a lower rate may help")
    room = 0.15 * np.ptp(points, axis=0)
    low, high = points.min(axis=0) - room, points.max(axis=0) + room
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    contours(ax, f)
    for (name, steps), color in zip(named.items(), cycle(colors), strict=False):
        ax.plot(*steps.T, color=color, marker="o", markersize=3.5, lw=1.2, label=name, zorder=3)


def decision(ax, f, *, n=601):
    """Tint where a classifier answers 1, and draw the boundary of that region.

    Set the limits of the axes before: the classifier is asked for a grid of points between them.

    Parameters
    ----------
    ax : matplotlib Axes
    f : callable
        Takes points, shape (m, 2), and returns their answers 0 or 1, shape (m,).
    n : int
        Points of the grid in each direction.
    """
    grid, points = _grid(ax, n)
    # Row by row: a wide network's hidden units for all points at once would fill the memory.
    answers = np.array([f(row) for row in np.split(points, n)], dtype=float)
    ax.contourf(*grid, answers, levels=[0.5, np.inf], colors=[ORANGE], alpha=0.12, zorder=0)
    if np.ptp(answers) > 0:
        ax.contour(*grid, answers, levels=[0.5], colors=[INK], linewidths=1.5, zorder=2)


def bent_grid(ax, f, *, low, high, lines=9, n=97):
    """Draw where a map of the plane takes the lines of a square grid.

    Lines along which x₁ stays the same are green, those of the same x₂ purple.

    Parameters
    ----------
    ax : matplotlib Axes
    f : callable
        The map: takes points and returns points, both of shape (n, 2).
    low, high : float
        The grid covers the square from `low` to `high` in both directions.
    lines : int
        How many lines there are in each direction.
    n : int
        Points on each line.
    """
    along = np.linspace(low, high, n)
    for place in np.linspace(low, high, lines):
        fixed = np.full(n, place)
        for color, line in ((GREEN, (fixed, along)), (PURPLE, (along, fixed))):
            ax.plot(*np.asarray(f(np.column_stack(line))).T, color=color, lw=1, alpha=0.7, zorder=1)


def regions(ax, f, *, n=801):
    """Draw the regions into which units cut the plane, and the lines where a unit switches.

    Points belong to the same region if the same units are on there. Set the limits of the axes
    before.

    Parameters
    ----------
    ax : matplotlib Axes
    f : callable
        Takes points, shape (m, 2), and returns pre-activations, shape (m, units); a unit is on
        where its own is above 0.
    n : int
        Points of the grid in each direction.
    """
    grid, points = _grid(ax, n)
    z = np.asarray(f(points), dtype=float)
    pattern = (z > 0) @ 2 ** np.arange(z.shape[1])  # one number for each list of units that are on
    number = np.unique(pattern, return_inverse=True)[1].reshape(n, n)
    pastel = mpl.colors.ListedColormap(
        [mpl.colors.to_rgba(color, share) for share in (0.18, 0.36) for color in CLASS_COLORS]
    )
    ax.pcolormesh(*grid, 5 * number % 8, cmap=pastel, vmin=-0.5, vmax=7.5, zorder=0)
    for unit in z.T:
        ax.contour(*grid, unit.reshape(n, n), levels=[0], colors=[INK], linewidths=1.2, zorder=1)


def probabilities(ax, f, *, n=301):
    """Tint the plane by what a classifier says: a point has the mixed colours of its classes.

    Where one class is sure, its own colour is left. Lines are drawn where the two likeliest
    classes tie. Set the limits of the axes before.

    Parameters
    ----------
    ax : matplotlib Axes
    f : callable
        Takes points, shape (m, 2), and returns probabilities, shape (m, k), of at most 4 classes.
    n : int
        Points of the grid in each direction.
    """
    grid, points = _grid(ax, n)
    p = np.asarray(f(points), dtype=float)
    colors = np.array([mpl.colors.to_rgb(color) for color in CLASS_COLORS[: p.shape[1]]])
    mixed = 1 - 0.6 * (1 - p @ colors)  # lighter, so that what is drawn above it can be read
    ax.pcolormesh(*grid, mixed.reshape(n, n, 3), zorder=0)
    for c, own in enumerate(p.T):
        lead = own - np.delete(p, c, axis=1).max(axis=1)
        if lead.min() < 0 < lead.max():
            ax.contour(*grid, lead.reshape(n, n), levels=[0], colors=[INK], linewidths=1.5)


def _grid(ax, n):
    """Return a grid of points between the limits of the axes, as two tables and as rows."""
    grid = np.meshgrid(*(np.linspace(*limits, n) for limits in (ax.get_xlim(), ax.get_ylim())))
    return grid, np.column_stack([part.ravel() for part in grid])


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


def loss_map(ax, losses, rows, columns, *, good):
    """Write a table of losses, and give those below `good` a blue ground, the darker the lower.

    Parameters
    ----------
    ax : matplotlib Axes
    losses : array_like, shape (rows, columns)
        From 0 up; infinity is written as ∞.
    rows, columns : sequence
        What each row and each column is; the first row stands at the bottom.
    good : float
        Above 0.
    """
    losses = np.asarray(losses, dtype=float)
    colors = mpl.colors.LinearSegmentedColormap.from_list("losses", ["#8CC4E6", "#DCEEF8"])
    limits = {"vmin": 0, "vmax": np.nextafter(1, 0)}  # from 1 on is over
    ax.imshow(losses / good, cmap=colors.with_extremes(over="white"), aspect="auto", **limits)
    for (row, column), loss in np.ndenumerate(losses):
        text = f"{loss:.1f}" if np.isfinite(loss) else "∞"
        weight = "bold" if loss < good else "normal"
        ax.text(column, row, text, ha="center", va="center", size=11, weight=weight)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(-0.5, len(rows) - 0.5)


def reliability(ax, confidence, right, *, name="", color=BLUE, bins=10, least=20):
    """Draw how often answers were right against how sure they were, group by group.

    Parameters
    ----------
    ax : matplotlib Axes
    confidence : ndarray, shape (n,)
        The probability that each answer was given, from 0 to 1.
    right : ndarray of bool, shape (n,)
        Whether the answer was right.
    name : str
        Written beside the point of the curve that is farthest from the diagonal.
    color : str
    bins : int
        How many groups of equal width the confidences from 0 to 1 are put into.
    least : int
        A group with fewer answers than this is left out: its share would be luck.
    """
    group = np.minimum((confidence * bins).astype(int), bins - 1)
    shown = [g for g in range(bins) if (group == g).sum() >= least]
    if not shown:
        raise ValueError(f"no group of confidences has {least} samples: {len(group)} in all")
    sure = [confidence[group == g].mean() for g in shown]
    share = [right[group == g].mean() for g in shown]
    ax.plot([0, 1], [0, 1], color=INK, lw=1, ls="--", zorder=1)
    ax.plot(sure, share, color=color, marker="o", markersize=6, clip_on=False, zorder=3)
    far = int(np.argmax(np.abs(np.subtract(share, sure))))
    above = share[far] > sure[far]
    offset, align = ((-8, 4), "right") if above else ((8, -4), "left")
    place = {"xytext": offset, "textcoords": "offset points", "ha": align, "va": "center"}
    ax.annotate(name, (sure[far], share[far]), color=color, **place)
    ax.set(xlabel="confidence", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1))
    ax.set_aspect("equal")


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
        mpl.offsetbox.VPacker(children=texts, align="center", pad=0, sep=1),
        place,
        pad=0.25,
        bboxprops={"boxstyle": "round,pad=0.22", "facecolor": "white", "edgecolor": INK},
    )
    return ax.add_artist(card)


def _right_of(ax, text, place, color):
    """Write the name of a line to the right of its last point."""
    away = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
    ax.annotate(text, place, color=color, **away)


def _beside(ax, text, place, direction, color):
    """Write a text some points away from a place."""
    away = 9 * np.asarray(direction) / np.linalg.norm(direction)
    align = {"ha": "left" if away[0] > 0 else "right", "va": "center"}
    ax.annotate(text, place, away, textcoords="offset points", color=color, **align)


def _spread(heights, gap):
    """Push labels up until each stands a gap above the one below it."""
    heights = np.array(heights, dtype=float)
    for below, above in pairwise(heights.argsort()):
        heights[above] = max(heights[above], heights[below] + gap)
    return heights
