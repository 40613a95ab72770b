import type { BrokenFiles } from '../batches/broken.js';
import { createPictureLibrary, type PictureLibrary } from '../image/picture-library.js';
import { type CutOut, readCutOut } from './cut-out.js';
import type { CutOuts } from './cut-out-folder.js';

/** Decoded cut-outs within a bound of memory. */
export interface CutOutLibrary extends PictureLibrary<CutOut> {
  readonly cutOuts: CutOuts;
}

/** Opens a library; broken files are replaced by the next in the list, if `broken` lets them. */
export function createCutOutLibrary(cutOuts: CutOuts, broken: BrokenFiles): CutOutLibrary {
  const read = (file: string) => readCutOut(file, cutOuts.maxSide);
  return { cutOuts, ...createPictureLibrary({ ...cutOuts, what: 'cut-outs', read }, broken) };
}
