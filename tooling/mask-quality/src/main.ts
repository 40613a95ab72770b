import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareNatural } from '@vosvfi/data';
import { type MeasureOptions, measureSequence, type Scores } from './measure.js';

const usage = `Usage: mask-quality FRAMES ANNOTATIONS [--count 6] [--reach 1] [--size 448x256] [sequences...]
FRAMES and ANNOTATIONS hold a folder for each sequence, as DAVIS does. J, F and J&F in percent.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '6' },
    reach: { type: 'string', default: '1' },
    size: { type: 'string' },
  },
});
const [frameRoot, annotationRoot, ...chosen] = positionals;
if (!frameRoot || !annotationRoot) {
  process.stderr.write(usage);
  process.exit(2);
}
const [width, height] = values.size?.split('x').map(Number) ?? [];
const options: MeasureOptions = {
  count: Number(values.count),
  reach: Number(values.reach),
  size: width && height ? { width, height } : undefined,
};

const filesOf = async (folder: string) =>
  (await readdir(folder)).sort(compareNatural).map((name) => join(folder, name));
const names = chosen.length > 0 ? chosen : (await readdir(annotationRoot)).sort();
const all: Scores[] = [];
const kinds = ['motion', 'plainFlow', 'everything'] as const;
const percent = (value: number) => (100 * value).toFixed(1).padStart(6);
const row = (name: string, scores: Scores) => {
  const cells = kinds.map((kind) => {
    const { jaccard, boundary } = scores[kind];
    return `${percent(jaccard)}${percent(boundary)}${percent((jaccard + boundary) / 2)}`;
  });
  return `${name.padEnd(20)}${cells.join('  |')}\n`;
};
const columns = ['J', 'F', 'J&F'].map((name) => name.padStart(6)).join('');
process.stdout.write(`${''.padEnd(20)}${kinds.map((kind) => kind.padEnd(18)).join('  |')}\n`);
process.stdout.write(`${''.padEnd(20)}${kinds.map(() => columns).join('  |')}\n`);
for (const name of names) {
  const frames = await filesOf(join(frameRoot, name));
  const annotations = await filesOf(join(annotationRoot, name));
  const scores = await measureSequence({ frames, annotations }, options);
  all.push(scores);
  process.stdout.write(row(name, scores));
}
const mean = (kind: (typeof kinds)[number], key: 'jaccard' | 'boundary') =>
  all.reduce((sum, scores) => sum + scores[kind][key], 0) / all.length;
const both = (kind: (typeof kinds)[number]) => ({ jaccard: mean(kind, 'jaccard'), boundary: mean(kind, 'boundary') });
process.stdout.write(
  row('mean', { motion: both('motion'), plainFlow: both('plainFlow'), everything: both('everything') }),
);
