import { access, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Frame, MediaError, writeFolderAtomically } from '@vosvfi/core';
import sharp from 'sharp';
import { frameBytes } from '../image/frame-file.js';
import { frameFiles } from '../triplets/layout.js';
import { type Scaling, scalingOf } from './geometry.js';
import type { SelectedTriplet } from './select.js';
import type { PrepareSettings } from './settings.js';
import type { FrameSource } from './source.js';

/** Options of {@link writeSource}. */
export interface WriteOptions {
  readonly dir: string;
  readonly settings: PrepareSettings;
  readonly onTriplet?: (name: string) => void;
}

async function isWritten(dir: string, name: string): Promise<boolean> {
  return access(dirname(frameFiles(dir, name)[0])).then(
    () => true,
    () => false,
  );
}

/** Scales a frame (antialiased, in one step with the crop) and encodes it as PNG. */
async function encodeCrop(frame: Frame, scaling: Scaling, { left, top }: SelectedTriplet['crop']): Promise<Buffer> {
  const { width, height } = frame;
  const picture = sharp(frameBytes(frame), { raw: { width, height, channels: 3 } });
  if (scaling.width !== width || scaling.height !== height) {
    picture.resize(scaling.width, scaling.height, { fit: 'fill', kernel: 'lanczos3' });
  }
  picture.extract({ left, top, width: scaling.cropWidth, height: scaling.cropHeight });
  return picture.png({ compressionLevel: 6 }).toBuffer();
}

/** All three files appear at once, so that a folder that is there is complete. */
async function writePictures(dir: string, name: string, pictures: readonly Buffer[]): Promise<void> {
  const files = frameFiles(dir, name);
  const folder = dirname(files[0]);
  try {
    await writeFolderAtomically(folder, async (temporary) => {
      await Promise.all(files.map((file, k) => writeFile(join(temporary, basename(file)), pictures[k]!)));
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MediaError(folder, `cannot be written (${reason}).`, { cause });
  }
}

/** A triplet on its way: pictures by place, as far as their frames were seen. */
interface Pending {
  readonly triplet: SelectedTriplet;
  readonly pictures: Buffer[];
}

function neededFrames(triplets: readonly SelectedTriplet[]): Map<number, Pending[]> {
  const needed = new Map<number, Pending[]>();
  for (const triplet of triplets) {
    const pending: Pending = { triplet, pictures: [] };
    for (const index of triplet.frames) {
      const users = needed.get(index);
      if (users) users.push(pending);
      else needed.set(index, [pending]);
    }
  }
  return needed;
}

/**
 * Writes the selected triplets of a source that are not there yet; reads no further than the last of their frames.
 * @throws MediaError if the source has changed or a file cannot be written.
 */
export async function writeSource(
  source: FrameSource,
  triplets: readonly SelectedTriplet[],
  { dir, settings, onTriplet }: WriteOptions,
): Promise<void> {
  const missing: SelectedTriplet[] = [];
  for (const triplet of triplets) {
    if (await isWritten(dir, triplet.name)) onTriplet?.(triplet.name);
    else missing.push(triplet);
  }
  if (missing.length === 0) return;
  const scaling = scalingOf(source, settings);
  const needed = neededFrames(missing);
  const last = Math.max(...needed.keys());
  for await (const { frame, index } of source.frames()) {
    await Promise.all(
      (needed.get(index) ?? []).map(async ({ triplet, pictures }) => {
        pictures.push(await encodeCrop(frame, scaling, triplet.crop));
        if (pictures.length < 3) return;
        await writePictures(dir, triplet.name, pictures);
        onTriplet?.(triplet.name);
      }),
    );
    if (index === last) return;
  }
  throw new MediaError(source.input.path, `has less frames than before: frame ${last} is missing.`);
}
