import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProbe } from './run-probe.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-probe-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function answerOf(program: string, timeoutSeconds = 500) {
  const file = join(folder, 'program.mjs');
  await writeFile(file, program);
  return runProbe({ engine: 'graph', speed: false }, timeoutSeconds, { file, execArgv: [] });
}

it('hands on what the program found', async () => {
  const program = 'process.send({ ...JSON.parse(process.argv[2]), usable: true }); setTimeout(() => {}, 1e6);';
  expect(await answerOf(program)).toEqual({ fact: { engine: 'graph', speed: false, usable: true } });
});

it('outlives a crash', async () => {
  const program =
    'process.stderr.write("libvulkan error 7\\n"); process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 1e6);';
  expect(await answerOf(program)).toEqual({ failure: 'Trying it crashed with SIGSEGV: libvulkan error 7' });
});

it('tells why a program ends without an answer', async () => {
  expect(await answerOf('process.exit(3);')).toEqual({ failure: 'Trying it ended with exit code 3.' });
  expect(await answerOf('throw new Error("no such library");')).toEqual({
    failure: expect.stringMatching(/^Trying it ended with exit code 1: .*no such library/),
  });
});

it('ends what hangs', async () => {
  expect(await answerOf('setTimeout(() => {}, 1e6);', 1)).toEqual({ failure: 'It did not answer within 1 s.' });
});
