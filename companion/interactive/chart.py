"""What all charts with sliders share: the sliders, the words above, how they show themselves."""

import sys

import altair as alt

from companion.plots import INK

APART = 6  # what labels of an axis keep between them, in pixels; else every second one is left out
SIZE = 420  # of a chart, in pixels


class SliderChart:
    """An Altair chart that shows itself as a plain Vega-Lite description.

    Parameters
    ----------
    chart : altair chart
    params : sequence of altair parameters
        Its sliders and menus, and what their expressions look up.
    says : sequence of str
        An expression for each line of words above the chart. They tell its result, in numbers, and
        are all that a screen reader says when a slider has moved.
    description : str
        Read out where the picture cannot be seen.
    """

    #: JupyterLab draws this name and none of a later version.
    mime_type = "application/vnd.vegalite.v5+json"

    def __init__(self, chart, params, *, says, description):
        words = alt.expr(f"[{', '.join(says)}]")
        title = alt.Title(text=words, anchor="start", color=INK, fontSize=13)
        chart = chart.add_params(*params).properties(title=title, description=description)
        self.chart = chart.configure_axis(labelSeparation=APART)

    def _repr_mimebundle_(self, include=None, exclude=None):
        spec = _plain(self.chart.to_dict())
        bundle = {self.mime_type: spec, "text/plain": spec["description"]}
        if "google.colab" in sys.modules:  # draws only HTML
            bundle["text/html"] = self.chart.to_html()
        return bundle


def slider(name, label, value, least, most, step, *, shows=None):
    """Return a list with the parameter of a slider.

    Where its value means something else, as a place in a table does, or has more decimals than it
    needs, `shows` is the expression of what to show; it comes second, named `<name>_shown`.
    """
    whole = step == 1
    if not least <= value <= most or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{label} must be {kind} from {least:g} to {most:g}, got {value}")
    bind = alt.binding_range(min=least, max=most, step=step, name=f"{label} ")
    params = [alt.param(name=name, value=float(value), bind=bind)]
    return params + ([alt.param(name=f"{name}_shown", expr=shows)] if shows else [])


def menu(name, label, value, options):
    """Return a list with the parameter of a menu."""
    if value not in options:
        raise ValueError(f"unknown {label} {value!r}; there are: {', '.join(options)}")
    bind = alt.binding_select(options=list(options), name=f"{label} ")
    return [alt.param(name=name, value=value, bind=bind)]


def percent(share, digits=0):
    """Return the expression that writes a share as the book does: 0.5 as 50 %."""
    return f"format(100 * ({share}), '.{digits}f') + '\N{NO-BREAK SPACE}%'"


def tables(**values):
    """Return a parameter for each nested list, which expressions look up by its name."""
    return [alt.param(name=name, value=value) for name, value in values.items()]


def _plain(value):
    """Write whole numbers as integers, as a browser does when it saves a notebook."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
