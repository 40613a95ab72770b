import type { ObjectPresence } from './object-log.js';
import type { SegmentResult } from './segment-video.js';

function describeObject({ label, frames, firstFrame, lastFrame }: ObjectPresence, count: number): string {
  const range = firstFrame === lastFrame ? `frame ${firstFrame}` : `frames ${firstFrame} to ${lastFrame}`;
  return `  object ${label}: in ${frames} of ${count} frames (${range})\n`;
}

/** A result in words. */
export function describeResult(result: SegmentResult): string {
  const { output, frames, width, height, kept, objects, overlay } = result;
  const before = kept === 0 ? '' : `, ${kept} of them kept from an earlier run`;
  return [
    `${output}: ${frames} ${frames === 1 ? 'mask' : 'masks'}, ${width} x ${height}${before}\n`,
    ...objects.map((object) => describeObject(object, frames)),
    ...(overlay === undefined ? [] : [`${overlay}: the frames with their masks\n`]),
  ].join('');
}
