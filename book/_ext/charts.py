"""Charts with sliders become figures that work without a kernel and without a network.

A page holds the words above a chart, its still picture, its sliders, and the chart as Vega, into
which Vega-Lite is compiled. `charts.js` fetches the library when the chart comes near, and draws.
"""

import hashlib
import html
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import vl_convert
from docutils import nodes
from myst_nb.core.render import load_mime_renders

VEGA_LITE = "application/vnd.vegalite.v5+json"
HTML_BUILDERS = ("html", "dirhtml", "singlehtml")
LIBRARY = f"vega-embed-{vl_convert.__version__}.js"

# Letters as in the still figures of companion/plots.py; a chart's own settings come first.
LETTERS = {"labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal"}
FONT = "system-ui, sans-serif"

CHART = """<div class="nn-chart" data-library="{library}">
<output class="nn-chart-said">{said}</output>
<div class="nn-chart-picture" role="img" aria-label="{label}">
<div class="nn-chart-still">{svg}</div>
<div class="nn-chart-live" aria-hidden="true"></div>
</div>
<form class="nn-chart-controls" autocomplete="off">{controls}</form>
<script type="application/json">{spec}</script>
</div>"""
CONTROL = """
<label for="{id}">{name}</label>{control}<span class="nn-value" aria-hidden="true">{value}</span>"""
RESET = '\n<button type="reset">Back to the start</button>\n'


def setup(app):
    app.connect("builder-inited", copy_library)
    if Chart not in load_mime_renders():  # the list is MyST-NB's own and lives as long as Python
        load_mime_renders().append(Chart)


def copy_library(app):
    """Put the chart library into the site; a page loads it only if it has a chart."""
    if app.builder.name not in HTML_BUILDERS:
        return
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    if not (static / LIBRARY).exists():
        # In a function of its own, or its names clash with those of the theme's scripts.
        bundle = vl_convert.javascript_bundle()
        (static / LIBRARY).write_text(f"(function(){{{bundle}}})();\n", encoding="utf-8")


class Chart:
    """A Vega-Lite output: a still picture, and what a script needs to redraw it."""

    mime_priority_overrides = tuple((builder, VEGA_LITE, 1) for builder in HTML_BUILDERS)

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != VEGA_LITE:
            return None
        renderer.add_js_file("nnbook-charts", "charts.js", {"defer": "defer"})
        return [nodes.raw("", chart(data.content), format="html")]


def chart(content):
    """Return the HTML of a Vega-Lite specification."""
    spec = {"background": "transparent", **content}
    own = spec.get("config", {})
    letters = {part: LETTERS | own.get(part, {}) for part in ("axis", "legend")}
    spec["config"] = {"font": FONT, **own, **letters}
    params = spec.get("params", [])
    words = spec.pop("title", {}).get("text", {}).get("expr", "[]")
    name = hashlib.sha256(json.dumps(spec).encode()).hexdigest()[:8]
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    # Two charts on one page must not share the ids of their clipping paths.
    svg = re.sub(r'(\bid="|url\(#)', rf"\g<1>nn{name}-", svg)
    # One label describes the picture as a whole; a line per mark would only weigh.
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    live = {**spec, "params": [*free(params), {"name": "said", "expr": words}]}
    vega = json.dumps(vl_convert.vegalite_to_vega(live), separators=(",", ":"))
    return CHART.format(
        library=LIBRARY,
        said=html.escape("\n".join(told(params, words))),
        label=html.escape(spec.get("description", "")),
        svg=svg,
        controls=controls(params, name),
        spec=vega.replace("</", r"<\/"),
    )


def free(params):
    """Return the parameters without Vega's own sliders."""
    return [{key: of for key, of in param.items() if key != "bind"} for param in params]


def controls(params, of):
    """Return the sliders and menus of a chart, each with its label and its value beside it."""
    names = {param["name"] for param in params}
    rows = []
    for param in params:
        if not (bind := param.get("bind")):
            continue
        name, value = param["name"], param["value"]
        number, meaning = f"nn{of}-{name}", f"{name}_shown"
        if bind["input"] == "select":
            options = [
                f"<option{' selected' if option == value else ''}>{html.escape(option)}</option>"
                for option in bind["options"]
            ]
            control, shown = f'<select id="{number}" name="{name}">{"".join(options)}</select>', ""
        else:
            least, most, step = (bind[key] for key in ("min", "max", "step"))
            if meaning in names:
                (shown,) = told(params, f"['' + {meaning}]")
            else:
                shown = f"{value:.{len(str(step).partition('.')[2])}f}".replace("-", "\u2212")
            control = (
                f'<input type="range" id="{number}" name="{name}"'
                f' min="{least}" max="{most}" step="{step}" value="{value}">'
            )
        label = html.escape(bind["name"].strip())
        shown = html.escape(shown)
        rows.append(CONTROL.format(id=number, name=label, control=control, value=shown))
    return "".join(rows) + (RESET if rows else "")


def told(params, expression):
    """Return the lines of text that an expression is, before any slider has moved."""
    spec = {
        "params": free(params),
        "title": {"text": {"expr": expression}},
        "data": {"values": [{}]},
        "mark": "point",
    }
    svg = ET.fromstring(vl_convert.vegalite_to_svg(spec))
    texts = [one for one in svg.iter() if "role-title-text" in one.get("class", "").split()]
    return ["".join(line.itertext()) for text in texts for line in (text[0][:] or text)]
