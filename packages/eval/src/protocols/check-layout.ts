import { sentenceOf, WHOLE_SET } from '../evaluation/describe-problems.js';
import type { LayoutProblem } from '../evaluation/item.js';
import type { Protocol } from '../evaluation/protocol-schema.js';
import type { Inspection } from './item-source.js';
import { readLayout } from './layouts/read-layout.js';
import { chooseFrames } from './selection.js';

/** What a data set has and lacks, as a protocol sees it. */
export interface LayoutReport {
  readonly protocol: string;
  readonly folder: string | null;
  /** Items that can be evaluated, and how many the protocol has; null if it takes whatever there is. */
  readonly found: number;
  readonly expected: number | null;
  /** Frames that would be predicted. */
  readonly predictions: number;
  /** Everything that is missing or does not fit. */
  readonly problems: readonly LayoutProblem[];
  /** What is worth knowing but no fault. */
  readonly notes: readonly string[];
  /** Where to get the data set, and on what terms. */
  readonly source: string;
}

/**
 * Looks through a whole data set: folders, lists, names, numbers of frames, and the sizes in the pictures' headers.
 * @throws ConfigError without a folder where one is needed; MediaError if the folder or its list is missing.
 */
export async function checkLayout(protocol: Protocol, folder: string | undefined): Promise<LayoutReport> {
  const { sources, problems } = await readLayout(protocol, folder);
  const found: LayoutProblem[] = [...problems];
  const sizes = new Map<string, number>();
  let [usable, predictions] = [0, 0];
  for (const source of sources) {
    const choice = chooseFrames(source.frameCount, protocol.selection);
    if (choice.predictions.length === 0) {
      const needed = protocol.selection.first + protocol.selection.step + 1;
      found.push({ path: source.id, problem: `needs at least ${needed} frames, found ${source.frameCount}.` });
      continue;
    }
    const inspection = await source.inspect(choice.frameCount, folder ?? '.');
    const ofItem = [...inspection.problems, ...cropProblems(source.id, inspection, protocol.geometry)];
    found.push(...ofItem);
    if (ofItem.length > 0) continue;
    const size = `${inspection.width}x${inspection.height}`;
    sizes.set(size, (sizes.get(size) ?? 0) + 1);
    usable++;
    predictions += choice.predictions.length;
  }
  const expected = protocol.items ?? null;
  if (expected !== null && usable !== expected) {
    found.push({
      path: WHOLE_SET,
      problem: `expected ${expected} items as the protocol has, found ${usable} complete ones.`,
    });
  }
  return {
    ...{ protocol: protocol.id, folder: folder ?? null, found: usable, expected, predictions },
    ...{ problems: found, notes: notesOf(sizes), source: protocol.source },
  };
}

/** Frames that are too small for what is cut out of them or averaged. */
function cropProblems(path: string, { width, height }: Inspection, geometry: Protocol['geometry']): LayoutProblem[] {
  if (geometry.kind !== 'center-crop' && geometry.kind !== 'shrink') return [];
  const [least, lowest] =
    geometry.kind === 'shrink' ? [geometry.factor, geometry.factor] : [geometry.width, geometry.height];
  if (width >= least && height >= lowest) return [];
  return [{ path, problem: `expected frames of at least ${least}x${lowest}, found ${width}x${height}.` }];
}

function notesOf(sizes: ReadonlyMap<string, number>): string[] {
  return [...sizes].map(([size, count]) => {
    const isOdd = size.split('x').some((side) => Number(side) % 2 === 1);
    const items = count === 1 ? '1 item' : `${count} items`;
    return `${items} of ${size}${isOdd ? ' (odd: programs that need even sizes have to pad)' : ''}`;
  });
}

/** Problems that {@link describeLayout} names; the others are counted. */
const SHOWN = 20;

/** A report as text for people: what is there, the first twenty problems, and where to get what is missing. */
export function describeLayout(report: LayoutReport): string {
  const { protocol, folder, found, expected, predictions, problems, notes, source } = report;
  const of = expected === null ? '' : ` of ${expected}`;
  const lines = [`${protocol}: ${found}${of} items and ${predictions} predictions in ${folder ?? 'no folder'}`];
  for (const note of notes) lines.push(`  ${note}`);
  if (problems.length === 0) return [...lines, 'Nothing is missing.'].join('\n');
  lines.push(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:`);
  for (const { path, problem } of problems.slice(0, SHOWN)) lines.push(`  ${sentenceOf(path, problem)}`);
  if (problems.length > SHOWN) lines.push(`  ... and ${problems.length - SHOWN} more`);
  return [...lines, `Where to get it: ${source}`].join('\n');
}
