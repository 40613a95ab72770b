import { ConfigError, createRandom, hostTensor, ShapeError, UnsupportedError, VosvfiError } from '@vosvfi/core';
import { afterEach, describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { Compiled, CompileOptions, EngineId, Signature, TensorFunction } from './engine.js';
import * as tf from './tf.js';

const random = createRandom(31);
const noise = (...shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () => random.uniform(-1, 1)),
    shape,
  );

const engines: readonly EngineId[] = ['graph', 'cpu', 'wasm'];
const double: TensorFunction = ({ x }) => ({ y: tf.mul(x as tf.Tensor, 2) });

const made: Compiled[] = [];
afterEach(async () => {
  for (const compiled of made.splice(0)) await compiled.dispose();
});

async function make(fn: TensorFunction, signature: Signature, options: CompileOptions = {}): Promise<Compiled> {
  const compiled = await compile(fn, signature, options);
  made.push(compiled);
  return compiled;
}

/** What compiling and, if that passes, running once is rejected with. */
async function failure(fn: TensorFunction, engine: EngineId, signature: Signature = { x: { shape: [2] } }) {
  const error = await make(fn, signature, { engine })
    .then((compiled) => compiled.run({ x: noise(2) }))
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(VosvfiError);
  return error as VosvfiError;
}

describe.each(engines)('the end of a function on engine %s', (engine) => {
  it('may be asked for twice, and no run starts after it', async () => {
    const compiled = await make(double, { x: { shape: [2] } }, { engine });
    await compiled.dispose();
    await compiled.dispose();
    const error = await compiled.run({ x: noise(2) }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'VOSVFI_DISPOSED' });
    expect((error as Error).message).toBe('The compiled function was disposed. Compile it again.');
    await expect(compiled.save('nowhere')).rejects.toThrow('was disposed');
  });

  it('waits for runs that are under way', async () => {
    const compiled = await make(double, { x: { shape: [3] } }, { engine });
    const x = noise(3);
    const runs = [1, 2, 3].map(() => compiled.run({ x }));
    const ended = compiled.dispose();
    await expect(compiled.run({ x })).rejects.toThrow('was disposed');
    for (const run of runs) expect((await run).y?.data).toEqual(x.data.map((value) => value * 2));
    await ended;
  });

  it('comes after results were taken, which stay', async () => {
    const compiled = await make(double, { x: { shape: [1000] } }, { engine });
    const x = noise(1000);
    const { y } = await compiled.run({ x });
    await compiled.dispose();
    const other = await make(
      ({ x: given }) => ({ y: tf.mul(given as tf.Tensor, 0) }),
      { x: { shape: [1000] } },
      { engine },
    );
    await other.run({ x });
    expect(y?.data).toEqual(x.data.map((value) => value * 2));
  });
});

describe('what cannot be compiled is named', () => {
  const rejected = (signature: unknown, options: CompileOptions = {}) => make(double, signature as Signature, options);

  it('shapes', async () => {
    const shaped = (...shape: unknown[]) => rejected({ x: { shape } });
    await expect(shaped(2, Number.NaN)).rejects.toThrow(ConfigError);
    await expect(shaped(2, Number.NaN)).rejects.toThrow(
      'signature.x.shape[1]: expected a positive whole number, found NaN.',
    );
    await expect(shaped(-1)).rejects.toThrow('signature.x.shape[0]: expected a positive whole number, found -1.');
    await expect(shaped(1.5)).rejects.toThrow('found 1.5');
    await expect(shaped(0, 3)).rejects.toThrow(
      'found 0. Tensors without elements are not compiled: leave the call out.',
    );
  });

  it('types', async () => {
    const typed = (dtype: string) => rejected({ x: { shape: [2], dtype } });
    await expect(typed('int64')).rejects.toThrow(
      'signature.x.dtype: expected one of float32, int32, bool, found int64. Convert it to int32.',
    );
    await expect(typed('string')).rejects.toThrow(
      'signature.x.dtype: expected one of float32, int32, bool, found string.',
    );
    await expect(typed('float16')).rejects.toThrow(ConfigError);
  });

  it('weights', async () => {
    const weighted = (tensor: object) =>
      rejected({ x: { shape: [2] } }, { weights: new Map([['a.b', tensor as never]]) });
    await expect(weighted({ data: new Float32Array(5), shape: [2, 3], dtype: 'float32' })).rejects.toThrow(
      'Weight "a.b": expected 6 elements, found float32 [2, 3] with 5 elements.',
    );
    await expect(weighted({ data: new Int32Array(6), shape: [2, 3], dtype: 'float32' })).rejects.toThrow(
      'Weight "a.b": expected float32 [2, 3] in a Float32Array, found a Int32Array.',
    );
    await expect(weighted({ data: new BigInt64Array(6), shape: [6], dtype: 'int64' })).rejects.toThrow(
      'weights.a.b.dtype: expected one of float32, int32, bool, found int64.',
    );
    await expect(weighted({ data: [1, 2], shape: [2], dtype: 'float32' })).rejects.toThrow(ShapeError);
  });

  it('engines and threads', async () => {
    const signature = { x: { shape: [2] } };
    await expect(rejected(signature, { engine: 'gpu' as EngineId })).rejects.toThrow(
      /^engine: expected one of graph, .*cpu, wasm.*, found "gpu"\./,
    );
    await expect(rejected(signature, { engine: 'graph-gpu' as EngineId })).rejects.toThrow(ConfigError);
    await expect(rejected(signature, { threads: 0 })).rejects.toThrow(
      'threads: expected a positive whole number, found 0.',
    );
    await expect(rejected(signature, { threads: 1.5 })).rejects.toThrow('found 1.5');
  });

  it('inputs of another kind', async () => {
    const compiled = await make(double, { x: { shape: [2] } });
    const given = (tensor: object) => compiled.run({ x: tensor as never });
    await expect(given({ data: new Float64Array(2), shape: [2], dtype: 'float32' })).rejects.toThrow(
      'Input "x": expected float32 [2] in a Float32Array, found a Float64Array.',
    );
    await expect(given({ data: Int32Array.of(1, 2), shape: [2], dtype: 'int32' })).rejects.toThrow(
      'Input "x": expected float32 [2], found int32 [2]',
    );
    await expect(given({ data: new BigInt64Array(2), shape: [2], dtype: 'int64' })).rejects.toThrow('found int64 [2]');
    await expect(given({ data: new Float32Array(3), shape: [2], dtype: 'float32' })).rejects.toThrow('with 3 elements');
  });
});

describe.each(engines)('what a function returns, on engine %s', (engine) => {
  it('is named if it is no tensor', async () => {
    const returns = async (value: unknown) => (await failure((() => value) as never, engine)).message;
    expect(await returns(undefined)).toContain('must return a record of tensors, not undefined');
    expect(await returns(3)).toContain('must return a record of tensors, not 3');
    expect(await returns({ y: 3 })).toContain('must return a record of tensors; "y" is not a tensor');
    expect(await returns({ y: [1, 2] })).toContain('"y" is not a tensor');
    expect(await returns({})).toContain('returns nothing');
    const array = await failure((({ x }: { x: tf.Tensor }) => x) as never, engine);
    expect(array.message).toContain('must return a record of tensors, not a tensor');
    expect(await returns(Promise.resolve({}))).toContain('is asynchronous');
  });

  it('is named if it is of a type that does not cross the border', async () => {
    const strings = await failure(() => ({ y: tf.tensor(['a', 'b']) }), engine);
    expect(strings).toBeInstanceOf(UnsupportedError);
    expect(strings.message).toContain('"string"');
    const complex = await failure(({ x }) => ({ y: tf.complex(x as tf.Tensor, x as tf.Tensor) }), engine);
    expect(complex.message).toMatch(/complex/i);
  });
});

describe.each(engines)('tensors outside of their time, on engine %s', (engine) => {
  it('are named when a disposed one is used', async () => {
    const gone = tf.tensor1d([1, 2]);
    gone.dispose();
    const error = await failure(({ x }) => ({ y: tf.add(x as tf.Tensor, gone) }), engine);
    expect(error.message).toMatch(/disposed/);
    const outputs = await failure(({ x }) => {
      const y = tf.neg(x as tf.Tensor);
      y.dispose();
      return { y };
    }, engine);
    expect(outputs.message).toMatch(/"y".*disposed/);
  });

  it('leave nothing behind when a function fails', async () => {
    const before = { backend: tf.getBackend(), tensors: tf.memory().numTensors };
    const fails: TensorFunction = ({ x }) => {
      tf.square(x as tf.Tensor);
      throw new Error('broken');
    };
    for (let i = 0; i < 3; i++) {
      await expect(make(fails, { x: { shape: [2] } }, { engine }).then((c) => c.run({ x: noise(2) }))).rejects.toThrow(
        'broken',
      );
    }
    const compiled = await make(double, { x: { shape: [2] } }, { engine });
    await compiled.run({ x: noise(2) });
    expect({ backend: tf.getBackend(), tensors: tf.memory().numTensors }).toEqual(before);
  });
});

it('names a traced tensor that is used after its function was compiled', async () => {
  let kept: tf.Tensor | undefined;
  await make(
    ({ x }) => {
      kept = tf.keep(tf.neg(x as tf.Tensor));
      return { y: kept };
    },
    { x: { shape: [2] } },
  );
  await expect(make(({ x }) => ({ y: tf.add(x as tf.Tensor, kept!) }), { x: { shape: [2] } })).rejects.toThrow(
    'A result of Neg from an earlier compilation is used inside another compiled function',
  );
  kept?.dispose();
});

describe.each(engines)('calls at a time on engine %s', (engine) => {
  it('of one function give each its own results', async () => {
    const compiled = await make(
      ({ x }) => ({ y: tf.mul(x as tf.Tensor, 3), total: tf.sum(x as tf.Tensor) }),
      { x: { shape: [64, 64] } },
      { engine },
    );
    const inputs = Array.from({ length: 8 }, () => noise(64, 64));
    const results = await Promise.all(inputs.map((x) => compiled.run({ x })));
    results.forEach(({ y }, i) => {
      expect(y?.data).toEqual(inputs[i]?.data.map((value) => value * 3));
    });
    expect(new Set(results.map(({ y }) => y?.data.buffer)).size).toBe(8);
  });

  it('of functions on several engines do not disturb each other', async () => {
    const functions = await Promise.all(
      [engine, 'graph' as const, 'cpu' as const].map((id, k) =>
        make(({ x }) => ({ y: tf.add(tf.mul(x as tf.Tensor, 2), k) }), { x: { shape: [5] } }, { engine: id }),
      ),
    );
    const x = noise(5);
    const flows = functions.map(async (compiled, k) => {
      for (let i = 0; i < 5; i++) {
        const { y } = await compiled.run({ x });
        y?.data.forEach((value, at) => {
          expect(value).toBeCloseTo((x.data[at] as number) * 2 + k, 6);
        });
      }
    });
    const compiling = Array.from({ length: 3 }, async (_, k) => {
      const compiled = await make(
        ({ x: given }) => ({ y: tf.sub(given as tf.Tensor, k) }),
        { x: { shape: [5] } },
        { engine },
      );
      return (await compiled.run({ x })).y?.data[0];
    });
    await Promise.all(flows);
    const firsts = await Promise.all(compiling);
    firsts.forEach((value, k) => {
      expect(value).toBeCloseTo((x.data[0] as number) - k, 6);
    });
  });
});
