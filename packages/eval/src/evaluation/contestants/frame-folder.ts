import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { listImages, readOpaqueFrame } from '@vosvfi/data';
import type { Contestant } from '../contestant.js';
import type { EvaluationItem } from '../item.js';

/** Extensions of frames that another program may have written, in the order in which they are looked for. */
const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'];

/**
 * Frames that another program made, in a folder: `FOLDER/ITEM/NAME.png`, ITEM being the item's id (with its own slashes as
 * folders) and NAME the true frame's file name without extension. For an item of one predicted frame also `FOLDER/ITEM.png`;
 * if there is one item only, also `FOLDER/NAME.png`. Frames that were given need not be there.
 * @param items All items of the evaluation. All of their frames are looked for at once, so that a long evaluation does not stop
 * in its middle.
 * @throws MediaError if the folder is not there or lacks frames.
 */
export async function openFrameFolder(
  id: string,
  folder: string,
  items: readonly EvaluationItem[],
): Promise<Contestant> {
  const facts = await stat(folder).catch((cause: unknown) => {
    throw new MediaError(folder, 'no such folder.', { cause });
  });
  if (!facts.isDirectory()) throw new MediaError(folder, 'expected a folder of frames, found a file.');
  const isOnlyItem = items.length === 1;
  const find = (item: EvaluationItem, target: number) => requireFrame(folder, item, target, isOnlyItem);
  await requireAll(folder, items, isOnlyItem);
  return {
    ...{ id, title: id === basename(folder) ? `Frames in ${id}` : id, kind: 'frames' },
    facts: { frames: 'folder', version: 1 },
    open: async (item) => {
      const files = new Map<number, string>();
      for (const { target } of item.predictions) files.set(target, await find(item, target));
      return {
        predict: async ({ target }, [{ width, height }]) => {
          const file = files.get(target)!;
          const frame = await readOpaqueFrame(file);
          if (frame.width === width && frame.height === height) return frame;
          const expected = `expected ${width}x${height} as the frames of ${item.id}`;
          throw new MediaError(file, `${expected}, found ${frame.width}x${frame.height}.`);
        },
        close: async () => {},
      };
    },
    digest: async (item) => {
      const hash = createHash('sha256');
      for (const { target } of item.predictions) hash.update(await readFile(await find(item, target)));
      return hash.digest('hex');
    },
    dispose: async () => {},
  };
}

/** @throws MediaError naming the first frame that is missing, and how many are. */
async function requireAll(folder: string, items: readonly EvaluationItem[], isOnlyItem: boolean): Promise<void> {
  const missing: (readonly [EvaluationItem, number])[] = [];
  let wanted = 0;
  for (const item of items) {
    wanted += item.predictions.length;
    for (const { target } of item.predictions) {
      if ((await findFrame(folder, item, target, isOnlyItem)) === undefined) missing.push([item, target]);
    }
  }
  const [first] = missing;
  if (first !== undefined)
    throw await missingFrame(folder, ...first, `${missing.length} of ${wanted} frames are missing.`);
}

async function requireFrame(folder: string, item: EvaluationItem, target: number, isOnlyItem: boolean) {
  const file = await findFrame(folder, item, target, isOnlyItem);
  if (file === undefined) throw await missingFrame(folder, item, target, '');
  return file;
}

async function missingFrame(folder: string, item: EvaluationItem, target: number, count: string): Promise<MediaError> {
  const file = join(folder, item.id, `${item.frameName(target)}.png`);
  return new MediaError(file, `no such frame, nor ${EXTENSIONS.slice(1).join(', ')}.`, {
    hint: `${count} ${await hintFor(folder, item)}`.trimStart(),
  });
}

async function findFrame(
  folder: string,
  item: EvaluationItem,
  target: number,
  isOnlyItem: boolean,
): Promise<string | undefined> {
  const name = item.frameName(target);
  const stems = [join(folder, item.id, name)];
  if (item.predictions.length === 1) stems.push(join(folder, item.id));
  if (isOnlyItem) stems.push(join(folder, name));
  for (const stem of stems) {
    for (const extension of EXTENSIONS) {
      if (await isFile(stem + extension)) return stem + extension;
    }
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** What is in the folder instead, which tells wrong names from an unfinished run. */
async function hintFor(folder: string, item: EvaluationItem): Promise<string> {
  const names = item.predictions.map(({ target }) => item.frameName(target));
  const expected = `Expected for ${item.id}: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and so on' : ''}`;
  const found = await listImages(join(folder, item.id)).catch(() => null);
  if (found === null) return `${expected}, in a folder ${item.id}.`;
  return `${expected}; found ${found
    .slice(0, 3)
    .map((file) => basename(file))
    .join(', ')}.`;
}
