import { extent } from './curve.js';
import { escapeText } from './html.js';
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
const rowHeight = 26;
const bottom = 44;
const top = 6;
/** Labels are cut after so many characters; the whole one shows where a pointer rests. */
const longestLabel = 22;
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
  const labelWidth = 20 + characterWidth * Math.min(longestLabel, Math.max(...rows.map(({ label }) => label.length)));
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
    const y = top + (i + 0.5) * rowHeight;
    const short = label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label;
    const dots = marks.map((mark) => drawMark(mark, px, y, series[mark.series]));
    return (
      `<text x="${labelWidth - 10}" y="${y + 5}" text-anchor="end"><title>${escapeText(label)}</title>${escapeText(short)}</text>` +
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

/** Outlines around the origin: circle, square, triangle, diamond, cross. */
const shapes = [
  'M-5.2 0a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0z',
  'M-4.6 -4.6h9.2v9.2h-9.2z',
  'M0 -6l5.6 10h-11.2z',
  'M0 -6.4l6.4 6.4l-6.4 6.4l-6.4 -6.4z',
  'M-5.5 -3l2.5 -2.5l3 3l3 -3l2.5 2.5l-3 3l3 3l-2.5 2.5l-3 -3l-3 3l-2.5 -2.5l3 -3z',
] as const;

function dotShape(series: number): string {
  return shapes[series % shapes.length] as string;
}

/** The names of the series with their colors and the shapes they have in a {@link dotPlot}. */
export function dotLegend(series: DotPlotOptions['series']): string {
  const items = series.map(
    ({ name, color }, i) =>
      `<li><svg class="swatch" viewBox="-7 -7 14 14" aria-hidden="true"><path d="${dotShape(i)}" fill="${color}"/></svg>${escapeText(name)}</li>`,
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
  return `<g class="mark-group">${line}<path class="dot" transform="translate(${px(value)} ${y})" d="${dotShape(series)}" fill="${color}"/><title>${escapeText(hint)}</title></g>`;
}
