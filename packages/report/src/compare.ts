import { escapeText } from './html.js';

/** A picture of a {@link comparison}. */
export interface ComparedPicture {
  readonly name: string;
  /** `data:` address. */
  readonly address: string;
  /** Beneath the picture, for example its score. */
  readonly caption?: string;
}

/** What a {@link comparison} shows. */
export interface ComparisonOptions {
  /** Unique in the page; letters, digits and hyphens. */
  readonly id: string;
  /** What the pictures show, for those who cannot see them. */
  readonly title: string;
  /** On the left of the divider. */
  readonly truth: ComparedPicture;
  /** On the right of the divider, one at a time. */
  readonly others: readonly ComparedPicture[];
  /** Of all pictures, in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Pictures of one size beside each other; where {@link comparisonScript} runs on a screen, one over the other with a divider
 * that a pointer and the arrow keys move, and a choice of the picture on the right. Each is embedded once.
 */
export function comparison({ id, title, truth, others, width, height }: ComparisonOptions): string {
  const figure = ({ name, address, caption = '' }: ComparedPicture, kind: string): string =>
    `<figure class="${kind}"><img src="${address}" width="${width}" height="${height}" alt="${escapeText(`${title}: ${name}`)}">` +
    `<figcaption>${escapeText(name)}${caption === '' ? '' : ` <span class="note">${escapeText(caption)}</span>`}</figcaption></figure>`;
  return `<div class="compare" id="${escapeText(id)}" data-title="${escapeText(title)}" style="--ratio: ${width} / ${height}">
${[figure(truth, 'truth'), ...others.map((other) => figure(other, 'other'))].join('\n')}
</div>`;
}

/** Rules of {@link comparison}. */
export const comparisonStyle = `
.compare { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
.compare .stage { display: none; }
@media screen {
  .compare.live { display: block; }
  .compare.live figure { display: none; }
  .compare.live .stage { display: block; }
}
.stage .view { position: relative; aspect-ratio: var(--ratio); overflow: hidden; border: 1px solid var(--line); background: var(--card); touch-action: pan-y; }
.stage img { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
.stage .right { clip-path: inset(0 0 0 var(--at, 50%)); }
.stage .divider { position: absolute; top: 0; bottom: 0; left: var(--at, 50%); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 3px #000; pointer-events: none; }
.stage .divider::after { content: '\\2194'; position: absolute; top: 50%; left: 50%; transform: translate(-50%, -50%); width: 1.9rem; height: 1.9rem; border-radius: 50%; background: #fff; color: #1d2733; display: grid; place-items: center; box-shadow: 0 0 4px #0008; }
.stage .view input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; touch-action: pan-y; }
.stage .view:focus-within { outline: 3px solid var(--accent); outline-offset: 1px; }
.stage .sides { display: flex; justify-content: space-between; gap: 1rem; font-size: .85rem; color: var(--soft); padding: .2rem 0; }
.stage .sides span:last-child { text-align: right; }
.choices { display: flex; flex-wrap: wrap; gap: .4rem; margin: .2rem 0 .4rem; padding: 0; border: 0; }
.choices label { position: relative; border: 1px solid var(--line); background: var(--card); border-radius: 1.2em; padding: .3rem .8rem; font-size: .88rem; cursor: pointer; min-height: 2.2rem; display: inline-flex; align-items: center; }
.choices input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
.choices label:has(:checked) { border-color: var(--accent); background: var(--chosen); font-weight: 600; }
.choices label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 1px; }
`;

/** Turns each {@link comparison} into a stage with a divider. */
export const comparisonScript = `
for (const compare of document.querySelectorAll('.compare')) {
  const [truth, ...others] = [...compare.querySelectorAll('figure')];
  if (others.length === 0) continue;
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const copy = (figure, className) => Object.assign(figure.querySelector('img').cloneNode(), { className, loading: 'eager' });
  const left = copy(truth, 'left');
  const right = copy(others[0], 'right');
  const range = make('input', { type: 'range', min: 0, max: 100, step: 1, value: 50 });
  range.setAttribute('aria-label', 'Divider, ' + compare.dataset.title);
  const view = make('div', { className: 'view' }, left, right, make('div', { className: 'divider' }), range);
  const sides = [make('span'), make('span')];
  const stage = make('div', { className: 'stage' });
  const describe = (figure) => figure.querySelector('figcaption').textContent;
  const show = (figure) => {
    right.src = figure.querySelector('img').src;
    right.alt = figure.querySelector('img').alt;
    sides[0].textContent = '\\u2190 ' + describe(truth);
    sides[1].textContent = describe(figure) + ' \\u2192';
    range.setAttribute('aria-valuetext', range.value + ' % ' + describe(truth) + ', then ' + describe(figure));
  };
  const move = () => {
    view.style.setProperty('--at', range.value + '%');
    show(others[chosen()]);
  };
  const buttons = others.map((figure, i) => {
    const radio = make('input', { type: 'radio', name: 'right-of-' + compare.id, checked: i === 0 });
    radio.addEventListener('change', () => show(figure));
    return [radio, make('label', {}, radio, figure.querySelector('figcaption').firstChild.textContent.trim())];
  });
  const chosen = () => Math.max(0, buttons.findIndex(([radio]) => radio.checked));
  const choices = make('fieldset', { className: 'choices' }, ...buttons.map(([, label]) => label));
  choices.setAttribute('aria-label', 'Picture on the right, ' + compare.dataset.title);
  range.addEventListener('input', move);
  if (others.length > 1) stage.append(choices);
  stage.append(view, make('div', { className: 'sides' }, ...sides));
  compare.prepend(stage);
  compare.classList.add('live');
  move();
}
`;
