import { join } from 'node:path';
import { type Frame, type Mask, MediaError } from '@vosvfi/core';
import { imageExtensions, readFrame, readMask } from '@vosvfi/data';
import type { LayoutProblem } from '../../evaluation/item.js';
import { averageSequences } from '../../metrics/average.js';
import { foregroundPsnr } from '../../metrics/foreground-psnr.js';
import { binaryCrossEntropy, thresholdedIou } from '../../metrics/mask-scores.js';
import { psnr } from '../../metrics/psnr.js';
import { ssim } from '../../metrics/ssim.js';
import { occlusionMask } from '../../video/occlusion.js';
import type { FlowFinder } from '../../video/temporal-consistency.js';
import { pairWarpingError } from '../../video/warping-error.js';
import type { ItemSource } from '../item-source.js';
import { readDavis } from '../layouts/davis.js';
import { isFile } from '../layouts/layout.js';
import type { ResultProtocolOf } from './result-protocol.js';
import { partOf } from './segmentation.js';
import { meanOfValues, type OpenedTask, type TaskMetric, type TaskScores, type TaskValues } from './task.js';

/** Measures that need something which this package does not have. */
export interface InpaintingMeasures {
  /** Distance of a true and a completed frame, such as LPIPS. */
  readonly lpips?: (truth: Frame, completed: Frame) => Promise<number>;
  /** For the warping error; flows are those of the true video. */
  readonly flow?: FlowFinder;
}

type Values = Record<string, (number | null)[]>;

const decibels = { unit: 'dB', isHigherBetter: true, average: 'per-sequence', digits: 2 } as const;
const plain = { unit: '', average: 'per-sequence', digits: 4 } as const;
const metrics: readonly TaskMetric[] = [
  { name: 'psnr', title: 'PSNR', ...decibels },
  { name: 'hole-psnr', title: 'PSNR of what was filled in', ...decibels },
  { name: 'ssim', title: 'SSIM', isHigherBetter: true, ...plain },
  { name: 'e-warp', title: 'Warping error', isHigherBetter: false, ...plain },
  { name: 'lpips', title: 'LPIPS', isHigherBetter: false, ...plain },
  { name: 'mask-bce', title: 'Cross entropy of masks', isHigherBetter: false, ...plain },
  { name: 'mask-iou', title: 'IoU of masks', isHigherBetter: true, ...plain },
];

/**
 * Opens a data set for completed videos: true frames in `JPEGImages/NAME`, masks of what was missing in a folder beside it.
 * Results are `NAME/00000.png` for every frame; predicted masks, if any, `masks/NAME/00000.png`, grey values being
 * probabilities.
 * @throws MediaError if the folder is missing.
 */
export async function openInpainting(
  protocol: ResultProtocolOf<'inpainting'>,
  folder: string,
  measures: InpaintingMeasures = {},
): Promise<OpenedTask> {
  const { sources, problems } = await readDavis({ kind: 'davis', ...partOf(protocol) }, folder, protocol.masks);
  const usable = sources.filter(({ hasAllMasks }) => hasAllMasks);
  const without = sources.filter(({ hasAllMasks }) => !hasAllMasks);
  const found: LayoutProblem[] = without.map(({ id }) => ({
    path: join(protocol.masks, id),
    problem: 'left out: not every frame has a mask.',
  }));
  return {
    items: usable.map(({ id }) => id),
    problems: [...problems, ...found],
    metrics,
    score: async (results) => {
      const videos: { id: string; values: Values }[] = [];
      for (const source of usable) videos.push({ id: source.id, values: await scoreVideo(source, results, measures) });
      return summarize(videos);
    },
  };
}

function summarize(videos: readonly { id: string; values: Values }[]): TaskScores {
  const averages = metrics.map(({ name }) => ({
    name,
    ...averageSequences(videos.map(({ values }) => values[name] ?? [])),
  }));
  return {
    summary: Object.fromEntries(averages.map(({ name, perSequence }) => [name, perSequence])),
    items: videos.map(({ id, values }) => ({
      id,
      values: Object.fromEntries(metrics.map(({ name }) => [name, meanOfValues(values[name] ?? [])])) as TaskValues,
    })),
    infinite: Object.fromEntries(
      averages.filter(({ infinite }) => infinite > 0).map(({ name, infinite }) => [name, infinite]),
    ),
  };
}

async function scoreVideo(source: ItemSource, folder: string, measures: InpaintingMeasures): Promise<Values> {
  const values: Values = {};
  const add = (name: string, value: number | null): void => {
    values[name] = [...(values[name] ?? []), value];
  };
  let previous: { truth: Frame; completed: Frame } | null = null;
  for (let i = 0; i < source.frameCount; i++) {
    const truth = await source.frame(i);
    const hole = (await source.mask(i))!;
    const completed = await readCompleted(join(folder, source.id), source.frameName(i), truth);
    add('psnr', psnr(truth, completed));
    add('hole-psnr', foregroundPsnr(truth, completed, hole));
    add('ssim', ssim(truth, completed));
    if (measures.lpips !== undefined) add('lpips', await measures.lpips(truth, completed));
    if (measures.flow !== undefined && previous !== null) {
      add('e-warp', await warpingErrorOf(previous, { truth, completed }, measures.flow));
    }
    await addMaskScores(join(folder, 'masks', source.id, `${source.frameName(i)}.png`), hole, add);
    previous = { truth, completed };
  }
  return values;
}

async function readCompleted(folder: string, name: string, truth: Frame): Promise<Frame> {
  for (const extension of imageExtensions) {
    const file = join(folder, `${name}${extension}`);
    if (!(await isFile(file))) continue;
    const frame = await readFrame(file);
    if (frame.width === truth.width && frame.height === truth.height) return frame;
    const expected = `expected ${truth.width}x${truth.height} as the true frame`;
    throw new MediaError(file, `${expected}, found ${frame.width}x${frame.height}.`);
  }
  throw new MediaError(join(folder, `${name}.png`), 'no such file; it is the completed frame.');
}

interface Pair {
  readonly truth: Frame;
  readonly completed: Frame;
}

async function warpingErrorOf(before: Pair, after: Pair, findFlow: FlowFinder): Promise<number> {
  const flow = await findFlow(before.truth, after.truth);
  const occlusion = occlusionMask(flow, await findFlow(after.truth, before.truth));
  return pairWarpingError({ frame: before.completed, next: after.completed, flow, occlusion });
}

async function addMaskScores(
  file: string,
  hole: Mask,
  add: (name: string, value: number | null) => void,
): Promise<void> {
  if (!(await isFile(file))) return;
  const mask = await readMask(file, { grey: 'labels' });
  if (mask.width !== hole.width || mask.height !== hole.height) {
    throw new MediaError(file, `expected ${hole.width}x${hole.height}, found ${mask.width}x${mask.height}.`);
  }
  const probabilities = Float32Array.from(mask.data, (value) => value / 255);
  add('mask-bce', binaryCrossEntropy(probabilities, hole.data));
  add('mask-iou', thresholdedIou(probabilities, hole.data));
}
