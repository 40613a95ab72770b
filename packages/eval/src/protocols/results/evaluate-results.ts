import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ConfigError, MediaError } from '@vosvfi/core';
import { describeProblems, WHOLE_SET } from '../../evaluation/describe-problems.js';
import type { EvaluationResult } from '../../evaluation/result-schema.js';
import type { LayoutReport } from '../check-layout.js';
import { addFile } from '../file-source.js';
import { isFile, requireFolder } from '../layouts/layout.js';
import { type InpaintingMeasures, openInpainting } from './inpainting.js';
import { openOnePassTracking } from './one-pass-tracking.js';
import { openPose } from './pose.js';
import type { ResultProtocol } from './result-protocol.js';
import { openSegmentation } from './segmentation.js';
import { openSupervisedTracking } from './supervised-tracking.js';
import type { OpenedTask, TaskScores, TaskValues } from './task.js';

/** A folder of results, and what to call whoever made them. */
export interface ResultFolder {
  readonly id: string;
  readonly folder: string;
}

/** Options of {@link evaluateResults}. */
export interface EvaluateResultsOptions {
  /** What only completed videos are measured by. */
  readonly inpainting?: InpaintingMeasures;
}

/**
 * Judges what programs wrote to files: boxes, poses, completed frames, masks. Items that the data set lacks are left out, and
 * the result's deviations say so; results that are missing are errors, as leaving them out would reward them (a missing pose
 * counts as a wrong one).
 * @param data Folder of the data set with its annotations.
 * @throws ConfigError without results or with two of one name; MediaError naming what is missing or damaged.
 */
export async function evaluateResults(
  protocol: ResultProtocol,
  data: string,
  results: readonly ResultFolder[],
  options: EvaluateResultsOptions = {},
): Promise<EvaluationResult> {
  requireNames(results);
  for (const { folder } of results) await requireFolder(folder);
  const task = await openTask(protocol, data, options);
  if (task.items.length === 0) {
    const problems = describeProblems(task.problems).map((sentence) => ` ${sentence}`);
    throw new MediaError(data, `holds nothing that "${protocol.id}" can evaluate.${problems.join('')}`, {
      hint: `The data set: ${protocol.source}`,
    });
  }
  const scores = new Map<string, TaskScores>();
  for (const { id, folder } of results) scores.set(id, await task.score(folder));
  const contestants = await Promise.all(results.map((result) => factsOf(result, scores.get(result.id)!)));
  return makeResult(protocol, task, contestants, scores);
}

/** Looks through a data set of a protocol whose results are files. @throws MediaError if the folder is missing. */
export async function checkResultData(protocol: ResultProtocol, folder: string): Promise<LayoutReport> {
  const { items, problems } = await openTask(protocol, folder, {});
  const expected = protocol.items ?? null;
  const isAnother = expected !== null && items.length !== expected;
  const count = {
    path: WHOLE_SET,
    problem: `expected ${expected} items as the protocol has, found ${items.length} complete ones.`,
  };
  return {
    ...{ protocol: protocol.id, folder, found: items.length, expected, predictions: 0 },
    ...{ problems: isAnother ? [...problems, count] : problems, notes: [`results: ${protocol.results}`] },
    source: protocol.source,
  };
}

function requireNames(results: readonly ResultFolder[]): void {
  if (results.length === 0) throw new ConfigError('results', 'expected at least one folder of results.');
  const twin = results.find(({ id }, i) => results.findIndex((other) => other.id === id) !== i);
  if (twin !== undefined) throw new ConfigError('results', `the name "${twin.id}" is there twice.`);
}

function openTask(protocol: ResultProtocol, data: string, options: EvaluateResultsOptions): Promise<OpenedTask> {
  switch (protocol.task) {
    case 'supervised-tracking':
      return openSupervisedTracking(protocol, data);
    case 'one-pass-tracking':
      return openOnePassTracking(data);
    case 'pose':
      return openPose(protocol, data);
    case 'inpainting':
      return openInpainting(protocol, data, options.inpainting);
    case 'segmentation':
      return openSegmentation(protocol, data);
  }
}

async function factsOf({ id, folder }: ResultFolder, { facts = {} }: TaskScores) {
  const hash = createHash('sha256');
  const paths = (await readdir(folder, { recursive: true })).map((path) => path.split(sep).join('/')).sort();
  for (const path of paths) {
    const file = join(folder, path);
    if (await isFile(file)) await addFile(hash, path, file);
  }
  const all = { sha256: hash.digest('hex'), ...facts };
  return { id, title: id, kind: 'frames' as const, facts: all, millisecondsPerFrame: null };
}

function makeResult(
  protocol: ResultProtocol,
  task: OpenedTask,
  contestants: EvaluationResult['contestants'],
  scores: ReadonlyMap<string, TaskScores>,
): EvaluationResult {
  const { id, version, title, description, published } = protocol;
  const byContestant = <T>(read: (scores: TaskScores) => T): Record<string, T> =>
    Object.fromEntries([...scores].map(([contestant, ofContestant]) => [contestant, read(ofContestant)]));
  const valuesOf = (values: TaskValues): Record<string, number | null> => ({ ...values });
  // Measures for which something is missing are not part of the table.
  const isMeasured = (metric: string): boolean =>
    [...scores.values()].some(({ summary, infinite }) => summary[metric] !== null || (infinite?.[metric] ?? 0) > 0);
  return {
    format: 'vosvfi-evaluation',
    formatVersion: 1,
    protocol: { id, version, title, description, deviations: deviationsOf(protocol, task), published },
    metrics: task.metrics.filter(({ name }) => isMeasured(name)),
    contestants,
    summary: byContestant(({ summary }) => valuesOf(summary)),
    infinite: byContestant(({ infinite = {} }) => ({ ...infinite })),
    comparisons: [],
    items: task.items.map((item, i) => ({
      id: item,
      values: byContestant(({ items }) => valuesOf(items[i]!.values)),
      frames: [],
    })),
    pictures: [],
    environment: { node: process.version },
  };
}

function deviationsOf({ items }: ResultProtocol, task: OpenedTask): string[] {
  const isAnother = items !== undefined && items !== task.items.length;
  const count = isAnother ? [`Evaluated: ${task.items.length} of ${items} items.`] : [];
  return [...count, ...describeProblems(task.problems)];
}
