import { ConfigError, MediaError } from '@vosvfi/core';
import type { Protocol } from '../../evaluation/protocol-schema.js';
import type { LayoutContent } from '../item-source.js';
import { readDavis } from './davis.js';
import { readFrameFolders } from './frame-folders.js';
import { readSynthetic } from './synthetic.js';
import { readTripletFolders } from './triplet-folders.js';
import { readTripletList } from './triplet-list.js';
import { readVimeoTriplets } from './vimeo-triplets.js';
import { readYuv420 } from './yuv420.js';

/**
 * Finds the sequences or triplets of a data set.
 * @param folder Undefined for pictures that are made.
 * @throws ConfigError without a folder where one is needed; MediaError if it is missing, with where to get the data set.
 */
export async function readLayout(
  { layout, source }: Pick<Protocol, 'layout' | 'source'>,
  folder: string | undefined,
): Promise<LayoutContent> {
  if (layout.kind === 'synthetic') return readSynthetic(layout);
  if (folder === undefined) throw new ConfigError('data', 'this protocol needs the folder of its data set.');
  return readFolder(layout, folder).catch((error: unknown) => {
    if (!MediaError.isInstance(error)) throw error;
    const { file, message } = error;
    throw new MediaError(file, message.slice(file.length + 2), { hint: `The data set: ${source}`, cause: error });
  });
}

function readFolder(
  layout: Exclude<Protocol['layout'], { kind: 'synthetic' }>,
  folder: string,
): Promise<LayoutContent> {
  switch (layout.kind) {
    case 'davis':
      return readDavis(layout, folder);
    case 'vimeo-triplets':
      return readVimeoTriplets(layout, folder);
    case 'triplet-folders':
      return readTripletFolders(layout, folder);
    case 'triplet-list':
      return readTripletList(layout, folder);
    case 'frame-folders':
      return readFrameFolders(layout, folder);
    case 'yuv420':
      return readYuv420(layout, folder);
  }
}
