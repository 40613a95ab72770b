import { describe, expect, it } from 'vitest';
import { lineChart } from './chart.js';
import { type Point, runningMean, thinOut } from './curve.js';
import { renderPage } from './page.js';
import { darkPalette, lightPalette } from './palette.js';
import { drawOutline, encodePicture } from './pictures.js';
import { tableRow } from './table.js';
import { linearTicks, logarithmicTicks, tickLabels } from './ticks.js';

const axes = { title: 'Loss', xLabel: 'step', yLabel: 'loss' };

describe('charts', () => {
  it('draw every series, leave out what is not finite, and mark steps', () => {
    const points: Point[] = [
      [0, 1],
      [1, Number.NaN],
      [2, 4],
    ];
    const chart = lineChart({ ...axes, series: [{ name: 'a', color: 'red', points }], marks: [1] });
    // The curve rises from the left edge to the right one.
    const [, x0, y0, x1, y1] = /d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" stroke="red"/.exec(chart)?.map(Number) ?? [];
    expect(x0).toBe(60);
    expect(x1).toBe(468);
    expect(y1).toBeLessThan(y0 as number);
    expect(chart).toContain('class="mark" d="M264.0 ');
    expect(() => lineChart({ ...axes, series: [{ name: 'a', color: 'red', points: [] }] })).toThrow(RangeError);
  });

  it('gives points shapes of their own', () => {
    const two = [0, 1].map((i) => ({
      name: `${i}`,
      color: `c${i}`,
      points: [
        [0, i],
        [1, i],
      ] as Point[],
    }));
    const chart = lineChart({ ...axes, series: two, hasShapes: true });
    const drawn = [...chart.matchAll(/<g fill="(c\d)">(.*)<\/g>/g)];
    expect(drawn.map(([, color]) => color)).toEqual(['c0', 'c1']);
    const shapes = drawn.map(([, , paths = '']) => [...paths.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path));
    expect(shapes.map((one) => new Set(one).size)).toEqual([1, 1]);
    expect(shapes[0]).toHaveLength(2);
    expect(shapes[0]![0]).not.toBe(shapes[1]![0]);
    expect(lineChart({ ...axes, series: two })).not.toContain('class="dot"');
  });

  it('shows a single point and takes hundreds of thousands', () => {
    expect(lineChart({ ...axes, series: [{ name: 'a', color: 'red', points: [[5, 2]] }] })).toContain('<circle');
    const many = Array.from({ length: 300_000 }, (_, i): Point => [i, 1 / (i + 1)]);
    const chart = lineChart({ ...axes, logarithmic: true, series: [{ name: 'a', color: 'red', points: many }] });
    expect(chart.length).toBeLessThan(30_000);
  });

  it('thin a curve out without losing its ends, peaks and order', () => {
    const points = Array.from(
      { length: 10_000 },
      (_, i): Point => [i, i === 4321 ? 100 : i === 777 ? -5 : Math.sin(i)],
    );
    const thin = thinOut(points, 400);
    expect(thin.length).toBeLessThanOrEqual(400);
    expect(thin).toEqual(expect.arrayContaining([points[0], points[4321], points[777], points[9999]]));
    expect(thin.map(([x]) => x)).toEqual(thin.map(([x]) => x).sort((a, b) => a - b));
  });

  it('average over the points before', () => {
    const points = [3, 5, 10, 0].map((y, i): Point => [i, y]);
    expect(runningMean(points, 2).map(([, y]) => y)).toEqual([3, 4, 7.5, 5]);
  });

  it('put few round numbers beside the axes', () => {
    expect(linearTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(linearTicks(3, 3, 5)).toEqual([3]);
    expect(logarithmicTicks(0.009, 1.1)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].slice(0, 7));
    expect(logarithmicTicks(2.1, 4.4).length).toBeGreaterThan(2);
    expect(logarithmicTicks(1e-12, 1e3).length).toBeLessThanOrEqual(7);
    expect(tickLabels([0.5, 1e-4, 2.5e7, 0, 1234])).toEqual(['0.5', '1e-4', '2.5e7', '0', '1230']);
    expect(tickLabels([19.75, 19.8, 19.85])).toEqual(['19.75', '19.8', '19.85']);
  });
});

describe('colors', () => {
  /** Relative luminance by WCAG 2. */
  const luminance = (color: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  it.each([
    ['light', lightPalette],
    ['dark', darkPalette],
  ])('of the %s scheme can be read and told from what is behind them', (_, palette) => {
    for (const behind of [palette.card, palette.page, palette.chosen]) {
      for (const text of [palette.ink, palette.soft, palette.accent]) {
        expect(contrast(text, behind), `${text} on ${behind}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const curve of [...palette.series, palette.mark]) {
      for (const behind of [palette.card, palette.page]) {
        expect(contrast(curve, behind), `${curve} on ${behind}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

describe('pages', () => {
  it('escape what they are given and load nothing', () => {
    expect(tableRow('td', ['<b>', 'a & b'])).toBe('<tr><th scope="row">&lt;b&gt;</th><td>a &amp; b</td></tr>');
    const page = renderPage({ title: '<x>', body: '<p>text</p>', script: 'let a = 1' });
    expect(page).toContain('<title>&lt;x&gt;</title>');
    expect(page).toMatch(/default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]+='/);
    expect(renderPage({ title: '', body: '' })).not.toContain('script');
  });
});

describe('pictures', () => {
  it('outline the rim of a mask only', () => {
    const rgb = new Uint8Array(5 * 5 * 3);
    const mask = Array.from({ length: 25 }, (_, i) => (i % 5 > 0 && i % 5 < 4 && i > 4 && i < 20 ? 1 : 0));
    drawOutline(rgb, mask, 5, [9, 9, 9]);
    const drawn = Array.from({ length: 25 }, (_, i) => (rgb[i * 3] === 9 ? 1 : 0));
    expect(drawn).toEqual(mask.map((label, i) => (i === 12 ? 0 : label)));
  });

  it('become PNG files', async () => {
    const { bytes, width, height } = await encodePicture({ data: new Float32Array(18).fill(0.5), width: 3, height: 2 });
    expect([width, height]).toEqual([3, 2]);
    expect([...bytes.subarray(1, 4)].map((code) => String.fromCharCode(code)).join('')).toBe('PNG');
  });
});
