import { join } from 'node:path';
import { writeFileAtomically } from '@vosvfi/core';
import { listFile } from '../triplets/layout.js';
import type { PrepareReport } from './report.js';
import type { SelectedTriplet } from './select.js';
import type { PrepareSettings } from './settings.js';
import type { SourceIdentity } from './source.js';

/** What the manifest says of a source. */
export interface ManifestSource extends Partial<SourceIdentity> {
  readonly path: string;
  readonly license: string | null;
}

/** One line of `manifest.jsonl`. */
function manifestLine(triplet: SelectedTriplet, source: ManifestSource): string {
  const { name, split, frames, times, step, scene, crop, motion, residual, blur, luma } = triplet;
  const round = (value: number) => Number(value.toFixed(3));
  return JSON.stringify({
    ...{ name, split, source: source.path, bytes: source.bytes, modified: source.modified, license: source.license },
    ...{ frames, seconds: times, step, scene, crop },
    motion: { meanPx: round(motion.mean), peakPx: round(motion.peak) },
    ...{ residual: round(residual), blur: round(blur), luma: round(luma) },
  });
}

const lines = (items: readonly string[]) => items.map((item) => `${item}\n`).join('');

/** Writes `manifest.jsonl`, `prepare.json` and, last of all, the lists: a data set without them cannot be opened. */
export async function writeManifest(
  dir: string,
  {
    tool,
    settings,
    sources,
    selected,
    report,
  }: {
    readonly tool: string;
    readonly settings: PrepareSettings;
    readonly sources: readonly ManifestSource[];
    readonly selected: readonly SelectedTriplet[];
    readonly report: PrepareReport;
  },
): Promise<void> {
  const { dir: _, dryRun: __, ...counts } = report;
  const entries = selected.map((triplet) => manifestLine(triplet, sources[triplet.source]!));
  await writeFileAtomically(join(dir, 'manifest.jsonl'), lines(entries));
  await writeFileAtomically(join(dir, 'prepare.json'), `${JSON.stringify({ tool, settings, ...counts }, null, 2)}\n`);
  for (const split of ['test', 'train'] as const) {
    const names = selected.filter((triplet) => triplet.split === split).map(({ name }) => name);
    await writeFileAtomically(listFile(dir, split), lines(names));
  }
}
