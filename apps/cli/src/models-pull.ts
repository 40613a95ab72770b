import { mkdir } from 'node:fs/promises';
import type { LpipsBackbone } from '@vosvfi/eval/learned';
import { lpipsSources } from './lpips-sources.js';
import { printJson, printLines } from './output.js';
import { pullLpips, sourcesIn } from './pull-lpips.js';

/** Flags of `vosvfi models pull`. */
export interface PullOptions {
  readonly output: string;
  readonly backbone: LpipsBackbone;
  readonly from?: string | undefined;
  readonly json: boolean;
}

/** `vosvfi models pull lpips -o FOLDER`. */
export async function pullAction({ output, backbone, from, json }: PullOptions): Promise<void> {
  await mkdir(output, { recursive: true });
  const official = lpipsSources[backbone];
  const sources = from === undefined ? official : sourcesIn(from, official);
  const path = await pullLpips(backbone, output, {
    sources,
    onDownload: (url) => {
      if (!json) printLines([`Getting ${url}`]);
    },
  });
  if (json) {
    printJson({ metric: `lpips-${backbone}`, path, sources: [sources.trunk.url, sources.heads.url] });
    return;
  }
  printLines([`Wrote ${path}. Give its folder to \`vosvfi evaluate\` as --parameters.`]);
}
