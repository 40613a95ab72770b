import { join } from 'node:path';
import { type Mask, MediaError } from '@vosvfi/core';
import { readMask } from '@vosvfi/data';
import { largestLabel } from '../../davis/labels.js';
import { type DavisSequenceResult, evaluateDavisSequence, summarizeDavis } from '../../davis/sequence.js';
import type { LayoutProblem } from '../../evaluation/item.js';
import type { ItemSource } from '../item-source.js';
import { readDavis } from '../layouts/davis.js';
import { isFile } from '../layouts/layout.js';
import type { ResultProtocolOf } from './result-protocol.js';
import { type OpenedTask, percentMetric, type TaskMetric, type TaskValues } from './task.js';

const metrics: readonly TaskMetric[] = [
  percentMetric('j-and-f', 'J&F'),
  percentMetric('j-mean', 'J mean'),
  percentMetric('j-recall', 'J recall'),
  { ...percentMetric('j-decay', 'J decay'), isHigherBetter: false },
  percentMetric('f-mean', 'F mean'),
  percentMetric('f-recall', 'F recall'),
  { ...percentMetric('f-decay', 'F decay'), isHigherBetter: false },
].map((metric) => ({ ...metric, average: 'per-object' as const }));

/**
 * Opens DAVIS for masks that another program wrote: `NAME/00000.png` for every frame of every sequence.
 * @throws MediaError if the folder is missing.
 */
export async function openSegmentation(
  protocol: ResultProtocolOf<'segmentation'>,
  folder: string,
): Promise<OpenedTask> {
  const { sources, problems } = await readDavis({ kind: 'davis', ...partOf(protocol) }, folder);
  const usable: ItemSource[] = [];
  const found: LayoutProblem[] = [...problems];
  for (const source of sources) {
    const problem = await whatIsWrong(source, protocol.objects === 'separate');
    if (problem === null) usable.push(source);
    else found.push({ path: source.id, problem });
  }
  return {
    items: usable.map(({ id }) => id),
    problems: found,
    metrics,
    score: async (results) => {
      const scores: DavisSequenceResult[] = [];
      for (const source of usable) scores.push(await scoreSequence(source, results, protocol.objects));
      return {
        summary: valuesOf(scores),
        items: usable.map(({ id }, i) => ({ id, values: valuesOf([scores[i]!]) })),
      };
    },
  };
}

/** Settings of a protocol that are those of the layout. */
export function partOf({ resolution, sequences }: ResultProtocolOf<'segmentation' | 'inpainting'>) {
  return { ...(resolution && { resolution }), ...(sequences && { sequences }) };
}

async function whatIsWrong({ frameCount, hasAllMasks, mask }: ItemSource, hasVoid: boolean): Promise<string | null> {
  if (!hasAllMasks) return 'left out: not every frame has an annotation.';
  if (frameCount < 3) return `left out: needs at least 3 frames, found ${frameCount}.`;
  const first = await mask(0);
  return first === null || largestLabel(first, hasVoid) === 0
    ? 'left out: its first annotation shows no object.'
    : null;
}

async function scoreSequence(source: ItemSource, folder: string, objects: 'separate' | 'merged') {
  const annotations: Mask[] = [];
  const results: Mask[] = [];
  for (let i = 0; i < source.frameCount; i++) {
    annotations.push((await source.mask(i))!);
    const file = join(folder, source.id, `${source.frameName(i)}.png`);
    // The first mask is what the program was given; some write it again, some do not.
    if (i === 0 && !(await isFile(file))) results.push(annotations[0]!);
    else results.push(await readResult(file, annotations[i]!));
  }
  try {
    return evaluateDavisSequence(annotations, results, { objects });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MediaError(join(folder, source.id), `cannot be evaluated: ${reason}`, { cause });
  }
}

async function readResult(file: string, { width, height }: Mask): Promise<Mask> {
  const mask = await readMask(file);
  if (mask.width === width && mask.height === height) return mask;
  throw new MediaError(file, `expected ${width}x${height} as its annotation, found ${mask.width}x${mask.height}.`);
}

function valuesOf(results: readonly DavisSequenceResult[]): TaskValues {
  const { jAndF, jaccard, boundary } = summarizeDavis(results);
  return {
    'j-and-f': 100 * jAndF,
    'j-mean': 100 * jaccard.mean,
    'j-recall': 100 * jaccard.recall,
    'j-decay': 100 * jaccard.decay,
    'f-mean': 100 * boundary.mean,
    'f-recall': 100 * boundary.recall,
    'f-decay': 100 * boundary.decay,
  };
}
