import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, type HostTensor } from '@vosvfi/core';
import { oracleWeights, readFixture, readParameterRules } from '@vosvfi/testing';
import { z } from 'zod';

/** Facts of one stored tensor; only what the comparison needs. */
const tensorStatsSchema = z.looseObject({
  shape: z.array(z.int()),
  /** Present where only a part is stored: the shape a run gives, and [start, stop) for every axis. */
  full_shape: z.array(z.int()).optional(),
  crop: z.array(z.tuple([z.int(), z.int()])).optional(),
  /** Relative L2 difference between the reference's float32 and float64 runs. */
  f32_vs_f64_rel_l2: z.number().optional(),
  /** The same for integers: number of elements that differ. */
  f32_vs_f64_mismatches: z.int().optional(),
});

/** See the fields of `stats.json`. */
export type TensorStats = z.infer<typeof tensorStatsSchema>;

const gradientSummarySchema = z.looseObject({
  l2: z.number(),
  sum: z.number(),
  first4: z.array(z.number()),
  l2_f64: z.number(),
});

/** Norm, sum and first entries of one parameter's gradient. */
export type GradientSummary = z.infer<typeof gradientSummarySchema>;

const paramGradsSchema = z.record(z.string(), z.record(z.string(), gradientSummarySchema.nullable()));

/** Loss label to parameter key to summary; null where the parameter takes no part. */
export type ParamGrads = z.infer<typeof paramGradsSchema>;

/** A folder of stored tensors. */
export interface Fixture {
  readonly tensors: Map<string, HostTensor>;
  readonly stats: Record<string, TensorStats>;
  readonly weights: Map<string, HostTensor>;
  readonly paramGrads: ParamGrads | undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CheckpointError(path, `cannot be read as JSON (${(cause as Error).message}).`, { cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new CheckpointError(path, z.prettifyError(result.error));
}

/**
 * Reads a folder and makes its weights, which are checked against their stored first values and sums.
 * @throws CheckpointError naming the file that is missing or wrong.
 */
export async function readFixtureFolder(dir: string): Promise<Fixture> {
  const params = join(dir, 'params.json');
  const grads = join(dir, 'param_grads.json');
  return {
    tensors: await readFixture(join(dir, 'tensors.safetensors')),
    stats: await readJson(join(dir, 'stats.json'), z.record(z.string(), tensorStatsSchema)),
    weights: (await exists(params)) ? oracleWeights(await readParameterRules(params)) : new Map(),
    paramGrads: (await exists(grads)) ? await readJson(grads, paramGradsSchema) : undefined,
  };
}
