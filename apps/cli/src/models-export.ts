import { UnsupportedError, writeFileAtomically } from '@vosvfi/core';
import { takesTime } from '@vosvfi/models';
import { type ExportSize, exportInterpolation } from '@vosvfi/models/export';
import { checkNetworkChoice } from '@vosvfi/models/open';
import { findNetwork } from './find-network.js';
import { loadChecked } from './models-weights.js';
import { formatCount, printJson, printLines } from './output.js';

/** Flags of `vosvfi models export`. */
export interface ExportFlags {
  readonly weights?: string | undefined;
  readonly size: ExportSize;
  readonly output: string;
  readonly json: boolean;
}

/** `vosvfi models export ID [--weights FILE] --size HxW -o FILE.onnx`. */
export async function exportAction(id: string, { weights: given, size, output, json }: ExportFlags): Promise<void> {
  const { task, entry: model } = findNetwork(id);
  if (task === 'segmentation') {
    throw new UnsupportedError(`"${id}" segments videos, with a memory that grows; it is no single graph to export.`, {
      hint: 'Networks that interpolate can be exported.',
    });
  }
  if (task === 'flow') {
    throw new UnsupportedError(`"${id}" finds optical flow; what is exported are networks that interpolate.`);
  }
  const { file } = checkNetworkChoice({ model: id, weights: given });
  const { weights } = await loadChecked(model, file);
  const bytes = await exportInterpolation(model, weights, size);
  await writeFileAtomically(output, bytes);
  if (json) {
    printJson({ output, model: id, ...size, bytes: bytes.length });
    return;
  }
  const time = takesTime(await model.load()) ? ' and t [1, 1, 1, 1]' : '';
  const frames = `[1, ${size.height}, ${size.width}, 3]`;
  printLines([
    `Wrote ${output}: ${id} for frames of ${size.width} x ${size.height} pixels, ${formatCount(bytes.length)} bytes.`,
    `Inputs frame0 and frame1 ${frames} (RGB 0..1)${time}; output frame ${frames}.`,
  ]);
}
