import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import * as tf from '../src/tf.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use at one moment. */
export interface Usage {
  readonly tensors: number;
  readonly buffers: number;
  /** Resident memory in bytes. */
  readonly resident: number;
}

/** Tensors and memory once what nobody holds is gone; results die in a later turn of the event loop. */
export async function usage(): Promise<Usage> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  const { numTensors, numDataBuffers } = tf.memory();
  return { tensors: numTensors, buffers: numDataBuffers, resident: process.memoryUsage.rss() };
}

/** How often to do something, and what it may leave behind. */
export interface Repetition {
  readonly count: number;
  /** Rounds before the first look at memory. */
  readonly warmUp: number;
  /** Bytes. */
  readonly allowedGrowth: number;
}

/** How often all rounds are done at most: an allocator may keep what it was given back once, a leak grows every time. */
const mostLooks = 3;

/** Fails if the rounds leave tensors, or more memory than allowed, behind. Returns the bytes that memory grew by. */
export async function expectFlat(
  { count, warmUp, allowedGrowth }: Repetition,
  round: () => Promise<unknown>,
): Promise<number> {
  for (let i = 0; i < warmUp; i++) await round();
  let growth = Number.POSITIVE_INFINITY;
  for (let look = 0; look < mostLooks && growth >= allowedGrowth; look++) {
    const before = await usage();
    for (let i = 0; i < count; i++) await round();
    const after = await usage();
    expect({ tensors: after.tensors, buffers: after.buffers }).toEqual({
      tensors: before.tensors,
      buffers: before.buffers,
    });
    growth = after.resident - before.resident;
  }
  expect(growth).toBeLessThan(allowedGrowth);
  return growth;
}
