/**
 * Search, filters, opening and closing. It only reads the page and changes `hidden`, `open` and the count, so no
 * text of a tenant is ever run.
 */
export const PAGE_SCRIPT = `'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const changes = [...document.querySelectorAll('.change')];
  const groups = [...document.querySelectorAll('.group')];
  const filters = byId('filters');
  if (!filters) return;
  const search = byId('search');
  const count = byId('count');
  const none = byId('none');
  const boxes = [...filters.querySelectorAll('input[type=checkbox]')];
  const number = new Intl.NumberFormat('en-GB');
  const facts = changes.map(({ dataset: { kind, action, guards } }) => ({
    kind: [kind], action: [action], guards: guards.split(' '),
  }));
  let texts;

  const chosen = (facet) => boxes.filter((box) => box.checked && box.dataset.facet === facet).map((box) => box.value);

  const update = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    if (words.length > 0) texts ??= changes.map((change) => change.textContent.toLowerCase());
    const facets = ['kind', 'action', 'guards'].map((facet) => [facet, chosen(facet)]);
    const wanted = facets.filter(([, values]) => values.length > 0);
    let shown = 0;
    changes.forEach((change, i) => {
      const isChosen = wanted.every(([facet, values]) => values.some((value) => facts[i][facet].includes(value)));
      const fits = isChosen && words.every((word) => texts[i].includes(word));
      if (change.hidden === fits) change.hidden = !fits;
      if (fits) shown += 1;
    });
    for (const group of groups) group.hidden = !group.querySelector('.change:not([hidden])');
    none.hidden = shown > 0;
    const all = number.format(changes.length) + (changes.length === 1 ? ' change' : ' changes');
    count.textContent = shown === changes.length ? all : number.format(shown) + ' of ' + all;
  };

  const clear = () => {
    search.value = '';
    for (const box of boxes) box.checked = false;
    update();
  };

  const setOpen = (open) => {
    for (const change of changes) if (!change.hidden) change.firstElementChild.open = open;
  };

  const follow = () => {
    const change = changes.find(({ id }) => '#' + id === location.hash);
    if (!change) return;
    if (change.hidden) clear();
    const details = change.firstElementChild;
    details.open = true;
    details.firstElementChild.focus();
    change.scrollIntoView({ block: 'center' });
  };

  search.addEventListener('input', update);
  for (const box of boxes) box.addEventListener('change', update);
  byId('clear').addEventListener('click', () => { clear(); search.focus(); });
  byId('open').addEventListener('click', () => setOpen(true));
  byId('close').addEventListener('click', () => setOpen(false));
  addEventListener('hashchange', follow);
  filters.hidden = false;
  byId('no-script').hidden = true;
  update();
  follow();
})();
`;

/**
 * For pages with changes that are shown as one, after the script of every page. It opens them when a search finds one
 * of them or a link leads to it, and for printing.
 */
export const BATCH_SCRIPT = `(() => {
  const byId = (id) => document.getElementById(id);
  const batches = [...document.querySelectorAll('.batch')];
  const foldOf = (batch) => batch.lastElementChild;
  const search = byId('search');
  /** Opened by a search or for printing: closed again afterwards. */
  const opened = new Set();

  const open = (fold) => {
    if (!fold.open) opened.add(fold);
    fold.open = true;
  };
  const closeAgain = () => {
    for (const fold of opened) fold.open = false;
    opened.clear();
  };

  const update = () => {
    const isSearch = search.value.trim() !== '';
    for (const batch of batches) {
      batch.hidden = !batch.querySelector('.change:not([hidden])');
      if (isSearch && !batch.hidden) open(foldOf(batch));
    }
    if (!isSearch) closeAgain();
  };

  const setOpen = (isOpen) => {
    for (const batch of batches) if (!batch.hidden) foldOf(batch).open = isOpen;
    opened.clear();
  };

  const follow = () => {
    const change = byId(location.hash.slice(1));
    const batch = change?.closest('.batch');
    update();
    if (!batch) return;
    foldOf(batch).open = true;
    opened.delete(foldOf(batch));
    change.firstElementChild.firstElementChild.focus();
    change.scrollIntoView({ block: 'center' });
  };

  search.addEventListener('input', update);
  for (const box of byId('filters').querySelectorAll('input[type=checkbox]')) box.addEventListener('change', update);
  byId('clear').addEventListener('click', update);
  byId('open').addEventListener('click', () => setOpen(true));
  byId('close').addEventListener('click', () => setOpen(false));
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => { for (const batch of batches) open(foldOf(batch)); });
  addEventListener('afterprint', update);
  follow();
})();
`;

/** Light and dark, as the reader's system prefers. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1b2330; --soft: #566173; --line: #d9dee6; --accent: #0b57c2;
  --add: #0f6b3a; --add-bg: #def5e6; --cut: #a8232b; --cut-bg: #fde8e8; --move: #7a5200; --move-bg: #fdf1d6;
  --loop: #7a3fc4;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10141b; --card: #181e28; --ink: #e4e8ef; --soft: #a0abbc; --line: #303948; --accent: #82b4ff;
    --add: #74d99b; --add-bg: #12321f; --cut: #ff9c9c; --cut-bg: #3c1a1d; --move: #ecc36b; --move-bg: #352910;
    --loop: #c9a4ff;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding: 9rem 0 2rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 var(--sans); overflow-wrap: anywhere; }
header, main, footer { max-width: 1280px; margin: 0 auto; padding: 0 20px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .7rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .5rem; }
p, ul { margin: .3rem 0; }
ul { padding-left: 1.2rem; }
a { color: var(--accent); }
code, .name, .value, .fields th[scope=row] { font-family: var(--mono); font-size: .87em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 20px; top: -100px; background: var(--card); padding: 8px 14px; z-index: 3; }
.skip:focus { top: 10px; }
.eyebrow { color: var(--soft); font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; margin-top: 2rem; }
.counts { display: flex; flex-wrap: wrap; gap: 10px; list-style: none; padding: 0; margin: 1rem 0 0; }
.counts li {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 8px 16px; min-width: 112px;
  color: var(--soft);
}
.counts b {
  display: block; font-size: 1.5rem; line-height: 1.25; color: var(--ink); font-variant-numeric: tabular-nums;
}
.counts .create b { color: var(--add); }
.counts .update b { color: var(--move); }
.counts .delete b, .counts .stop b { color: var(--cut); }
.guard {
  background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--cut); border-radius: 8px;
  padding: 12px 18px; margin: 0 0 10px;
}
.guard h3 { margin: 0 0 .2rem; } .guard h3 code { color: var(--cut); }
.hint { color: var(--soft); }
.links { display: flex; flex-wrap: wrap; gap: 2px 18px; list-style: none; padding: 0; font: .87em var(--mono); }
.warnings { list-style: none; padding: 0; margin: 0; }
.warnings li {
  background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--move); border-radius: 8px;
  padding: 10px 18px; margin: 0 0 8px;
}
.warnings code:first-child { color: var(--move); font-weight: 600; }
.scroll { overflow-x: auto; border-radius: 8px; }
.grid {
  border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  overflow-wrap: normal;
}
.grid th, .grid td {
  text-align: left; vertical-align: top; padding: 9px 14px; border-top: 1px solid var(--line); font-weight: 400;
}
.grid thead th { color: var(--soft); font-size: .82rem; border-top: 0; white-space: nowrap; }
.grid td:last-child { min-width: 16rem; }
.grid code { overflow-wrap: break-word; }
.prices tbody th, .prices .amount { white-space: nowrap; font-variant-numeric: tabular-nums; }
.amount.up, .up { color: var(--cut); font-weight: 600; } .amount.down, .down { color: var(--add); font-weight: 600; }
.filters {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 8px 26px; align-items: center;
  background: var(--page); border-bottom: 1px solid var(--line); padding: 10px 20px; margin: 0 -20px;
}
.filters p { display: flex; gap: 10px; align-items: center; margin: 0; }
.filters .find { flex: 1 1 280px; } .filters .state { flex: 1 1 100%; flex-wrap: wrap; }
.filters fieldset {
  border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; min-width: 0;
}
.filters legend { float: left; padding: 0; margin-right: 8px; color: var(--soft); }
.filters label:has(input) { position: relative; cursor: pointer; }
.filters label input[type=checkbox] { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
.filters label span {
  display: inline-block; border: 1px solid var(--line); background: var(--card); border-radius: 99px;
  padding: 2px 12px; font-size: .9rem;
}
.filters small { color: var(--soft); font-variant-numeric: tabular-nums; }
.filters input:checked + span { background: var(--accent); border-color: var(--accent); color: var(--card); }
.filters input:checked + span small { color: inherit; }
.filters input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }
#search {
  flex: 1; min-width: 0; font: inherit; padding: 6px 12px; border: 1px solid var(--soft); border-radius: 8px;
  background: var(--card); color: var(--ink);
}
#search::placeholder { color: var(--soft); opacity: 1; }
#count { font-weight: 600; margin-right: auto; font-variant-numeric: tabular-nums; }
button {
  font: inherit; font-size: .9rem; color: var(--accent); background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; padding: 3px 12px; cursor: pointer;
}
.group > h3 { color: var(--soft); }
.change {
  background: var(--card); border: 1px solid var(--line); margin-top: -1px; content-visibility: auto;
  contain-intrinsic-size: auto 43px;
}
.change summary {
  display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 9px 16px; cursor: pointer;
  list-style: none;
}
.change summary::-webkit-details-marker { display: none; }
.change summary::before {
  content: ""; flex: none; width: 7px; height: 7px; border: solid var(--soft); border-width: 0 2px 2px 0;
  transform: rotate(-45deg);
}
.change [open] > summary::before { transform: rotate(45deg); }
.change summary:hover { background: color-mix(in srgb, var(--accent) 7%, transparent); }
.change:target { border-color: var(--accent); }
.act {
  width: 22px; height: 22px; line-height: 21px; flex: none; text-align: center; border-radius: 6px;
  font: 700 15px/21px var(--mono);
}
.act.create { background: var(--add-bg); color: var(--add); }
.act.update { background: var(--move-bg); color: var(--move); }
.act.delete { background: var(--cut-bg); color: var(--cut); }
.name { font-weight: 600; flex: 1 1 240px; min-width: 0; }
.size { color: var(--soft); font-size: .85rem; min-width: 4.2rem; text-align: right; }
.money { font-size: .87rem; font-variant-numeric: tabular-nums; }
.tag { font-size: .8rem; border-radius: 99px; padding: 1px 10px; white-space: nowrap; }
.tag.stop { background: var(--cut-bg); color: var(--cut); }
.tag.risk { background: var(--move-bg); color: var(--move); }
.body { padding: 2px 16px 16px 69px; }
.facts, .uses { color: var(--soft); font-size: .9rem; }
.visitors { margin: 8px 0; }
.visitors p { color: var(--soft); font-size: .9rem; }
.visitors li { font-family: var(--mono); font-size: .87em; }
.fields { width: 100%; table-layout: fixed; border-collapse: collapse; margin-top: 8px; }
.fields th, .fields td {
  text-align: left; vertical-align: top; padding: 7px 10px 7px 0; border-top: 1px solid var(--line);
  font-weight: 400;
}
.fields thead th { color: var(--soft); font-size: .82rem; border-top: 0; padding-bottom: 3px; }
.fields th:first-child { width: 27%; }
.value { white-space: pre-wrap; max-height: 26em; overflow: auto; }
del, ins { text-decoration: none; border-radius: 3px; padding: 0 2px; }
del { background: var(--cut-bg); color: var(--cut); } ins { background: var(--add-bg); color: var(--add); }
.none { color: var(--soft); font-style: italic; font-size: .9em; }
.routing {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 540px), 1fr)); gap: 14px; margin: 10px 0;
}
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; min-width: 0; }
figcaption { color: var(--soft); font-size: .85rem; margin-bottom: 6px; }
svg { display: block; max-width: 100%; min-width: 480px; height: auto; }
svg text { font: 12px var(--mono); fill: var(--ink); }
svg .share {
  font-size: 11px; fill: var(--soft); stroke: var(--card); stroke-width: 5px; paint-order: stroke;
  text-anchor: middle;
}
svg rect { fill: var(--page); stroke: var(--line); stroke-width: 1.2; }
svg .line { fill: none; stroke: var(--soft); stroke-width: 1.2; }
svg .start rect { stroke: var(--accent); }
svg .rest rect { stroke-dasharray: 4 3; }
.old .only rect { fill: var(--cut-bg); stroke: var(--cut); }
.new .only rect { fill: var(--add-bg); stroke: var(--add); }
svg .dead rect { stroke: var(--cut); stroke-width: 2; stroke-dasharray: 6 3; }
svg .loop rect { stroke: var(--loop); stroke-width: 3; }
.changed rect { fill: var(--move-bg); stroke: var(--move); }
#none {
  padding: 30px; text-align: center; color: var(--soft); background: var(--card); border: 1px dashed var(--line);
  border-radius: 8px;
}
#unmanaged details { margin: 4px 0; } .names { columns: 22rem; }
footer { color: var(--soft); font-size: .85rem; padding-top: 24px; padding-bottom: 48px; }
@media (max-width: 720px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  .filters { position: static; margin: 0; padding: 10px 0; }
  html { scroll-padding: 1rem; }
  .body { padding: 2px 12px 14px; }
  .fields, .fields tbody, .fields tr, .fields th, .fields td { display: block; }
  .fields thead { display: none; }
  .fields th:first-child { width: auto; padding-bottom: 2px; font-weight: 600; }
  .fields td { border-top: 0; padding: 2px 0 6px; }
  .fields.update td::before { content: "Now"; display: block; color: var(--soft); font-size: .8rem; }
  .fields.update td:last-child::before { content: "After apply"; }
  .name { flex-basis: 150px; }
}
@media print {
  .filters, .skip { display: none; }
  .change { content-visibility: visible; break-inside: avoid; }
}
`;

/** For pages with changes that are shown as one. */
export const BATCH_STYLE = `
.batch { margin: 0 0 10px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; }
.batch h4 { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; font-size: 1rem; margin: 2px 0 8px; }
.batch > details > summary { cursor: pointer; color: var(--accent); padding: 6px 0; }
@media print { .batch > details::details-content { content-visibility: visible; block-size: auto; } }
`;
