"""The book's search: what it knows of a page, what a question finds, and where a result leads.

A tiny book of four pages, one of them in Korean, shows the first and the last; the questions are
put to the page's own script, in the engine that sets the formulas.
"""

import gzip
import json
import re
from urllib.parse import quote

import pytest
from browser import FONTS, FRAMES, PALE, set_fonts
from py_mini_racer import MiniRacer
from sitesearch import BLOCKS, passages
from tiny_book import ROOT, bare_book, build, code, markdown, write_notebook

STATIC = ROOT / "book" / "_static"

WORDS = """# Of words

The *softmax* of the scores, and its gradient $p - y$.

## Large scores

$$
\\hat y = z
$$

**Claim.** The gradient of the loss with respect to $z_{ij}$ is $\\frac{p - y}{n}$.

| name | formula |
|:--|:--|
| logistic | $e^{z + 1}$ |

:::{dropdown} Hint
Take the **largest** score

* away from each.
:::"""
LOSS = """from math import exp

total = exp(2)
softmax_cross_entropy = "of all scores"
print("printed")"""
KOREAN = """# 소프트맥스

소프트맥스는 점수를 확률로 바꾼다.

## 학습

경사 하강법은 손실의 기울기를 따라 내려간다. 학습률이 크면 발산한다."""
GLOSSARY = """# Glossary

```{glossary}
softmax
  소프트맥스 · The map from scores to probabilities.

logit
  A score before softmax.
```"""
FILLING = "\n\n".join(f"Line {n} of a page that is long." for n in range(200))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The built site of a tiny book with this book's configuration and extension."""
    folder = tmp_path_factory.mktemp("tiny")
    bare_book(folder)
    book = folder / "book"
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n"
        "- file: book/words\n- file: book/glossary\n- file: book/korean\n"
    )
    (book / "index.md").write_text("# Front\n\nThe front page.\n")
    far = FILLING.replace("Line", "줄")
    (book / "korean.md").write_text(KOREAN.replace("## 학습", f"{far}\n\n## 학습"))
    (book / "glossary.md").write_text(GLOSSARY)
    hidden = code(LOSS, tags=["hide-input"])
    write_notebook(book / "words.ipynb", markdown(WORDS), markdown(FILLING), hidden)
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build" / "html"


# --- What the search knows of a page ---------------------------------------------------------


def known(site):
    script = (site / "_static" / "book-text.js").read_text(encoding="utf-8")
    return dict(json.loads(script.removeprefix("const BOOK = ").rstrip(";\n")))


def test_a_page_is_known_passage_by_passage(tiny):
    said = [passage for passage in known(tiny)["book/words.html"] if passage]
    assert [passage for passage in said if not passage.startswith("pLine")] == [
        "tOf words",
        "pThe softmax of the scores, and its gradient p − y.",
        "hLarge scores",
        "cClaim. The gradient of the loss with respect to z_ij is (p − y)/n.",
        "pname | formula",
        "plogistic | e^(z + 1)",
        "pTake the largest score",
        "paway from each.",
        f"s{LOSS}",
    ]


def test_a_glossary_and_a_korean_page_are_known(tiny):
    assert [passage for passage in known(tiny)["book/glossary.html"] if passage] == [
        "tGlossary",
        "dsoftmax",
        "p소프트맥스 · The map from scores to probabilities.",
        "dlogit",
        "pA score before softmax.",
    ]
    assert "h학습" in known(tiny)["book/korean.html"]


def test_what_stands_between_passages_is_not_known():
    page = """<p>before</p><article class="bd-article"><p>one<a class="headerlink">#</a></p>
    <p><ul><li><p>two</p></li></ul></p><div class="cell_output"><pre>no</pre></div>
    <svg><p>no</p></svg><details><summary><p>no</p></summary><p>three</p></details>
    <dl class="field-list"><dt class="field-odd">no</dt><dd>four</dd></dl></article><p>after</p>"""
    # An empty paragraph before a list, and one after it, as browsers read it.
    assert passages(page) == ["pone", "", "", "ptwo", "", "", "pthree", "", "pfour"]


def test_only_the_search_page_loads_the_text_and_nothing_of_sphinx_search_is_left(tiny):
    for path in [*tiny.glob("*.html"), *tiny.glob("book/*.html")]:
        html = path.read_text(encoding="utf-8")
        for script in ("searchtools", "searchindex", "language_data", "sphinx_highlight"):
            assert script not in html, path
        assert ("book-text.js" in html) == (path.name == "search.html"), path
    left = {path.name for path in tiny.rglob("*.js")}
    assert not left & {
        "searchtools.js",
        "searchindex.js",
        "language_data.js",
        "sphinx_highlight.js",
    }


def test_the_text_of_the_book_is_light(built):
    """What a search loads once; a megabyte and a quarter when this was written, packed a third."""
    script = (built / "_static" / "book-text.js").read_bytes()
    assert len(script) < 2_000_000 and len(gzip.compress(script)) < 600_000


# --- What a question finds -------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine():
    engine = MiniRacer()
    engine.eval((STATIC / "search.js").read_text(encoding="utf-8") + "\n;0")
    yield engine
    engine.close()


def find(engine, query, *pages):
    """Return whether all of the question was found, and of each page its name and its passages."""
    book = json.dumps([[f"{number}.html", blocks] for number, blocks in enumerate(pages)])
    script = f"""JSON.stringify((() => {{
        const {{ all, pages }} = find(terms({json.dumps(query)}), {book});
        const best = (a, b) => b.score - a.score || a.n - b.n;
        return [all, pages.map(one => [one.url, one.hits.toSorted(best).map(({{ n }}) => n)])];
    }})())"""
    return json.loads(engine.eval(script))


def finds(engine, query, passage):
    return find(engine, query, ["tTitle", f"p{passage}"]) == [True, [["0.html", [1]]]]


@pytest.mark.parametrize(
    "query, passage",
    [
        ("softmax", "Softmax turns scores into probabilities."),
        ("softmax", "loss = softmax_cross_entropy(z)"),
        ("cross_entropy", "loss = softmax_cross_entropy(z)"),
        ("softm", "the softmax"),
        ("initialize", "its initialization"),
        ("initialization", "networks initialized at random"),
        ("gradients", "the gradient"),
        ("gradient", "many gradients"),
        ("overfitting", "it will overfit"),
        ("overfit", "signs of overfitting"),
        ("losses", "the loss"),
        ("bias", "the biases"),
        ("biases", "a bias"),
        ("entropy", "entropies"),
        ("entropies", "the entropy"),
        ("optimizer", "an optimization"),
        ("saturates", "saturation"),
        ("rate", "two rates"),
        ("p - y", "its derivative is p − y: simple"),
        ("p-y", "its derivative is (p − y)/n"),
        ("p − y", "print(p - y)"),
        ("Xavier", "the xavier_normal rule"),
        ("np.exp", "s = np.exp(-z)"),
        ("exp", "s = np.exp(-z)"),
        ("log-sum-exp", "Log-sum-exp is smooth"),
        ("log-sum-exp", "log sum exp"),
        ("mini-batch", "a minibatch"),
        ("w_1", "the weight w_1 is"),
        ("a*b", "a * b"),
        ("f(x)", "where f(x) is"),
        ("y.", "the y of"),
        ("σ", "the σ of z"),
        ("what is a softmax?", "softmax: no more"),
        ("gradient descent", "descent against the gradient"),
        ('"gradient descent"', "by gradient descent only"),
        ("“gradient descent”", "by gradient\ndescent only"),
        ('"gradient descent" softmax', "softmax, by gradient descent"),
        ("소프트맥스", "소프트맥스는 점수를"),
        ("경사하강법", "경사 하강법으로"),
        ("경사 하강법", "경사하강법을"),
        ('"경사 하강법"', "확률적 경사 하강법은"),
        ("softmax", "softmax는 점수를"),
        ("ReLU", "ReLU를 쓴다"),
        ("MLP", "MLP는"),
    ],
)
def test_a_question_finds_a_passage(engine, query, passage):
    assert finds(engine, query, passage)


@pytest.mark.parametrize(
    "query, passage",
    [
        ("rate", "a ratio, rather than to generate"),
        ("exp", "we expect an experiment"),
        ("p", "a perceptron in python"),
        ("max", "softmax"),
        ("np.exp", "np_exp, npxexp"),
        ("p - y", "python, p = y, p plus y"),
        ("gradient softmax", "the gradient"),
        ('"gradient descent"', "descent against the gradient"),
        ('"weight decay"', "weight decays"),
        ("(", "a (b)"),
        ("0.5", "10.5"),
        ("소프트맥스", "소프트웨어"),
    ],
)
def test_a_question_does_not_find_what_is_something_else(engine, query, passage):
    assert not finds(engine, query, passage)


def test_terms_and_headings_come_before_claims_text_and_code(engine):
    page = ["tTitle", "ssoftmax", "pof softmax", "cClaim. softmax", "hSoftmax and more", "dsoftmax"]
    assert find(engine, "softmax", page) == [True, [["0.html", [5, 4, 3, 2, 1]]]]


def test_a_page_of_the_name_comes_before_pages_with_the_word(engine):
    pages = ["tA", "psoftmax", "psoftmax"], ["tSoftmax", "pother"], ["tB", "psoftmax"]
    assert [url for url, _ in find(engine, "softmax", *pages)[1]] == ["1.html", "0.html", "2.html"]


def test_words_side_by_side_and_words_as_typed_come_first(engine):
    page = ["tTitle", "pdescent by the gradient", "pby gradient descent"]
    assert find(engine, "gradient descent", page)[1] == [["0.html", [2, 1]]]
    page = ["tTitle", "psoftmaxes", "pthe softmaximum", "pa softmax"]
    assert find(engine, "softmax", page)[1] == [["0.html", [1, 3, 2]]]


def test_a_heading_counts_for_the_passages_below_it(engine):
    page = ["tTitle", "hOf softmax", "pits gradient", "hOther", "pits gradient"]
    assert find(engine, "softmax gradient", page) == [True, [["0.html", [2]]]]


def test_without_a_passage_that_has_all_those_with_most_are_found(engine):
    page = ["tTitle", "psoftmax", "pgradient of the softmax", "pother"]
    assert find(engine, "softmax gradient nonsense", page) == [False, [["0.html", [2]]]]
    assert find(engine, "nonsense", page) == [False, []]


def test_a_definition_is_found_once(engine):
    page = ["tGlossary", "dsoftmax", "", "pThe softmax of scores.", "", "psoftmax, more of it"]
    assert find(engine, "softmax", page)[1] == [["0.html", [1, 5]]]


def test_an_excerpt_is_the_sentence_or_the_line_of_code(engine):
    def excerpt(query, text, kind="p"):
        words = (
            f"new RegExp(terms({json.dumps(query)}).map(one => one.loose.source).join('|'), 'giu')"
        )
        return engine.eval(f"excerpt({{text: {json.dumps(text)}, kind: '{kind}'}}, {words})")

    three = (
        f"First one. {20 * 'On the way '}to softmax, and so on. Another sentence of the same text."
    )
    said = excerpt("softmax", three)
    assert said.startswith("… ") and "First" not in said and "softmax, and so on." in said
    assert len(said) < 300
    near = (
        "A gradient stands alone here. " + 30 * "Much later. " + "The gradient of softmax is short."
    )
    assert excerpt("gradient softmax", near) == "The gradient of softmax is short."
    assert excerpt("softmax", LOSS, "s") == 'softmax_cross_entropy = "of all scores"'
    korean = "첫째 문장이다. 경사 하강법은 손실을 줄인다."
    assert excerpt("경사하강법", korean) == "경사 하강법은 손실을 줄인다."


# --- Where a result leads --------------------------------------------------------------------

MARKS = "[...document.querySelectorAll('.bd-article mark')]"
SAID = f"{MARKS}.map(one => one.textContent).join('')"
IN_WINDOW = """(one => {
    const {top, bottom, height} = one.getBoundingClientRect();
    return one.checkVisibility() && height > 0 && top >= 0 && bottom <= innerHeight;
})"""
ARRIVED = "!location.pathname.endsWith('/search.html') && document.readyState === 'complete'"


def search(browser, site, query, **settings):
    browser.open(site / "search.html", query=f"?q={quote(query)}", **settings)
    browser.wait("document.getElementById('nn-count').textContent", "the search has ended")


def follow(browser, result="#nn-results li a"):
    """Press the first result, as with the keyboard."""
    browser.ask(f"document.querySelector({json.dumps(result)}).focus()")
    browser.press("Enter", 13)
    browser.wait(ARRIVED, "the page of the result is open")
    browser.ask(FRAMES)


@pytest.mark.parametrize(
    "query, marked, width",
    [
        ("largest", "largest", 320),
        ("softmax_cross_entropy", "softmax_cross_entropy", 1280),
        ("Line 150", "Line150", 390),
        ('"score before"', "score before", 1280),
        ("p-y", "p−y", 390),
        ("logistic", "logistic", 320),
        ("소프트맥스 확률", "소프트맥스확률", 390),
        ("손실", "손실", 1280),
        ("하강법", "하강법", 320),
    ],
)
def test_a_result_leads_to_the_passage_with_the_word_marked(browser, tiny, query, marked, width):
    search(browser, tiny, query, width=width)
    assert browser.ask("document.querySelectorAll('#nn-results li mark, #nn-results b').length") > 0
    follow(browser)
    assert browser.ask(SAID) == marked
    assert browser.ask(f"{IN_WINDOW}({MARKS}[0])"), "the mark is not in the window"
    assert browser.ask("document.activeElement.classList.contains('nn-passage')")
    assert browser.problems() == []


def test_what_folds_is_opened_and_escape_or_the_button_clears_the_marks(browser, tiny):
    passage = "document.querySelector('.nn-passage, .nn-clear')"
    for query in ("largest", "softmax_cross_entropy"):
        search(browser, tiny, query)
        follow(browser)
        assert browser.ask(f"{MARKS}[0].closest('details').open")
        assert browser.ask("document.querySelectorAll('details[open]').length") == 1
        if query == "largest":
            browser.press("Escape", 27)
        else:
            browser.ask("document.querySelector('.nn-clear').click()")
        assert browser.ask(f"{MARKS}.length") == 0 and browser.ask(passage) is None
        assert browser.ask("location.hash") == ""
        assert browser.ask("document.querySelectorAll('details[open]').length") == 1


def test_a_page_without_a_passage_in_its_address_is_as_it_was(browser, tiny):
    for place in ("", "#large-scores", "#passage=9999&mark=x", "#passage=x", "#passage"):
        browser.open(tiny / "book" / "index.html")  # or the next page would not be loaded anew
        browser.open(tiny / "book" / "words.html", query=place)
        assert browser.ask("document.querySelector('mark, .nn-passage, .nn-clear')") is None
        assert browser.problems() == []


def test_the_number_of_results_is_announced(browser, tiny):
    count = "document.getElementById('nn-count')"
    search(browser, tiny, "softmax")
    assert browser.ask(f"{count}.role") == "status"
    assert browser.ask(f"{count}.textContent") == "4 passages on 2 pages"
    assert browser.ask("document.getElementById('nn-nothing').hidden")
    search(browser, tiny, "softmax nonsense")
    assert browser.ask(f"{count}.textContent").startswith("No passage has all of it.")
    search(browser, tiny, '"nonsense <b>"')
    assert browser.ask(f"{count}.textContent") == 'Nothing was found for “"nonsense <b>"”.'
    assert not browser.ask("document.getElementById('nn-nothing').hidden")
    links = browser.ask(
        "[...document.querySelectorAll('#nn-nothing a')].map(a => a.getAttribute('href'))"
    )
    assert links == ["book/glossary.html", "book/index.html"]
    browser.open(tiny / "search.html")
    assert browser.ask(f"{count}.textContent") == ""
    assert browser.ask("document.activeElement.name") == "q"


def test_results_are_links_in_the_order_of_the_page_under_their_headings(browser, tiny):
    search(browser, tiny, "gradient")
    links = browser.ask(
        "[...document.querySelectorAll('#nn-results a')].map(a => [a.textContent, a.hash])"
    )
    assert [said for said, _ in links] == [
        "Of words",
        "The softmax of the scores, and its gradient p − y.",
        "Large scores",
        "The gradient of the loss with respect to z_ij is (p − y)/n.",
    ]
    numbers = [int(re.search(r"passage=(\d+)", address)[1]) for _, address in links]
    assert numbers == sorted(set(numbers))


def test_what_is_asked_is_shown_as_it_is_and_the_rest_of_a_page_unfolds(browser, tiny):
    search(browser, tiny, "line page")
    assert browser.ask("document.querySelector('.nn-search input').value") == "line page"
    shown = "document.querySelectorAll('#nn-results li').length"
    assert browser.ask(shown) == 5
    summary = "document.querySelector('#nn-results summary')"
    assert browser.ask(f"{summary}.textContent") == "195 more on this page"
    browser.ask(f"{summary}.focus()")
    browser.press("Enter", 13)
    browser.wait(f"{shown} === 200", "the rest unfolds")


# --- The built book --------------------------------------------------------------------------


# What a browser says of each passage: its text, with | for each formula.
SHOWN = """[...document.querySelectorAll(%s)].map(passage => {
    const copy = passage.cloneNode(true);
    copy.querySelectorAll(".headerlink, .viewcode-link, svg").forEach(one => one.remove());
    copy.querySelectorAll(".math").forEach(formula => formula.replaceWith("|"));
    return copy.textContent;
})"""


def test_passages_have_the_numbers_that_a_browser_counts(browser, built):
    script = (STATIC / "passage.js").read_text(encoding="utf-8")
    blocks = re.search(r'BLOCKS = "(.*?)"', script)[1]
    assert blocks.split(", ") == BLOCKS
    selector = re.search(r"querySelectorAll\(`(.*?)`\)", script)[1]
    selector = selector.replace("${BLOCKS}", blocks)
    wrong, compared = {}, 0
    for name, said in known(built).items():
        browser.open(built / name, scripts=False)
        there = browser.ask(SHOWN % json.dumps(selector))
        assert len(there) == len(said), name
        for number, (passage, shown) in enumerate(zip(said, there, strict=True)):
            # Formulas read differently; up to the first one, the text is the same.
            beginning, formula, _ = re.sub(r"\s", "", shown).partition("|")
            text = re.sub(r"[\s|]", "", passage[1:])
            if passage and not (text.startswith(beginning) if formula else text == beginning):
                wrong[name, number] = passage[:60], shown[:60]
            compared += bool(passage and beginning)
    assert wrong == {}
    assert compared > 5000


QUESTIONS = {
    "softmax": "softmax",
    "initialize": "initializ",
    "gradients": "gradient",
    "p - y": "p−y",
    "Xavier": "xavier",
    "np.exp": "np.exp",
    "log-sum-exp": "log-sum-exp",
    '"weight decay"': "weight decay",
    "softmax_cross_entropy": "softmax_cross_entropy",
    "경사하강법": "경사 하강법",
    "손실": "손실",
}


@pytest.mark.parametrize("query", QUESTIONS)
def test_readers_find_what_they_look_for(browser, built, query):
    width = 390 if len(query) % 2 else 1280
    search(browser, built, query, width=width, theme="dark")
    follow(browser)
    assert QUESTIONS[query] in browser.ask(SAID).lower()
    assert browser.ask(f"{IN_WINDOW}({MARKS}[0])"), "the mark is not in the window"
    assert browser.ask(PALE) == []
    assert browser.problems() == []


def test_the_search_box_of_a_chapter_leads_to_the_results(browser, built):
    browser.open(built / "book" / "04-softmax.html")
    browser.ask("document.querySelector('.search-button__button').click()")
    browser.tell("Input.insertText", text="cross-entropy")
    browser.press("Enter", 13)
    browser.wait("document.querySelector('#nn-results li')", "results are shown")
    assert browser.ask("document.querySelector('#nn-results h2').textContent")
    assert browser.ask("document.querySelector('.nn-search input').value") == "cross-entropy"
    assert browser.problems() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_results_fit_and_can_be_read(browser, built, theme):
    search(browser, built, "softmax_cross_entropy", width=320, theme=theme)
    browser.ask("document.querySelectorAll('#nn-results details').forEach(one => one.open = true)")
    for fonts in FONTS.values():
        set_fonts(browser, fonts)
        browser.ask(FRAMES)
        assert browser.ask("document.documentElement.scrollWidth") <= 320
    assert browser.ask(PALE) == []
    levels = browser.ask(
        "[...document.querySelectorAll('article :is(h1, h2, h3)')].map(one => +one.tagName[1])"
    )
    assert levels[:2] == [1, 2] and set(levels) == {1, 2, 3}


def test_a_search_takes_no_time(browser, built):
    """A tenth of a second on a quiet machine, for a word that is on every page."""
    search(browser, built, "the network")
    took = """(() => {
        const start = performance.now();
        find(terms("the gradient of a network"));
        return performance.now() - start;
    })()"""
    assert min(browser.ask(took) for _ in range(3)) < 1000
