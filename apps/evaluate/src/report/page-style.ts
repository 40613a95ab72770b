/** Rules of this report beside those of every report. */
export const pageStyle = `
h4 { font-size: .95rem; margin: .6rem 0 .4rem; overflow-wrap: anywhere; }
code { font-size: .9em; overflow-wrap: anywhere; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1rem; padding: 0; margin: .6rem 0; }
a { color: var(--accent); }
.warning { border-left: 4px solid #d55e00; background: var(--card); padding: .5rem .9rem; margin: 1rem 0; }
.warning ul { margin: .3rem 0; padding-left: 1.2rem; }
section > ul { padding-left: 1.2rem; }
.case { background: var(--card); border: 1px solid var(--line); padding: .4rem .9rem .9rem; margin: 0 0 1rem; }
.case .stage .view, .case .compare figure { max-width: 100%; }
.plot { max-width: 30rem; margin-bottom: 1rem; }
.plot .small { margin: .3rem 0; }
.cases { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 40rem), 1fr)); align-items: start; }
.thumbs { display: grid; gap: .5rem; margin: .5rem 0; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.thumbs img { image-rendering: pixelated; }
summary { cursor: pointer; padding: .5rem 0 0; font-size: .88rem; color: var(--soft); }
.error-scale { align-self: center; display: grid; gap: .2rem; padding: .5rem; font-size: .8rem; color: var(--soft); }
.error-scale .ends { display: flex; justify-content: space-between; gap: .5rem; }
.ramp { height: 1rem; border: 1px solid var(--line); }
pre { background: var(--card); border: 1px solid var(--line); padding: .6rem .8rem; margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
.verdicts { display: grid; gap: .4rem 1.5rem; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.verdicts ul { margin: .3rem 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
.tabs { display: flex; flex-wrap: wrap; gap: .4rem; margin: .4rem 0; }
.tabs button { font: inherit; font-size: .88rem; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 1.2em; padding: .3rem .8rem; min-height: 2.2rem; cursor: pointer; }
.tabs button[aria-pressed=true] { border-color: var(--accent); background: var(--chosen); font-weight: 600; }
.tabs button:focus-visible, summary:focus-visible, a:focus-visible, th button:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
dl.list { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .2rem 1rem; font-size: .9rem; }
dl.list dt { color: var(--soft); }
dl.list dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 30rem) { .case { padding: .3rem .6rem .7rem; } .thumbs { grid-template-columns: 1fr 1fr; } dl.list { grid-template-columns: 1fr; } dl.list dd { margin-bottom: .4rem; } }
@media print {
  nav, .tabs { display: none; }
  .charts { grid-template-columns: 1fr 1fr; }
  .case { break-inside: avoid; border: 0; padding: 0; }
  .legend { break-after: avoid; }
  .compare { grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
  .cases { display: block; }
  #cases > p { break-inside: avoid; break-after: avoid; }
  dl.list > *, pre, li { break-inside: avoid; }
  dl.list dt { break-after: avoid; }
  .thumbs img { max-height: 45mm; object-fit: contain; }
  summary { display: none; }
  th, td { padding: .25rem .4rem; font-size: 8.5pt; }
  a { color: inherit; text-decoration: none; }
}
`;

/** Shows the panels of each metric one at a time, in all sections together. */
export const tabScript = `
const groups = [...document.querySelectorAll('.panels')].map((group) => [...group.children]);
const choose = (title) => {
  for (const panels of groups) {
    const has = panels.some((panel) => panel.dataset.title === title);
    if (!has) continue;
    for (const panel of panels) panel.hidden = panel.dataset.title !== title;
    for (const button of panels[0].parentElement.previousElementSibling.children)
      button.setAttribute('aria-pressed', button.textContent === title);
  }
};
for (const panels of groups) {
  if (panels.length < 2) continue;
  const bar = document.createElement('div');
  bar.className = 'tabs';
  for (const { dataset } of panels) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = dataset.title;
    button.addEventListener('click', () => choose(dataset.title));
    bar.append(button);
  }
  panels[0].parentElement.before(bar);
  for (const panel of panels) panel.hidden = panel !== panels[0];
  bar.firstChild.setAttribute('aria-pressed', true);
}
`;
