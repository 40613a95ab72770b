import { extent } from './curve.js';
import { escapeText } from './html.js';
import { shapeOf } from './shapes.js';
import { linearTicks, tickLabels } from './ticks.js';

/** A value in a row of a {@link dotPlot}. */
export interface DotMark {
  /** Index of its series. */
  readonly series: number;
  readonly value: number;
  /** Ends of an interval around it, drawn as a line. */
  readonly interval?: readonly [number, number];
}

/** What a {@link dotPlot} shows. */
export interface DotPlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly { readonly name: string; readonly color: string }[];
  readonly rows: readonly { readonly label: string; readonly marks: readonly DotMark[] }[];
  /** A value of x that is marked by a line across all rows, and is in view. */
  readonly reference?: number;
}

const width = 400;
const bottom = 44;
const top = 6;
/** Labels of more characters stand above their rows. */
const longestBeside = 22;
/** Labels are cut after so many characters; the whole one shows where a pointer rests. */
const longestAbove = 50;
/** Width of a character of a label, about. */
const characterWidth = 7.6;

/**
 * Rows of dots over a common axis, as an SVG element that scales with its column: each series has a color and a shape of
 * its own. Values that are not finite are left out.
 * @throws RangeError if there is no value at all.
 */
export function dotPlot({ title, xLabel, series, rows, reference }: DotPlotOptions): string {
  const clean = rows.map(({ label, marks }) => ({ label, marks: marks.filter(({ value }) => Number.isFinite(value)) }));
  const values = clean.flatMap(({ marks }) => marks.flatMap(({ value, interval = [] }) => [value, ...interval]));
  if (values.length === 0) throw new RangeError(`Plot "${title}" has no values.`);
  const [low, high] = extent(reference === undefined ? values : [...values, reference]);
  const room = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  const [x0, x1] = [low - room, high + room];
  const longest = rows.reduce((most, { label }) => Math.max(most, label.length), 0);
  const isAbove = longest > longestBeside;
  const labelWidth = isAbove ? 14 : 20 + characterWidth * longest;
  const rowHeight = isAbove ? 42 : 26;
  const px = (x: number): string => (labelWidth + ((x - x0) / (x1 - x0)) * (width - labelWidth - 14)).toFixed(1);
  const height = top + rows.length * rowHeight + bottom;
  const floor = height - bottom;

  const ticks = linearTicks(x0, x1, 4);
  const labels = tickLabels(ticks);
  const grid = ticks.map(
    (x, i) =>
      `<line class="grid" x1="${px(x)}" x2="${px(x)}" y1="${top}" y2="${floor}"/>` +
      `<text x="${px(x)}" y="${floor + 18}" text-anchor="middle">${labels[i]}</text>`,
  );
  const zero =
    reference === undefined
      ? ''
      : `<line class="reference" x1="${px(reference)}" x2="${px(reference)}" y1="${top}" y2="${floor}"/>`;
  const drawn = clean.map(({ label, marks }, i) => {
    const y = top + (i + 1) * rowHeight - 13;
    const short = label.length > longestAbove ? `${label.slice(0, longestAbove - 1)}…` : label;
    const [labelX, labelY, anchor] = isAbove ? [labelWidth, y - 13, 'start'] : [labelWidth - 10, y + 5, 'end'];
    const dots = marks.map((mark) => drawMark(mark, px, y, series[mark.series]));
    return (
      `<text x="${labelX}" y="${labelY}" text-anchor="${anchor}"${isAbove ? ' class="above"' : ''}><title>${escapeText(label)}</title>${escapeText(short)}</text>` +
      `<line class="row" x1="${labelWidth}" x2="${width - 14}" y1="${y}" y2="${y}"/>${dots.join('')}`
    );
  });
  return [
    `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">`,
    ...grid,
    zero,
    ...drawn,
    `<text x="${(labelWidth + width - 14) / 2}" y="${height - 6}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    '</svg>',
  ].join('\n');
}

/** The names of the series with their colors and the shapes they have in a {@link dotPlot}. */
export function dotLegend(series: DotPlotOptions['series']): string {
  const items = series.map(
    ({ name, color }, i) =>
      `<li><svg class="swatch" viewBox="-7 -7 14 14" aria-hidden="true"><path d="${shapeOf(i)}" fill="${color}"/></svg>${escapeText(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function drawMark(
  { series, value, interval }: DotMark,
  px: (x: number) => string,
  y: number,
  style: { readonly name: string; readonly color: string } | undefined,
): string {
  const { name, color } = style ?? { name: '', color: 'currentColor' };
  const line =
    interval === undefined
      ? ''
      : `<path class="interval" d="M${px(interval[0])} ${y}H${px(interval[1])}M${px(interval[0])} ${y - 5}v10M${px(interval[1])} ${y - 5}v10" stroke="${color}"/>`;
  const hint = `${name}: ${value.toPrecision(5)}${interval === undefined ? '' : ` (${interval[0].toPrecision(4)} to ${interval[1].toPrecision(4)})`}`;
  return `<g class="mark-group">${line}<path class="dot" transform="translate(${px(value)} ${y})" d="${shapeOf(series)}" fill="${color}"/><title>${escapeText(hint)}</title></g>`;
}
