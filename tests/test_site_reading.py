"""Reading in a browser: code, boxes, the Tab key, formulas that are copied or scroll."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from browser import FONTS, FRAMES, set_fonts

# Without these a chapter has nothing to test here.
CELLS, FORMULAS = "div.cell .highlight", "mjx-container"


@pytest.fixture(scope="module")
def texts(built):
    """Every page with text of ours."""
    pages = sorted((built / "book").rglob("*.html"))
    assert sum(CELLS.split()[1][1:] in page.read_text(encoding="utf-8") for page in pages) > 20
    return pages


def chapter(built, number):
    (page,) = (built / "book").glob(f"{number:02}-*.html")
    return page


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.slow)])
def test_code_and_outputs_never_scroll_sideways(browser, texts, width):
    found = {}
    for page in texts:
        browser.open(page, width=width)
        set_fonts(browser, FONTS["wide"])
        browser.unfold()
        if wide := browser.ask(
            "[...document.querySelectorAll('.bd-article pre:not(.nn-columns)')]"
            ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
        ):
            found[page.name] = wide
    assert found == {}


# The height of each code cell of the page in lines, and how many lines it has.
LINES = """[...document.querySelectorAll(".cell_input pre")].filter(one => one.checkVisibility())
    .map(one => [
        Math.round((one.clientHeight - 2 * parseFloat(getComputedStyle(one).paddingTop))
            / parseFloat(getComputedStyle(one).lineHeight)),
        one.textContent.replace(/\\n$/, "").split("\\n").length])"""


def test_a_line_of_79_characters_is_one_line_on_a_wide_screen(browser, built):
    """At a size that can be read: 14 pixels."""
    for number in (4, 7, 13):
        browser.open(chapter(built, number))
        set_fonts(browser, FONTS["wide"])
        browser.unfold()
        cells = browser.ask(LINES)
        assert len(cells) > 20
        assert [shown for shown, lines in cells] == [lines for shown, lines in cells]
        sizes = browser.ask(
            "[...document.querySelectorAll('pre')].map(one => getComputedStyle(one).fontSize)"
        )
        assert set(sizes) == {"14px"}


# For each line of code on the screen: the rows of its text, each with where it begins, and how far
# the line is indented.
ROWS = """[...document.querySelectorAll(".nn-line")].filter(one => one.checkVisibility())
.map(line => {
    const range = document.createRange();
    range.selectNodeContents(line);
    const indent = line.querySelector(":scope > .nn-indent");
    if (indent) range.setStartAfter(indent);
    const place = line.getBoundingClientRect(), rows = new Map();
    const height = parseFloat(getComputedStyle(line).lineHeight);
    for (const part of range.getClientRects()) {
        const row = Math.floor((part.top - place.top) / height);
        rows.set(row, Math.min(rows.get(row) ?? Infinity, part.left - place.left));
    }
    return [[...rows].sort(([a], [b]) => a - b), indent?.getBoundingClientRect().width ?? 0];
})"""


def test_a_line_of_code_goes_on_further_in_than_it_began(browser, built):
    """Its first row is not left empty, and nothing of it stands where another block would."""
    long = 0
    for number in (1, 7):
        browser.open(chapter(built, number), width=320)
        set_fonts(browser, FONTS["wide"])
        browser.unfold()
        for rows, indent in browser.ask(ROWS):
            if indent > 160:  # more than half of the line
                continue
            (first, start), *others = rows
            assert first == 0 and abs(start - indent) < 2
            assert all(left > indent + 5 for _, left in others)
            long += bool(others)
    assert long > 100


def test_what_stands_in_columns_stays_in_columns(browser, built):
    rows = """[...document.querySelectorAll("pre.nn-columns")].map(one => [
        Math.round((one.scrollHeight - 2 * parseFloat(getComputedStyle(one).paddingTop))
            / parseFloat(getComputedStyle(one).lineHeight)),
        one.textContent.trimEnd().split("\\n").length])"""
    for number in (8, 12):
        browser.open(chapter(built, number), width=320)
        browser.unfold()
        found = browser.ask(rows)
        assert len(found) > 5
        assert [shown for shown, _ in found] == [lines for _, lines in found]


# What hides a part of its text, without a way to it.
CUT = """[...document.querySelectorAll("body *:not(.math, .math *)")].filter(one => {
    const style = getComputedStyle(one);
    return style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1
        && one.clientWidth > 1 && one.checkVisibility() && one.innerText?.trim();
}).map(one => `${one.tagName} ${one.className}: ${one.innerText.slice(0, 60)}`)"""


@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.slow)])
def test_no_text_is_cut_off(browser, texts, width):
    """The longest titles of neighbours stood half outside their links."""
    found = {}
    for page in texts:
        browser.open(page, width=width, query="?")
        set_fonts(browser, FONTS["wide"])
        browser.ask(FRAMES)
        if cut := browser.ask(CUT):
            found[page.name] = cut
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_box_has_one_colour(browser, built, theme):
    """What lies in a tinted box, and in a code cell, shows the colour that is behind it."""
    patches = """[...document.querySelectorAll(
        "div.cell:is([class*=tag_claim-], [class*=tag_myth-]), .cell_input, .nn-heard, .in-short")]
        .flatMap(box => [...box.querySelectorAll("div, pre, code, p, li")])
        .filter(one => one.matches("pre, .highlight, .highlight *, p, li")
            && getComputedStyle(one).backgroundColor !== "rgba(0, 0, 0, 0)")
        .map(one => one.className + one.tagName)"""
    for number in (1, 4, 9):
        browser.open(chapter(built, number), theme=theme)
        assert browser.ask(patches) == []


def test_the_tab_key_goes_from_link_to_link(browser, built):
    """Not through a hundred buttons that copy and signs that link to headings."""
    browser.open(chapter(built, 4))
    reached = browser.ask(
        "[...document.querySelectorAll('.bd-article :is(a, button, input, select, summary)')]"
        ".filter(one => one.tabIndex >= 0 && one.checkVisibility()).map(one => one.className)"
    )
    assert len(reached) > 30
    assert not [name for name in reached if "copybtn" in name or "headerlink" in name]
    assert browser.ask("document.querySelectorAll('.copybtn').length") > 20  # for the mouse


# An outline or a frame of the theme's round what has the focus.
SEEN = """(() => {
    const one = document.activeElement;
    const style = getComputedStyle(one.querySelector(":scope > .toctree-toggle") ?? one);
    const outlined = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
    return outlined || /\\b[2-9]px(,|$)/.test(style.boxShadow);
})()"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_has_the_focus_can_be_seen(browser, built, theme):
    browser.open(chapter(built, 4), theme=theme)
    reached = set()
    for _ in range(60):
        browser.press("Tab", 9)
        reached.add(browser.ask("document.activeElement.tagName"))
        assert browser.ask(SEEN), browser.ask("document.activeElement.outerHTML")
    assert {"A", "BUTTON", "SUMMARY"} <= reached


# What can have the focus, and whose ring is cut off by a box around it, or faded, or not there.
CUT_RINGS = """(() => {
    const found = [], sides = ["left", "top", "right", "bottom"];
    for (const one of document.querySelectorAll(
            "a[href], button, input, select, summary, [tabindex='0']")) {
        if (one.tabIndex < 0 || !one.checkVisibility({visibilityProperty: true})) continue;
        one.focus({focusVisible: true, preventScroll: true});
        if (document.activeElement !== one) continue;
        const ringed = one.querySelector(":scope > .toctree-toggle") ?? one;
        const style = getComputedStyle(ringed);
        const out = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
        const place = [...ringed.getClientRects()].find(part => part.width);
        const what = `${one.tagName} ${one.className} ${one.innerText.trim().slice(0, 30)}`;
        if (style.outlineStyle === "none" || !place) found.push(`${what}: no ring`);
        else for (let box = ringed; box !== document.body; box = box.parentElement) {
            const its = getComputedStyle(box), room = box.getBoundingClientRect();
            if (its.maskImage !== "none") found.push(`${what}: faded by ${box.className}`);
            const cut = box !== ringed && sides.filter((side, i) =>
                /hidden|clip/.test(i % 2 ? its.overflowY : its.overflowX)
                && (i < 2 ? room[side] - place[side] : place[side] - room[side]) + out > 1);
            if (cut.length && out > 0) found.push(`${what}: ${cut} cut off by ${box.className}`);
        }
    }
    return found;
})()"""


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_the_ring_around_what_has_the_focus_is_whole(browser, built, width):
    for name in ("index", "instructors", "students", "01-perceptron", "06-backpropagation"):
        browser.open(built / "book" / f"{name}.html", width=width)
        browser.ask("document.querySelectorAll('details').forEach((one, i) => one.open = i % 2)")
        browser.ask(FRAMES)
        assert browser.ask(CUT_RINGS) == [], name


@pytest.mark.parametrize(
    ("width", "button"),
    [
        (1280, ".theme-switch-button"),
        (1280, ".primary-toggle"),
        (390, ".primary-toggle"),
        (390, ".secondary-toggle"),
    ],
)
def test_a_button_that_is_pressed_by_key_keeps_the_focus_or_gets_it_back(
    browser, built, width, button
):
    browser.open(chapter(built, 4), width=width)
    browser.ask(f"document.querySelector('{button}').focus()")
    browser.press("Enter", 13)
    browser.ask(FRAMES)
    browser.press("Escape", 27)
    browser.wait(f"document.activeElement.matches('{button}')", "the button has the focus")


# Select from the paragraph of the first formula to its end, and copy.
COPY = """(() => {
    const formula = document.querySelector(".bd-article p mjx-container");
    getSelection().selectAllChildren(formula.closest("p"));
    const data = new DataTransfer();
    const event = new ClipboardEvent("copy", {clipboardData: data, cancelable: true});
    document.dispatchEvent(event);
    return [data.getData("text/plain"), event.defaultPrevented];
})()"""


def test_a_formula_is_copied_as_tex(browser, built):
    browser.open(chapter(built, 4))
    text, done = browser.ask(COPY)
    assert done
    assert re.search(r"\$[^$]*\$", text)
    assert len(text.split()) > 10  # the words around it, too
    plain = browser.ask(
        COPY.replace(
            '".bd-article p mjx-container"', '".bd-article p:not(:has(mjx-container)) :first-child"'
        )
    )
    assert plain == ["", False]  # a text without a formula is the browser's own business


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_no_formula_scrolls(browser, built, width):
    for number in range(1, 14):
        browser.open(chapter(built, number), width=width)
        browser.unfold()
        assert browser.ask("document.querySelectorAll('.nn-formula').length") >= 1
        scrolling = "[...document.querySelectorAll('.nn-formula.nn-scrolls')]"
        assert browser.ask(f"{scrolling}.map(one => one.scrollWidth)") == [], number


def test_pictures_come_when_they_are_needed_and_move_nothing(built):
    for number in range(1, 14):
        text = chapter(built, number).read_text(encoding="utf-8")
        article = text.partition("<article")[2].partition("</article>")[0]
        pictures = re.findall(r"<img [^>]*>", article)
        assert pictures
        assert all(re.search(r' width="\d+" height="\d+"', one) for one in pictures)
        assert ["lazy" in one for one in pictures] == [False] + [True] * (len(pictures) - 1)


def test_every_chapter_says_how_long_it_takes_and_leads_on(built):
    for number in range(1, 14):
        text = chapter(built, number).read_text(encoding="utf-8")
        assert re.search(r"<em>[^<]*\d+ minutes", text), "the time to read"
        assert "left-prev" in text and "right-next" in text
    assert Path(built / "book" / "index.html").exists()


# What axe finds in the theme itself: the title of the book stands beside its landmarks.
OF_THE_THEME = {"region"}
# Contrast is measured by a test of its own: this release of axe mistakes what is behind code. Ids
# that two works share on a page of the reference are no fault any more in newer releases.
AXE = """axe.run(document, {
    resultTypes: ["violations"],
    rules: {"color-contrast": {enabled: false}, "duplicate-id": {enabled: false}},
}).then(found => found.violations.map(one =>
    [one.id, one.nodes.map(node => node.html.slice(0, 200))]))"""


@pytest.mark.parametrize(
    ("width", "theme"), [(1280, "light"), pytest.param(390, "dark", marks=pytest.mark.slow)]
)
def test_a_screen_reader_stumbles_over_nothing(browser, built, width, theme):
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    found = {}
    for page in [*sorted((built / "book").glob("*.html")), built / "search.html"]:
        browser.open(page, width=width, theme=theme)
        browser.unfold()
        browser.ask(f"{axe}; 1")
        for name, where in browser.ask(AXE):
            if name not in OF_THE_THEME:
                found[page.name, name] = where
    assert found == {}


def test_an_entry_of_the_index_says_once_what_it_is(browser, built):
    browser.open(built / "genindex.html")
    entries = "[...document.querySelectorAll('.nn-index li')]"
    entries = browser.ask(f"{entries}.map(one => one.innerText)")
    assert {"AdaGrad", "AdaGrad (class in companion.optimizers)"} <= set(entries)
    assert "backward() (companion.layers.Sequential method)" in entries
    assert [entry for entry in entries if entry.count(" (") > 1] == []


def test_the_columns_of_the_index_stand_apart(browser, built):
    browser.open(built / "genindex.html")
    columns = """[...document.querySelectorAll(".nn-index")].map(list => {
        const boxes = [...list.children].map(one => one.getBoundingClientRect());
        const right = Math.max(...boxes.map(one => one.left));
        return boxes.filter(one => one.left < right - 9).map(one => right - one.right);
    }).flat()"""
    apart = browser.ask(columns)
    assert len(apart) > 100 and min(apart) >= 20


@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.slow)])
def test_a_name_in_the_reference_breaks_where_a_part_ends(browser, built, width):
    """And the way to its source stays in its line."""
    browser.open(built / "book" / "api-training.html", width=width)
    broken = """[...document.querySelectorAll("dt.sig :is(.sig-prename, .sig-name) .pre")]
        .flatMap(one => [...one.childNodes]).filter(part => {
            const range = document.createRange();
            range.selectNodeContents(part);
            return new Set([...range.getClientRects()].map(one => one.top)).size > 1;
        }).map(part => part.textContent)"""
    assert browser.ask(broken) == []
    outside = """[...document.querySelectorAll("dt.sig")].filter(one =>
        one.querySelector(".viewcode-link")?.getBoundingClientRect().bottom
            > one.getBoundingClientRect().bottom + 1).map(one => one.id)"""
    assert browser.ask(outside) == []
