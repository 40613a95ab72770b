import { readFile } from 'node:fs/promises';
import { type FloatTensor, hash32, hostTensor, sizeOf } from '@vosvfi/core';
import { z } from 'zod';

/** One tensor of a fixture's `params.json`. */
const parameterRuleSchema = z.strictObject({
  key: z.string(),
  shape: z.array(z.int().nonnegative()),
  center: z.number(),
  amplitude: z.number(),
  /** Added on the diagonal of a [C, C, 1, 1] matrix. */
  diag: z.number().optional(),
  /** Key of the tensor whose values this one shares; that key's name is hashed. */
  alias_of: z.string().optional(),
  /** First four values and float64 sum of all, to check the generator. */
  first4: z.array(z.number()),
  sum: z.number(),
});

/** How a fixture makes one weight tensor. */
export type ParameterRule = z.infer<typeof parameterRuleSchema>;

/**
 * The weights rule of the parity fixtures: FNV-1a of the key seeds xorshift32, whose states fill the tensor in C order with
 * `center + amplitude * (2u - 1)`, u in [0, 1), rounded once to float32. Python and JavaScript give the same bits.
 * @param diag added where row equals column of a [C, C, ...] tensor.
 */
export function oracleTensor(
  key: string,
  shape: readonly number[],
  center: number,
  amplitude: number,
  diag = 0,
): FloatTensor {
  const data = new Float32Array(sizeOf(shape));
  const [rows = 1, columns = 1] = shape;
  const rest = sizeOf(shape.slice(2));
  let state = hash32(key) || 1;
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    const value = center + amplitude * (2 * (state / 4294967296) - 1);
    const column = Math.floor(i / rest) % columns;
    const row = Math.floor(i / (rest * columns)) % rows;
    data[i] = diag !== 0 && row === column ? value + diag : value;
  }
  return hostTensor(data, shape);
}

/**
 * All weights of a `params.json`, in its order.
 * @throws Error if a tensor does not have the stored first values and sum.
 */
export function oracleWeights(rules: readonly ParameterRule[]): Map<string, FloatTensor> {
  return new Map(
    rules.map((rule) => {
      const tensor = oracleTensor(rule.alias_of ?? rule.key, rule.shape, rule.center, rule.amplitude, rule.diag);
      const sum = tensor.data.reduce((total, value) => total + value, 0);
      const firstAgree = rule.first4.every((value, i) => Math.fround(value) === tensor.data[i]);
      // The stored sum was added in another order.
      if (!firstAgree || Math.abs(sum - rule.sum) > 1e-9 * (1 + Math.abs(rule.sum)) * Math.sqrt(tensor.data.length)) {
        throw new Error(
          `Weights rule: "${rule.key}" starts ${[...tensor.data.slice(0, 4)]} and sums to ${sum}; expected ${rule.first4} and ${rule.sum}.`,
        );
      }
      return [rule.key, tensor];
    }),
  );
}

/** Reads and checks a `params.json`. */
export async function readParameterRules(path: string): Promise<ParameterRule[]> {
  return z.array(parameterRuleSchema).parse(JSON.parse(await readFile(path, 'utf8')));
}
