import { escapeText } from './html.js';

/** A curve of a chart. */
export interface Series {
  readonly name: string;
  /** CSS color. */
  readonly color: string;
  /** [x, y], x ascending. */
  readonly points: readonly (readonly [number, number])[];
  /** Draw a running mean over so many points, with the points themselves faint behind it. Default 1: no mean. */
  readonly smooth?: number;
}

/** What a chart shows. */
export interface ChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Logarithmic y axis (all values above 0). */
  readonly logarithmic?: boolean;
}

const width = 480;
const height = 290;
const frame = { left: 60, right: 12, top: 12, bottom: 44 };

/** 1, 2 or 5 times a power of ten: about `count` steps over `span`. */
function niceStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = raw / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

function linearTicks(low: number, high: number, count: number): number[] {
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    for (const factor of [1, 2, 5]) {
      const tick = factor * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

function runningMean(points: Series['points'], window: number): [number, number][] {
  return points.map(([x], i) => {
    const near = points.slice(Math.max(0, i - window + 1), i + 1);
    return [x, near.reduce((sum, [, y]) => sum + y, 0) / near.length];
  });
}

function label(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/**
 * A line chart as an SVG element that scales with its column. Points that are not finite are left out.
 * @throws RangeError if there is no point at all.
 */
export function lineChart({ title, xLabel, yLabel, series, logarithmic = false }: ChartOptions): string {
  const clean = series.map((one) => ({
    ...one,
    points: one.points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y) && (!logarithmic || y > 0)),
  }));
  const points = clean.flatMap((one) => one.points);
  if (points.length === 0) throw new RangeError(`Chart "${title}" has no points.`);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const [y0, y1] = padded(Math.min(...ys), Math.max(...ys), logarithmic);
  const scaleY = logarithmic ? Math.log : (y: number) => y;
  const px = (x: number): number => frame.left + ((x - x0) / (x1 - x0 || 1)) * (width - frame.left - frame.right);
  const py = (y: number): number =>
    height -
    frame.bottom -
    ((scaleY(y) - scaleY(y0)) / (scaleY(y1) - scaleY(y0))) * (height - frame.top - frame.bottom);
  const path = (line: Series['points']): string =>
    line.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join('');

  const grid = (logarithmic ? logTicks(y0, y1) : linearTicks(y0, y1, 5)).map(
    (y) =>
      `<line class="grid" x1="${frame.left}" x2="${width - frame.right}" y1="${py(y).toFixed(1)}" y2="${py(y).toFixed(1)}"/>` +
      `<text x="${frame.left - 8}" y="${(py(y) + 4).toFixed(1)}" text-anchor="end">${label(y)}</text>`,
  );
  const ticks = linearTicks(x0, x1, 5).map(
    (x) => `<text x="${px(x).toFixed(1)}" y="${height - frame.bottom + 18}" text-anchor="middle">${label(x)}</text>`,
  );
  const curves = clean.map(({ points: line, color, smooth = 1 }) =>
    smooth > 1
      ? `<path d="${path(line)}" stroke="${color}" class="faint"/><path d="${path(runningMean(line, smooth))}" stroke="${color}"/>`
      : `<path d="${path(line)}" stroke="${color}"/>`,
  );
  const middle = frame.top + (height - frame.top - frame.bottom) / 2;
  return [
    `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">`,
    ...grid,
    ...ticks,
    `<text x="${frame.left + (width - frame.left - frame.right) / 2}" y="${height - 6}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    `<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
    `<g class="curves">${curves.join('')}</g>`,
    '</svg>',
  ].join('\n');
}

/** A little room above and below; never an empty range. */
function padded(low: number, high: number, logarithmic: boolean): [number, number] {
  if (logarithmic) return [low / 1.1, high * 1.1];
  const room = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  return [low - room, high + room];
}

/** The names of the series with their colors. */
export function legend(series: readonly Series[]): string {
  const items = series.map(
    ({ name, color }) => `<li><span class="swatch" style="background:${color}"></span>${escapeText(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}
