import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from '@vosvfi/core';
import { writeFrame } from '@vosvfi/data';

/**
 * Writes folders of frames for two methods of the same clips: a bar that moves smoothly (`flowing`) or in jumps (`jerky`).
 * @returns the arguments of `--method`.
 */
export async function writeSampleClips(
  folder: string,
  names: readonly string[],
  size: readonly [number, number] = [48, 32],
): Promise<string[]> {
  const [width, height] = size;
  for (const method of ['flowing', 'jerky']) {
    for (const [c, name] of names.entries()) {
      await mkdir(join(folder, method, name), { recursive: true });
      for (let index = 0; index < 6; index += 1) {
        const place = ((method === 'jerky' ? index - (index % 3) : index) * width) / 12 + c;
        const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
          const x = Math.floor(i / 3) % width;
          return x >= place && x < place + width / 5 ? 230 : (40 + 60 * (i % 3) + x) % 256;
        });
        const frame: Frame = { data, width, height };
        await writeFrame(join(folder, method, name, `${index}.png`), frame);
      }
    }
  }
  return [`Flowing=${join(folder, 'flowing')}`, `Jerky=${join(folder, 'jerky')}`];
}
