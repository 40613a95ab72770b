import { setImmediate } from 'node:timers/promises';
import { escapeText, legend, lineChart, tableRow } from '@vosvfi/report';
import { stringify } from 'yaml';
import { formatSeconds } from '../format-duration.js';
import { digits } from '../metrics/metric-facts.js';
import type { RunChart } from './charts.js';
import type { Fact } from './numbers.js';
import type { SampleStory } from './pictures.js';
import type { RunRecord } from './read-run.js';

/** Figures in large print. */
export function factList(facts: readonly Fact[]): string {
  const items = facts.map(([name, text]) => `<div><dt>${escapeText(name)}</dt><dd>${escapeText(text)}</dd></div>`);
  return `<dl class="facts">${items.join('')}</dl>`;
}

/** A table that scrolls by itself where the page is narrow. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => tableRow('td', row)).join('\n');
  return `<div class="scroll" tabindex="0"><table><thead>${tableRow('th', head)}</thead><tbody>${body}</tbody></table></div>`;
}

/** Cards with charts; where both scales make sense, a switch between them. */
export async function chartCards(charts: readonly RunChart[]): Promise<string> {
  const cards: string[] = [];
  for (const [i, chart] of charts.entries()) {
    cards.push(chartCard(chart, i));
    // Curves of long runs take a while to draw; a training in this thread gets its turn in between.
    await setImmediate();
  }
  return `<div class="charts">${cards.join('\n')}</div>`;
}

function chartCard({ options, scales }: RunChart, index: number): string {
  const { title, yLabel, series } = options;
  const unit = yLabel === '' ? '' : ` <span class="unit">${escapeText(yLabel)}</span>`;
  const head = `<h3>${escapeText(title)}${unit}</h3>`;
  const names = series.length > 1 ? legend(series) : '';
  const linear = lineChart({ ...options, yLabel: '' });
  const positive = series.flatMap(({ points }) => points.map(([, y]) => y)).filter((y) => y > 0 && Number.isFinite(y));
  if (scales === 'linear' || positive.length === 0) return `<section class="card">${head}${names}${linear}</section>`;
  const logarithmic = lineChart({ ...options, yLabel: '', logarithmic: true });
  const range =
    positive.reduce((high, y) => Math.max(high, y), 0) /
    positive.reduce((low, y) => Math.min(low, y), Number.POSITIVE_INFINITY);
  const id = `scale-${index}`;
  return `<section class="card">${head}
<input type="checkbox" class="scale" id="${id}"${range > 20 ? ' checked' : ''}><label for="${id}">log</label>
${names}<div class="linear">${linear}</div><div class="logarithmic">${logarithmic}</div></section>`;
}

/** The fixed samples of each run, with a slider over the validations. Nothing if no run has pictures. */
export function pictureSection(runs: readonly { run: RunRecord; stories: readonly SampleStory[] }[]): string {
  const steps = [
    ...new Set(runs.flatMap(({ stories }) => stories.flatMap((story) => story.pictures.map(({ step }) => step)))),
  ];
  if (steps.length === 0) return '';
  steps.sort((a, b) => a - b);
  const names = [...new Set(runs.flatMap(({ stories }) => stories.map(({ name }) => name)))];
  const strips = names.flatMap((name) =>
    runs.flatMap(({ run, stories }) => {
      const story = stories.find((one) => one.name === name);
      return story === undefined ? [] : [strip(runs.length > 1 ? `${run.name}, ${name}` : name, story)];
    }),
  );
  const captions = [...new Set(runs.map(({ run }) => caption(run)))];
  const last = steps.length - 1;
  const slider = `<input type="range" min="0" max="${last}" value="${last}" aria-label="validation"${last === 0 ? ' disabled' : ''}>`;
  return `<section><h2>Fixed samples</h2>
<p class="small">${captions.map(escapeText).join('<br>')}</p>
<div class="stepper" data-steps="[${steps.join(',')}]">${slider}<output>step ${steps[last]}</output></div>
<div class="stories">${strips.join('\n')}</div></section>`;
}

function strip(label: string, { pictures }: SampleStory): string {
  const images = pictures.map(({ step, address }, i) => {
    const hidden = i === pictures.length - 1 ? '' : ' hidden';
    return `<img src="${address}" data-step="${step}" alt="${escapeText(`${label} at step ${step}`)}"${hidden}>`;
  });
  return `<figure><div class="strip">${images.join('')}</div><figcaption>${escapeText(label)}</figcaption></figure>`;
}

/** What stands side by side in a picture. */
function caption({ recipe }: RunRecord): string {
  const network = recipe.network as { readonly kind?: unknown } | undefined;
  return /^(stcn|rvos)/.test(String(network?.kind))
    ? 'From left to right: first frame with its mask; last frame; last frame with the true outline (white) and the found one (orange).'
    : 'From left to right: first frame, made frame, true frame, four times the error; where masks are known, the made frame with the true outline.';
}

/** Steps that were left out, with their reasons. Nothing if there were none. */
export function skippedSection(runs: readonly RunRecord[]): string {
  const rows = runs.flatMap(({ name, skipped }) =>
    skipped.map(({ step, reason }) => [...(runs.length > 1 ? [name] : []), String(step), reason]),
  );
  if (rows.length === 0) return '';
  const shown = rows.slice(0, 50);
  const rest = rows.length > shown.length ? `<p class="small">and ${rows.length - shown.length} more</p>` : '';
  return `<section><h2>Steps left out</h2>${table([...(runs.length > 1 ? ['run'] : []), 'step', 'reason'], shown)}${rest}</section>`;
}

/** Each start of each run: where it ran, how long, how it ended. */
export function sessionSection(runs: readonly RunRecord[]): string {
  const rows = runs.flatMap((run) =>
    run.sessions.map(({ started, pace, ended }, i) => {
      const { engine } = started;
      const last = pace.at(-1);
      return [
        ...(runs.length > 1 ? [run.name] : []),
        started.time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
        `${started.step} to ${last?.step ?? started.step}`,
        last === undefined ? '-' : formatSeconds(last.seconds),
        last === undefined ? '-' : digits(last.secondsPerStep),
        ended?.status ?? (i === run.sessions.length - 1 ? 'running or killed' : 'killed'),
        `${engine.engine}, ${engine.library} ${engine.version}, ${engine.device}${engine.threads === undefined ? '' : `, ${engine.threads} threads`}`,
        `${started.processor}, ${started.cores} cores, ${(started.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${started.platform}`,
        `Node ${started.node}, VOSVFI ${started.version}`,
      ];
    }),
  );
  if (rows.length === 0) return '';
  const head = ['started', 'steps', 'time', 's/step', 'end', 'engine', 'machine', 'versions'];
  return `<section class="sessions"><h2>Where and how long</h2>${table([...(runs.length > 1 ? ['run'] : []), ...head], rows)}</section>`;
}

/** The recipe of one run, or of several what differs and each as a whole. */
export function recipeSection(runs: readonly RunRecord[]): string {
  const whole = runs.map(
    ({ name, recipe }) =>
      `<details${runs.length === 1 ? ' open' : ''}><summary>${escapeText(name)}: recipe</summary><pre>${escapeText(stringify(recipe))}</pre></details>`,
  );
  return `<section><h2>${runs.length === 1 ? 'Recipe' : 'Recipes'}</h2>${differences(runs)}${whole.join('\n')}</section>`;
}

function differences(runs: readonly RunRecord[]): string {
  if (runs.length < 2) return '';
  const flat = runs.map(({ recipe }) => new Map(flatten(recipe)));
  const keys = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const rows = keys
    .map((key) => [key, ...flat.map((one) => one.get(key) ?? '-')])
    .filter(([, ...values]) => new Set(values).size > 1);
  if (rows.length === 0) return '<p>All runs have the same recipe.</p>';
  return table(['differs', ...runs.map(({ name }) => name)], rows);
}

function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, JSON.stringify(value) ?? '-']];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`));
}
