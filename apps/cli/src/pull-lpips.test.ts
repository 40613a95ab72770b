import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, hostTensor, type WeightMap } from '@vosvfi/core';
import { findMetric } from '@vosvfi/eval';
import { createLpips } from '@vosvfi/eval/learned';
import { readSafetensors, saveWeights } from '@vosvfi/models/weights';
import { initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LpipsSources, lpipsSources } from './lpips-sources.js';
import { pullLpips, sourcesIn } from './pull-lpips.js';

const names = { trunk: 'trunk.safetensors', heads: 'heads.safetensors' };
let folder: string;
let server: Server;
let address: string;
let weights: WeightMap;
let sources: LpipsSources;

/** Serves the files of a folder, and one that breaks off. */
async function serve(path: string): Promise<Server> {
  const created = createServer((request, response) => {
    if (request.url === '/broken.pth') {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('start', () => response.destroy());
      return;
    }
    readFile(join(path, request.url!)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  return created;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-pull-test-'));
  weights = initializeWeights(createLpips({ backbone: 'squeeze' }).parameters, createRandom(4));
  const part = (hasHeads: boolean) => [...weights].filter(([key]) => key.startsWith('lin') === hasHeads);
  const classifier = ['classifier.1.bias', hostTensor(new Float32Array(1000), [1000])] as const;
  await saveWeights(join(folder, names.trunk), new Map([...part(false), classifier]));
  await saveWeights(join(folder, names.heads), new Map(part(true)));
  await writeFile(join(folder, 'squeeze.pth'), 'something else');
  server = await serve(folder);
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const source = async (name: string) => {
    const sha256 = createHash('sha256').update(await readFile(join(folder, name)));
    return { url: `${address}/${name}`, sha256: sha256.digest('hex') };
  };
  const trunk = await source(names.trunk);
  sources = { trunk: { ...trunk, sha256: trunk.sha256.slice(0, 8) }, heads: await source(names.heads) };
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

describe('pullLpips', () => {
  it('writes what the metric reads: the trunk without its classifier, and the heads', async () => {
    const output = await mkdtemp(join(folder, 'parameters-'));
    const asked: string[] = [];
    const path = await pullLpips('squeeze', output, { sources, onDownload: (url) => asked.push(url) });
    expect(asked).toEqual([sources.heads.url, sources.trunk.url]);
    const { tensors } = await readSafetensors(path);
    expect([...tensors.keys()]).toEqual([...weights.keys()]);
    const frame = { data: new Uint8Array(32 * 32 * 3).fill(90), width: 32, height: 32 };
    const other = { ...frame, data: frame.data.map((_, i) => (i * 37) % 256) };
    const measure = await findMetric('lpips-squeeze').create({}, { parameters: output, threads: 1 });
    if (measure.kind !== 'frame') throw new Error('LPIPS is a metric of frames');
    expect(await measure.measure({ truth: frame, prediction: other, mask: null })).toBeGreaterThan(0);
    await measure.dispose!();
  });

  it('refuses another file, and says why there is none', async () => {
    const output = await mkdtemp(join(folder, 'refused-'));
    const pull = (heads: LpipsSources['heads']) => pullLpips('squeeze', output, { sources: { ...sources, heads } });
    const official = sourcesIn(address, lpipsSources.squeeze);
    await expect(pull(official.heads)).rejects.toThrow(/expected a file whose SHA-256 starts with 4a5350f2.*, found/);
    await expect(pull({ ...sources.heads, url: `${address}/no.pth` })).rejects.toThrow(/no\.pth.*answered 404/);
    await expect(pull({ ...sources.heads, url: `${address}/broken.pth` })).rejects.toThrow(/broke off/);
    await expect(pull({ ...sources.heads, url: 'http://127.0.0.1:1/x.pth' })).rejects.toThrow(/cannot be reached/);
    expect(await readdir(output)).toEqual([]);
  });
});

describe('sourcesIn', () => {
  it('keeps names and hashes of official files', () => {
    const { trunk, heads } = sourcesIn('https://example.org/mirror', lpipsSources.vgg);
    expect(trunk).toEqual({ url: 'https://example.org/mirror/vgg16-397923af.pth', sha256: '397923af' });
    expect(heads.url).toBe('https://example.org/mirror/vgg.pth');
  });
});
