/** Rules of a study's page beside those of every report. */
export const studyStyle = `
main { max-width: 100rem; }
#welcome, #end { max-width: 46rem; }
[hidden] { display: none !important; }
.question { font-size: 1.15rem; font-weight: 600; margin: .5rem 0; }
kbd { font: inherit; font-size: .85em; border: 1px solid var(--line); border-radius: .3em; padding: .05em .4em; background: var(--page); }
button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; min-height: 2.75rem; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--accent); }
button:disabled { opacity: .45; cursor: default; }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
.main { background: #0072b2; border-color: #0072b2; color: #fff; font-weight: 600; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .6rem; min-height: 2.75rem; max-width: 100%; }
.bar { display: flex; gap: .8rem; align-items: center; font-size: .9rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.bar { flex-wrap: nowrap; }
.bar span { white-space: nowrap; }
.bar progress { flex: 1; height: .5rem; accent-color: var(--accent); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; }
.pair video { width: 100%; max-height: 70vh; object-fit: contain; display: block; background: #808080; }
.answers { display: flex; gap: .5rem; margin: .6rem 0 0; }
.answers button { flex: 1; font-weight: 600; min-height: 3.2rem; }
#wait { margin: .3rem 0; }
#trouble { border-left: 4px solid #d55e00; background: var(--card); padding: .5rem .9rem; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; }
.tools button { font-size: .88rem; }
.stacked { display: none; }
@media (max-width: 40rem) and (orientation: portrait) {
  h1 { font-size: 1.1rem; margin: .2rem 0; }
  .pair { grid-template-columns: 1fr; }
  .pair video { max-height: 33vh; }
  .beside { display: none; }
  .stacked { display: inline; }
  .answers button { padding: .4rem .3rem; font-size: .92rem; }
  .answers kbd { display: none; }
  .tools button { padding: .4rem .7rem; }
}
`;
