import { readFile } from 'node:fs/promises';
import { CheckpointError, type Frame, ShapeError } from '@vosvfi/core';
import { elementsOf, readSafetensors, type StoredTensor } from '@vosvfi/core/safetensors';
import { z } from 'zod';
import { BLOCK, FEATURES, niqeFeatures } from './features.js';
import { type NiqeLuma, niqeLuma } from './luma.js';
import { type Moments, momentsOf } from './statistics.js';

/** Mean [36] and covariance [36, 36] of the features of pristine pictures. */
export type NiqeModel = Moments;

const jsonSchema = z.object({
  mu_pris_param: z.tuple([z.array(z.number()).length(FEATURES)]),
  cov_pris_param: z.array(z.array(z.number()).length(FEATURES)).length(FEATURES),
});

/**
 * A model from a file of the user's: safetensors with `mu` [36] and `cov` [36, 36], or JSON with the names of the official
 * file, `mu_pris_param` [1, 36] and `cov_pris_param` [36, 36].
 * @throws CheckpointError naming the file and what is wrong.
 */
export async function readNiqeModel(path: string): Promise<NiqeModel> {
  if (path.endsWith('.json')) return modelOfJson(path);
  const { tensors } = await readSafetensors(path);
  return {
    mean: doubles(path, 'mu', tensors.get('mu'), FEATURES),
    covariance: doubles(path, 'cov', tensors.get('cov'), FEATURES * FEATURES),
  };
}

function doubles(path: string, name: string, tensor: StoredTensor | undefined, length: number): Float64Array {
  if (tensor === undefined) throw new CheckpointError(path, `has no tensor "${name}".`);
  const values = Float64Array.from(elementsOf(tensor) as ArrayLike<number>, Number);
  if (values.length === length) return values;
  throw new CheckpointError(path, `tensor "${name}": expected ${length} values, found ${values.length}.`);
}

async function modelOfJson(path: string): Promise<NiqeModel> {
  try {
    const { mu_pris_param: mean, cov_pris_param: rows } = jsonSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return { mean: Float64Array.from(mean[0]), covariance: Float64Array.from(rows.flat()) };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new CheckpointError(path, `is not a NIQE model (${reason}).`, { cause });
  }
}

/** Options of {@link fitNiqeModel}. */
export interface FitNiqeOptions {
  /** Blocks count whose sharpness is above this share of the picture's sharpest block. Default 0.75, as in the paper. */
  readonly sharpness?: number;
  /** Default `yiq`. A picture must be measured with the luma that its model was made with. */
  readonly luma?: NiqeLuma;
}

/**
 * Makes a model from pictures that are as they should be. The paper took 125 photographs; numbers by different models
 * cannot be compared.
 * @param pictures Read one after another.
 * @throws ShapeError if fewer than two blocks of 96x96 can be used.
 */
export async function fitNiqeModel(
  pictures: Iterable<Frame> | AsyncIterable<Frame>,
  { sharpness = 0.75, luma = 'yiq' }: FitNiqeOptions = {},
): Promise<NiqeModel> {
  const rows: Float64Array[] = [];
  for await (const picture of pictures) {
    const blocks = niqeFeatures(niqeLuma(picture, luma));
    const sharpest = Math.max(...blocks.map((block) => block.sharpness));
    for (const block of blocks) if (block.sharpness > sharpness * sharpest) rows.push(block.values);
  }
  const { mean, covariance, completeRows } =
    rows.length === 0 ? { mean: new Float64Array(), covariance: new Float64Array(), completeRows: 0 } : momentsOf(rows);
  if (completeRows < 2) {
    throw new ShapeError('pristine pictures', `at least two sharp blocks of ${BLOCK}x${BLOCK}`, `${completeRows}`);
  }
  return { mean, covariance };
}
