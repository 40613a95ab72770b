import type { EvaluationItem } from '@vosvfi/eval';
import { expect, it } from 'vitest';
import { commandLine, dataDigest } from './run-facts.js';

it('a command can be typed again, without what no number depends on', () => {
  const flags = { model: ['blend', "my model's=a b"], limitSequences: 2, fast: true, ssim: undefined, json: false };
  expect(commandLine(['vosvfi', 'evaluate', 'x2'], { ...flags, output: 'out', cache: 'c', workers: 2 })).toBe(
    "vosvfi evaluate x2 --model blend 'my model'\\''s=a b' --limit-sequences 2 --fast",
  );
});

it('the digest of data changes with names, contents and order', async () => {
  const item = (id: string, digest: string) => ({ id, digest: async () => digest }) as EvaluationItem;
  const [a, b] = [item('a', '1'), item('b', '2')];
  const found = await Promise.all(
    [
      [a, b],
      [a, b],
      [b, a],
      [a, item('b', '3')],
      [a, item('c', '2')],
    ].map(dataDigest),
  );
  expect(found[1]).toBe(found[0]);
  expect(new Set(found).size).toBe(4);
});
