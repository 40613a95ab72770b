import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CheckpointError, createRandom, hostTensor } from '@vosvfi/core';
import { toFloat32 } from '@vosvfi/core/safetensors';
import type { ParameterSpec } from '@vosvfi/runtime/network';
import { permute } from '@vosvfi/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWeights } from './load.js';
import { openPytorch } from './pytorch/open.js';
import { saveWeights } from './save.js';
import { openStateDicts } from './state-dicts.js';

const fixtures = fileURLToPath(new URL('../../test/fixtures/checkpoints/', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

const spec = (key: string, ...shape: number[]): ParameterSpec => ({ key, shape, init: () => new Float32Array() });
/** The network that most fixtures hold. */
const parameters = [
  spec('head.weight', 5, 8),
  spec('encoder.0.weight', 8, 3, 3, 3),
  spec('encoder.0.bias', 8),
  spec('bn.weight', 8),
  spec('bn.running_mean', 8),
  spec('bn.running_var', 8),
];

async function failure(action: Promise<unknown>): Promise<CheckpointError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckpointError);
  return error as CheckpointError;
}

describe('loadWeights', () => {
  it.each(['state_dict.zip.pth', 'state_dict.legacy.pth', 'adacof_style.zip.pth', 'adacof_style.legacy.pth'])(
    'finds the weights in %s, in the order of the parameters',
    async (name) => {
      const weights = await loadWeights(join(fixtures, name), parameters);
      expect([...weights.keys()]).toEqual(parameters.map(({ key }) => key));
      expect(weights.get('encoder.0.weight')!.shape).toEqual([8, 3, 3, 3]);
      expect(weights.get('encoder.0.weight')!.data[0]).toBe(1.6905256509780884);
    },
  );

  it('reads dictionaries that Python 2 wrote, as the authors of LPIPS did', async () => {
    const channels = [64, 192, 384, 256, 256];
    const heads = channels.map((count, k) => spec(`lin${k}.model.1.weight`, 1, count, 1, 1));
    const weights = await loadWeights(join(fixtures, 'lpips_alex_heads.python2.pth'), heads);
    expect(weights.get('lin2.model.1.weight')!.data[3]).toBe(Math.fround(0.735379695892334));
    const sum = weights.get('lin4.model.1.weight')!.data.reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(20.317177099761324, 5);
  });

  it('strips the prefix of parallel training by itself, others when asked, and names them when not', async () => {
    const parallel = await loadWeights(join(fixtures, 'module_prefix.zip.pth'), parameters);
    expect([...parallel.keys()]).toEqual(parameters.map(({ key }) => key));
    const path = join(folder, 'prefixed.safetensors');
    await saveWeights(path, new Map([...parallel].map(([key, tensor]) => [`net.${key}`, tensor])));
    expect((await loadWeights(path, parameters, { prefix: 'net.' })).size).toBe(6);
    const { message } = await failure(loadWeights(path, parameters));
    expect(message).toMatch(/6 of 6 tensors are missing: head\.weight \[5, 8\].*start with "net\."/);
  });

  it('passes over what is optional, and says what it is told to of files that do not fit', async () => {
    const path = join(fixtures, 'module_prefix.zip.pth');
    const [first, ...rest] = parameters;
    expect((await loadWeights(path, rest, { optional: [first!] })).size).toBe(5);
    const { message } = await failure(loadWeights(path, rest, { hint: 'Take another file.' }));
    expect(message).toMatch(/1 are not the network's: head\.weight \[5, 8\]\. Take another file\.$/);
  });

  it('refuses a file with more than the network, naming the first', async () => {
    const path = join(fixtures, 'dtypes.zip.pth');
    expect((await failure(loadWeights(path, [spec('f16', 3, 4)]))).message).toMatch(
      /13 are not.*f32 \[3, 4\].*and 5 more/,
    );
  });

  it('passes over what else a file holds where the network is a part of it', async () => {
    const weights = await loadWeights(join(fixtures, 'state_dict.zip.pth'), parameters.slice(0, 2), { isPart: true });
    expect([...weights.keys()]).toEqual(['head.weight', 'encoder.0.weight']);
    const missing = loadWeights(join(fixtures, 'state_dict.zip.pth'), [spec('tail.bias', 2)], { isPart: true });
    expect((await failure(missing)).message).toContain('1 of 1 tensors are missing: tail.bias [2]');
  });

  it('lists what is missing, unexpected, mis-shaped and of another type', async () => {
    const path = join(fixtures, 'state_dict.zip.pth');
    const wrong = [
      ...parameters.slice(1, 4),
      spec('bn.running_mean', 9),
      spec('tail.bias', 2),
      spec('bn.num_batches_tracked'),
    ];
    const { message, file } = await failure(loadWeights(path, wrong));
    expect(file).toBe(path);
    expect(message).toContain('1 of 6 tensors are missing: tail.bias [2]');
    expect(message).toContain("2 are not the network's: bn.running_var [8], head.weight [5, 8]");
    expect(message).toContain('bn.running_mean (expected [9], found [8])');
    expect(message).toContain('bn.num_batches_tracked (expected floating point, found I64)');
  });

  it('takes the named place of a checkpoint with several', async () => {
    const path = join(fixtures, 'training_full.zip.pth');
    const network = [spec('weight', 3, 4), spec('bias', 3)];
    expect((await loadWeights(path, network)).size).toBe(2);
    expect((await loadWeights(path, network, { at: 'network' })).size).toBe(2);
    const { message } = await failure(loadWeights(path, network, { at: 'model' }));
    expect(message).toMatch(/no tensors at "model".*"network"/);
    expect((await failure(loadWeights(path, [spec('exp_avg', 3)]))).message).toMatch(
      /2 places \("optimizer\/state\/0"/,
    );
    expect((await failure(loadWeights(path, parameters))).message).toMatch(/no place with all 6 tensors/);
  });

  it('gives back what saveWeights wrote', async () => {
    const path = join(folder, 'saved.safetensors');
    const random = createRandom(1);
    const weights = new Map(
      parameters.map(({ key, shape }) => {
        const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
        return [key, hostTensor(data, shape)];
      }),
    );
    await saveWeights(path, weights, { model: 'test' });
    expect(await loadWeights(path, parameters)).toEqual(weights);
  });

  it('tells formats by content', async () => {
    const path = join(folder, 'renamed.safetensors');
    await writeFile(path, await readFile(join(fixtures, 'state_dict.zip.pth')));
    expect((await loadWeights(path, parameters)).size).toBe(6);
    const { message } = await failure(loadWeights(join(fixtures, 'not_a_checkpoint.pth'), parameters));
    expect(message).toMatch(/neither a safetensors file nor a PyTorch checkpoint/);
    expect((await failure(loadWeights(join(folder, 'none.pth'), parameters))).message).toMatch(/no such file/);
  });
});

describe('openStateDicts', () => {
  it('gives views in C order and half precision as stored', async () => {
    const views = await openStateDicts(join(fixtures, 'views.legacy.pth'));
    const [base, transposed] = await Promise.all(
      ['base', 'transposed'].map(async (key) => toFloat32(await views.stateDicts.get('')!.get(key)!.read())),
    );
    expect(transposed).toEqual(permute(base!, [1, 0]));
    await views.close();
    const types = await openStateDicts(join(fixtures, 'dtypes.zip.pth'));
    const half = await types.stateDicts.get('')!.get('f16')!.read();
    expect([half.dtype, half.bytes.length, toFloat32(half).data[0]]).toEqual(['F16', 24, 1.3466796875]);
    await types.close();
  });

  it('lists every dictionary of tensors once', async () => {
    const file = await openStateDicts(join(fixtures, 'training_full.legacy.pth'));
    expect([...file.stateDicts.keys()]).toEqual([
      'network',
      'optimizer/state/0',
      'optimizer/state/1',
      'nested/a/b',
      'nested/list/1',
    ]);
    await file.close();
  });
});

describe('hostile and damaged checkpoints', () => {
  it.each([
    ['malicious_os_system', /refused: the file names (os|posix)\.system/],
    ['malicious_eval', /refused: the file names builtins\.eval|__builtin__\.eval/],
    ['malicious_getattr', /refused: the file names (builtins|__builtin__)\.getattr/],
  ])('%s is refused with the name it uses', async (name, message) => {
    for (const format of ['zip', 'legacy']) {
      const error = await failure(openPytorch(join(fixtures, `${name}.${format}.pth`)));
      expect(error.message).toMatch(message);
      expect(error.message).toContain('Nothing of it was run');
    }
  });

  it('cut files say so', async () => {
    expect((await failure(openPytorch(join(fixtures, 'truncated.zip.pth')))).message).toMatch(/damaged zip.*cut off/);
    expect((await failure(openPytorch(join(fixtures, 'truncated.legacy.pth')))).message).toMatch(/cut off/);
  });

  it('a changed element of a storage is noticed by its checksum', async () => {
    const bytes = await readFile(join(fixtures, 'state_dict.zip.pth'));
    // Inside data/0, the first convolution.
    bytes[1000]! ^= 1;
    const path = join(folder, 'changed.pth');
    await writeFile(path, bytes);
    expect((await failure(loadWeights(path, parameters))).message).toMatch(/storage "0".*checksum/);
  });

  it('an archive that points far outside itself is damaged', async () => {
    const bytes = await readFile(join(fixtures, 'state_dict.zip.pth'));
    // The 64-bit end-of-directory locator names the directory's position.
    bytes.writeBigUInt64LE(2n ** 63n, bytes.lastIndexOf('PK\x06\x07') + 8);
    const path = join(folder, 'outside.pth');
    await writeFile(path, bytes);
    expect((await failure(openPytorch(path))).message).toMatch(/damaged zip archive.*9223372036854776000 of 3474/);
  });

  it('tensors beyond their storage are refused', async () => {
    const bytes = await readFile(join(fixtures, 'state_dict.legacy.pth'));
    // The bias's size, a tuple of one byte-sized integer after its offset 0: `K\x00 K\x08 \x85`.
    const position = bytes.indexOf(Buffer.from([0x4b, 0, 0x4b, 8, 0x85]));
    bytes[position + 3] = 9;
    const path = join(folder, 'beyond.pth');
    await writeFile(path, bytes);
    expect((await failure(openPytorch(path))).message).toMatch(/shape \[9\].*storage of 8/);
  });

  it.each(['views.zip.pth', 'training_full.legacy.pth', 'parameters.zip.pth'])(
    'damage anywhere in %s gives a CheckpointError or nothing',
    async (name) => {
      const intact = await readFile(join(fixtures, name));
      const path = join(folder, 'damaged.pth');
      // An archive's directory is at its end.
      const nearEnd = fc
        .nat(600)
        .map((distance) => intact.length - 1 - distance)
        .filter((position) => position >= 0);
      const readAll = async () => {
        const file = await openStateDicts(path);
        try {
          for (const dict of file.stateDicts.values()) for (const entry of dict.values()) await entry.read();
        } finally {
          await file.close();
        }
      };
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.oneof(fc.nat(intact.length - 1), nearEnd), fc.nat(255)), { maxLength: 4 }),
          fc.option(fc.nat(intact.length - 1)),
          async (changes, length) => {
            const bytes = Buffer.from(intact);
            for (const [position, value] of changes) bytes[position] = value;
            await writeFile(path, bytes.subarray(0, length ?? bytes.length));
            const error = await readAll().then(
              () => undefined,
              (reason: unknown) => reason,
            );
            expect(error === undefined || error instanceof CheckpointError).toBe(true);
          },
        ),
        { numRuns: 300 },
      );
    },
  );
});
