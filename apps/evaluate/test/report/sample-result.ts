import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, type Frame, type Mask } from '@vosvfi/core';
import { writeFrame, writeMask } from '@vosvfi/data';
import type { EvaluationResult } from '@vosvfi/eval';

/** Size of a {@link writeSampleResult}. */
export interface SampleOptions {
  readonly width: number;
  readonly height: number;
  readonly sequences: readonly string[];
  readonly framesPerSequence: number;
  readonly picturesPerSequence: number;
}

const models = [
  { id: 'ifrnet', title: 'IFRNet', kind: 'network', offset: 0.6, milliseconds: 41.3 },
  { id: 'minterpolate', title: 'ffmpeg minterpolate', kind: 'baseline', offset: 2.2, milliseconds: 118.4 },
  { id: 'blend', title: 'Blend', kind: 'baseline', offset: 4, milliseconds: null },
] as const;

/** A disc before stripes; `shift` moves the disc. */
function picture(width: number, height: number, shift: number, seed: number): { frame: Frame; mask: Mask } {
  const data = new Uint8Array(width * height * 3);
  const labels = new Uint8Array(width * height);
  const [cx, cy, radius] = [width * 0.3 + shift, height * (0.4 + 0.05 * (seed % 3)), height / 5];
  for (let i = 0; i < labels.length; i += 1) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isObject = (x - cx) ** 2 + (y - cy) ** 2 < radius ** 2;
    labels[i] = isObject ? 1 : 0;
    const wave = Math.sin((x + y * 0.6 + seed * 9) / 6) * 40 + ((seed * 37) % 90);
    data.set(isObject ? [220, 120 + (x % 7) * 9, 40] : [90 + wave, 120 + wave / 2, 150 - wave], i * 3);
  }
  return { frame: { data, width, height }, mask: { data: labels, width, height } };
}

/**
 * Writes an evaluation that nobody ran: `results.json` with pictures beside it, of moving discs that models place more or
 * less right. One model predicts the first frame of the first sequence exactly.
 */
export async function writeSampleResult(folder: string, options: SampleOptions): Promise<EvaluationResult> {
  const { width, height, sequences, framesPerSequence, picturesPerSequence } = options;
  const random = createRandom(7);
  const items: EvaluationResult['items'] = [];
  const pictures: EvaluationResult['pictures'] = [];
  for (const [s, id] of sequences.entries()) {
    const frames: (typeof items)[number]['frames'] = [];
    for (let f = 0; f < framesPerSequence; f += 1) {
      const index = 2 * f + 1;
      const hardness = s * 1.4 + Math.sin(f / 2) + random.uniform(0, 0.6);
      const isExact = s === 0 && f === 0;
      const values = Object.fromEntries(
        models.map(({ id: model, offset }, m) => [
          model,
          {
            psnr: isExact && m === 0 ? Number.POSITIVE_INFINITY : 36 - offset - hardness * 1.7,
            'fg-psnr': s === 1 ? null : 29 - offset * 1.6 - hardness,
            ssim: 0.985 - offset * 0.006 - hardness * 0.01,
            'sequence-j-f': null,
          },
        ]),
      );
      frames.push({ index, name: String(index).padStart(5, '0'), t: 0.5, values });
      if (f >= picturesPerSequence) continue;
      const { frame, mask } = picture(width, height, f * 2, s);
      const base = `pictures/${id.replaceAll('/', '_')}-${index}`;
      await writeFrame(join(folder, `${base}.png`), frame);
      if (s !== 1) await writeMask(join(folder, `${base}-mask.png`), mask);
      const predictions: Record<string, string> = {};
      for (const [m, { id: model, offset }] of models.entries()) {
        const shift = isExact && m === 0 ? 0 : Math.round((offset + hardness) * (width / 100));
        predictions[model] = `${base}-${model}.png`;
        await writeFrame(join(folder, `${base}-${model}.png`), picture(width, height, f * 2 + shift, s).frame);
      }
      pictures.push({ item: id, index, truth: `${base}.png`, predictions, mask: s === 1 ? null : `${base}-mask.png` });
    }
    items.push({ id, values: meansOf(frames, s), frames });
  }
  const result: EvaluationResult = {
    format: 'vosvfi-evaluation',
    formatVersion: 1,
    protocol: {
      id: 'sample-x2',
      version: 1,
      title: 'Moving discs <x2> & more',
      description: 'Even frames are given, odd frames are predicted. A sample for the look of the report.',
      deviations: ['Only 4 of 10 sequences.'],
      published: [
        {
          source: 'A paper, Table 1',
          rows: [
            { method: 'Their method', values: { psnr: 31.2, ssim: 0.95, lpips: 0.04 } },
            { method: 'Baseline <b>', values: { psnr: 30.1, ssim: 0.94 } },
          ],
          differences: ['Frames are reduced to 448x256.', 'SSIM is that of MATLAB, on luma.'],
        },
        { source: 'Another, Table 2', rows: [{ method: 'X', values: { psnr: 29 } }], differences: [] },
        { source: 'A third', rows: [{ method: 'Y', item: sequences[0]!, values: { psnr: 31.25 } }], differences: [] },
      ],
    },
    metrics: [
      { name: 'psnr', title: 'PSNR', unit: 'dB', isHigherBetter: true, average: 'per-frame', digits: 2 },
      { name: 'fg-psnr', title: 'Foreground PSNR', unit: 'dB', isHigherBetter: true, average: 'per-frame', digits: 2 },
      { name: 'ssim', title: 'SSIM', unit: '', isHigherBetter: true, average: 'per-frame', digits: 4 },
      { name: 'sequence-j-f', title: 'J&F', unit: '%', isHigherBetter: true, average: 'per-sequence', digits: 1 },
    ],
    contestants: models.map(({ id, title, kind, milliseconds }) => ({
      id,
      title,
      kind,
      facts: { weightsSha256: kind === 'network' ? '0f'.repeat(32) : null, version: '1.0' },
      millisecondsPerFrame: milliseconds,
    })),
    summary: meansOf(items, 0),
    infinite: { ifrnet: { psnr: 1 } },
    comparisons: ['psnr', 'ssim'].flatMap((metric) =>
      [
        ['ifrnet', 'minterpolate', 1.6, 0.9, 2.4],
        ['ifrnet', 'blend', 3.4, 2.7, 4.2],
        ['minterpolate', 'blend', 1.8, -0.1, 3.6],
      ].map(([first, second, difference, low, high]) => {
        const factor = metric === 'psnr' ? 1 : 0.006;
        return {
          metric,
          first: String(first),
          second: String(second),
          difference: Number(difference) * factor,
          interval: [Number(low) * factor, Number(high) * factor] as [number, number],
          confidence: 0.95,
          resamples: 10_000,
        };
      }),
    ),
    items,
    pictures,
    environment: {
      command: 'vosvfi evaluate sample-x2 --model a b',
      node: 'v20.20.0',
      processor: 'A processor',
      cores: 2,
      commit: null,
    },
  };
  await writeFile(join(folder, 'results.json'), JSON.stringify(result, infinityAsText, 1));
  return result;
}

function infinityAsText(_: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : value;
}

/** Means of finite values. */
function meansOf(
  parts: readonly { readonly values: EvaluationResult['summary'] }[],
  index: number,
): EvaluationResult['summary'] {
  return Object.fromEntries(
    models.map(({ id, offset }) => {
      const names = Object.keys(parts[0]?.values[id] ?? {});
      const means = names.map((name): [string, number | null] => {
        const values = parts.map((part) => part.values[id]?.[name] ?? null).filter((value) => value !== null);
        const finite = values.filter(Number.isFinite);
        return [name, finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length];
      });
      return [id, { ...Object.fromEntries(means), 'sequence-j-f': 82 - offset * 3 - index }];
    }),
  );
}
