"""The Sphinx extension of this book: what the built site needs beyond Jupyter Book.

- Notebooks are executed again when the companion or an installed version changes.
- Charts with sliders work without a kernel and without a network (`charts.py`).
- Formulas are set already (`formulas.py`), and each page says what it is about (`pages.py`).
- The search leads to a passage and marks the word in it (`sitesearch.py`).
- Those who hear a page hear whose table, hint or source a thing is (`spoken.py`).
- Exercise notebooks lie in the site as zips, with all that a student needs.
- Launch buttons open the repository that the site is built from, whichever fork that is.
- A notebook that is downloaded says in its first cell how to get the companion.
- Misconceptions, claims and the level of an exercise get a class that the style sheet draws.
- The bar of a folded part of a cell says what is inside.
- A number and its % stay on one line.
"""

import os
import posixpath
import re
import shutil
from functools import partial
from pathlib import Path

import charts
import codelines
import formulas
import heads
import nbformat
import numpy as np
import pages
import sitesearch
import spoken
from changes import digest
from chapter import BOX
from charts import HTML_BUILDERS
from docutils import nodes
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from myst_nb.core import render
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from notebooks import find_fonts, fixed_settings, read
from PIL import Image
from sphinx.errors import ExtensionError

from companion.grading.handout import git, handout, installing, origin
from companion.grading.release import pack


def setup(app):
    app.add_config_value("nnbook_package", "companion", "env", str)
    app.add_config_value("nnbook_extension", "", "env", str)
    app.add_config_value("nnbook_static", "", "html", str)
    app.connect("config-inited", fix_settings)
    app.connect("config-inited", key_the_cache)
    app.connect("config-inited", notice_own_changes)
    app.connect("config-inited", add_repository)
    app.connect("config-inited", drop_thebe)
    app.connect("autodoc-process-docstring", cite_references, priority=400)  # before napoleon
    app.connect("env-before-read-docs", execute_ahead)
    app.connect("doctree-read", mark_roles)
    app.connect("doctree-read", keep_percent)
    app.connect("html-page-context", lead_to_notebooks, priority=900)
    app.connect("html-page-context", load_pictures_late)
    app.connect("build-finished", drop_old_caches)
    app.connect("build-finished", lighten_pictures)
    app.connect("build-finished", write_notebooks)
    app.connect("build-finished", write_exercise_zips)
    charts.setup(app)
    codelines.setup(app)
    formulas.setup(app)
    heads.setup(app)
    pages.setup(app)
    sitesearch.setup(app)
    spoken.setup(app)
    app.add_js_file("page.js", loading_method="defer")
    app.setup_extension("myst_nb")  # first, because the next line replaces what it registers
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_HideCellInput))
    app.add_css_file("style.css", priority=900)
    app.add_css_file("print.css", priority=950)
    render.coalesce_streams = merge_streams  # for nb_merge_streams
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# --- Execution ------------------------------------------------------------------------------


def key_the_cache(app, config):
    """Keep the outputs in a folder named by what they follow from beside the notebooks.

    Sphinx reads every page again when `nb_execution_cache_path` changes, so one value does both:
    it renews the pages and sends MyST-NB to an empty cache.
    """
    if not Path(app.srcdir, config.nnbook_package).is_dir():
        raise ExtensionError(f"The package {config.nnbook_package} is not in {app.srcdir}.")
    key = digest([config.nnbook_package], root=Path(app.srcdir))[:16]
    config.nb_execution_cache_path = str(cache_folder(app) / key)


def fix_settings(app, config):
    """What the kernels, which inherit it, find the same on every machine."""
    empty = Path(app.outdir).resolve().parent / ".no-settings"
    shutil.rmtree(empty, ignore_errors=True)
    empty.mkdir(parents=True)
    os.environ.update(fixed_settings(empty))
    find_fonts()


def notice_own_changes(app, config):
    """Read every page again when this extension changes, and write it when the style sheet does."""
    config.nnbook_extension = digest(["book/_ext"], root=Path(app.srcdir))
    config.nnbook_static = digest(["book/_static"], root=Path(app.srcdir))


def execute_ahead(app, env, names):
    """Execute on all cores what is not in the cache yet.

    MyST-NB, which executes one notebook after the other, then finds it there. A notebook that fails
    it executes again, and tells why.
    """
    paths = [env.doc2path(name) for name in names]
    notebooks = [path for path in paths if path.endswith(".ipynb")]
    if app.config.nb_execution_mode != "cache" or not notebooks:
        return
    cache, new = get_cache(app.config.nb_execution_cache_path), []
    for path in notebooks:
        try:
            cache.match_cache_notebook(read(path))
        except KeyError:
            new.append(path)
            cache.add_nb_to_project(path)
    if len(new) > 1:
        executor = load_executor("local-parallel", cache)
        executor.run_and_cache(filter_uris=new, timeout=app.config.nb_execution_timeout)


def cache_folder(app):
    return Path(app.outdir).resolve().parent / ".jupyter_cache"


def drop_old_caches(app, exception):
    if exception is None:
        for folder in cache_folder(app).glob("[0-9a-f]" * 16):
            if str(folder) != app.config.nb_execution_cache_path:
                shutil.rmtree(folder)


def merge_streams(outputs):
    """Join the pieces in which a cell's text came from the kernel, as they are.

    A kernel sends what has been printed so far several times a second, in the middle of a line if
    need be. MyST-NB's own function would end a line there.
    """
    merged, streams = [], {}
    for output in outputs:
        name = output["name"] if output["output_type"] == "stream" else None
        if name in streams:
            streams[name]["text"] += output["text"]
        else:
            merged.append(output)
            if name is not None:
                streams[name] = output
    return merged


# --- Pictures -------------------------------------------------------------------------------


def lighten_pictures(app, exception):
    """Keep few colours of each figure, a third of its weight and nothing that an eye would miss."""
    if exception is not None or app.builder.name not in HTML_BUILDERS:
        return
    for path in Path(app.outdir, "_images").glob("*.png"):
        with Image.open(path) as picture:
            if picture.mode != "P":
                in_few_colours(picture.convert("RGB")).save(path, optimize=True)


def in_few_colours(picture):
    """Return a picture in 48 colours if hardly a pixel in 1000 changes visibly, else in 128."""
    few = picture.quantize(48, dither=Image.Dither.NONE)
    change = np.abs(np.subtract(few.convert("RGB"), picture, dtype=int)).max(axis=2)
    if np.quantile(change, 0.999) <= 20:  # of 255
        return few
    return picture.quantize(128, dither=Image.Dither.NONE)


def load_pictures_late(app, pagename, templatename, context, doctree):
    """Let a picture come when it is needed, but the first; its room is kept free until then."""
    sized = re.compile(r'<img (?=[^>]*style="width: (\d+)px; height: (\d+)px;")')
    body = sized.sub(r'<img width="\1" height="\2" ', context.get("body", ""))
    before, first, after = body.partition("<img ")
    context["body"] = before + first + after.replace("<img ", '<img loading="lazy" ')


# --- Scripts of the theme -------------------------------------------------------------------


def drop_thebe(app, config):
    """Live code cells are not used here, and their script declares its constants twice."""
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if one.handler.__module__ != "sphinx_thebe"]
    app.registry.css_files[:] = [one for one in app.registry.css_files if "thebe" not in one[0]]


# --- The repository behind the site ---------------------------------------------------------


def add_repository(app, config):
    """Ask git for the repository; with none, the pages have no buttons that would need it."""
    config.nnbook_repository = origin(app.srcdir)
    if config.nnbook_repository:
        branch = git(app.srcdir, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
        config.html_theme_options |= {
            "repository_url": f"https://github.com/{config.nnbook_repository}",
            "repository_branch": branch.removeprefix("origin/") or "main",
            "use_repository_button": True,
            "use_issues_button": True,
            "use_edit_page_button": True,
            "launch_buttons": {
                "binderhub_url": "https://mybinder.org",
                "notebook_interface": "jupyterlab",
            },
        }


def lead_to_notebooks(app, pagename, templatename, context, doctree):
    """Download the copy that gets the companion first; beside Binder, Colab opens it, too."""
    name = f"_notebooks/{pagename}.ipynb"
    for group in context.get("header_buttons", []):
        if group.get("label") == "launch-buttons":
            address = f"{app.config.nnbook_repository}/blob/gh-pages/{name}"
            group["buttons"].append(
                {
                    "type": "link",
                    "text": "Colab",
                    "tooltip": "Launch on Colab",
                    "icon": "_static/images/logo_colab.png",
                    "url": f"https://colab.research.google.com/github/{address}",
                }
            )
        for button in group.get("buttons", []):
            if button.get("label") == "download-source-button" and button["text"] == ".ipynb":
                button |= {"url": context["pathto"](name, 1), "tooltip": "Download notebook"}


def write_notebooks(app, exception):
    """Copy each notebook into the site, for programs that know neither MyST nor the companion."""
    folder = Path(app.outdir, "_notebooks")
    if exception is not None or app.builder.name not in HTML_BUILDERS:
        return
    shutil.rmtree(folder, ignore_errors=True)
    for name in sorted(app.env.found_docs):
        source = Path(app.env.doc2path(name))
        if source.suffix == ".ipynb":
            notebook = nbformat.read(source, as_version=4)
            for other in notebook.cells:
                if other.cell_type == "markdown":
                    other.source = plain_markdown(other.source, partial(address, app, name))
            notebook.cells.insert(0, installing(app.config.nnbook_repository, zipped=False))
            target = folder / f"{name}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, target)


def address(app, name, target):
    """Where the published book has what a page's link leads to; nothing if it is not published."""
    if not app.config.html_baseurl:
        return None
    file, _, place = target.partition("#")
    if file:
        page = posixpath.normpath(posixpath.join(posixpath.dirname(name), file))
        page = page.rpartition(".")[0]
    else:  # a label of any page, or a heading of this one
        labels = app.env.domaindata["std"]["anonlabels"]
        page, place = labels.get(place, (name, place))
    return f"{app.config.html_baseurl}{page}.html" + (f"#{place}" if place else "")


def write_exercise_zips(app, exception):
    """Put into the site what students unpack: each exercise notebook with all that it needs."""
    if exception is None and app.builder.name in HTML_BUILDERS:
        for source in sorted(Path(app.srcdir, "book", "exercises", "source").glob("*.ipynb")):
            outside = handout(read(source), app.config.nnbook_repository)
            pack(outside, source.stem, Path(app.outdir, "_exercises"))


LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((#[\w-]+|[\w./-]+\.(?:ipynb|md)(?:#[\w-]+)?)\)")


def plain_markdown(text, address=lambda target: None):
    """Write for programs that know Markdown and HTML, but nothing of MyST, what a cell says.

    Links lead where `address` says; to nothing, where it says nothing.
    """

    def link(found):
        there = address(found[2])
        return f"[{found[1]}]({there})" if there else found[1]

    text = re.sub(r"^\([\w-]+\)=\n", "", text, flags=re.M)
    fold = r"<details><summary>\1</summary>\n\n\2\n\n</details>"
    text = re.sub(r"^:::\{dropdown\} ([^\n]+)\n(.+?)\n:::$", fold, text, flags=re.M | re.S)
    text = BOX.sub(r"**In short**\n\n\g<text>", text)
    text = re.sub(r"\{term\}`([^`<]+?)(?: <[^`]*>)?`", r"\1", text)
    text = re.sub(r"\{cite(?::\w+)?\}`([^`]+)`", r"[\1]", text)
    text = re.sub(r"\{(?:class|func|meth|mod)\}`~?(?:\w+\.)*(\w+)`", r"`\1`", text)
    text = LINK.sub(link, text)
    return re.sub(r"\{numref\}`[^`]+`", "the figure", text)


# --- Roles of a passage ---------------------------------------------------------------------

OPENINGS = {"Often said:": "nn-heard", "Claim.": "nn-claim", "What is true.": "nn-true"}
LEVEL = re.compile(r"(Exercise [\d.]+) · (by hand|in code|open)(, variant)?: ")


def mark_roles(app, doctree):
    """Give the passages that a chapter writes in fixed words the class that draws them."""
    for node in doctree.findall(lambda n: isinstance(n, nodes.paragraph | nodes.block_quote)):
        for opening, name in OPENINGS.items():
            if node.astext().startswith(opening):
                node["classes"].append(name)
    for title in doctree.findall(nodes.title):
        if isinstance(title[0], nodes.Text) and (found := LEVEL.match(title[0])):
            number, level, variant = found.groups("")
            classes = ["nn-level", f"nn-{level.replace(' ', '-')}"]
            label = nodes.inline("", level + variant, classes=classes)
            rest = title[0][found.end() :]
            title[0:1] = [nodes.Text(f"{number} "), label, nodes.Text(f" {rest}")]


AS_WRITTEN = nodes.literal | nodes.literal_block | nodes.math | nodes.math_block | nodes.raw


def keep_percent(app, doctree):
    """Put a space that does not break between a number and its %."""
    for text in list(doctree.findall(nodes.Text)):
        kept = re.sub(r"(\d) %", "\\1\u00a0%", text)
        if kept != text and not isinstance(text.parent, AS_WRITTEN):
            text.parent.replace(text, nodes.Text(kept))


FOLD = """<details class="admonition hide {place}">
<summary>
<p class="collapsed admonition-title">Show {inside}</p>
<p class="expanded admonition-title">Hide {inside}</p>
</summary>
"""


def visit_fold(self, node):
    """Open what a tag folds. MyST-NB's own bar says the same of everything."""
    metadata = node.parent["cell_metadata"]
    tags = metadata.get("tags", [])
    if "below-input" in node["classes"]:
        inside = "the answer" if any(tag.startswith("myth-") for tag in tags) else "the result"
    elif "plain-numpy" in tags:
        inside = "the code in plain NumPy"
    else:
        inside = "the code of the figure" if "figure" in metadata.get("mystnb", {}) else "the code"
    self.body.append(FOLD.format(place=" ".join(node["classes"]), inside=inside))


def cite_references(app, what, name, obj, options, lines):
    """Link the keys under "References" in a docstring to the list of references."""
    inside = False
    for number, line in enumerate(lines):
        underlined = lines[number + 1 : number + 2] and lines[number + 1].startswith("---")
        if underlined:
            inside = line == "References"
        elif inside:
            lines[number] = re.sub(r"\b[a-z]+\d{4}[a-z]?\b", r":cite:t:`\g<0>`", line)
