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
