import { createHash } from 'node:crypto';
import type { Frame, Mask } from '@vosvfi/core';
import type { EvaluationItem, Prediction } from '../../src/evaluation/item.js';
import type { SequenceSegmenter } from '../../src/evaluation/segmenter.js';

const HEIGHT = 16;

function isSquare(i: number, index: number, width: number): boolean {
  const [x, y] = [(i % width) - 2 * index, Math.floor(i / width) - 4];
  return x >= 0 && x < 6 && y >= 0 && y < 6;
}

/** A bright square that moves right by 2 pixels a frame over a dark ramp. */
export function squareFrame(index: number, width = 24): Frame {
  const data = new Uint8Array(width * HEIGHT * 3);
  for (let i = 0; i < width * HEIGHT; i++) {
    data.fill(isSquare(i, index, width) ? 220 : (i % width) * 3, 3 * i, 3 * i + 3);
  }
  return { data, width, height: HEIGHT };
}

/** The square. */
export function squareMask(index: number, width = 24): Mask {
  const data = Uint8Array.from({ length: width * HEIGHT }, (_, i) => (isSquare(i, index, width) ? 1 : 0));
  return { data, width, height: HEIGHT };
}

/** An item of the moving square: even frames are given, odd ones predicted. */
export function squareItem(id: string, frameCount: number, part: Partial<EvaluationItem> = {}): EvaluationItem {
  const given = Array.from({ length: Math.ceil(frameCount / 2) }, (_, i) => 2 * i);
  const predictions = given.slice(1).map((next): Prediction => ({ target: next - 1, from: [next - 2, next], t: 0.5 }));
  return {
    ...{ id, frameCount, given, predictions },
    frameName: (index) => String(index).padStart(5, '0'),
    frame: async (index) => squareFrame(index),
    mask: async (index) => squareMask(index),
    digest: async () => createHash('sha256').update(`${id} ${frameCount}`).digest('hex'),
    ...part,
  };
}

/** Segments by brightness, which on these items is the truth for given frames. */
export const brightness: SequenceSegmenter = {
  id: 'brightness',
  propagate: async (frames) => {
    const masks: Mask[] = [];
    for await (const { data, width, height } of frames) {
      const bright = Uint8Array.from({ length: width * height }, (_, i) => (data[3 * i]! > 150 ? 1 : 0));
      masks.push({ data: bright, width, height });
    }
    return masks;
  },
};
