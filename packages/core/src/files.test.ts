import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryPath, writeAtomically, writeFileAtomically, writeFolderAtomically } from './files.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('text and bytes are read back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const path = join(folder, 'a.bin');
      await writeFileAtomically(path, bytes);
      expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    }),
    { numRuns: 20 },
  );
  await writeFileAtomically(join(folder, 'b.txt'), 'größer\n');
  expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('größer\n');
});

test('missing folders are made, an existing file is replaced and nothing else is left behind', async () => {
  const path = join(folder, 'run', 'checkpoints', 'last.json');
  await writeFileAtomically(path, 'one');
  await writeFileAtomically(path, 'two');
  expect(await readFile(path, 'utf8')).toBe('two');
  expect(await readdir(dirname(path))).toEqual(['last.json']);
});

test('the final name shows nothing until the writer has finished', async () => {
  const path = join(folder, 'clip.mp4');
  await writeFile(path, 'old');
  const result = await writeAtomically(path, async (temporary) => {
    await writeFile(temporary, 'half');
    expect(await readFile(path, 'utf8')).toBe('old');
    await writeFile(temporary, 'whole');
    return 'written';
  });
  expect(result).toBe('written');
  expect(await readFile(path, 'utf8')).toBe('whole');
});

test('a writer that fails leaves the old file, no temporary one, and its error', async () => {
  const path = join(folder, 'weights.safetensors');
  await writeFile(path, 'old');
  const failure = new Error('disk full');
  await expect(
    writeAtomically(path, async (temporary) => {
      await writeFile(temporary, 'half');
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(await readdir(folder)).toEqual(['weights.safetensors']);
  expect(await readFile(path, 'utf8')).toBe('old');
});

test('a writer that makes no file is an error, not an empty result', async () => {
  await expect(writeAtomically(join(folder, 'a.png'), async () => undefined)).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual([]);
});

test('two writers of one name at a time: one of the two contents is there, whole', async () => {
  const path = join(folder, 'metrics.json');
  const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
  expect(contents).toContain(await readFile(path, 'utf8'));
  expect(await readdir(folder)).toEqual(['metrics.json']);
  expect((await stat(path)).size).toBe(100_000);
});

test('the temporary name is in the same folder, keeps the extension and is never used twice', () => {
  const path = join('out', 'clip.mp4');
  const names = Array.from({ length: 50 }, () => temporaryPath(path));
  expect(new Set(names).size).toBe(50);
  for (const name of names) {
    expect(dirname(name)).toBe('out');
    expect(extname(name)).toBe('.mp4');
    expect(basename(name)).not.toBe('clip.mp4');
  }
});

test('a folder appears whole, in place of the old one, or the old one stays', async () => {
  const path = join(folder, 'deep', 'saved');
  const write = (name: string) =>
    writeFolderAtomically(path, async (temporary) => {
      await writeFile(join(temporary, name), name);
      return basename(temporary);
    });
  expect(await write('one')).not.toBe('saved');
  expect(await readdir(path)).toEqual(['one']);
  await write('two');
  expect(await readdir(path)).toEqual(['two']);
  await expect(write(join('missing', 'three'))).rejects.toThrow('ENOENT');
  expect(await readdir(path)).toEqual(['two']);
  expect(await readdir(dirname(path))).toEqual(['saved']);
});
