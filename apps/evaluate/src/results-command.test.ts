import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mask } from '@vosvfi/core';
import { writeFrame, writeMask } from '@vosvfi/data';
import { type EvaluationResult, evaluationResultSchema } from '@vosvfi/eval';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluateCommand } from './command.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-results-'));
});
afterEach(() => rm(root, { recursive: true }));

async function run(...args: readonly string[]): Promise<string> {
  let printed = '';
  const out = { write: (text: string) => (printed += text) } as unknown as NodeJS.WritableStream;
  await evaluateCommand({ out, err: out })
    .exitOverride()
    .parseAsync([...args], { from: 'user' });
  return printed;
}

/** A square that moves to the right. */
function square(index: number): Mask {
  const [width, height] = [24, 16];
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= index && x < index + 6 && y >= 4 && y < 10 ? 1 : 0;
  });
  return { data, width, height };
}

async function writeSequence(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    const name = `blackswan/0000${i}.png`;
    const frame = { data: new Uint8Array(24 * 16 * 3).fill(9 * i), width: 24, height: 16 };
    await writeFrame(join(root, 'data/JPEGImages/480p', name), frame);
    await writeMask(join(root, 'data/Annotations/480p', name), square(i), { format: 'binary' });
    await writeMask(join(root, 'perfect', name), square(i));
    await writeMask(join(root, 'late', name), square(Math.max(0, i - 1)));
  }
}

describe('vosvfi evaluate results', () => {
  const protocol = 'davis2016-segmentation';

  it('compares folders of masks and writes a report', async () => {
    await writeSequence();
    const folders = [`perfect=${join(root, 'perfect')}`, join(root, 'late')];
    const output = join(root, 'report');
    const args = ['results', protocol, '--data', join(root, 'data'), '--results', ...folders];
    const table = await run(...args, '--output', output);
    expect(table).toMatch(
      /Note: Evaluated: 1 of 20 items.\nNote: JPEGImages\/480p\/bmx-trees, .* and 14 more: this sequence is missing/,
    );
    expect(table).toMatch(/^perfect +100\.0 +100\.0/m);
    const result: EvaluationResult = evaluationResultSchema.parse(JSON.parse(await run(...args, '--json')));
    expect(result.summary.perfect!['j-and-f']).toBe(100);
    // Five of seven columns overlap.
    expect(result.summary.late!['j-mean']).toBeCloseTo((100 * 5) / 7, 10);
    expect(JSON.parse(await readFile(join(output, 'results.json'), 'utf8'))).toMatchObject({ summary: result.summary });
    expect(await readFile(join(output, 'report.md'), 'utf8')).toMatch(/IFRNet-VOS/);
  });

  it('says what is missing', async () => {
    await writeSequence();
    const report = await run('check', protocol, '--data', join(root, 'data'));
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    expect(report).toMatch(/20 problems:\n {2}JPEGImages\/480p\/bmx-trees: this sequence is missing/);
    expect(await run('list')).toMatch(/davis2016-segmentation +DAVIS 2016, masks \(vosvfi evaluate results\)/);
  });
});
