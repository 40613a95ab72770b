import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { compareNatural, readSize } from '@vosvfi/data';
import type { LayoutProblem } from '../../evaluation/item.js';
import { listFolders } from '../../sequences/list-folders.js';
import type { PictureSize } from '../../tracking/exact-overlap.js';
import { isAbsent, type Region } from '../../tracking/region.js';
import { evaluateSupervised, type SupervisedVideo } from '../../tracking/supervised.js';
import { isFile, listFiles, requireFolder } from '../layouts/layout.js';
import { isPicture } from '../layouts/sequence-folder.js';
import { readNumberRows } from './number-rows.js';
import type { ResultProtocolOf } from './result-protocol.js';
import { type OpenedTask, percentMetric, type TaskMetric, type TaskScores } from './task.js';

type Video = Omit<SupervisedVideo, 'runs'>;

const metrics: readonly TaskMetric[] = [
  { ...percentMetric('accuracy', 'Accuracy'), average: 'per-frame' },
  {
    ...{ name: 'robustness', title: 'Robustness (failures in 100 frames)', unit: '' },
    ...{ isHigherBetter: false, average: 'per-frame', digits: 3 },
  },
  {
    ...{ name: 'eao', title: 'Expected average overlap', unit: '' },
    ...{ isHigherBetter: true, average: 'per-sequence', digits: 3 },
  },
  {
    ...{ name: 'lost', title: 'Failures', unit: '' },
    ...{ isHigherBetter: false, average: 'per-sequence', digits: 1 },
  },
];

/**
 * Opens a data set in the layout of the VOT toolkit: `list.txt`, `NAME/groundtruth.txt`, pictures in `NAME/color` or `NAME`.
 * @throws MediaError if the folder or an annotation file is unusable.
 */
export async function openSupervisedTracking(
  protocol: ResultProtocolOf<'supervised-tracking'>,
  folder: string,
): Promise<OpenedTask> {
  await requireFolder(folder);
  const videos: Video[] = [];
  const problems: LayoutProblem[] = [];
  for (const name of await listVideos(folder)) {
    const video = await readVideo(name, folder);
    if ('problem' in video) problems.push(video);
    else videos.push(video);
  }
  return {
    items: videos.map(({ name }) => name),
    problems,
    metrics,
    score: async (results) => scoreVideos(videos, results, protocol.lengths),
  };
}

async function listVideos(folder: string): Promise<string[]> {
  const list = join(folder, 'list.txt');
  if (!(await isFile(list))) return (await listFolders(folder)) ?? [];
  return (await readFile(list, 'utf8'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

async function readVideo(name: string, folder: string): Promise<Video | LayoutProblem> {
  const truth = join(name, 'groundtruth.txt');
  if (!(await isFile(join(folder, truth)))) return { path: truth, problem: 'no such file.' };
  const annotations = await readNumberRows(join(folder, truth), { lengths: [4, 8] });
  if (annotations.every(isAbsent)) return { path: truth, problem: 'left out: holds no box.' };
  for (const path of [join(name, 'color'), name]) {
    const pictures = (await listFiles(join(folder, path))).filter(isPicture);
    if (pictures.length === 0) continue;
    if (pictures.length !== annotations.length) {
      return { path, problem: `has ${pictures.length} pictures, but ${annotations.length} rows in groundtruth.txt.` };
    }
    const { width, height }: PictureSize = await readSize(join(folder, path, pictures[0]!));
    return { name, width, height, annotations };
  }
  return { path: join(name, 'color'), problem: 'holds no pictures; the size of the first is needed.' };
}

async function scoreVideos(
  videos: readonly Video[],
  folder: string,
  lengths: readonly [number, number],
): Promise<TaskScores> {
  const runs = await Promise.all(videos.map((video) => readRuns(video, folder)));
  const result = evaluateSupervised(
    videos.map((video, i) => ({ ...video, runs: runs[i]! })),
    { lengths },
  );
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    summary: {
      accuracy: percentOrNull(result.accuracy),
      robustness: result.robustness,
      eao: numberOrNull(result.expectedAverageOverlap),
      lost: result.lostNumber,
    },
    items: result.videos.map(({ name, accuracy, failures }, i) => ({
      id: name,
      values: {
        accuracy: percentOrNull(accuracy),
        robustness: (100 * mean(failures)) / videos[i]!.annotations.length,
        eao: null,
        lost: mean(failures),
      },
    })),
    facts: { runs: runs[0]?.length ?? 0 },
  };
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function percentOrNull(share: number): number | null {
  return numberOrNull(100 * share);
}

/** All runs of a video: `baseline/NAME/NAME_001.txt`, `NAME/NAME_001.txt`, or one in `NAME.txt`. */
async function readRuns({ name, annotations }: Video, folder: string): Promise<Region[][]> {
  for (const place of [join(folder, 'baseline', name), join(folder, name)]) {
    const files = (await listFiles(place)).filter((file) => /_\d+\.txt$/.test(file)).sort(compareNatural);
    if (files.length > 0) return Promise.all(files.map((file) => readRun(join(place, file), annotations.length)));
  }
  const single = join(folder, `${name}.txt`);
  if (await isFile(single)) return [await readRun(single, annotations.length)];
  throw new MediaError(join(folder, 'baseline', name, `${name}_001.txt`), 'no such file; it holds the results.', {
    hint: `${name}/${name}_001.txt and ${name}.txt would do as well.`,
  });
}

/** @throws MediaError also for a run that does not begin with a start, or has a number alone that is no code. */
async function readRun(file: string, frames: number): Promise<Region[]> {
  const rows = await readNumberRows(file, { lengths: [1, 4, 8], rows: frames });
  if (rows[0]?.length !== 1 || rows[0][0] !== 1) {
    throw new MediaError(file, `line 1: expected 1, where the tracker is started, found "${rows[0]?.join(',')}".`);
  }
  const wrong = rows.findIndex((row) => row.length === 1 && ![0, 1, 2].includes(row[0]!));
  if (wrong < 0) return rows;
  throw new MediaError(
    file,
    `line ${wrong + 1}: expected a region, or 1 (start), 2 (failure) or 0 (waiting), found "${rows[wrong]![0]}".`,
  );
}
