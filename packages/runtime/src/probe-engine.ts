import { VosvfiError } from '@vosvfi/core';
import { compile } from './compile.js';
import type { EngineId } from './engine.js';
import { describeEngine } from './engine-description.js';
import type { EngineFact, EngineSpeed } from './engine-facts.js';
import { remedyFor } from './engine-remedies.js';
import * as tf from './tf.js';

/** How long the speed of an engine is measured, in seconds. */
const speedSeconds = 2;

/** Channels and size of the picture whose convolution is measured. */
const measured = { height: 96, width: 160, channels: 32 } as const;

/** Tries one engine in this process. An engine that cannot be used is a fact, not an error: nothing is thrown. */
export async function probeEngine(engine: EngineId, { speed }: { readonly speed: boolean }): Promise<EngineFact> {
  try {
    await checkConvolution(engine);
    const description = await describeEngine(engine);
    return {
      engine,
      usable: true,
      description,
      ...(speed && { speed: await measureSpeed(engine) }),
      remarks: remarksOn(engine, process.version),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = (VosvfiError.isInstance(error) ? error.hint : undefined) ?? remedyFor(engine);
    // The message of a VosvfiError ends with its hint.
    return { engine, usable: false, reason: reason.replace(` ${remedy}`, ''), remedy, remarks: [] };
  }
}

/** @param nodeVersion Such as `v24.1.0`. */
export function remarksOn(engine: EngineId, nodeVersion: string): string[] {
  const major = Number(/^v(\d+)/.exec(nodeVersion)?.[1]);
  if (engine !== 'tensorflow' || major < 23) return [];
  return [`tfjs-node calls functions that Node.js ${major} has no more; VOSVFI puts them back when it loads it.`];
}

/** @throws Error if the engine cannot run a convolution or runs it wrong. */
async function checkConvolution(engine: EngineId): Promise<void> {
  const compiled = await compile(
    ({ x }) => ({ y: tf.sum(tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 1, 1]), 1, 'same')) }),
    { x: { shape: [1, 8, 8, 1] } },
    { engine },
  );
  try {
    const { y } = await compiled.run({
      x: { data: new Float32Array(64).fill(1), shape: [1, 8, 8, 1], dtype: 'float32' },
    });
    // 36 inner pixels see nine ones, 24 at edges six, 4 corners four.
    if (y?.data[0] !== 484) throw new Error(`The sum of a test convolution is ${y?.data[0]}, expected 484.`);
  } finally {
    await compiled.dispose();
  }
}

/** The median run of a 3x3 convolution, with its input handed over at each run. */
async function measureSpeed(engine: EngineId): Promise<EngineSpeed> {
  const { height, width, channels } = measured;
  const shape = [1, height, width, channels];
  const x = { data: new Float32Array(height * width * channels).fill(0.5), shape, dtype: 'float32' as const };
  const filterShape = [3, 3, channels, channels];
  const filter = { data: new Float32Array(9 * channels * channels).fill(0.01), shape: filterShape, dtype: x.dtype };
  const compiled = await compile(
    ({ image }, weights) => ({
      y: tf.max(tf.conv2d(image as tf.Tensor4D, weights.get('filter') as tf.Tensor4D, 1, 'same')),
    }),
    { image: { shape } },
    { engine, weights: new Map([['filter', filter]]) },
  );
  try {
    await compiled.run({ image: x });
    const times: number[] = [];
    const end = performance.now() + speedSeconds * 1000;
    while (times.length === 0 || performance.now() < end) {
      const started = performance.now();
      await compiled.run({ image: x });
      times.push(performance.now() - started);
    }
    const milliseconds = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number;
    const operations = 2 * 9 * channels ** 2 * height * width;
    return {
      operation: `convolution 3x3, ${channels} to ${channels} channels, ${width}x${height}`,
      milliseconds,
      gigaflops: operations / milliseconds / 1e6,
    };
  } finally {
    await compiled.dispose();
  }
}
