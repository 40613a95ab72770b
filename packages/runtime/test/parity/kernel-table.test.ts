import { readFileSync } from 'node:fs';
import { UnsupportedError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.js';
import * as tf from '../../src/tf.js';
import { caseGroups } from './cases.js';
import { withKernelTable } from './kernel-table.js';
import { readStates, tableDocument } from './state-files.js';

describe('the table of kernels and engines', () => {
  it('is what the recorded states give', () => {
    const document = readFileSync(tableDocument, 'utf8');
    expect(document, 'run "pnpm parity --table"').toBe(withKernelTable(document, readStates()));
  });

  it('has every kernel of the suite, recorded on the engines that need nothing installed', () => {
    const covered = new Set(Object.values(caseGroups).flatMap((cases) => cases.flatMap(({ kernels }) => kernels)));
    for (const engine of ['graph', 'cpu', 'wasm']) {
      const recorded = readStates().find((states) => states.engine === engine);
      expect(Object.keys(recorded?.kernels ?? {}).sort(), `run "pnpm parity --engine ${engine} --record"`).toEqual(
        [...covered].sort(),
      );
    }
  });

  it('has nothing wrong on the graph engine', () => {
    const graph = readStates().find(({ engine }) => engine === 'graph');
    const wrong = Object.entries(graph?.kernels ?? {}).filter(([, { value, gradient = 'passed' }]) =>
      [value, gradient].some((state) => state !== 'passed'),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a kernel that an engine lacks', () => {
  // No engine has it, and no network needs it.
  const audio = () => ({ y: tf.real(tf.spectral.fft(tf.complex([1, 2], [0, 0]))) });

  it.each(['graph', 'wasm'] as const)('is an error of %s that names kernel and engine', async (engine) => {
    const run = async () => (await compile(audio, {}, { engine })).run({});
    const error = await run().catch((caught: unknown) => caught);
    expect(UnsupportedError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(new RegExp(`^Engine "${engine}" has no kernel "\\w+"`));
  });
});
