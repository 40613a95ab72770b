import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runCli } from '../src/run-cli.js';

const clip = fileURLToPath(new URL('../assets/cup.mp4', import.meta.url));
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-masks-'));
});
afterAll(async () => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  await rm(dir, { recursive: true, force: true });
});

/** Two steps of a tiny network on a data set, with the VOS-aware terms of `stcn_tiny`. */
const recipe = (folder: string) => `
seed: 1
steps: 2
batchSize: 1
network: { kind: ifrnet_custom, config: { pyramid: [4, 4, 4, 4], side: 2 } }
dataset: { kind: triplets, folder: ${JSON.stringify(folder)}, augment: { crop: [64, 64] } }
objective: { kind: ifrnet, distillation: false, vos: { segmenter: { model: stcn_tiny } } }
optimizer: { kind: adamw }
schedule: { kind: constant, rate: 1.0e-3 }
logEvery: 1
`;

it('goes from a video over its masks to training with VOS-aware terms, without any weights of the user', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const at = (...parts: string[]) => join(dir, ...parts);
  const prepare = ['data', 'prepare', clip, '-o', at('set'), '--size', '96x64', '--max', '4', '--split', '1'];
  expect(await runCli([...prepare, '--workers', '0'])).toBe(0);
  expect(await runCli(['masks', at('set'), '-o', at('masked'), '--workers', '0'])).toBe(0);
  const report = JSON.parse(await readFile(at('masked/masks/report.json'), 'utf8'));
  expect(report.triplets).toBe(4);
  expect(report.train).toBeGreaterThan(0);
  await writeFile(at('recipe.yaml'), recipe(at('masked')));
  expect(await runCli(['train', at('recipe.yaml'), '--run-dir', at('run')])).toBe(0);
  const metrics = await readFile(at('run/metrics.jsonl'), 'utf8');
  expect(metrics).toMatch(/"vosForward":[0-9.e-]*[1-9]/);
});
