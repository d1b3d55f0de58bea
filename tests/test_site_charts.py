"""The charts in the built pages, in Chromium: driven by key, and compared with the companion."""

import json
import re
from functools import cache

import chart_words
import pytest
from book_checks import VEGA_LITE
from browser import FONTS, FRAMES, SITE, set_fonts
from notebooks import read

BOOK = SITE.parents[1] / "book"
CHARTS = {  # the function that made the chart of each chapter
    "01-perceptron": "decision_line",
    "02-xor": "xor_bend",
    "03-forward": "relu_sum",
    "04-softmax": "softmax_bars",
    "05-gradient-descent": "descent",
    "06-backpropagation": "unit_circuit",
    "07-activations": "slope_chain",
    "08-initialization": "deep_signals",
    "09-batch-normalization": "normalized_batch",
    "10-optimizers": "ravine_walk",
    "11-regularization": "penalized_fits",
    "12-search": "grid_and_random",
    "13-digits": "shifted_digit",
}


def test_each_chapter_has_a_chart():
    assert sorted(CHARTS) == sorted(path.stem for path in BOOK.glob("[0-9]*.ipynb"))


@cache
def spec(name):
    """Return the chart of a chapter as its notebook holds it."""
    cells = read(BOOK / f"{name}.ipynb").cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    (found,) = [o.data[VEGA_LITE] for o in outputs if VEGA_LITE in o.get("data", {})]
    return found


# What there is to see and to hear, and where the sliders stand.
STATE = r"""(async () => {
    await FRAMES;
    const chart = document.querySelector(".nn-chart");
    const inputs = [...chart.querySelectorAll("form [name]")];
    return {
        said: chart.querySelector("output").textContent,
        picture: chart.querySelector(".nn-chart-live svg").outerHTML
            .replace(/clip\d+/g, "clip"),  // each drawing has new names
        values: Object.fromEntries(inputs.map(one =>
            [one.name, one.type === "range" ? Number(one.value) : one.value])),
        shown: inputs.map(one => one.ariaValueText),
    };
})()""".replace("FRAMES", FRAMES)


def compare(name, state):
    """Assert that the words in the page are what the companion says."""
    function = CHARTS[name]
    wanted = getattr(chart_words, function)(spec(name), **state["values"])
    chart_words.compare(state["said"].split("\n"), wanted, chart_words.ROUNDED.get(function, 0))


SAID = ("said", "values", "shown")  # the picture may write the same marks in another way


@pytest.mark.parametrize("name", CHARTS)
def test_each_place_of_each_slider_changes_the_chart_and_says_what_the_companion_says(
    browser, built, name
):
    """By key, from one end to the other, the other sliders at their start."""
    browser.open(SITE / "book" / f"{name}.html")
    chart = spec(name)
    binds = {param["name"]: param["bind"] for param in chart["params"] if "bind" in param}
    start = browser.ask(STATE)
    assert list(start["values"]) == list(binds)
    for slider, bind in binds.items():
        if bind["input"] != "range":
            continue
        places = round((bind["max"] - bind["min"]) / bind["step"])
        browser.ask(f"document.querySelector('.nn-chart [name={slider}]').focus()")
        browser.press("Home", 36)
        seen, before = set(), None
        for place in range(places + 1):
            if place:
                browser.press("ArrowRight", 39)
            state = browser.ask(STATE)
            wanted = bind["min"] + place * bind["step"]
            assert state["values"] == start["values"] | {slider: pytest.approx(wanted)}
            now = state["said"], state["picture"]
            assert now != before, f"{slider} = {wanted}: nothing changes"
            before = now
            seen.add(now)
            if place in (0, places) or place % max(1, places // 8) == 0:
                compare(name, state)
        assert len(seen) == places + 1, f"{slider}: two of its places look alike"
        browser.ask("document.querySelector('.nn-chart button').click()")
        back = browser.ask(STATE)
        assert [back[key] for key in SAID] == [start[key] for key in SAID]
    assert browser.problems() == []


@pytest.mark.parametrize("name", CHARTS)
def test_what_a_menu_offers_says_what_the_companion_says(browser, built, name):
    browser.open(SITE / "book" / f"{name}.html")
    for menu in [p for p in spec(name)["params"] if p.get("bind", {}).get("input") == "select"]:
        for option in menu["bind"]["options"]:
            browser.ask(f"document.querySelector('.nn-chart [name={menu['name']}]').focus()")
            for letter in option:
                browser.tell("Input.dispatchKeyEvent", type="char", text=letter)
            state = browser.ask(STATE)
            assert state["values"][menu["name"]] == option
            compare(name, state)
            browser.ask("new Promise(later => setTimeout(later, 1200))")  # the next word begins


@pytest.mark.parametrize("name", CHARTS)
def test_a_screen_reader_hears_the_result_and_no_marks(browser, built, name):
    browser.open(SITE / "book" / f"{name}.html")
    tree = browser.tell("Accessibility.getFullAXTree")["nodes"]
    nodes = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in tree if "role" in n]
    description = spec(name)["description"]
    assert ("image", description) in nodes
    assert not [role for role, _ in nodes if role.startswith("graphics")]
    (status,) = [n for n in tree if n.get("role", {}).get("value") == "status"]
    assert {p["name"]: p["value"].get("value") for p in status["properties"]}["live"] == "polite"
    for role, of in nodes:
        if role in ("slider", "combobox"):
            assert re.match(r"[a-z]{3}", of), f"{of!r} is not a name in words"


# Letters of the picture on the screen in pixels, and those that leave it or cover others.
LETTERS = """(() => {
    const live = document.querySelector(".nn-chart-live");
    const around = live.querySelector("svg").getBoundingClientRect();
    const texts = [...live.querySelectorAll("text")].filter(text => text.textContent.trim()
        && getComputedStyle(text).opacity !== "0" && Number(text.getAttribute("opacity") ?? 1));
    const boxes = texts.map(text => text.getBoundingClientRect());
    const scale = around.width / live.querySelector("svg").getAttribute("width");
    const small = texts.map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
    const said = index => texts[index].textContent;
    const out = boxes.flatMap((box, i) => box.left < around.left - 1 || box.top < around.top - 1
        || box.right > around.right + 1 || box.bottom > around.bottom + 1 ? [said(i)] : []);
    const covered = boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b, j) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3
        ? [`${said(i)} / ${said(i + 1 + j)}`] : []));
    const box = document.querySelector(".nn-chart");
    const wide = box.scrollWidth - box.clientWidth;
    const sliders = [...document.querySelectorAll(".nn-chart input")]
        .map(slider => slider.getBoundingClientRect()).map(box => [box.width, box.height]);
    return {scale, small: Math.min(...small), out, covered, wide, sliders};
})()"""


@pytest.mark.parametrize("name", CHARTS)
def test_letters_keep_their_size_and_their_place_and_sliders_are_long_enough(browser, built, name):
    browser.open(SITE / "book" / f"{name}.html")
    for fonts in FONTS.values():
        set_fonts(browser, fonts)
        for width in (1280, 390, 320):
            browser.resize(width)
            browser.ask(FRAMES)
            browser.ask(FRAMES)  # the chart is drawn again when its room has changed
            seen = browser.ask(LETTERS)
            where = (name, width, json.dumps(seen))
            assert abs(seen["scale"] - 1) < 0.01, where
            assert seen["small"] >= (9 if width >= 390 else 8), where
            assert seen["out"] == [] and seen["covered"] == [] and seen["wide"] <= 0, where
            assert all(length >= 160 and height >= 24 for length, height in seen["sliders"]), where


def test_the_library_comes_when_the_chart_is_near(browser, built):
    browser.open(SITE / "book" / "04-softmax.html", query="?")
    library = "document.querySelector('script[src*=vega-embed]')"
    assert browser.ask(f"{library} === null"), "the library is loaded before its chart is near"
    browser.draw_charts()
    assert browser.ask(f"{library} !== null")
