/** Rules of the run report beside those of every report. */
export const runStyle = `
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; }
.facts div { background: var(--card); border: 1px solid var(--line); padding: .5rem .7rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.facts dt { color: var(--soft); font-size: .8rem; }
.facts dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.card { position: relative; }
.card .unit { color: var(--soft); font-weight: 400; }
.scale { position: absolute; opacity: 0; }
.scale + label { position: absolute; top: .9rem; right: .9rem; font-size: .8rem; color: var(--soft); border: 1px solid var(--line); border-radius: 1em; padding: 0 .7em; cursor: pointer; }
.scale:focus-visible + label { outline: 3px solid var(--accent); }
.scale:checked + label { background: var(--chosen); color: var(--ink); }
.scale:checked ~ .linear, .scale:not(:checked) ~ .logarithmic { display: none; }
.stepper { position: sticky; top: 0; background: var(--page); padding: .4rem 0; z-index: 1; display: flex; gap: .8rem; align-items: center; }
.stepper input { flex: 1; min-width: 0; accent-color: var(--accent); height: 2rem; }
.stepper output { min-width: 6.5em; text-align: right; font-variant-numeric: tabular-nums; }
.stories { display: grid; grid-template-columns: minmax(0, 1fr); gap: .8rem; }
.strip { overflow-x: auto; }
.strip img { width: 100%; min-width: 34rem; display: block; image-rendering: pixelated; }
.strip img[hidden] { display: none; }
pre { background: var(--card); border: 1px solid var(--line); padding: .8rem; overflow-x: auto; font-size: .82rem; line-height: 1.45; margin: .4rem 0; }
summary { cursor: pointer; }
.sessions td:nth-last-child(-n+3) { white-space: normal; text-align: left; min-width: 11rem; }
.sessions thead th:nth-last-child(-n+3) { text-align: left; }
.sessions th, .sessions td { vertical-align: top; }
.sessions tbody th { white-space: normal; min-width: 6.5rem; }
@media print {
  .scale + label, .stepper input { display: none; }
  .stepper { position: static; }
  .charts { grid-template-columns: 1fr 1fr; }
  .strip img { min-width: 0; }
  pre { white-space: pre-wrap; }
}
`;

/** Moves through the validations: of every story the last picture up to the chosen step is shown. */
export const runScript = `
for (const stepper of document.querySelectorAll('.stepper')) {
  const steps = JSON.parse(stepper.dataset.steps);
  const slider = stepper.querySelector('input');
  const output = stepper.querySelector('output');
  const show = () => {
    const step = steps[Number(slider.value)];
    output.textContent = 'step ' + step;
    for (const strip of document.querySelectorAll('.strip')) {
      const pictures = [...strip.querySelectorAll('img')];
      const shown = pictures.filter((picture) => Number(picture.dataset.step) <= step).pop() ?? pictures[0];
      for (const picture of pictures) picture.hidden = picture !== shown;
    }
  };
  slider.addEventListener('input', show);
  show();
}
`;
