"""The built site: what `book/_ext/nnbook.py`, the configuration and the style sheet promise.

The first tests build a tiny book with the real configuration. The others read the book that
`make book` has built, and open it in Chromium where there is one.
"""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nbformat
import numpy as np
import pytest
from browser import FONTS, FRAMES, PALE, SITE, TEXT_ELEMENTS, set_fonts
from fontTools.ttLib import TTFont
from PIL import Image
from tiny_book import ROOT, bare_book, build, code, markdown, outside_git, write_notebook

sys.path.append(str(ROOT / "book" / "_ext"))

from nnbook import in_few_colours, plain_markdown
from pages import description

from companion.grading.handout import repository

# --- A tiny book -----------------------------------------------------------------------------

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "description": "A dot at <5>.",
    "width": 400,
    "height": 200,
    "title": {"text": {"expr": "['a is ' + a]"}},
    "params": [
        {
            "name": "a",
            "value": 5,
            "bind": {"input": "range", "min": 0, "max": 9, "step": 0.5, "name": "a "},
        }
    ],
    "data": {"values": [{"x": 5}]},
    "mark": {"type": "point", "clip": True},
    "config": {"axis": {"grid": False}},
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
}
SHOW = """from IPython.display import display
display({"application/vnd.vegalite.v5+json": CHART, "text/plain": "a chart"}, raw=True)"""
FIGURE = {"mystnb": {"figure": {"name": "fig-dot", "caption": "One dot."}}}
MOVED = {"mystnb": {"figure": {"name": "fig-moved", "caption": "The dot again."}}}
DRAW = """from PIL import Image
Image.new("RGBA", (40, 30), "#D55E00")"""
FOLDED = """# Folds

See {numref}`fig-line` and {numref}`fig-moved`.

:::{admonition} In short
:class: in-short
A short answer, and a long formula:

$$
(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s) = \\sum_n x_n
$$
:::

*Main path 40 minutes · further on 20 · exercises 3 hours*"""
COUNT = """from pathlib import Path
from companion import CONSTANT
with Path("runs.txt").open("a") as runs:
    print("run", file=runs)
print("The constant is", CONSTANT)"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The folder of a built book of three pages, with this book's configuration and extension."""
    folder = tmp_path_factory.mktemp("tiny")
    bare_book(folder)
    (folder / "companion" / "__init__.py").write_text("CONSTANT = 1\n")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n"
        "- file: book/maths\n- file: book/chart\n- file: book/folds\n"
    )
    (folder / "book" / "index.md").write_text("# Front\n\n> **Often said:** it works.\n")
    write_notebook(
        folder / "book" / "maths.ipynb",
        markdown("# Maths\n\n$x^2$ is 98 % of `98 %`.\n\n## Exercise 1.2 · by hand: Think"),
        code(COUNT, tags=["claim-constant"]),
        code(
            "from PIL import Image\nImage.new('RGBA', (40, 30), '#0072B2')",
            mystnb={"image": {"alt": "A blue rectangle."}},
        ),
        code("import time\nprint('one', end=' ')\ntime.sleep(0.6)\nprint('line')\nprint('two')"),
    )
    write_notebook(
        folder / "book" / "chart.ipynb",
        markdown("# Chart\n\nSee {numref}`fig-dot`."),
        code(f"CHART = {CHART}\n{SHOW}", **FIGURE),
    )
    figure = {"figure": {"name": "fig-line", "caption": "A line."}, "image": {"alt": "A line."}}
    heard = {"tags": ["myth-a", "hide-output"]}
    write_notebook(
        folder / "book" / "folds.ipynb",
        markdown(FOLDED),
        code(DRAW, tags=["hide-input"], mystnb=figure),
        code("print('Measured: 3')", **heard),
        code(f"CHART = {CHART}\n{SHOW}", tags=["hide-input", "hide-output", "myth-b"], **MOVED),
        code("def plain():\n    return 3", tags=["plain-numpy", "hide-input"]),
        code("print(plain())", tags=["hide-output"]),
        code("x = 1", tags=["hide-input"]),
    )
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def page(folder, name):
    return (folder / "_build" / "html" / "book" / f"{name}.html").read_text(encoding="utf-8")


def runs(folder):
    return (folder / "book" / "runs.txt").read_text().count("run")


def test_a_chart_is_a_numbered_figure_that_needs_no_script(tiny):
    html = page(tiny, "chart")
    assert re.search(r'<figure[^>]* id="fig-dot">\s*<div class="nn-chart" ', html)
    assert 'href="#fig-dot"><span class="std std-numref">Fig.\N{NO-BREAK SPACE}1' in html
    assert 'role="img" aria-label="A dot at &lt;5&gt;."' in html
    still = re.search(r'<div class="nn-chart-still">(<svg .*?</svg>)</div>', html, re.DOTALL)[1]
    assert "aria-" not in still
    clip = re.search(r'clipPath id="([^"]+)"', still)[1]
    assert clip.startswith("nn") and f"url(#{clip})" in still
    assert '<output class="nn-chart-said">a is 5</output>' in html
    slider = re.search(
        r'<label for="(\w+-a)">a</label><input type="range" id="(.*?)" name="a"', html
    )
    assert slider[1] == slider[2]
    assert '<span class="nn-value" aria-hidden="true">5.0</span>' in html
    spec = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert spec["config"]["axis"]["grid"] is False
    assert {"name": "a", "value": 5} in spec["signals"]  # without a slider of Vega's own


def test_a_page_loads_the_large_scripts_only_if_it_uses_them(tiny):
    def large(name):
        return [key for key in ("MathJax =", "charts.js") if key in page(tiny, name)]

    assert large("index") == []
    assert large("maths") == []
    assert large("chart") == ["charts.js"]  # which loads the library when the chart comes near


def test_passages_get_the_class_that_draws_them(tiny):
    assert '<blockquote class="nn-heard">' in page(tiny, "index")
    assert '<span class="nn-level nn-by-hand">by hand</span> Think' in page(tiny, "maths")
    assert "tag_claim-constant" in page(tiny, "maths")


def test_a_number_and_its_percent_stay_on_one_line(tiny):
    assert "is 98\u00a0% of" in page(tiny, "maths")
    assert re.search(
        r"<code[^>]*><span[^>]*>98</span> <span[^>]*>%</span></code>", page(tiny, "maths")
    )


def test_what_is_folded_says_what_is_inside(tiny):
    bars = re.findall(
        r'<details class="admonition hide (\S+)">\s*<summary>\s*'
        r'<p class="collapsed admonition-title">Show ([^<]+)</p>\s*'
        r'<p class="expanded admonition-title">Hide ([^<]+)</p>\s*</summary>',
        page(tiny, "folds"),
    )
    assert bars == [
        ("above-input", "the code of the figure", "the code of the figure"),
        ("below-input", "the answer", "the answer"),
        ("above-input", "the code of the figure", "the code of the figure"),
        ("below-input", "the answer", "the answer"),
        ("above-input", "the code in plain NumPy", "the code in plain NumPy"),
        ("below-input", "the result", "the result"),
        ("above-input", "the code", "the code"),
    ]


def test_a_figure_is_found_whether_its_code_or_all_of_it_is_folded(tiny):
    html = page(tiny, "folds")
    assert 'href="#fig-line"><span class="std std-numref">Fig.\N{NO-BREAK SPACE}2' in html
    assert 'href="#fig-moved"><span class="std std-numref">Fig.\N{NO-BREAK SPACE}3' in html
    inside = re.findall(r"<details.*?</details>", html, re.DOTALL)
    assert [part.count("<figure") for part in inside] == [0, 0, 0, 1, 0, 0, 0]
    assert 'id="fig-line"' in html and 'class="in-short admonition"' in html


def test_a_figure_keeps_its_look_and_loses_weight(tiny):
    colours = set()
    for path in (tiny / "_build" / "html" / "_images").glob("*.png"):
        with Image.open(path) as picture:
            assert picture.mode == "P"
            colours.add(picture.convert("RGB").getpixel((0, 0)))
    assert colours == {(0, 114, 178), (213, 94, 0)}  # the blue and the orange of the book


def test_a_figure_keeps_as_many_colours_as_an_eye_needs():
    ramp = np.arange(250, dtype=np.uint8).repeat(40)[None].repeat(9, axis=0)
    one_by_one = Image.fromarray(np.stack([ramp, 255 - ramp, 0 * ramp], axis=2))
    few = in_few_colours(one_by_one)
    assert len(few.getcolors()) == 48
    assert np.abs(np.subtract(few.convert("RGB"), one_by_one, dtype=int)).max() <= 20
    many = np.random.default_rng(0).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    assert len(in_few_colours(Image.fromarray(many)).getcolors()) == 128


def test_what_a_cell_prints_slowly_is_one_text(tiny):
    assert re.search(r"<pre>(?:<[^>]*>)*one line\ntwo\n", page(tiny, "maths"))


def test_a_second_build_executes_nothing(tiny):
    before = runs(tiny)
    assert build(tiny).returncode == 0
    assert runs(tiny) == before


def test_a_change_in_the_companion_changes_the_page(tiny):
    (tiny / "companion" / "__init__.py").write_text("CONSTANT = 1\n")
    assert build(tiny).returncode == 0
    before = runs(tiny)
    assert "The constant is 1" in page(tiny, "maths")

    (tiny / "companion" / "__init__.py").write_text("CONSTANT = 2\n")
    assert build(tiny).returncode == 0
    assert "The constant is 2" in page(tiny, "maths")
    assert runs(tiny) == before + 1
    assert len(list((tiny / "_build" / ".jupyter_cache").iterdir())) == 1, "old outputs are kept"


def test_a_change_of_the_style_sheet_is_published_and_executes_nothing(tiny):
    before = runs(tiny)
    with (tiny / "book" / "_static" / "style.css").open("a") as sheet:
        sheet.write("/* new */\n")
    assert build(tiny).returncode == 0
    published = tiny / "_build" / "html" / "_static" / "style.css"
    assert published.read_text().endswith("/* new */\n")
    assert runs(tiny) == before


def test_a_failing_cell_fails_the_build_and_keeps_the_page(tiny):
    before = page(tiny, "maths")
    good = (tiny / "book" / "maths.ipynb").read_text()
    write_notebook(tiny / "book" / "maths.ipynb", markdown("# Maths"), code("1 / 0"))
    done = build(tiny)
    (tiny / "book" / "maths.ipynb").write_text(good)
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stdout + done.stderr
    assert page(tiny, "maths") == before


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_buttons_open_the_repository_of_the_git_remote(tiny):
    def links(name):
        return [url for url in parsed(page(tiny, name)).links if urlsplit(url).netloc]

    hosts = ("mybinder.org", "colab.research.google.com", "github.com")
    notebooks = tiny / "_build" / "html" / "_notebooks"
    assert not any(host in url for url in links("maths") for host in hosts)

    remote = "https://someone:secret@github.com/someone/a-fork.git"
    for command in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run(["git", *command], cwd=tiny, env=outside_git(), check=True)
    before = runs(tiny)
    assert build(tiny).returncode == 0
    assert runs(tiny) == before, "a remote is no reason to execute"
    urls = links("maths")
    assert "https://github.com/someone/a-fork" in urls
    assert "https://github.com/someone/a-fork/edit/main/book/maths.ipynb" in urls
    binder = "https://mybinder.org/v2/gh/someone/a-fork/main?urlpath=lab/tree/book/maths.ipynb"
    assert binder in urls
    colab = "https://colab.research.google.com/github/someone/a-fork/blob/gh-pages/_notebooks/"
    assert f"{colab}book/maths.ipynb" in urls
    assert not any(host in url for url in links("index") for host in hosts[:2])
    assert "secret" not in page(tiny, "maths")

    html, site = page(tiny, "maths"), tiny / "_build" / "html"
    address = "https://someone.github.io/a-fork/"
    assert f'<link rel="canonical" href="{address}book/maths.html"' in html
    assert f'<meta property="og:url" content="{address}book/maths.html">' in html
    assert f"<loc>{address}book/maths.html</loc>" in (site / "sitemap.xml").read_text()
    assert f"Sitemap: {address}sitemap.xml" in (site / "robots.txt").read_text()
    lost = (site / "404.html").read_text()
    assert lost.index(f'<base href="{address}">') < lost.index("href=")  # before any other address
    assert "There is no such page" in lost and "noindex" in lost

    first, *rest = nbformat.read(notebooks / "book" / "maths.ipynb", as_version=4).cells
    assert "%pip install -q git+https://github.com/someone/a-fork" in first.source
    original = nbformat.read(tiny / "book" / "maths.ipynb", as_version=4)
    assert [cell.source for cell in rest] == [cell.source for cell in original.cells]
    transformed = first.source.replace("%pip", "raise SystemExit #")
    exec(transformed, {})  # outside Colab the cell does nothing


def test_a_page_says_what_it_is_about(tiny):
    html = page(tiny, "maths")
    for name in ('name="description"', 'property="og:description"'):
        assert f'<meta {name} content="' in html
    assert '<meta property="og:title" content="Maths">' in html
    assert '<link rel="apple-touch-icon" href="../_static/icon-180.png">' in html
    for width in (180, 512):
        with Image.open(tiny / "_build" / "html" / "_static" / f"icon-{width}.png") as icon:
            assert icon.size == (width, width)
    assert (tiny / "_build" / "html" / "robots.txt").read_text().startswith("User-agent: *")


def test_a_description_is_what_search_engines_show():
    from docutils import nodes

    page = nodes.section()
    for text in ("Short.", "A sentence\nthat says what this page is about, " + 20 * "and more "):
        page += nodes.paragraph("", text)
    said = description(page)
    assert said.startswith("A sentence that says") and len(said) <= 160 and said.endswith("…")
    assert description(nodes.section("", nodes.paragraph("", "Short."))) == "Short."


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/r",
        "https://github.com/o/r.git",
        "https://github.com/o/r/",
        "https://user:token@github.com/o/r.git",
        "https://x-access-token:ghs_abc@github.com/o/r",
        "git@github.com:o/r.git",
        "org-123@github.com:o/r",
        "ssh://git@github.com/o/r.git",
        "ssh://git@github.com:22/o/r.git",
    ],
)
def test_the_repository_is_read_from_a_remote(url):
    assert repository(url) == "o/r"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/git/o/r.git",
        "https://gitlab.com/o/r.git",
        "https://github.com.example.org/o/r",
        "https://notgithub.com/o/r",
        "https://example.org/github.com/o/r",
        "https://github.com/o",
        "https://github.com/o/r/tree/main",
    ],
)
def test_another_remote_is_no_repository_on_github(url):
    assert repository(url) is None


# --- The book that `make book` has built -----------------------------------------------------


LOADING = {"stylesheet", "preload", "icon", "modulepreload", "preconnect", "dns-prefetch"}


class Page(HTMLParser):
    """What a page loads, where it links, and how it is made up."""

    def __init__(self):
        super().__init__()
        self.loads, self.links, self.ids, self.headings, self.no_alt = [], [], set(), [], []
        self.images, self.charts, self.language, self.style = [], 0, None, ""
        self._open, self._article, self._in_style = [], False, False

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        self.ids |= {of[key] for key in ("id", "name") if of.get(key)}
        if tag == "html":
            self.language = of.get("lang")
        elif tag == "a" and of.get("href"):
            self.links.append(of["href"])
        elif tag == "link":
            if LOADING & set((of.get("rel") or "").split()):
                self.loads.append(of["href"])
        elif of.get("src") or of.get("data"):
            self.loads.append(of.get("src") or of["data"])
        elif tag in ("image", "use") and (of.get("href") or of.get("xlink:href")):
            self.loads.append(of.get("href") or of["xlink:href"])
        if tag == "img":
            self.images.append(of["src"])
            if "alt" not in of:
                self.no_alt.append(of["src"])
        if of.get("srcset"):
            self.loads += [part.split()[0] for part in of["srcset"].split(",")]
        if "nn-chart" in (of.get("class") or "").split():
            self.charts += 1
        self.style += of.get("style") or ""
        self._in_style = tag == "style"
        self._article = self._article or tag == "article"
        if self._article and re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        self._in_style = False
        if tag == "article":
            self._article = False

    def handle_data(self, data):
        if self._in_style:
            self.style += data


def parsed(html):
    page = Page()
    page.feed(html)
    return page


def loaded_by_css(css):
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = re.findall(r"""url\(\s*['"]?(.*?)['"]?\s*\)|@import\s+['"](.*?)['"]""", css)
    return [first or second for first, second in found]


def is_elsewhere(url):
    return bool(urlsplit(url).netloc)


@pytest.fixture(scope="module")
def pages(built):
    """Every page of the built book by its name, parsed."""
    names = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    names = [name for name in names if not name.startswith("_static/")]
    return {name: parsed((SITE / name).read_text(encoding="utf-8")) for name in names}


def chapters(pages):
    """Those with text of ours: not the index, the search page, sources and the redirect."""
    return {name: page for name, page in pages.items() if name.startswith("book/")}


def test_nothing_is_loaded_from_another_host(pages):
    found = [
        (name, url)
        for name, page in pages.items()
        for url in page.loads + loaded_by_css(page.style)
        if is_elsewhere(url)
    ]
    for sheet in SITE.rglob("*.css"):
        urls = loaded_by_css(sheet.read_text(encoding="utf-8"))
        found += [(sheet.name, url) for url in urls if is_elsewhere(url)]
    assert found == []


def test_what_a_page_loads_or_links_is_in_the_site(pages):
    missing = []
    for name, page in pages.items():
        for url in page.loads + page.links:
            parts = urlsplit(url)
            if parts.netloc or parts.scheme in ("mailto", "data", "javascript"):
                continue
            target = (SITE / name).parent / unquote(parts.path) if parts.path else SITE / name
            inside = target.resolve().is_relative_to(SITE.resolve())
            if not (inside and target.is_file()):
                missing.append((name, url))
            elif parts.fragment and target.suffix == ".html":
                other = pages[target.resolve().relative_to(SITE.resolve()).as_posix()]
                # The theme's own pages point to anchors that their scripts make.
                if name.startswith("book/") and unquote(parts.fragment) not in other.ids:
                    missing.append((name, url))
    assert missing == []


def test_pages_say_their_language_and_describe_their_pictures(pages):
    for name, page in chapters(pages).items():
        assert page.language == "en", name
        assert page.no_alt == [], name
        assert "#main-content" in page.links and "main-content" in page.ids, f"{name}: skip link"


def test_headings_descend_one_level_at_a_time(pages):
    for name, page in chapters(pages).items():
        assert page.headings[:1] == [1] and page.headings.count(1) == 1, (name, page.headings)
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), (name, page.headings)


def test_a_page_is_light(pages):
    """At most 700 KB, and 60 KB more for each figure, beside what all pages share.

    Text and code of a chapter with eighteen exercises come to some 280 KB, the formulas, which are
    set already, to as much again. Compressed, they add less than 20 KB.
    """
    for name, page in chapters(pages).items():
        figures = {url for url in page.images if "_images/" in url}
        files = [SITE / name, *((SITE / name).parent / url for url in figures)]
        weight = sum(file.stat().st_size for file in files)
        limit = 700_000 + 60_000 * (len(figures) + page.charts)
        assert weight <= limit, f"{name} weighs {weight // 1000} KB, {limit // 1000} KB are allowed"


def test_the_fonts_hold_the_icons_that_pages_show_and_no_others(built):
    static = SITE / "_static"
    sheet = (static / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    codes = {}
    for selectors, point in re.findall(r'([^{}]*)\{content:"\\([0-9a-f]+)"', sheet):
        codes |= {name: int(point, 16) for name in re.findall(r"\.(fa-[\w-]+):before", selectors)}
    fonts = list((static / "vendor" / "fontawesome" / "webfonts").iterdir())
    held = set().union(*(TTFont(font).getBestCmap() or {} for font in fonts))
    shown = set()
    for page in SITE.rglob("*.html"):
        shown |= codes.keys() & set(re.findall(r"\bfa-[\w-]+", page.read_text(encoding="utf-8")))
    assert {name for name in shown if codes[name] not in held} == set()
    assert "fa-magnifying-glass" in shown and codes["fa-kiwi-bird"] not in held
    assert sum(font.stat().st_size for font in fonts) < 10_000


def test_each_page_names_the_site(pages):
    for name in chapters(pages):
        text = (SITE / name).read_text(encoding="utf-8")
        assert 'property="og:site_name" content="Neural Networks You Can Check"' in text, name


def test_what_all_pages_share_is_light(pages):
    """At most 1 MB before compression; the library of the charts comes with the first of them."""
    for name, page in chapters(pages).items():
        shared = {(SITE / name).parent / urlsplit(url).path for url in page.loads}
        shared = {path for path in shared if "_static" in path.parts}
        weight = sum(path.stat().st_size for path in shared)
        assert weight <= 1_000_000, f"{name}: {weight // 1000} KB"


# --- The built book in a browser -------------------------------------------------------------


def test_pages_open_from_disk_without_a_complaint(browser, pages):
    found = {}
    for name in pages.keys() - {"index.html"}:  # which only leads to book/index.html
        browser.open(SITE / name)
        if problems := browser.problems():
            found[name] = problems
    assert found == {}


WIDTHS = (320, 390, 768)  # pixels: two phones and a tablet


def test_the_fonts_that_a_test_sets_are_those_of_the_page(browser, pages):
    """All text but formulas and icons; else the next test would test what is installed."""
    browser.open(SITE / with_chart(pages))
    height = {}
    for kind, fonts in FONTS.items():
        set_fonts(browser, fonts)
        families = browser.ask(f"{TEXT_ELEMENTS}.map(one => getComputedStyle(one).fontFamily)")
        assert set(families) == {"nn-sans", "nn-serif", "nn-mono"}
        height[kind] = browser.ask("document.querySelector('article').scrollHeight")
    assert height["wide"] > 1.02 * height["narrow"]  # pictures and code stay as high as they are


# How wide a page is, or would be if the last line before a sign that links to it were full.
NEEDED = """Math.ceil(Math.max(document.documentElement.scrollWidth,
    ...[...document.querySelectorAll("a.headerlink")].filter(sign => sign.checkVisibility())
        .map(sign => sign.parentElement.getBoundingClientRect().right
            + sign.getBoundingClientRect().width
            + parseFloat(getComputedStyle(sign).marginLeft))))"""


def test_no_page_is_wider_than_its_window(browser, pages):
    found = {}
    for name in pages.keys() - {"index.html"}:
        if name.startswith("_modules/"):  # code, which scrolls in its own box
            continue
        browser.open(SITE / name, width=390)
        for kind, fonts in FONTS.items():
            set_fonts(browser, fonts)
            for width in WIDTHS:
                browser.resize(width)
                browser.ask(FRAMES)
                needed = browser.ask(NEEDED)
                if needed > width:
                    found[name, kind, width] = needed
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(browser, pages, theme):
    found = {}
    for name in chapters(pages):
        browser.open(SITE / name, theme=theme)
        assert browser.ask("document.documentElement.dataset.theme") == theme
        if pale := browser.ask(PALE):
            found[name] = pale
    assert found == {}


def with_chart(pages):
    return next(name for name, page in chapters(pages).items() if page.charts)


def test_without_scripts_the_still_picture_stays(browser, pages):
    browser.open(SITE / with_chart(pages), scripts=False)
    still = "document.querySelector('.nn-chart-still svg').getBoundingClientRect().height"
    assert browser.ask(still) > 100
    assert browser.ask(PALE) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_folded_opens_at_a_key(browser, tiny, scripts):
    browser.open(folded(tiny), scripts=scripts)
    assert browser.ask("document.querySelectorAll('details[open]').length") == 0
    for place in range(7):
        bar = f"document.querySelectorAll('details.hide > summary')[{place}]"
        browser.ask(f"{bar}.focus()")
        browser.press("Enter", 13)
        browser.wait(f"{bar}.parentElement.open", "the fold opens")
    assert browser.ask("document.querySelector('#fig-moved').getBoundingClientRect().height") > 100


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_folds_and_the_box_fit_and_can_be_read(browser, tiny, theme):
    browser.open(folded(tiny), width=320, theme=theme)
    for fonts in FONTS.values():
        set_fonts(browser, fonts)
        for closed in (True, False):
            opened = str(not closed).lower()
            browser.ask(f"document.querySelectorAll('details').forEach(e => e.open = {opened})")
            for width in (320, 390, 1280):
                browser.resize(width)
                browser.ask(FRAMES)
                assert browser.ask(NEEDED) <= width
                bars = "[...document.querySelectorAll('details.hide > summary')]"
                ends = browser.ask(f"{bars}.map(bar => bar.getBoundingClientRect().right)")
                assert len(ends) == 7 and max(ends) <= width - 10
            assert browser.ask(PALE) == []
    browser.resize(320)
    browser.ask(FRAMES)
    formula = "[...document.querySelectorAll('div.in-short .nn-formula')]"
    scrolls = "one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX === 'auto'"
    box = f"{formula}.find(one => {scrolls})"
    assert browser.ask(f"!!{box}"), "the long formula scrolls in the box"
    browser.wait(f"{box}.matches('.nn-scrolls.nn-at-start')", "its edge fades")
    assert browser.ask(f"getComputedStyle({box}).maskImage.includes('gradient')")
    assert browser.ask(f"({box}.focus(), document.activeElement === {box})"), "Tab reaches it"
    browser.press("ArrowRight", 39)
    browser.wait(f"{box}.scrollLeft > 0", "the formula scrolls")
    browser.wait(f"!{box}.classList.contains('nn-at-start')", "its left edge fades, too")
    assert browser.problems() == []


def folded(tiny):
    return tiny / "_build" / "html" / "book" / "folds.html"


def test_what_colab_cannot_read_is_written_plainly():
    myst = """(claim-x)=
**Claim.** A {term}`neuron <unit>` is a {term}`unit` {cite}`a1943,b1958`; see {numref}`fig-x`.

:::{dropdown} Hint
$x^2$

```python
x
```
:::

:::{admonition} In short
:class: in-short
$x^2$
:::
"""
    plain = """**Claim.** A neuron is a unit [a1943,b1958]; see the figure.

<details><summary>Hint</summary>

$x^2$

```python
x
```

</details>

**In short**

$x^2$
"""
    assert plain_markdown(myst) == plain
