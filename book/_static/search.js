// The search page: finds passages in BOOK (written by book/_ext/sitesearch.py) and links to each.
"use strict";

const WEIGHT = { t: 5, h: 4, d: 4, c: 3, p: 2, s: 1 }; // title, heading, term, claim, text, code
const SHOWN = 5; // passages of a page; the others fold
const COMMON = /^(a|an|are|do|does|for|how|in|is|it|of|on|the|to|what|why|with)$/i;
const ENDINGS =
  "(?:s|es|d|ed|r|rs|er|ers|ing|ings|e|ions?|ations?|ives?|ative|y|ies|ity|ly|able|ence|ent)?";
const LATIN = "\\p{Script=Latin}\\p{N}";

// --- What is looked for ---

// "overfitting" and "overfits" have the same stem: rules of thumb, which need not give a word.
function stem(word) {
  const cut = word.replace(/(?<=i[sz])ations?$|ions?$|ings?$|(?:er|ed|i?e)s?$|(?<![aius])s$|ly$|y$/i, "");
  if (cut.length < 3) return word;
  return cut === word ? word : cut.replace(/([^ls])\1$/i, "$1");
}

// A text as a regular expression: signs with or without spaces, Korean words as they are spaced.
function flexible(text) {
  return [...text.replace(/\s*([-−–‑+*/=<>^·×])\s*/g, "$1")]
    .map((sign, i, all) => {
      if (/\s/.test(sign)) return "[\\s-]*";
      if (/['’]/.test(sign)) return "['’]";
      if (/[-−–‑]/.test(sign)) {
        const word = /^\p{L}{2}-\p{L}{2}$/u.test(all.slice(i - 2, i + 3).join(""));
        return word ? "[-−–‑\\s]?" : "\\s*[-−–‑]\\s*";
      }
      const exact = sign.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
      if (/[+*/=<>^·×]/.test(sign)) return `\\s*${exact}\\s*`;
      const korean = /\p{Script=Hangul}/u;
      return korean.test(sign) && korean.test(all[i + 1] ?? "") ? `${exact}\\s?` : exact;
    })
    .join("");
}

// The two regular expressions of a term: of the word and its forms, and of what begins with it.
function term(text, quoted) {
  const start = new RegExp(`^[${LATIN}]`, "u").test(text) ? `(?<![${LATIN}])` : "";
  const end = new RegExp(`[${LATIN}]$`, "u").test(text) ? `(?![${LATIN}])` : "";
  let exact = start + flexible(text) + end;
  let loose = exact;
  if (!quoted && /^\p{Script=Latin}+$/u.test(text)) {
    const cut = stem(text);
    const forms = text.length > 3 ? `${cut}${cut.at(-1)}?${ENDINGS}|${text}` : `${text}s?`;
    exact = `${start}(?:${forms})${end}`;
  }
  if (!quoted && text.length > 3 && end) loose = `(?:${exact}|${start}${flexible(text)}[${LATIN}_]*)`;
  return { exact: new RegExp(exact, "iu"), loose: new RegExp(loose, "iu") };
}

// A question's terms, each with its two expressions. Words of every sentence count alone.
function terms(query) {
  const joined = query.normalize("NFC").replace(/(\S)\s+([-−–+*/=<>^])\s+(?=\S)/g, "$1$2");
  const found = [...joined.matchAll(/["“”]([^"“”]+)["“”]|([^\s"“”]+)/g)]
    .map(([, quoted, word]) => ({ text: (quoted ?? word).trim(), quoted: quoted !== undefined }))
    .map((one) => (one.quoted ? one : { ...one, text: one.text.replace(/^[,;:.!?]+|[,;:!?.]+$/g, "") }))
    .filter(({ text }) => /[^\p{P}\s]/u.test(text));
  const telling = found.filter(({ text, quoted }) => quoted || !COMMON.test(text));
  return (telling.length ? telling : found).map((one) => ({ ...one, ...term(one.text, one.quoted) }));
}

// --- Where it is found ---

// The place of the term that a passage defines, or undefined.
function termBefore({ blocks }, n) {
  if (!/^[pc]/.test(blocks[n])) return undefined;
  let before = n - 1;
  while (blocks[before] === "") before--;
  return blocks[before]?.[0] === "d" ? before : undefined;
}

// The passages with all terms or, if there are none, with the most of them: page by page, the best
// first. A term may also stand in the heading over the passage or in the title of its page.
function find(asked, book = BOOK) {
  const whole = new RegExp(asked.map(({ exact }) => exact.source).join("[\\s-]+"), "iu");
  const length = asked.reduce((sum, { text }) => sum + text.length + 1, 0);
  const pages = book.map(([url, blocks]) => {
    const hits = [];
    let title = -1;
    let heading = -1;
    blocks.forEach((block, n) => {
      const kind = block[0];
      if (kind === "t") title = heading = n;
      if (kind === "h") heading = n;
      const text = block.slice(1);
      const own = asked.filter(({ loose }) => loose.test(text));
      if (!own.length) return;
      const around = `${blocks[title] ?? ""}\n${blocks[heading] ?? ""}`;
      const terms = own.length + asked.filter((one) => !own.includes(one) && one.exact.test(around)).length;
      const score =
        WEIGHT[kind] +
        20 * terms +
        (own.length === asked.length ? 6 : 0) +
        (whole.test(text) ? 6 : 0) + // side by side, and not only the beginning of a word
        // A heading or a term that says this and no more.
        (/[thd]/.test(kind) && text.replace(/^[\d.\s]+/, "").length < length + 3 ? 4 : 0);
      hits.push({ n, kind, text, heading, terms, score });
    });
    return { url, blocks, title: blocks[title]?.slice(1) ?? url, hits };
  });
  const most = Math.max(...pages.flatMap(({ hits }) => hits.map(({ terms }) => terms)), 0);
  for (const page of pages) {
    page.hits = page.hits.filter(({ terms }) => terms === most);
    // A definition is shown with its term.
    const places = new Set(page.hits.map(({ n }) => n));
    page.hits = page.hits.filter(({ n }) => !places.has(termBefore(page, n)));
    page.score = Math.max(...page.hits.map(({ score }) => score));
  }
  const found = pages.filter(({ hits }) => hits.length);
  found.sort((a, b) => b.score - a.score || b.hits.length - a.hits.length);
  return { all: most === asked.length, pages: found };
}

// --- How it is shown ---

// A sentence or so around the place where most terms stand together; of code, the line.
function excerpt({ text, kind }, words) {
  const places = [...text.matchAll(words)];
  const near = (place) => {
    const close = places.filter(({ index }) => index >= place.index && index < place.index + 150);
    return new Set(close.map(([word]) => word.toLowerCase())).size;
  };
  const { index } = places.reduce((best, place) => (near(place) > near(best) ? place : best));
  if (kind === "s") {
    const end = text.indexOf("\n", index);
    const line = text.slice(text.lastIndexOf("\n", index) + 1, end < 0 ? text.length : end);
    return line.trim();
  }
  const ends = [...text.matchAll(/[.!?:]["”)]?\s+(?=[\p{Lu}\p{N}\p{Script=Hangul}])/gu)];
  const sentence = ends.filter((end) => end.index < index).at(-1);
  let from = sentence ? sentence.index + sentence[0].length : 0;
  const cut = index - from > 110;
  if (cut) from = text.indexOf(" ", index - 90) + 1;
  let to = ends.find((end) => end.index > Math.max(index, from + 80))?.index + 1 || text.length;
  const long = to - from > 260;
  if (long) to = text.lastIndexOf(" ", Math.max(from + 220, index + 90));
  return `${cut ? "… " : ""}${text.slice(from, to)}${long ? " …" : ""}`;
}

function element(tag, attributes, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

// A text with what was found in <mark>.
function marked(text, words) {
  const parts = [];
  let end = 0;
  for (const place of text.matchAll(words)) {
    parts.push(text.slice(end, place.index), element("mark", {}, place[0]));
    end = place.index + place[0].length;
  }
  return [...parts, text.slice(end)];
}

function link(page, { n, text }, words, children) {
  const said = new Set([...text.matchAll(words)].map(([word]) => word));
  const where = new URLSearchParams([["passage", n], ...[...said].map((word) => ["mark", word])]);
  return element("a", { href: `${page.url}#${where}` }, ...children);
}

// What follows a term: its definition.
function definition({ blocks }, n) {
  const next = blocks.slice(n + 1, n + 6).find((block) => /^[pc]/.test(block)) ?? "";
  return next.length > 150 ? `${next.slice(1, next.lastIndexOf(" ", 140))} …` : next.slice(1);
}

// Passages in the order of the page, under the headings of their sections.
function sections(page, hits, words) {
  const parts = [];
  let list = null;
  let under = page.blocks.findIndex((block) => block[0] === "t");
  for (const hit of hits.toSorted((a, b) => a.n - b.n)) {
    if (hit.heading !== under) {
      const text = page.blocks[hit.heading].slice(1);
      const heading = link(page, { n: hit.heading, text }, words, marked(text, words));
      parts.push(element("h3", {}, heading));
      [under, list] = [hit.heading, null];
    }
    if (hit.n === hit.heading) continue; // the heading itself
    if (!list) parts.push((list = element("ul", {})));
    const text = hit.kind === "d" ? hit.text : excerpt(hit, words);
    const shown = marked(text, words);
    const anchor = link(page, hit, words, hit.kind === "s" ? [element("code", {}, ...shown)] : shown);
    const term = page.blocks[termBefore(page, hit.n)]?.slice(1);
    const item = element("li", {}, ...(term ? [element("b", {}, term), " "] : []), anchor);
    if (hit.kind === "d") item.append(" ", ...marked(definition(page, hit.n), words));
    list.append(item);
  }
  return parts;
}

function show(query) {
  const asked = terms(query);
  const { all, pages } = asked.length ? find(asked) : { pages: [] };
  const words = new RegExp(asked.map(({ loose }) => loose.source).join("|"), "giu");
  const count = pages.reduce((sum, { hits }) => sum + hits.length, 0);
  const some = all ? "" : "No passage has all of it. With a part of it: ";
  const number = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
  document.title = `${query} – ${document.title}`;
  document.getElementById("nn-nothing").hidden = count > 0;
  document.getElementById("nn-count").textContent = count
    ? `${some}${number(count, "passage")} on ${number(pages.length, "page")}`
    : `Nothing was found for “${query}”.`;
  for (const page of pages) {
    const { url, title, hits } = page;
    const best = hits.toSorted((a, b) => b.score - a.score || a.n - b.n);
    const top = { n: page.blocks.findIndex((block) => block[0] === "t"), text: title };
    const heading = element("h2", {}, link(page, top, words, marked(title, words)));
    const shown = element("section", {}, heading, ...sections(page, best.slice(0, SHOWN), words));
    if (best.length > SHOWN) {
      const label = `${best.length - SHOWN} more on this page`;
      const rest = element("details", {}, element("summary", {}, label));
      rest.addEventListener("toggle", () => rest.append(...sections(page, best.slice(SHOWN), words)), { once: true });
      shown.append(rest);
    }
    document.getElementById("nn-results").append(shown);
  }
}

if (globalThis.document) {
  const query = (new URLSearchParams(location.search).get("q") ?? "").trim();
  const field = document.querySelector(".nn-search input");
  field.value = query;
  if (query) show(query);
  else field.focus();
}
