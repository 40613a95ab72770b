import { boundsOf, extent, type Point, runningMean, thinOut } from './curve.js';
import { escapeText } from './html.js';
import { shapeOf } from './shapes.js';
import { linearTicks, logarithmicTicks, tickLabels } from './ticks.js';

/** A curve of a chart. */
export interface Series {
  readonly name: string;
  /** CSS color. */
  readonly color: string;
  /** [x, y], x ascending. */
  readonly points: readonly Point[];
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
  /** Values of x that are marked on the axis. */
  readonly marks?: readonly number[];
  /** Give each point the shape of its series, as a `dotPlot` does; for curves of few points. Default false. */
  readonly hasShapes?: boolean;
}

const width = 480;
const height = 290;
/** Points a curve is drawn with; a chart is hardly wider than so many pixels. */
const mostPoints = 800;
const frame = { left: 60, right: 12, top: 12, bottom: 44 };

/**
 * A line chart as an SVG element that scales with its column. Points that are not finite are left out.
 * @throws RangeError if there is no point at all.
 */
export function lineChart(options: ChartOptions): string {
  const { title, xLabel, yLabel, series, logarithmic = false, marks = [], hasShapes = false } = options;
  const clean = series.map((one) => ({
    ...one,
    points: one.points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y) && (!logarithmic || y > 0)),
  }));
  const ends = clean.filter(({ points }) => points.length > 0).map(({ points }) => boundsOf(points));
  if (ends.length === 0) throw new RangeError(`Chart "${title}" has no points.`);
  const [x0, x1] = extent([...ends.flatMap(({ x }) => x), ...marks]);
  const [y0, y1] = padded(extent(ends.flatMap(({ y }) => y)), logarithmic);
  const scaleY = logarithmic ? Math.log : (y: number) => y;
  const px = (x: number): number => frame.left + ((x - x0) / (x1 - x0 || 1)) * (width - frame.left - frame.right);
  const py = (y: number): number =>
    height -
    frame.bottom -
    ((scaleY(y) - scaleY(y0)) / (scaleY(y1) - scaleY(y0))) * (height - frame.top - frame.bottom);
  const path = (line: Series['points']): string =>
    thinOut(line, mostPoints)
      .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`)
      .join('');

  const yTicks = logarithmic ? logarithmicTicks(y0, y1) : linearTicks(y0, y1, 5);
  const yLabels = tickLabels(yTicks);
  const grid = yTicks.map((y, i) => {
    const place = py(y).toFixed(1);
    return (
      `<line class="grid" x1="${frame.left}" x2="${width - frame.right}" y1="${place}" y2="${place}"/>` +
      `<text x="${frame.left - 8}" y="${(py(y) + 4).toFixed(1)}" text-anchor="end">${yLabels[i]}</text>`
    );
  });
  const xTicks = linearTicks(x0, x1, 5);
  const xLabels = tickLabels(xTicks);
  const ticks = xTicks.map(
    (x, i) =>
      `<text x="${px(x).toFixed(1)}" y="${height - frame.bottom + 18}" text-anchor="middle">${xLabels[i]}</text>`,
  );
  const curves = clean.map(({ points: line, color, smooth = 1 }) =>
    line.length === 1 && !hasShapes
      ? dot(px, py, line[0] as Point, color)
      : smooth > 1
        ? `<path d="${path(line)}" stroke="${color}" class="faint"/><path d="${path(runningMean(line, smooth))}" stroke="${color}"/>`
        : `<path d="${path(line)}" stroke="${color}"/>`,
  );
  const dots = hasShapes ? clean.map(({ points, color }, i) => shapes(points, i, color, px, py)) : [];
  const bottom = height - frame.bottom;
  const marked = marks.map((x) => `<path class="mark" d="M${px(x).toFixed(1)} ${bottom}v-9"/>`);
  const middle = frame.top + (height - frame.top - frame.bottom) / 2;
  return [
    `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">`,
    ...grid,
    ...ticks,
    ...marked,
    `<text x="${frame.left + (width - frame.left - frame.right) / 2}" y="${height - 6}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    `<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
    `<g class="curves">${curves.join('')}</g>`,
    ...dots,
    '</svg>',
  ].join('\n');
}

function dot(px: (x: number) => number, py: (y: number) => number, [x, y]: Point, color: string): string {
  return `<circle cx="${px(x).toFixed(1)}" cy="${py(y).toFixed(1)}" r="4" fill="${color}"/>`;
}

function shapes(
  points: Series['points'],
  series: number,
  color: string,
  px: (x: number) => number,
  py: (y: number) => number,
): string {
  const drawn = points.map(
    ([x, y]) =>
      `<path class="dot" transform="translate(${px(x).toFixed(1)} ${py(y).toFixed(1)}) scale(.75)" d="${shapeOf(series)}"/>`,
  );
  return `<g fill="${color}">${drawn.join('')}</g>`;
}

/** A little room above and below; never an empty range. */
function padded([low, high]: readonly [number, number], logarithmic: boolean): [number, number] {
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
