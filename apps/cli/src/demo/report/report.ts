import { type ChartOptions, escapeText, legend, lineChart, renderPage, tableRow } from '@vosvfi/report';
import { cells, columns, type DemoTable } from '../table.js';

/** A picture and what to say about it. */
export interface Figure {
  /** `data:` address. */
  readonly address: string;
  readonly caption: string;
}

/** Everything the report shows. */
export interface ReportContent {
  readonly table: DemoTable;
  /** Sentences under the table: what the numbers rest on. */
  readonly notes: readonly string[];
  readonly charts: readonly ChartOptions[];
  /** Held-out scenes: one row of figures each. */
  readonly scenes: readonly { readonly title: string; readonly figures: readonly Figure[] }[];
  readonly clip: { readonly title: string; readonly credit: string; readonly figures: readonly Figure[] };
  readonly times: readonly (readonly [string, string])[];
}

function figures(list: readonly Figure[], kind: string): string {
  const items = list.map(
    ({ address, caption }) =>
      `<figure><img src="${address}" alt="${escapeText(caption)}"><figcaption>${escapeText(caption)}</figcaption></figure>`,
  );
  return `<div class="figures ${kind}">${items.join('\n')}</div>`;
}

function chart(options: ChartOptions): string {
  return `<section class="card"><h3>${escapeText(options.title)}</h3>${legend(options.series)}${lineChart(options)}</section>`;
}

/** The demo's report: one HTML file that needs nothing else, for screens, phones and paper. */
export function renderReport(content: ReportContent): string {
  const { table, notes, charts, scenes, clip, times } = content;
  const body = `<header>
<h1>Frame interpolation, trained with and without object masks</h1>
<p class="lead">Two copies of one small network learnt, on this machine and within minutes, to draw the frame in the middle of two others.
Both saw the same scenes in the same order for ${table.steps} steps; one was also told, by a frozen segmentation network, how well objects can be followed through its frames.</p>
</header>
<section>
<h2>Held-out scenes</h2>
<div class="scroll" tabindex="0"><table><thead>${tableRow('th', columns)}</thead><tbody>
${table.rows.map((one) => tableRow('td', cells(one))).join('\n')}
</tbody></table></div>
<p class="small">PSNR in dB; J, F and their mean in percent, for the mask that ${escapeText(table.segmenter)} carries from the first frame to the new one. Higher is better.</p>
${notes.map((note) => `<p>${escapeText(note)}</p>`).join('\n')}
</section>
<section>
<h2>Training</h2>
<div class="charts">${charts.map(chart).join('\n')}</div>
</section>
<section>
<h2>What the frames look like</h2>
<p class="small">Outlines: <span class="true-mask">true mask</span>, <span class="found-mask">mask found in the new frame</span>.</p>
${scenes.map((scene) => `<h3>${escapeText(scene.title)}</h3>${figures(scene.figures, 'scene')}`).join('\n')}
</section>
<section>
<h2>${escapeText(clip.title)}</h2>
${figures(clip.figures, 'clip')}
<p class="small">${escapeText(clip.credit)}</p>
</section>
<section>
<h2>Where the time went</h2>
<table class="times"><tbody>${times.map((one) => tableRow('td', one)).join('\n')}</tbody></table>
</section>`;
  return renderPage({ title: 'VOSVFI demo', body });
}
