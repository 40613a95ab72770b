import { join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import type { LayoutProblem } from '../../evaluation/item.js';
import { listFolders } from '../../sequences/list-folders.js';
import { evaluateOnePass, type OnePassResult, summarizeOnePass } from '../../tracking/one-pass.js';
import { isAbsent, type Region } from '../../tracking/region.js';
import { isFile, listFiles, requireFolder } from '../layouts/layout.js';
import { readNumberRows } from './number-rows.js';
import { type OpenedTask, percentMetric, type TaskValues } from './task.js';

interface Sequence {
  readonly name: string;
  readonly annotations: readonly Region[];
}

const metrics = [
  percentMetric('success-auc', 'Success (AUC)'),
  percentMetric('precision', 'Precision at 20 pixels'),
  percentMetric('normalized-precision', 'Normalized precision at 0.2'),
  percentMetric('success-rate', 'Success at an overlap of 0.5'),
];

/**
 * Opens a data set in the layout of OTB: `NAME/groundtruth_rect.txt`, or `groundtruth_rect.1.txt` and `.2.txt` for two
 * objects, called `NAME-1` and `NAME-2`. Boxes of results are in the convention of the annotations, which count pixels from 1.
 * @throws MediaError if the folder or an annotation file is unusable.
 */
export async function openOnePassTracking(folder: string): Promise<OpenedTask> {
  await requireFolder(folder);
  const sequences: Sequence[] = [];
  const problems: LayoutProblem[] = [];
  for (const name of (await listFolders(folder)) ?? []) {
    const found = await readSequences(name, folder);
    sequences.push(...found);
    if (found.length === 0) problems.push({ path: join(name, 'groundtruth_rect.txt'), problem: 'no boxes.' });
  }
  return {
    items: sequences.map(({ name }) => name),
    problems,
    metrics,
    score: async (results) => {
      const scores = await Promise.all(sequences.map((sequence) => scoreSequence(sequence, results)));
      return {
        summary: valuesOf(summarizeOnePass(scores)),
        items: sequences.map(({ name }, i) => ({ id: name, values: valuesOf(scores[i]!) })),
      };
    },
  };
}

async function readSequences(name: string, folder: string): Promise<Sequence[]> {
  const files = (await listFiles(join(folder, name))).filter((file) => /^groundtruth_rect(\.\d+)?\.txt$/.test(file));
  const sequences: Sequence[] = [];
  for (const file of files) {
    const annotations = await readNumberRows(join(folder, name, file), { lengths: [4] });
    const object = /\.(\d+)\.txt$/.exec(file)?.[1];
    // Of some videos the first of two files is empty.
    if (annotations.every(isAbsent)) continue;
    sequences.push({ name: object === undefined ? name : `${name}-${object}`, annotations });
  }
  return sequences;
}

async function scoreSequence({ name, annotations }: Sequence, folder: string): Promise<OnePassResult> {
  const file = join(folder, `${name}.txt`);
  if (!(await isFile(file))) throw new MediaError(file, 'no such file; it holds one box for each frame.');
  return evaluateOnePass(annotations, await readNumberRows(file, { lengths: [4], rows: annotations.length }));
}

function valuesOf(result: OnePassResult): TaskValues {
  return {
    'success-auc': 100 * result.successScore,
    precision: 100 * result.precisionScore,
    'normalized-precision': 100 * result.normalizedPrecisionScore,
    'success-rate': 100 * result.successRate,
  };
}
