"""What a page says to those who hear it: names that tell things apart, and no empty signs."""

import re

import pytest
import spoken
from browser import FRAMES

# --- A piece of a page -----------------------------------------------------------------------

TABLE = """<table class="table">
<thead>
<tr class="row-odd">{}<th class="head"><p>{}</p></th>
</tr>
</thead>
<tbody>
<tr class="row-even"><td class="text-left"><p>SGD</p></td>
<td><p>nothing</p></td>
</tr>
</tbody>
</table>"""
EMPTY = '<th class="head text-left"><p></p></th>'


def test_a_table_is_named_by_the_heading_before_it():
    heading = '<h2>Say "<em>so</em>" &amp; more<a class="headerlink" href="#a">#</a></h2>'
    table = TABLE.format('<th class="head"><p>rule</p></th>', "it remembers")
    named = table.replace("<table ", "<table @").replace("@", "").replace('"table"', '"table" @')
    named = named.replace("@", 'aria-label="Say &quot;so&quot; &amp; more"')
    assert spoken.spoken(heading + table) == heading + named
    second = named.replace("more", "more, table 2")
    assert spoken.spoken(heading + table + table) == heading + named + second


def test_what_an_empty_corner_stands_above_heads_the_rows():
    said = spoken.spoken(TABLE.format(EMPTY, "it remembers"))
    assert '<tr class="row-odd"><td></td><th class="head"><p>it remembers</p></th>' in said
    assert '<tr class="row-even"><th scope="row" class="text-left"><p>SGD</p></th>' in said
    assert said.count("</th>") == 2 and said.count("</td>") == 2


def test_an_empty_row_of_headings_goes():
    said = spoken.spoken(TABLE.format(EMPTY, ""))
    assert "thead" not in said and '<th scope="row" class="text-left"><p>SGD</p></th>' in said


def test_a_table_without_headings_stays():
    table = '<table class="table">\n<tbody>\n<tr><td><p>a</p></td></tr>\n</tbody>\n</table>'
    assert spoken.spoken(table) == table.replace('"table"', '"table" aria-label=""')


def test_a_frame_is_mended_once():
    page = """<header id="pst-header" class="bd-header">
    </header><dialog id="pst-search-dialog"></dialog><i class="fa-solid fa-list"></i>
    <a href="a.html">A</a><details><summary><span class="toctree-toggle" role="presentation">
    <i class="fa-solid fa-chevron-down"></i></span></summary></details>
    <div class="prev-next-area">
    <a></a></div><div class="prev-next-area"></div><footer class="bd-footer">
    </footer>"""
    mended = spoken.framed(page)
    assert mended == spoken.framed(mended)
    assert "<header" not in mended and "<footer" not in mended
    assert mended.count('aria-hidden="true"') == 3
    assert '<summary aria-label="A">' in mended
    assert mended.count('role="navigation"') == 1
    full = page.replace("\n    </header>", "News</header>")
    assert "<header" in spoken.framed(full)


# --- The built book --------------------------------------------------------------------------

# What is wrong on a page, by kind. A name is what a screen reader says, as far as it is text.
NAME = """(one => (one.ariaLabel ?? [one.innerText, one.querySelector("img")?.alt ?? ""].join(" "))
    .trim().replace(/\\s+/g, " "))"""
FAULTS = f"""(() => {{
    const name = {NAME};
    const all = selector => [...document.querySelectorAll(selector)];
    const left = elements => elements.map(one => one.outerHTML.slice(0, 150));
    const links = Map.groupBy(all("a[href]").filter(one => one.checkVisibility()
        && !one.matches(".headerlink")), name);
    const folds = Map.groupBy(all("summary.sd-card-header"), name);
    return Object.entries({{
        "a table without a name":
            left(all("article table:not(.dataframe)").filter(one => !one.ariaLabel)),
        "tables of one name": [...Map.groupBy(all("article table:not(.dataframe)"),
            one => one.ariaLabel)].filter(([, same]) => same.length > 1).map(([of]) => of),
        "a row of headings without one": left(all("thead:not(:has(th))")),
        "an empty heading": left(all("th").filter(one => !one.textContent.trim())),
        "a row without a heading": left(all("table:has(thead td:first-child) tbody tr")
            .filter(one => !one.querySelector(":scope > th[scope=row]:first-child"))),
        // A sentence around it tells one "chapter 4" from the other.
        "links to many places": [...links].filter(([, same]) =>
            new Set(same.map(one => one.href)).size > 3).map(([of]) => of),
        "folds of one name": [...folds].filter(([, same]) => same.length > 1).map(([of]) => of),
        "a fold of another look": left(all("article details:not(.sd-dropdown, .hide)")),
        "code or output without its kind": left(all(".cell_input, .cell_output").filter(one =>
            one.role !== "group"
            || one.ariaLabel !== (one.matches(".cell_input") ? "Code" : "Output"))),
        "a button that copies an output": left(all(".cell_output .copybtn")),
        "code that no button copies": left(all("article .highlight:not(.cell_output *)")
            .filter(one => !one.querySelector(".copybtn"))),
        "an icon": left(all("[class*='fa-'], .toctree-toggle")
            .filter(one => one.ariaHidden !== "true")),
        "an empty landmark": left(all("header, body > footer, nav, main, aside, [role=navigation]")
            .filter(one => !one.textContent.trim() && one.checkVisibility())),
        "a part of the page without a name":
            left(all("dialog, .prev-next-area:has(a)").filter(one => !one.ariaLabel)),
        "a menu without a name":
            left(all("summary:has(> .toctree-toggle)").filter(one => !one.ariaLabel)),
    }}).filter(([, found]) => found.length);
}})()"""


@pytest.fixture(scope="module")
def texts(built):
    """Every page but the one that only leads to the front page."""
    found = [*(built / "book").rglob("*.html"), *(built / "_modules").rglob("*.html")]
    return [*sorted(found), built / "genindex.html", built / "search.html"]


def test_parts_of_a_page_have_names_that_tell_them_apart(browser, built, texts):
    found = {}
    for page in texts:
        browser.open(page)
        if faults := browser.ask(FAULTS):
            found[str(page.relative_to(built))] = faults
    assert found == {}


def test_they_have_them_without_scripts(browser, built):
    for name in ("01-perceptron", "misconceptions", "api-network"):
        browser.open(built / "book" / f"{name}.html", scripts=False)
        faults = dict(browser.ask(FAULTS))
        faults.pop("code that no button copies", None)
        assert faults == {}, name


def heard(browser):
    """Return the roles, names and descriptions that Chromium tells a screen reader."""
    for node in browser.tell("Accessibility.getFullAXTree")["nodes"]:
        if not node["ignored"]:
            said = (node.get(part, {}).get("value", "") for part in ("role", "name", "description"))
            yield tuple(said)


PAGES = [
    "book/01-perceptron.html", "book/references.html", "book/students.html",
    "book/api-network.html", "book/exercises/01-perceptron.html", "book/index.html",
    "_modules/companion/graph.html", "genindex.html", "search.html",
]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_no_icon_is_read_out(browser, built, width):
    """The letters of their font are in Unicode's area for private use."""
    for name in PAGES:
        browser.open(built / name, width=width)
        said = list(heard(browser))
        assert len(said) > 50
        assert [one for one in said if re.search("[\ue000-\uf8ff]", "".join(one))] == [], name


def test_names_say_what_the_eye_takes_from_the_place(browser, built):
    def named(page, role):
        browser.open(built / "book" / page)
        return [name for of, name, _ in heard(browser) if of == role]

    assert {"Code", "Output"} <= set(named("10-optimizers.html", "group"))
    folds = named("10-optimizers.html", "DisclosureTriangle")
    assert "Hint for exercise 10.3" in folds and "The companion’s reference" in folds
    assert "In short" in named("10-optimizers.html", "table")
    assert len(named("10-optimizers.html", "rowheader")) > 5
    assert "Previous and next page" in named("10-optimizers.html", "navigation")
    assert "Search Ctrl + K" in named("10-optimizers.html", "button")
    assert "source of companion.losses.one_hot" in named("api-network.html", "link")
    assert {"chapter 1", "chapter 13"} <= set(named("students.html", "link"))
    wrong = "See it measured: “A neuron with a smooth activation outputs 0 or 1.”"
    assert wrong in named("misconceptions.html", "link")


def test_the_first_column_looks_as_the_others(browser, built):
    browser.open(built / "book" / "10-optimizers.html")
    look = "{fontWeight: w, textAlign: a, verticalAlign: v} = getComputedStyle(one)"
    looks = f"[...document.querySelectorAll('.in-short tbody tr > *')].map(one => {{const {look};"
    looks = browser.ask(f"{looks} return [one.tagName, w, a, v]}})")
    assert {tag for tag, *_ in looks} == {"TH", "TD"}
    assert len({tuple(look) for _, *look in looks}) == 1


def test_what_scrolls_sideways_says_so(browser, built):
    browser.open(built / "book" / "10-optimizers.html", width=320)
    box = "document.querySelector('.in-short .pst-scrollable-table-container')"
    browser.wait(f"{box}.matches('.nn-scrolls')", "the table scrolls")
    assert browser.ask(f"[{box}.role, {box}.ariaLabel]") == ["group", "Table, scrolls sideways"]
    browser.resize(1280)
    browser.ask(FRAMES)
    browser.wait(f"!{box}.matches('.nn-scrolls')", "the table fits")
    assert browser.ask(f"[{box}.role, {box}.ariaLabel, {box}.tabIndex]") == [None, None, -1]
