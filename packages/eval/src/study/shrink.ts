import { ConfigError, type Frame, type Mask } from '@vosvfi/core';
import { quantizeFrame } from '../metrics/samples.js';

/** The smallest whole factor that brings a picture's longer side to at most `maxSide` pixels. @throws ConfigError */
export function shrinkFactor({ width, height }: { readonly width: number; readonly height: number }, maxSide: number) {
  if (!(maxSide >= 1)) throw new ConfigError('maxSide', `expected at least 1, found ${maxSide}.`);
  return Math.ceil(Math.max(width, height) / maxSide);
}

/** An 8-bit frame of means over blocks of `factor` x `factor` pixels; what does not fill a block at the right and bottom is cut off. */
export function shrinkFrame(frame: Frame, factor: number): Frame {
  const { data } = quantizeFrame(frame);
  if (factor === 1) return { ...frame, data };
  const [width, height] = [Math.floor(frame.width / factor), Math.floor(frame.height / factor)];
  const shrunk = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let s = 0; s < width * 3; s++) {
      const column = Math.floor(s / 3) * factor * 3 + (s % 3);
      let sum = 0;
      for (let dy = 0; dy < factor; dy++) {
        const row = (y * factor + dy) * frame.width * 3;
        for (let dx = 0; dx < factor; dx++) sum += data[row + column + dx * 3]!;
      }
      shrunk[y * width * 3 + s] = Math.round(sum / (factor * factor));
    }
  }
  return { ...frame, data: shrunk, width, height };
}

/** The label of most pixels of each block, the smaller one of equally frequent ones; cut as {@link shrinkFrame} does. */
export function shrinkMask(mask: Mask, factor: number): Mask {
  if (factor === 1) return mask;
  const [width, height] = [Math.floor(mask.width / factor), Math.floor(mask.height / factor)];
  const shrunk = new Uint8Array(width * height);
  const block = new Uint8Array(factor * factor);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let dy = 0; dy < factor; dy++) {
        const start = (y * factor + dy) * mask.width + x * factor;
        for (let dx = 0; dx < factor; dx++) block[dy * factor + dx] = mask.data[start + dx]!;
      }
      shrunk[y * width + x] = mostFrequent(block);
    }
  }
  return { data: shrunk, width, height };
}

function mostFrequent(labels: Uint8Array): number {
  const first = labels[0]!;
  // Most blocks lie inside one region.
  if (labels.every((label) => label === first)) return first;
  let best = 0;
  let most = 0;
  for (const label of labels.sort()) {
    const count = labels.lastIndexOf(label) - labels.indexOf(label) + 1;
    if (count > most) [best, most] = [label, count];
  }
  return best;
}
