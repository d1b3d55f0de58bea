// Come from the search: page.html#passage=57&mark=softmax leads to passage 57, and marks the word.
// The passages are counted as in book/_ext/sitesearch.py.
"use strict";

{
  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, tr, pre, figcaption";
  const asked = new URLSearchParams(location.hash.slice(1));
  const all = document.querySelectorAll(`.bd-article :is(${BLOCKS}):not(summary *)`);
  const passage = asked.has("passage") ? all[asked.get("passage")] : undefined;

  // A formula has other spaces here, and lacks the signs between its parts.
  const loose = (word) =>
    word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s*").replace(/\\[/^()]|[_√]/g, "$&?");
  const side = (sign, guard) => (/[\p{Script=Latin}\p{N}]/u.test(sign) ? guard : "");

  function find(words) {
    const nodes = [];
    const walk = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
    let text = "";
    while (walk.nextNode()) {
      const node = walk.currentNode;
      const at = node.parentElement;
      if (at.closest("div.math, .headerlink, summary, script, style, svg, button")) continue;
      if ((at.closest("tr") ?? at.closest(BLOCKS)) !== passage) continue;
      nodes.push({ node, start: text.length, formula: at.closest("mjx-container") });
      text += node.data.replace(/\u2061/g, " ");
    }
    const patterns = words.map(
      (word) =>
        side(word[0], "(?<![\\p{Script=Latin}\\p{N}])") +
        loose(word) +
        side(word.at(-1), "(?![\\p{Script=Latin}\\p{N}])"),
    );
    const found = [...text.matchAll(new RegExp(patterns.join("|"), "gu"))];
    return found.flatMap(({ index, 0: { length } }) =>
      nodes
        .map(({ node, start, formula }) => ({
          node,
          formula,
          from: Math.max(index - start, 0),
          to: Math.min(index + length - start, node.length),
        }))
        .filter(({ from, to }) => from < to),
    );
  }

  function mark(words) {
    const marks = new Set();
    // From the last to the first, so that the places before stay where they are.
    for (const { node, formula, from, to } of find(words).reverse()) {
      if (formula?.closest("mark")) continue;
      const range = document.createRange();
      if (formula) range.selectNode(formula);
      else {
        range.setStart(node, from);
        range.setEnd(node, to);
      }
      const made = document.createElement("mark");
      range.surroundContents(made);
      marks.add(made);
    }
    return [...marks].reverse();
  }

  if (passage) {
    const words = asked.getAll("mark").filter(Boolean);
    const marks = words.length ? mark(words) : [];
    passage.classList.add("nn-passage");
    for (let fold = passage.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
    passage.tabIndex = -1;
    passage.focus({ preventScroll: true }); // a screen reader goes on from here
    const show = () => (marks[0] ?? passage).scrollIntoView({ block: "center" });
    show();

    // What loads later moves it; but a reader who has moved on is left in peace.
    const moved = new AbortController();
    addEventListener("load", show, { signal: moved.signal });
    for (const move of ["wheel", "touchstart", "pointerdown", "keydown"])
      addEventListener(move, () => moved.abort(), { once: true });

    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "nn-clear btn";
    clear.textContent = "Clear the marks (Esc)";
    const done = () => {
      for (const made of marks) made.replaceWith(...made.childNodes);
      passage.normalize();
      passage.classList.remove("nn-passage");
      clear.remove();
      removeEventListener("keydown", escape);
      history.replaceState(null, "", location.pathname + location.search);
    };
    const escape = ({ key }) => {
      if (key === "Escape" && !document.querySelector("dialog[open]")) done();
    };
    clear.addEventListener("click", done);
    addEventListener("keydown", escape);
    document.body.append(clear);
  }
}
