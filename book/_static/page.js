// What a page does by itself: formulas are copied as TeX, what scrolls can be scrolled by key, and
// the Tab key goes from link to link of the text.
"use strict";

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed || !event.clipboardData) return;
  const part = selection.getRangeAt(0).cloneContents();
  const formulas = part.querySelectorAll("[data-tex]");
  if (!formulas.length) return;
  for (const formula of formulas) {
    const sign = formula.tagName === "DIV" ? "$$" : "$";
    formula.replaceWith(`${sign}${formula.dataset.tex}${sign}`);
  }
  const shown = document.createElement("div"); // innerText needs a place on the page
  shown.style.cssText = "position: fixed; left: -100vw; white-space: pre-line";
  shown.append(part);
  document.body.append(shown);
  event.clipboardData.setData("text/plain", shown.innerText);
  shown.remove();
  event.preventDefault();
});

// A box that scrolls sideways shows where it goes on, and the keyboard reaches it.
const boxes = ".nn-formula, .pst-scrollable-table-container, pre";

function edges(box, beyond = box.scrollWidth - box.clientWidth) {
  const scrolls = beyond > 1;
  if (!scrolls && !box.matches(".nn-scrolls")) return; // as nearly all do: nothing is to be changed
  const isCode = box.matches("pre:not(.nn-columns)");
  const kind = isCode ? "Code" : box.matches(".nn-formula") ? "Formula" : "Table";
  box.classList.toggle("nn-scrolls", scrolls);
  box.classList.toggle("nn-at-start", box.scrollLeft <= 1);
  box.classList.toggle("nn-at-end", box.scrollLeft >= beyond - 1);
  if (scrolls) box.tabIndex = 0;
  else if (box.tabIndex === 0) box.removeAttribute("tabindex"); // not what passage.js has set
  box.role = scrolls ? "group" : null;
  box.ariaLabel = scrolls ? `${kind}, scrolls sideways` : null;
}

// All are measured before one is changed: else the page would be laid out again for each.
const sizes = new ResizeObserver((entries) => {
  const beyond = entries.map(({ target }) => target.scrollWidth - target.clientWidth);
  entries.forEach(({ target }, i) => edges(target, beyond[i]));
});
for (const box of document.querySelectorAll(boxes)) {
  sizes.observe(box);
  box.addEventListener("scroll", () => edges(box), { passive: true });
}

// What is not laid out yet has no place in what a screen reader knows: lay out all sections, piece by
// piece, whenever there is nothing else to do. A piece is short, so that nobody waits for it.
const piece = 300; // elements

function* pieces(section) {
  const parts = [...section.children].filter((part) => part.tagName !== "SECTION");
  const isLaidOut = parts[0].checkVisibility?.({ contentVisibilityAuto: true }); // as it is near
  if (!isLaidOut) parts.forEach((part) => part.classList.add("nn-waits"));
  section.style.contentVisibility = "visible";
  let size = 0;
  for (const part of parts) {
    if (size >= piece) {
      yield section.offsetHeight; // lays it out
      size = 0;
    }
    size += part.querySelectorAll("*").length;
    part.classList.remove("nn-waits");
  }
  yield section.offsetHeight;
}

addEventListener("load", () => {
  const later = globalThis.requestIdleCallback ?? ((next) => setTimeout(next, 50)); // Safari has none
  function* walk() {
    for (const section of document.querySelectorAll(".bd-article section > section")) {
      yield* pieces(section);
    }
  }
  const walker = walk();
  function next() {
    if (walker.next().done) document.documentElement.classList.add("nn-laid-out");
    else later(next, { timeout: 100 });
  }
  later(next, { timeout: 100 });
});

// Buttons that copy a cell, and signs that link to a heading, are for the mouse: there are a hundred.
addEventListener("load", () => {
  for (const one of document.querySelectorAll(".copybtn, a.headerlink")) one.tabIndex = -1;
});

// The theme takes the focus from what opens its menus, so that no ring stays after a click of the
// mouse; but who presses a key is nowhere then.
const openers = ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle";

addEventListener("click", (event) => {
  const opener = event.detail === 0 && event.target.closest(openers);
  if (!opener) return;
  opener.blur = () => {};
  setTimeout(() => delete opener.blur);
}, true);

// Paper is white, and shows what is folded on the screen. The style sheet opens it in Chromium; other
// browsers need the attribute.
let folded = [];
let theme;

addEventListener("beforeprint", () => {
  const { dataset } = document.documentElement;
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const fold of folded) fold.open = true;
  theme ??= dataset.theme;
  dataset.theme = "light";
});

addEventListener("afterprint", () => {
  for (const fold of folded) fold.open = false;
  folded = [];
  if (theme) document.documentElement.dataset.theme = theme;
  theme = undefined;
});
