import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { startCompetitor } from './competitor.js';
import { median, runContest } from './contest.js';
import { markdownTable } from './table.js';

const fake = fileURLToPath(new URL('../test/fixtures/fake-competitor.mjs', import.meta.url));

/** A process that says each run takes `milliseconds` and that it computed `value`. */
function competitor(name: string, milliseconds: number, value: number) {
  return { name, program: process.execPath, args: [fake, String(milliseconds), String(value)] };
}

const settings = { rounds: 3, iterations: 2, agreement: 1e-3 };

describe('contest', () => {
  it('lets both take turns and gives the ratio of medians', async () => {
    const result = await runContest({ ours: competitor('a', 10, 1), peer: competitor('b', 20, 1.0005), ...settings });
    expect(result.ratio).toBe(0.5);
    expect(result.roundRatios).toEqual([0.5, 0.5, 0.5]);
    expect(result.difference).toBeCloseTo(0.0005, 6);
    expect(result.ours.milliseconds).toHaveLength(6);
    expect(result.peer.peakRssBytes).toBe(2 ** 20);
    const table = markdownTable([{ ...result, id: 'x', title: 'A row', limit: 0.95 }]);
    expect(table).toContain('| A row | 10.0 ms (a) | 20.0 ms (b) | 0.500 | 0.50..0.50 | 0.95 | 1 MiB | 1 MiB |');
  });

  it('refuses competitors that compute different things', async () => {
    const contest = runContest({ ours: competitor('a', 10, 1), peer: competitor('b', 20, 2), ...settings });
    await expect(contest).rejects.toThrow(/do not compute the same: "value" is 1 and 2/);
  });

  it('says which process cannot run or ends early', async () => {
    await expect(startCompetitor({ name: 'a', program: '/nonexistent', args: [] })).rejects.toThrow(EnvironmentError);
    const early = startCompetitor({ name: 'a', program: process.execPath, args: ['-e', ''] });
    await expect(early).rejects.toThrow(/a: the process ended early/);
  });
});

it('median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
