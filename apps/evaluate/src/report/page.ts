import type { EvaluationResult } from '@vosvfi/eval';
import {
  comparisonScript,
  comparisonStyle,
  dataTable,
  escapeText,
  renderPage,
  sortScript,
  webpQuality,
} from '@vosvfi/report';
import { casePictures } from './case-pictures.js';
import { caseArticle, errorNote, type ShownCase } from './case-section.js';
import { type PicturedFrame, tellingCases } from './cases.js';
import { commandOf, comparisonNote, environmentFacts, factsLine, measuredSentence, tableNotes } from './facts.js';
import { pageStyle, tabScript } from './page-style.js';
import { comparisonPlot, frameCurves, itemPlot, metricPanels } from './plots.js';
import { comparisonTable, itemTable, summaryTable, unmatchedPublished } from './tables.js';
import { metricLabel } from './values.js';

/** Cases of each kind. */
const casesOfAKind = 3;
/** Items in the table of the page; all are in results.csv. */
const mostItems = 400;

interface Part {
  readonly id: string;
  readonly title: string;
  readonly content: string;
}

/**
 * The report as one HTML file that needs nothing else.
 * @param folder that of the result file, where its pictures are.
 * @throws MediaError if a picture is missing or does not fit the others.
 */
export async function renderEvaluation(result: EvaluationResult, folder: string): Promise<string> {
  const { protocol, metrics } = result;
  const panels = (name: string, draw: (r: EvaluationResult, metric: (typeof metrics)[number]) => string): string =>
    metricPanels(
      name,
      metrics.map((metric) => [metric, draw(result, metric)] as const),
    );
  const parts: Part[] = [
    { id: 'results', title: 'Results', content: resultSection(result) },
    ...(result.comparisons.length === 0
      ? []
      : [
          {
            id: 'comparisons',
            title: 'Comparisons',
            content: comparisonSection(result, panels('pairs', comparisonPlot)),
          },
        ]),
    { id: 'items', title: 'Items', content: panels('by-item', itemPlot) },
    ...(result.items.some(({ frames }) => frames.length > 1)
      ? [{ id: 'frames', title: 'Frames', content: panels('by-frame', frameCurves) }]
      : []),
    ...(await caseParts(result, folder)),
    { id: 'numbers', title: 'All items', content: itemSection(result) },
    { id: 'models', title: 'Models', content: modelSection(result) },
    { id: 'again', title: 'How to do it again', content: againSection(result) },
  ];
  const body = `<header><h1>${escapeText(protocol.title)}</h1>
<p class="lead">${escapeText(protocol.description)}</p>
<p class="small">Protocol <code>${escapeText(protocol.id)}</code>, version ${protocol.version}. ${escapeText(measuredSentence(result))}</p>
${deviations(result)}
<nav aria-label="Parts of this page"><ul>${parts.map(({ id, title }) => `<li><a href="#${id}">${escapeText(title)}</a></li>`).join('')}</ul></nav>
</header>
${parts.map(({ id, title, content }) => `<section id="${id}"><h2>${escapeText(title)}</h2>\n${content}</section>`).join('\n')}`;
  const script = [sortScript, comparisonScript, tabScript].map((source) => `{${source}}`).join('\n');
  return renderPage({ title: protocol.title, body, script, style: comparisonStyle + pageStyle });
}

function sentences(list: readonly string[]): string {
  return list.length === 0 ? '' : `<ul class="small">${list.map((one) => `<li>${escapeText(one)}</li>`).join('')}</ul>`;
}

function deviations({ protocol }: EvaluationResult): string {
  if (protocol.deviations.length === 0) return '';
  const items = protocol.deviations.map((one) => `<li>${escapeText(one)}</li>`);
  return `<div class="warning"><strong>This is not the whole protocol:</strong><ul>${items.join('')}</ul></div>`;
}

function resultSection(result: EvaluationResult): string {
  const differences = result.protocol.published.map(
    ({ source, differences: list }) =>
      `<h4>${escapeText(source)}</h4>${list.length === 0 ? '<p class="small">No difference in protocol is known.</p>' : sentences(list)}`,
  );
  return `${dataTable({ caption: 'Means of all models', ...summaryTable(result) })}
${sentences([...tableNotes(result), ...unmatchedPublished(result)])}
${differences.length === 0 ? '' : `<h3>How published tables differ from this protocol</h3>${differences.join('\n')}`}`;
}

function comparisonSection(result: EvaluationResult, plots: string): string {
  return `<p class="small">${escapeText(comparisonNote(result))}</p>
${plots}
${dataTable({ caption: 'Differences between models', ...comparisonTable(result) })}`;
}

async function caseParts(result: EvaluationResult, folder: string): Promise<Part[]> {
  const cases = tellingCases(result, casesOfAKind);
  if (cases === undefined || cases.worst.length === 0) return [];
  const titles = new Map(result.contestants.map(({ id, title }) => [id, title]));
  const kinds: [id: string, title: string, frames: readonly PicturedFrame[]][] = [
    ['worst', 'Worst', cases.worst],
    ['disputed', 'In between, where models differ most', cases.disputed],
    ['best', 'Best', cases.best],
  ];
  const sections: string[] = [];
  for (const [id, title, frames] of kinds) {
    if (frames.length === 0) continue;
    const articles: string[] = [];
    for (const [i, frame] of frames.entries()) {
      const shown: ShownCase = { id: `${id}-${i}`, frame, pictures: await casePictures(frame, folder) };
      articles.push(caseArticle(shown, cases.metric, titles));
    }
    sections.push(`<h3>${title}</h3><div class="cases">${articles.join('\n')}</div>`);
  }
  const note = `Among the ${result.pictures.length} frames that were kept as pictures, by ${metricLabel(cases.metric)}, mean over the models. Larger pictures are embedded as WebP of quality ${webpQuality}; everything was measured on the originals. ${errorNote}`;
  const content = `<p class="small">${escapeText(note)}</p>${sections.join('\n')}`;
  return [{ id: 'cases', title: 'Worst and best cases', content }];
}

function itemSection(result: EvaluationResult): string {
  const items = result.items.slice(0, mostItems);
  const rest =
    items.length < result.items.length
      ? `<p class="small">The first ${mostItems} of ${result.items.length} items; all are in results.csv.</p>`
      : '';
  return `${rest}${dataTable({ caption: 'Means of every item', ...itemTable(result, items) })}`;
}

function modelSection({ contestants }: EvaluationResult): string {
  return list(contestants.map(({ id, title, kind, facts }) => [title, `${kind} ${id}. ${factsLine(facts)}`]));
}

function againSection(result: EvaluationResult): string {
  const command = commandOf(result);
  return `${command === undefined ? '' : `<pre>${escapeText(command)}</pre>`}${list(environmentFacts(result))}`;
}

function list(entries: readonly (readonly [string, string])[]): string {
  return `<dl class="list">${entries.map(([name, text]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(text)}</dd>`).join('\n')}</dl>`;
}
