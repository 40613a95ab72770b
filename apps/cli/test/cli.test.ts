import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createRandom, type HostTensor, hostTensor, type TensorData } from '@vosvfi/core';
import { findExecutable, readMask, writeFrame, writeMask } from '@vosvfi/data';
import { findFlowNetwork, findModel } from '@vosvfi/models';
import { loadWeights, readSafetensors, saveWeights } from '@vosvfi/models/weights';
import { initializeWeights } from '@vosvfi/runtime';
import { engineIds } from '@vosvfi/runtime/engine';
import { stcnTinyWeightsUrl } from '@vosvfi/vos/weights';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const checkpoints = join(root, 'packages/models/test/fixtures/checkpoints');
let folder: string;
let weightsFile: string;
let weights: Map<string, HostTensor>;

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a person would. */
async function vosvfi(...args: string[]): Promise<Result> {
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...args], { cwd: folder });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Result;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: TensorData) => Buffer.from(buffer, byteOffset, byteLength);

beforeAll(async () => {
  // What is tested is what users install; a build that is up to date costs a second.
  const turbo = createRequire(join(root, 'package.json')).resolve('turbo/bin/turbo');
  const args = [turbo, 'run', 'build', '--filter=@vosvfi/cli...', '--output-logs=errors-only'];
  await run(process.execPath, args, { cwd: root, env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } });
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-'));
  weightsFile = join(folder, 'ifrnet_s.safetensors');
  weights = initializeWeights((await findModel('ifrnet_s').load()).parameters, createRandom(5));
  await saveWeights(weightsFile, weights);
}, 900_000);
afterAll(() => rm(folder, { recursive: true }));

describe('wrong use', () => {
  it.each<[string[], RegExp]>([
    [['modles'], /unknown command 'modles'.*Did you mean models\?/s],
    [['models', 'lst'], /unknown command 'lst'.*Did you mean list\?/s],
    [['models', 'list', '--jsn'], /unknown option '--jsn'.*Did you mean --json\?/s],
    [['models', 'list', 'more'], /too many arguments/],
    [['models', 'info'], /missing required argument 'id'/],
    [['models', 'convert', 'a.pth', '--model', 'ifrnet'], /required option '-o, --output <file>' not specified/],
    [['models', 'convert', 'a.pth', '--model', 'ifrnet', '-o', 'a.bin'], /ends in \.safetensors/],
    [['models', 'export', 'ifrnet', '--weights', 'w', '-o', 'a.onnx', '--size', '48'], /height x width/],
    [['models', 'info', 'ifrnet_x'], /no network "ifrnet_x".*Known: ifrnet_s, ifrnet, ifrnet_l/],
    [['doctor', '--fast'], /unknown option '--fast'/],
    [['train', '--resme'], /unknown option '--resme'.*Did you mean --resume\?/s],
    [['data', 'prepair'], /unknown command 'prepair'.*Did you mean prepare\?/s],
    [['data', 'prepare', 'a.mp4', '-o', 'x', '--max', 'many'], /Expected a number/],
    [['segment', 'a.mp4', '-o', 'x'], /required option '--mask <\[frame=\]file>' not specified/],
    [['evaluate', 'x3', '--data', '.', '--model', 'blend'], /no protocol "x3".*There are: .*x2/s],
  ])('%j ends with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await vosvfi(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
  });
});

describe('help', () => {
  it('lists every command', async () => {
    const { code, stdout } = await vosvfi('--help');
    expect(code).toBe(0);
    for (const name of ['train', 'evaluate', 'segment', 'data', 'models', 'doctor'])
      expect(stdout).toContain(`\n  ${name} `);
  });

  it('loads no network, engine or picture code', async () => {
    const log = fileURLToPath(new URL('log-imports.mjs', import.meta.url));
    const imports = async (...args: string[]) => {
      const { stderr } = await run(process.execPath, ['--import', pathToFileURL(log).href, main, ...args]);
      return stderr.split('\n').filter((line) => line.startsWith('import '));
    };
    const heavy = /tensorflow|onnxruntime|sharp|packages\/(?!core\/)|apps\/(?!cli\/)/;
    const help = await imports('--help');
    expect(help.some((line) => line.includes('commander'))).toBe(true);
    expect(help.filter((line) => heavy.test(line))).toEqual([]);
    // The same pattern sees what a command that needs them loads.
    expect((await imports('models', 'list')).filter((line) => heavy.test(line))).not.toEqual([]);
  });

  it('shows the flags of a command that is loaded late', async () => {
    expect((await vosvfi('help', 'train')).stdout).toContain('--resume');
    expect((await vosvfi('train', '--help')).stdout).toContain('--resume');
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect((await vosvfi('--version')).stdout).toBe(`${version}\n`);
  });
});

describe('models', () => {
  it('lists networks for people and for programs', async () => {
    expect((await vosvfi('models', 'list')).stdout).toMatch(
      /^ifrnet_s +2,803,610 +\(none needed: they come along\) +any$/m,
    );
    const list = JSON.parse((await vosvfi('models', 'list', '--json')).stdout);
    expect(list.map(({ id }: { id: string }) => id)).toEqual([
      ...['ifrnet_s', 'ifrnet', 'ifrnet_l'],
      ...['adacof', 'adacof_plus', 'adacof_compressed', 'adacof_plus_compressed'],
      ...['cdfi', 'rife', 'rife_m'],
      ...['stcn', 'stcn_tiny', 'mast', 'rvos_one_shot'],
      ...['raft', 'raft_small'],
    ]);
    expect(list[0]).toMatchObject({ task: 'interpolation', parameters: 2803610, needsWeights: false });
    expect(list[1]).toMatchObject({ task: 'interpolation', needsWeights: true });
    const tiny = list.find(({ id }: { id: string }) => id === 'stcn_tiny');
    expect(tiny).toMatchObject({ task: 'segmentation', parameters: 1_596_102, needsWeights: false });
  });

  it('says whether weights fit', async () => {
    const { code, stdout } = await vosvfi('models', 'info', 'ifrnet_s', '--weights', weightsFile, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'ifrnet_s',
      tensors: 104,
      weights: { fits: true, tensors: 104, values: 2803610, nonFinite: 0 },
    });
    const other = await vosvfi('models', 'info', 'ifrnet', '--weights', weightsFile);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/does not fit the network; .*expected \[32, 3, 3, 3\], found \[24, 3, 3, 3\]/);
  });

  it('converts what fits, keeping every value', async () => {
    const output = join(folder, 'converted.safetensors');
    const prefixed = join(folder, 'prefixed.safetensors');
    await saveWeights(prefixed, new Map([...weights].map(([key, tensor]) => [`net.${key}`, tensor])));
    const convert = ['models', 'convert', prefixed, '-o', output, '--model', 'ifrnet_s'];
    const refused = await vosvfi(...convert);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/104 of 104 tensors are missing.*start with "net\."/);
    expect(await readdir(folder)).not.toContain('converted.safetensors');

    const { code, stdout } = await vosvfi(...convert, '--prefix', 'net.', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ output, model: 'ifrnet_s', tensors: 104 });
    const converted = await loadWeights(output, (await findModel('ifrnet_s').load()).parameters);
    expect([...converted.keys()]).toEqual([...weights.keys()]);
    for (const [key, { data }] of weights)
      expect(Buffer.compare(bytesOf(data), bytesOf(converted.get(key)!.data))).toBe(0);
    expect((await readSafetensors(output)).metadata).toMatchObject({
      model: 'ifrnet_s',
      source: 'prefixed.safetensors',
    });
  });

  it('knows segmentation networks, whose graphs are not exported', async () => {
    const output = join(folder, 'tiny.safetensors');
    const tiny = fileURLToPath(stcnTinyWeightsUrl);
    const converted = await vosvfi('models', 'convert', tiny, '-o', output, '--model', 'stcn_tiny', '--half', '--json');
    expect(JSON.parse(converted.stdout)).toMatchObject({ model: 'stcn_tiny', values: 1_596_102 });
    // Halves: two bytes a value, and a header.
    expect((await stat(output)).size / 2 / 1_596_102).toBeCloseTo(1, 1);
    const info = await vosvfi('models', 'info', 'stcn_tiny', '--weights', output);
    expect(info.stdout).toMatch(/^weights +come along$/m);
    expect(info.stdout).toMatch(/^fits /m);
    const args = ['models', 'export', 'stcn_tiny', '--weights', output, '--size', '32x48', '-o', 'tiny.onnx'];
    expect(await vosvfi(...args)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no single graph to export/),
    });
  });

  it('knows flow networks, and writes shared tensors under both names, as the authors have them', async () => {
    const { parameters } = await findFlowNetwork('raft').load();
    const [file, output] = [join(folder, 'raft-things.safetensors'), join(folder, 'raft.safetensors')];
    const values = initializeWeights(parameters, createRandom(1));
    await saveWeights(file, new Map([...values].map(([key, tensor]) => [`module.${key}`, tensor])));
    const { code, stdout } = await vosvfi('models', 'convert', file, '-o', output, '--model', 'raft', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ tensors: 154, values: 5_260_416 })]);
    const { tensors } = await readSafetensors(output);
    expect(tensors.size).toBe(162);
    expect(tensors.get('cnet.layer2.0.norm3.weight')).toEqual(tensors.get('cnet.layer2.0.downsample.1.weight'));
    const info = await vosvfi('models', 'info', 'raft', '--weights', output);
    expect(info.stdout).toMatch(/^weights +raft-things.pth: FlyingChairs, FlyingThings3D$/m);
    const args = ['models', 'export', 'raft', '--weights', output, '--size', '128x128', '-o', 'raft.onnx'];
    expect(await vosvfi(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(/finds optical flow/) });
  });

  it('refuses to convert weights that are not finite, and a file onto itself', async () => {
    const broken = new Map(weights);
    const [key, { shape }] = [...weights][0]!;
    broken.set(key, hostTensor(new Float32Array(weights.get(key)!.data.length).fill(Number.NaN), shape));
    const file = join(folder, 'nan.safetensors');
    await saveWeights(file, broken);
    const { code, stderr } = await vosvfi('models', 'convert', file, '-o', 'out.safetensors', '--model', 'ifrnet_s');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/648 of 2,803,610 values are infinite or NaN/)]);
    const same = await vosvfi('models', 'convert', file, '-o', file, '--model', 'ifrnet_s');
    expect([same.code, same.stderr]).toEqual([2, expect.stringMatching(/--output: is the input file/)]);
  });

  it('exports an ONNX file that ONNX Runtime loads', async () => {
    const output = join(folder, 'model.onnx');
    const args = ['models', 'export', 'ifrnet_s', '--weights', weightsFile, '--size', '32x48', '-o', output, '--json'];
    const { code, stdout } = await vosvfi(...args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ output, height: 32, width: 48 });
    const session = await ort.InferenceSession.create(output);
    expect(session.outputNames).toEqual(['frame']);
    await session.release();
  });

  it('exports the weights that come along where none are named', async () => {
    const output = join(folder, 'shipped.onnx');
    const args = ['models', 'export', 'ifrnet_s', '--size', '16x16', '-o', output, '--json'];
    expect(JSON.parse((await vosvfi(...args)).stdout)).toMatchObject({ output, height: 16, width: 16 });
    const missing = await vosvfi('models', 'export', 'ifrnet', '--size', '16x16', '-o', output);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/needs its weights.*or take ifrnet_s/)]);
  });
});

describe('bad files', () => {
  it.each([
    ['malicious_os_system.zip.pth', /refused: the file names (os|posix)\.system/],
    ['malicious_eval.legacy.pth', /refused: the file names/],
    ['truncated.zip.pth', /damaged zip archive/],
    ['truncated.legacy.pth', /cut off/],
    ['not_a_checkpoint.pth', /neither a safetensors file nor a PyTorch checkpoint/],
    ['none.pth', /no such file/],
    ['state_dict.zip.pth', /104 of 104 tensors are missing/],
  ])('%s ends with exit code 1 and no output', async (name, message) => {
    const file = join(checkpoints, name);
    const { code, stdout, stderr } = await vosvfi(
      'models',
      'convert',
      file,
      '-o',
      'out.safetensors',
      '--model',
      'ifrnet_s',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.startsWith(`Error: ${file}: `)).toBe(true);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(await readdir(folder)).not.toContain('out.safetensors');
  });

  it('errors are JSON with --json, and have a stack with --debug', async () => {
    const file = join(folder, 'short.safetensors');
    await writeFile(file, 'short');
    const { stderr } = await vosvfi('models', 'info', 'ifrnet_s', '--weights', file, '--json');
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'VOSVFI_CHECKPOINT' });
    const debug = await vosvfi('models', 'info', 'ifrnet_s', '--weights', file, '--debug');
    expect(debug.stderr).toMatch(/^\s+at /m);
  });
});

describe('doctor', () => {
  it('says what works, and what to do for what does not', async () => {
    const { code, stdout } = await vosvfi('doctor', '--json', '--no-speed');
    const { usable, checks, engines } = JSON.parse(stdout);
    expect([code, usable]).toEqual([0, true]);
    const byName = new Map(checks.map((check: { name: string }) => [check.name, check]));
    for (const name of ['node', 'engine graph', 'sharp']) {
      expect(byName.get(name)).toMatchObject({ usable: true, required: true });
    }
    expect(engines.map(({ engine }: { engine: string }) => engine)).toEqual(engineIds);
    for (const fact of engines) expect(fact).toHaveProperty(fact.usable ? 'description' : 'remedy');
  });

  it('explains a wrong FFMPEG_PATH', async () => {
    const env = { ...process.env, FFMPEG_PATH: join(folder, 'nowhere') };
    const { stdout } = await run(process.execPath, [main, 'doctor', '--no-speed'], { env });
    expect(stdout).toMatch(/missing +ffmpeg +FFMPEG_PATH is ".*nowhere", which is not an executable file/);
    expect(stdout).toMatch(/^ffmpeg: Set it to the path of ffmpeg, or unset it\.$/m);
  });
});

describe('segment', () => {
  it('follows an object by the weights that come along, and goes on where it was', async () => {
    const [width, height, count] = [96, 64, 6];
    const square = (n: number, at: number) =>
      at % width >= 8 + 4 * n && at % width < 40 + 4 * n && at > 16 * width && at < 48 * width;
    const pixels = Array.from({ length: width * height }, (_, at) => at);
    for (let n = 0; n < count; n++) {
      const data = Uint8Array.from(pixels.flatMap((at) => (square(n, at) ? [230, 120, 20] : [70, 90, 80])));
      await writeFrame(join(folder, `square/${n}.png`), { data, width, height });
    }
    const first = { data: Uint8Array.from(pixels, (at) => (square(0, at) ? 7 : 0)), width, height };
    await writeMask(join(folder, 'square.png'), first);
    const args = ['segment', 'square', '--mask', 'square.png', '-o', 'square-masks', '--threads', '1'];
    const made = await vosvfi(...args, '--overlay', 'square.mp4', '--json');
    expect([made.code, made.stderr]).toEqual([0, expect.stringMatching(/graph/)]);
    expect(JSON.parse(made.stdout)).toMatchObject({
      frames: count,
      kept: 0,
      objects: [{ label: 7 }],
      overlay: 'square.mp4',
    });
    const last = await readMask(join(folder, 'square-masks/5.png'), { grey: 'labels' });
    const hits = pixels.filter((at) => last.data[at] === 7 && square(5, at)).length;
    const union = pixels.filter((at) => last.data[at] === 7 || square(5, at)).length;
    expect(hits / union).toBeGreaterThan(0.7);
    await rm(join(folder, 'square-masks/5.png'));
    const again = await vosvfi(...args);
    expect(again.stdout).toMatch(
      /6 masks, 96 x 64, 5 of them kept from an earlier run\n {2}object 7: in 6 of 6 frames/,
    );
    expect(await readMask(join(folder, 'square-masks/5.png'), { grey: 'labels' })).toEqual(last);
  });

  it.each<[string[], number, RegExp]>([
    [['--model', 'stcn'], 2, /weights: "stcn" is a network and needs its weights.*or take stcn_tiny/],
    [['--model', 'xmem'], 2, /no video segmentation network "xmem"\. Known: stcn, stcn_tiny/],
    [['--weights', 'ifrnet_s.safetensors'], 1, /ifrnet_s\.safetensors: does not fit the network/],
    [['--mask-frame', '9'], 2, /there is one for frame 9, but square has 6 frames, 0 to 5/],
    [['--size', 'small'], 2, /Expected a whole number/],
    [['--mask', '1=square.png'], 2, /several are given: expected FRAME=FILE/],
  ])('%j ends with exit code %i and no masks', async (extra, exitCode, message) => {
    const { code, stderr } = await vosvfi('segment', 'square', '--mask', 'square.png', '-o', 'refused', ...extra);
    expect([code, stderr]).toEqual([exitCode, expect.stringMatching(message)]);
    expect(await readdir(folder)).not.toContain('refused');
  });
});

describe('data', () => {
  it('makes triplets of a video in worker threads, and checks them', async () => {
    const { path } = await findExecutable('ffmpeg');
    const clip = join(folder, 'clip.mp4');
    const pattern = ['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=25', '-t', '0.4', '-pix_fmt', 'yuv420p'];
    await run(path, ['-v', 'error', ...pattern, clip]);
    const made = await vosvfi('data', 'prepare', clip, '-o', 'triplets', '--size', '64x48', '--workers', '2');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/Wrote 3 training triplets/) });
    const checked = await vosvfi('data', 'check', 'triplets');
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/3 triplets, 0 errors/) });
    expect(await vosvfi('data', 'check', 'nothing')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no such folder/),
    });
  });
});
