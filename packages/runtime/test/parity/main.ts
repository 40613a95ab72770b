import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { VosvfiError } from '@vosvfi/core';
import { type EngineId, engineIds } from '../../src/engine.js';
import { describeEngine } from '../../src/engine-description.js';
import { caseGroups } from './cases.js';
import type { EngineStates, KernelStates } from './engine-states.js';
import { withKernelTable } from './kernel-table.js';
import { recordStates } from './record-states.js';
import { lacksKernel, restartEngine, runOnEngine } from './run-on-engine.js';
import { readStates, stateFile, tableDocument } from './state-files.js';

const usage = `pnpm parity --engine ${engineIds.join('|')} [--graphs N] [--seed N] [--kernel NAME] [-o FILE.json] [--record]
pnpm parity --table

Runs the parity suite on one engine and goes on after failures. Values and gradients are compared with engine cpu, or
with a right function where TensorFlow.js's own kernel is wrong.
  --graphs N    trials drawn of each case (default 9)
  --kernel NAME only cases of this kernel
  -o FILE       write the states as JSON
  --record      write them where the table of docs/engine.md reads them, and write the table
  --table       only write the table
`;

const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    engine: { type: 'string' },
    graphs: { type: 'string', default: '9' },
    seed: { type: 'string', default: '1' },
    kernel: { type: 'string' },
    output: { type: 'string', short: 'o' },
    record: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);

function writeTable(): void {
  writeFileSync(tableDocument, withKernelTable(readFileSync(tableDocument, 'utf8'), readStates()));
  say('Wrote the table in docs/engine.md.');
}

async function record(engine: EngineId): Promise<EngineStates> {
  const cases = Object.values(caseGroups)
    .flat()
    .filter(({ kernels }) => options.kernel === undefined || kernels.includes(options.kernel));
  const [seed, trials] = [Number(options.seed), Number(options.graphs)];
  const kernels = await recordStates(cases, {
    run: runOnEngine(engine),
    reference: runOnEngine('cpu'),
    itself: engine === 'cpu',
    seed,
    trials,
    restart: () => restartEngine(engine),
    lacks: (kernel) => lacksKernel(engine, kernel),
    onProgress: (done, name) => {
      if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${done}/${cases.length} ${name}`);
    },
  });
  const { library, version } = await describeEngine(engine);
  return { engine, versions: { [library]: version }, seed, trials, kernels };
}

function summary({ engine, kernels }: EngineStates): string {
  const lines = Object.entries(kernels).flatMap(([kernel, states]) => problems(kernel, states));
  const wrong = new Set(lines.map(([kernel]) => kernel)).size;
  return [
    ...lines.map(([, line]) => line),
    `${engine}: ${Object.keys(kernels).length - wrong} kernels passed, ${wrong} failed or missing.`,
  ].join('\n');
}

function problems(kernel: string, states: KernelStates): [string, string][] {
  return (['value', 'gradient'] as const).flatMap((part): [string, string][] => {
    const state = states[part];
    if (typeof state !== 'object') return [];
    const text = 'failed' in state ? `failed: ${state.failed}` : `missing: ${state.missing}`;
    return [[kernel, `${kernel} (${part}) ${text}`]];
  });
}

const isEngine = (id: string | undefined): id is EngineId => engineIds.some((known) => known === id);

async function recordAndTell(engine: EngineId): Promise<void> {
  const states = await record(engine);
  say(`\r${summary(states)}`);
  const json = `${JSON.stringify(states, null, 2)}\n`;
  if (options.output !== undefined) writeFileSync(options.output, json);
  if (options.record) {
    writeFileSync(stateFile(states.engine), json);
    writeTable();
  }
}

if (isEngine(options.engine)) {
  await recordAndTell(options.engine).catch((error: unknown) => {
    if (!VosvfiError.isInstance(error) || error.code !== 'VOSVFI_ENVIRONMENT') throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 3;
  });
} else if (options.table) {
  writeTable();
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
