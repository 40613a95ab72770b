import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { readMask } from '@vosvfi/data';
import type { EvaluationItem } from './item.js';

/**
 * An item of frames with masks from a folder, named as the frames are and with the extension `.png`.
 * Its masks throw MediaError for a file that is missing, damaged or not of the frames' size.
 */
export function withMaskFolder(item: EvaluationItem, folder: string): EvaluationItem {
  const fileOf = (index: number): string => join(folder, `${item.frameName(index)}.png`);
  const indices = Array.from({ length: item.frameCount }, (_, index) => index);
  return {
    ...item,
    mask: async (index) => {
      const mask = await readMask(fileOf(index));
      const { width, height } = await item.frame(index);
      if (mask.width === width && mask.height === height) return mask;
      const expected = `expected ${width}x${height} as its frame`;
      throw new MediaError(fileOf(index), `${expected}, found ${mask.width}x${mask.height}.`);
    },
    digest: async () => {
      const hash = createHash('sha256').update(await item.digest());
      for (const index of indices) {
        const bytes = await readFile(fileOf(index)).catch((cause: unknown) => {
          throw new MediaError(fileOf(index), 'no such mask, or it cannot be read.', { cause });
        });
        hash.update(createHash('sha256').update(bytes).digest());
      }
      return hash.digest('hex');
    },
  };
}
