import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkFolder } from '../check-folder.js';
import { metricCase } from './checkpoints.js';

const fixtures = fileURLToPath(new URL('../../../../packages/models/test/fixtures/checkpoints', import.meta.url));

it('reads every stored checkpoint as PyTorch does', async () => {
  const lines = await checkFolder(fixtures, 'cpu');
  expect(lines).toHaveLength(23);
  expect(lines.filter(({ ok }) => !ok)).toEqual([]);
});

it('notices entries that differ, are missing or are too many', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  await cp(join(fixtures, 'adacof_style.zip.pth'), join(dir, 'file.pth'));
  const namespace = { kind: 'argparse.Namespace', values: { lr: 1 } };
  const entries = { epoch: { kind: 'int', value: 38 }, none: { kind: 'int', value: 1 }, args: namespace };
  const expected = { 'file.pth': { verdict: 'load', entries } };
  await writeFile(join(dir, 'expected.json'), JSON.stringify(expected));
  // Three wrong entries and seven tensors that are not listed.
  expect((await metricCase.run(dir))[0]!.actual).toBe(10);
  await rm(dir, { recursive: true });
});
