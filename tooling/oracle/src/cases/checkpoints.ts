import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@vosvfi/core';
import { elementsOf, type StoredDType } from '@vosvfi/core/safetensors';
import {
  CheckpointTensor,
  openPytorch,
  PickleDict,
  PickleRecord,
  PickleTuple,
  type PickleValue,
  type PytorchFile,
} from '@vosvfi/models/weights';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';

const dtypeNames: Readonly<Record<string, StoredDType>> = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

const tensorSchema = z.strictObject({
  kind: z.literal('tensor'),
  dtype: z.string(),
  shape: z.array(z.int()),
  stride: z.array(z.int()),
  storage_offset: z.int(),
  sum: z.number(),
  first4: z.array(z.number()),
  last: z.number().nullable(),
  parameter: z.boolean(),
  requires_grad: z.boolean(),
  first4_exact: z.array(z.string()).optional(),
});
type ExpectedTensor = z.infer<typeof tensorSchema>;

const plainSchema = z.strictObject({
  kind: z.enum(['int', 'float', 'bool', 'str', 'NoneType']),
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
});
const namespaceSchema = z.strictObject({
  kind: z.literal('argparse.Namespace'),
  values: z.record(z.string(), z.unknown()),
});
const entrySchema = z.union([tensorSchema, plainSchema, namespaceSchema]);
type ExpectedEntry = z.infer<typeof entrySchema>;

const expectedSchema = z.record(
  z.string(),
  z.looseObject({ verdict: z.enum(['load', 'refuse']), entries: z.record(z.string(), entrySchema).optional() }),
);

function keyText(key: PickleValue): string {
  return typeof key === 'string' ? key : `<int>${String(key)}`;
}

/** Children of a container with the path components of `expected.json`, or undefined for a leaf. */
function childrenOf(value: PickleValue): [string, PickleValue][] | undefined {
  if (value instanceof PickleDict) return [...value.entries].map(([key, item]) => [keyText(key), item]);
  if (value instanceof PickleTuple) return value.items.map((item, i) => [`[tuple]${i}`, item]);
  if (Array.isArray(value)) return value.map((item, i) => [`[list]${i}`, item]);
  if (value instanceof PickleRecord && value.className === 'torch.Size') {
    const [items] = value.args;
    return items instanceof PickleTuple ? items.items.map((item, i) => [`[Size]${i}`, item]) : [];
  }
  return undefined;
}

function flatten(value: PickleValue, path: string, into: Map<string, PickleValue>): Map<string, PickleValue> {
  const children = childrenOf(value);
  if (children === undefined) into.set(path, value);
  else for (const [name, child] of children) flatten(child, path === '' ? name : `${path}/${name}`, into);
  return into;
}

function toPlain(value: PickleValue): unknown {
  if (value instanceof PickleTuple) return value.items.map(toPlain);
  return Array.isArray(value) ? value.map(toPlain) : value;
}

async function tensorAgrees(file: PytorchFile, tensor: CheckpointTensor, expected: ExpectedTensor): Promise<boolean> {
  const stored = await file.read(tensor);
  const exact = elementsOf(stored);
  const values = Array.from(exact as ArrayLike<number>, Number);
  const sum = values.reduce((total, value) => total + value, 0);
  const magnitude = values.reduce((total, value) => total + Math.abs(value), 0);
  const facts = [
    [stored.dtype, dtypeNames[expected.dtype]],
    [tensor.shape, expected.shape],
    [tensor.strides, expected.stride],
    [tensor.offset, expected.storage_offset],
    [tensor.isParameter, expected.parameter],
    [tensor.isParameter && tensor.requiresGrad, expected.requires_grad],
    [values.slice(0, 4), expected.first4],
    [values.at(-1) ?? null, expected.last],
    [
      expected.first4_exact &&
        Array.from(exact as BigInt64Array)
          .slice(0, 4)
          .map(String),
      expected.first4_exact,
    ],
  ];
  const sumAgrees = Math.abs(sum - expected.sum) <= 1e-12 * magnitude;
  return sumAgrees && facts.every(([actual, wanted]) => JSON.stringify(actual) === JSON.stringify(wanted));
}

function plainAgrees(value: PickleValue, expected: z.infer<typeof plainSchema>['value']): boolean {
  const isText = typeof expected === 'string' && typeof value !== 'string';
  return isText ? String(value).replace('Infinity', 'inf') === expected : value === expected;
}

async function entryAgrees(
  file: PytorchFile,
  value: PickleValue | undefined,
  expected: ExpectedEntry,
): Promise<boolean> {
  if (value === undefined) return false;
  if (expected.kind === 'tensor') return value instanceof CheckpointTensor && tensorAgrees(file, value, expected);
  if (expected.kind !== 'argparse.Namespace') return plainAgrees(value, expected.value);
  if (!(value instanceof PickleRecord) || value.className !== expected.kind) return false;
  const attributes = Object.fromEntries([...value.attributes].map(([key, item]) => [String(key), toPlain(item)]));
  return JSON.stringify(attributes) === JSON.stringify(expected.values);
}

/** Number of entries that differ from what PyTorch reads, in either direction. */
async function countDifferences(path: string, expected: Readonly<Record<string, ExpectedEntry>>): Promise<number> {
  const file = await openPytorch(path);
  try {
    const values = flatten(file.root, '', new Map());
    let differences = [...values.keys()].filter((name) => expected[name] === undefined).length;
    for (const [name, entry] of Object.entries(expected)) {
      if (!(await entryAgrees(file, values.get(name), entry))) differences++;
    }
    return differences;
  } finally {
    await file.close();
  }
}

async function isRefused(path: string): Promise<boolean> {
  try {
    await (await openPytorch(path)).close();
    return false;
  } catch (error) {
    if (error instanceof CheckpointError) return true;
    throw error;
  }
}

/** PyTorch checkpoints: each must load as PyTorch loads it, or be refused. */
export const metricCase: MetricCase = {
  ids: ['checkpoints'],
  run: async (dir) => {
    const files = expectedSchema.parse(JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8')));
    const comparisons: MetricComparison[] = [];
    for (const [name, { verdict, entries = {} }] of Object.entries(files)) {
      const path = join(dir, name);
      if (verdict === 'refuse') {
        const actual = (await isRefused(path)) ? 1 : 0;
        comparisons.push({ name: `${name} refused`, actual, expected: 1, tolerance: 0 });
      } else {
        const actual = await countDifferences(path, entries);
        const count = Object.keys(entries).length;
        comparisons.push({ name: `${name} differences in ${count} entries`, actual, expected: 0, tolerance: 0 });
      }
    }
    return comparisons;
  },
};
