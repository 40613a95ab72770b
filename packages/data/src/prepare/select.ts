import { createRandom } from '@vosvfi/core';
import type { Split } from '../triplets/layout.js';
import type { Analysis, Candidate } from './analysis.js';
import { balanceMotion, takeSpread } from './balance.js';
import type { PrepareSettings } from './settings.js';
import { testScenes } from './split.js';

/** A triplet that is taken. */
export interface SelectedTriplet extends Candidate {
  /** Index of its source among all inputs. */
  readonly source: number;
  /** Folder below `sequences`, such as `00001/0389`. */
  readonly name: string;
  readonly split: Split;
}

/** `00001/0001`, a thousand to a folder. */
function tripletName(number: number): string {
  const [folder, place] = [Math.floor(number / 1000) + 1, (number % 1000) + 1];
  return `${String(folder).padStart(5, '0')}/${String(place).padStart(4, '0')}`;
}

/** The candidates of a source, each with the group of its scene. */
function ofSource(analysis: Analysis, source: number) {
  return analysis.candidates.map((candidate) => {
    const group = analysis.scenes[candidate.scene]!.group;
    return { candidate, source, peak: candidate.motion.peak, scene: `${source}/${group}` };
  });
}

/**
 * Chooses triplets of all sources: no more of a source, a motion bucket and in all than the settings say, and training and
 * test triplets of different scenes. The same for the same analyses, settings and order of sources.
 * @param analyses one for each source; `undefined` for one that could not be read.
 */
export function selectTriplets(
  analyses: readonly (Analysis | undefined)[],
  settings: PrepareSettings,
): SelectedTriplet[] {
  const random = createRandom(settings.seed);
  const limited = analyses.flatMap((analysis, source) => {
    const found = analysis ? ofSource(analysis, source) : [];
    return takeSpread(found, settings.perSource ?? Infinity, random.fork(`source ${source}`));
  });
  const taken = balanceMotion(limited, settings, random.fork('balance'));
  const test = testScenes(
    taken.map(({ scene }) => scene),
    settings.split,
    random.fork('split'),
  );
  return taken.map(({ candidate, source, scene }, number) => ({
    ...candidate,
    source,
    name: tripletName(number),
    split: test.has(scene) ? 'test' : 'train',
  }));
}
