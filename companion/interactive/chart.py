"""What all charts with sliders share: how they show themselves, and how large they are."""

import sys

import altair as alt

from companion.plots import INK

SIZE = 420  # of a chart, in pixels


class SliderChart:
    """An Altair chart that shows itself as a plain Vega-Lite description.

    Parameters
    ----------
    chart : altair chart
        With a `description`, which is read out where the picture cannot be seen.
    """

    #: JupyterLab draws this name and none of a later version.
    mime_type = "application/vnd.vegalite.v5+json"

    def __init__(self, chart):
        self.chart = chart

    def _repr_mimebundle_(self, include=None, exclude=None):
        spec = _plain(self.chart.to_dict())
        bundle = {self.mime_type: spec, "text/plain": spec["description"]}
        if "google.colab" in sys.modules:  # draws only HTML
            bundle["text/html"] = self.chart.to_html()
        return bundle


def sliders(*rows):
    """Return a parameter with a slider for each row: name, value, least, most, step, label."""
    return [
        alt.param(
            name=name,
            value=value,
            bind=alt.binding_range(min=least, max=most, step=step, name=label),
        )
        for name, value, least, most, step, label in rows
    ]


def tables(**values):
    """Return a parameter for each nested list, which expressions look up by its name."""
    return [alt.param(name=name, value=value) for name, value in values.items()]


def words_above(expression):
    """Return a title whose lines an expression says anew when a slider moves."""
    return alt.Title(text=alt.expr(expression), anchor="start", color=INK, fontSize=13)


def _plain(value):
    """Write whole numbers as integers, as a browser does when it saves a notebook."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
