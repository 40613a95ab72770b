import type { Frame, Mask } from '@vosvfi/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { comparison } from './compare.js';
import { dataTable } from './data-table.js';
import { cropFrame, errorMap, foregroundBox } from './difference.js';
import { dotLegend, dotPlot } from './dot-plot.js';
import { renderPage } from './page.js';
import { frameAddress } from './pictures.js';

const frameOf = (width: number, height: number, value: (i: number) => number): Frame => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => value(i)),
  width,
  height,
});

describe('tables', () => {
  const html = dataTable({
    caption: 'All "models"',
    columns: [
      { title: 'Model', isText: true },
      { title: 'PSNR', note: 'dB ↑' },
      { title: 'LPIPS', sortFrom: 'lowest' },
    ],
    groups: [
      { title: 'Ours <x>', rows: [['a&b', { text: '30.10', sort: 30.1, isBest: true }, { text: '-', sort: null }]] },
      { rows: [['c', '29', '∞']] },
    ],
  });

  it('escape, mark the best, and say how to sort', () => {
    expect(html).toContain('aria-label="All &quot;models&quot;"');
    expect(html).toContain(
      '<th scope="row" class="text whole">a&amp;b</th><td data-sort="30.1"><strong>30.10</strong></td><td data-sort="">-</td>',
    );
    expect(html).toContain('<th scope="rowgroup" colspan="3"><span>Ours &lt;x&gt;</span></th>');
    expect(html.match(/data-sort-from="(\w+)"/g)).toEqual([
      'data-sort-from="lowest"',
      'data-sort-from="highest"',
      'data-sort-from="lowest"',
    ]);
    expect(html.match(/<tbody>/g)).toHaveLength(2);
  });
});

describe('dot plots', () => {
  const series = [
    { name: 'A', color: 'red' },
    { name: 'B', color: 'blue' },
  ];

  it('put values on a common axis, with intervals and a reference', () => {
    const svg = dotPlot({
      title: 'Differences',
      xLabel: 'dB',
      series,
      rows: [
        { label: 'one', marks: [{ series: 0, value: 1, interval: [0.5, 1.5] }] },
        {
          label: `a name that is much too long for a plot, ${'or nearly '.repeat(3)}`,
          marks: [{ series: 1, value: 3 }],
        },
        { label: 'none', marks: [{ series: 0, value: Number.NaN }] },
      ],
      reference: 0,
    });
    const places = [...svg.matchAll(/class="dot" transform="translate\(([\d.]+) ([\d.]+)\)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(places).toHaveLength(2);
    expect(places[1]![0]).toBeGreaterThan(places[0]![0]!);
    expect(places[1]![1]).toBeGreaterThan(places[0]![1]!);
    const [, from, to] = /class="interval" d="M([\d.]+) [\d.]+H([\d.]+)/.exec(svg)!.map(Number);
    expect(from).toBeLessThan(places[0]![0]!);
    expect(to).toBeGreaterThan(places[0]![0]!);
    // The reference is in view, left of everything.
    expect(Number(/class="reference" x1="([\d.]+)"/.exec(svg)![1])).toBeLessThan(from as number);
    expect(svg).toMatch(/<title>a name that .* nearly <\/title>a name that is much too long for a plot, or nearl…/);
    // Long labels stand above their rows, so that the plot keeps its width.
    expect(svg.match(/text-anchor="start"/g)).toHaveLength(3);
    expect(from).toBeLessThan(100);
    expect(() => dotPlot({ title: 'x', xLabel: '', series, rows: [{ label: 'a', marks: [] }] })).toThrow('"x"');
  });

  it('give series shapes of their own', () => {
    const [first, second] = [...dotLegend(series).matchAll(/<path d="([^"]+)" fill="(\w+)"/g)];
    expect(first![1]).not.toBe(second![1]);
    expect([first![2], second![2]]).toEqual(['red', 'blue']);
  });
});

describe('differences', () => {
  it('become colors from black on, up to the full scale', () => {
    const truth = frameOf(3, 1, () => 100);
    const made = frameOf(3, 1, (i) => [100, 100, 100, 116, 116, 116, 250, 250, 250][i] as number);
    const { data } = errorMap(truth, made, 64);
    const light = [0, 1, 2].map((pixel) => [0, 1, 2].reduce((sum, c) => sum + (data[pixel * 3 + c] as number), 0));
    expect([...data.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(light[1]).toBeGreaterThan(100);
    expect([...data.subarray(6, 9)]).toEqual([252, 238, 160]);
    expect(() =>
      errorMap(
        truth,
        frameOf(1, 3, () => 0),
        64,
      ),
    ).toThrow('expected 3x1, found 1x3');
  });

  it('are looked at around the foreground', () => {
    const mask: Mask = { data: new Uint8Array(48), width: 8, height: 6 };
    expect(foregroundBox(mask, 1)).toBeNull();
    mask.data[2 * 8 + 3] = 2;
    mask.data[3 * 8 + 6] = 1;
    mask.data[0] = 255;
    expect(foregroundBox(mask, 0)).toEqual({ x: 3, y: 2, width: 4, height: 2 });
    const box = foregroundBox(mask, 3)!;
    expect(box).toEqual({ x: 0, y: 0, width: 8, height: 6 });
    const part = cropFrame(
      frameOf(8, 6, (i) => i),
      { x: 1, y: 2, width: 2, height: 2 },
    );
    expect([...part.data]).toEqual([51, 52, 53, 54, 55, 56, 75, 76, 77, 78, 79, 80]);
    expect(() => cropFrame(part, { x: 1, y: 0, width: 2, height: 1 })).toThrow('2x1 at 1, 0');
  });
});

describe('embedded frames', () => {
  it('are exact where small, WebP where large', async () => {
    const small = frameOf(6, 4, (i) => (i * 37) % 256);
    const png = await frameAddress(small);
    expect(png).toMatch(/^data:image\/png;base64,/);
    const decoded = await sharp(Buffer.from(png.split(',')[1]!, 'base64'))
      .removeAlpha()
      .raw()
      .toBuffer();
    expect(new Uint8Array(decoded)).toEqual(small.data);
    const noise = frameOf(60, 40, (i) => (i * i * 31) % 251);
    const webp = await frameAddress(noise, { losslessBytes: 500, maxWidth: 30 });
    expect(webp).toMatch(/^data:image\/webp;base64,/);
    expect((await sharp(Buffer.from(webp.split(',')[1]!, 'base64')).metadata()).width).toBe(30);
  });

  it('stand beside each other once each', () => {
    const html = comparison({
      id: 'c1',
      title: 'a < b',
      truth: { name: 'truth', address: 'data:,1' },
      others: [{ name: 'x', address: 'data:,2', caption: '30 dB' }],
      width: 4,
      height: 3,
    });
    expect(html.match(/data:,\d/g)).toEqual(['data:,1', 'data:,2']);
    expect(html).toContain('alt="a &lt; b: x"');
  });
});

it('a page plays media only from where it may', () => {
  expect(renderPage({ title: '', body: '' })).not.toContain('media-src');
  expect(renderPage({ title: '', body: '', media: ['blob:'] })).toContain(
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; media-src blob:",
  );
});
