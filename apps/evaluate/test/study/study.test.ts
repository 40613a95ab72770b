import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFrameSequence, writeFrame } from '@vosvfi/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateCommand } from '../../src/index.js';
import { type AnalyzeOptions, analyzeStudy } from '../../src/study/analyze.js';
import { mosaic } from '../../src/study/clips.js';
import { planStudy } from '../../src/study/plan.js';
import type { Answers, Study } from '../../src/study/study-schema.js';
import { writeSampleClips } from './sample-clips.js';

const plan = { title: 'T', question: 'Q?', seed: 3, canTie: true, repeats: 1, same: 2, damaged: 2 };
const study = planStudy({ ...plan, methods: ['A', 'B', 'C'], names: ['one', 'two', 'three'] });

type Choose = (trial: Study['trials'][number], left: string, right: string) => 'left' | 'right' | 'same';
const methodOf = new Map(study.clips.map(({ id, method }) => [id, method]));
const isDamaged = new Map(study.clips.map((clip) => [clip.id, clip.isDamaged]));

function answersOf(participant: string, choose: Choose, trials = study.trials): Answers {
  const answers = trials.map((trial, i) => {
    const [left, right] = i % 2 === 0 ? trial.pair : ([trial.pair[1], trial.pair[0]] as const);
    return { trial: trial.id, left, right, choice: choose(trial, left, right), seconds: 3, loops: 1, slowest: 1 };
  });
  return { format: 'vosvfi-study-answers', formatVersion: 1, study: study.id, participant, isComplete: true, answers };
}

/** Sees what is damaged and what is the same; prefers methods in an order; `two` is a tie. */
const attentive =
  (order: string): Choose =>
  ({ kind, name }, left, right) => {
    if (kind === 'same' || (kind === 'compare' && name === 'two')) return 'same';
    if (kind === 'damaged') return isDamaged.get(left) ? 'right' : 'left';
    return order.indexOf(methodOf.get(left)!) < order.indexOf(methodOf.get(right)!) ? 'left' : 'right';
  };

describe('a plan', () => {
  it('asks for every pair of methods of every clip, and checks attention', () => {
    const counts = new Map<string, number>();
    for (const { kind } of study.trials) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ compare: 9, same: 2, damaged: 2 });
    const pairs = study.trials
      .filter(({ kind }) => kind === 'compare')
      .map(({ name, pair }) => [name, ...pair.map((id) => methodOf.get(id)).sort()].join());
    expect(new Set(pairs).size).toBe(9);
    for (const { kind, pair } of study.trials) {
      const [a, b] = pair.map((id) => study.clips.find((clip) => clip.id === id)!) as [
        Study['clips'][number],
        Study['clips'][number],
      ];
      expect(a.media === b.media).toBe(kind === 'same');
      expect(a.isDamaged !== b.isDamaged).toBe(kind === 'damaged');
      expect(a.name).toBe(b.name);
    }
  });

  it('depends on its seed alone, which also turns pairs around', () => {
    const options = { ...plan, methods: ['A', 'B'], names: Array.from({ length: 60 }, (_, i) => `clip-${i}`) };
    expect(planStudy(options)).toEqual(planStudy(options));
    const other = planStudy({ ...options, seed: 4 });
    expect(other.id).not.toBe(planStudy(options).id);
    const first = other.trials.filter(
      ({ pair }) => other.clips.find(({ id }) => id === pair[0])?.method === 'A',
    ).length;
    expect(first).toBeGreaterThan(16);
    expect(first).toBeLessThan(48);
  });
});

describe('an analysis', () => {
  const analyze = (files: readonly Answers[], options?: AnalyzeOptions) => analyzeStudy(study, files, options);

  it('counts wins by method, whatever side they were on', () => {
    const { pairs, clips, sides, unanswered, participants } = analyze([
      answersOf('p1', attentive('ABC')),
      answersOf('p2', attentive('ABC')),
      answersOf('p3', attentive('BAC')),
    ]);
    expect(participants.map(({ passed, checks, isExcluded }) => [passed, checks, isExcluded])).toEqual(
      Array(3).fill([4, 4, false]),
    );
    expect(
      pairs.map(({ first, second, firstWins, secondWins, ties }) => [first, second, firstWins, secondWins, ties]),
    ).toEqual([
      ['A', 'B', 4, 2, 3],
      ['A', 'C', 6, 0, 3],
      ['B', 'C', 6, 0, 3],
    ]);
    expect(pairs[0]!.winRate).toBeCloseTo(4 / 6, 12);
    // Of 6 of 6: low end (0.025)^(1/6), p = 2 / 2^6.
    expect(pairs[1]!.exact[0]).toBeCloseTo(0.025 ** (1 / 6), 9);
    expect(pairs[1]!.exact[1]).toBe(1);
    expect(pairs[1]!.pValue).toBeCloseTo(2 / 64, 12);
    const tie = clips.find(({ name, first, second }) => name === 'two' && first === 'A' && second === 'B');
    expect(tie).toMatchObject({ firstWins: 0, secondWins: 0, ties: 3, winRate: null, exact: [0, 1], pValue: 1 });
    expect(clips.filter(({ name }) => name === 'one').map(({ firstWins }) => firstWins)).toEqual([2, 3, 3]);
    expect(sides.left + sides.right).toBe(18);
    expect(unanswered).toBe(0);
  });

  it('leaves out who does not look', () => {
    const left: Choose = () => 'left';
    const files = [answersOf('p1', attentive('ABC')), answersOf('sleeper', left)];
    const { participants, pairs, sides } = analyze(files);
    expect(participants[1]).toMatchObject({ participant: 'sleeper', isExcluded: true, checks: 4 });
    expect(participants[1]!.passed).toBeLessThan(3);
    expect(pairs[1]).toMatchObject({ firstWins: 2, secondWins: 0 });
    const both = analyze(files, { minimumPassed: 0 });
    expect(both.participants.some(({ isExcluded }) => isExcluded)).toBe(false);
    expect(both.sides.left).toBe(sides.left + 9);
  });

  it('knows what is missing, and takes nobody twice', () => {
    const half = answersOf(
      'p1',
      attentive('ABC'),
      study.trials.filter(({ kind, name }) => kind !== 'compare' || name === 'one'),
    );
    expect(analyze([half]).unanswered).toBe(6);
    expect(() => analyze([half, half])).toThrow('participant "p1" stands in two files');
  });
});

describe('vosvfi evaluate study', () => {
  let folder: string;
  let methods: string[];
  const run = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    const streams = { out: { write: (text: string) => lines.push(text) }, err: { write: () => true } };
    const command = evaluateCommand(streams)
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    for (const child of command.commands) child.exitOverride().configureOutput({ writeErr: () => {} });
    await command.parseAsync(['study', ...args], { from: 'user' });
    return lines.join('');
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vosvfi-study-'));
    methods = await writeSampleClips(join(folder, 'clips'), ['secret-name'], [50, 33]);
    await run(
      '--method',
      ...methods,
      '-o',
      join(folder, 'study'),
      '--seed',
      '5',
      '--damaged',
      '1',
      '--title',
      'Clips & <more>',
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes one page that does not tell which clip is whose', async () => {
    expect((await readdir(join(folder, 'study'))).sort()).toEqual(['index.html', 'study.json']);
    const page = await readFile(join(folder, 'study', 'index.html'), 'utf8');
    const clear = page.replace(/(<script type="text\/plain"[^>]*>)[^<]*/g, '$1');
    const made = JSON.parse(await readFile(join(folder, 'study', 'study.json'), 'utf8')) as Study;
    const hidden = Buffer.from(JSON.parse(/id="study">([^<]*)/.exec(page)![1]!).data, 'base64').toString();
    for (const text of [clear, hidden]) expect(text).not.toMatch(/Flowing|Jerky|secret-name|damaged|compare"/i);
    expect(clear).toContain('Clips &amp; &lt;more&gt;');
    expect(page.match(/<script type="text\/plain" id="media-/g)).toHaveLength(3);
    expect(made.trials).toHaveLength(3);
    // No encoder's notes on where a video comes from.
    for (const [, video] of page.matchAll(/<script type="text\/plain"[^>]*>([^<]*)/g)) {
      expect(Buffer.from(video!, 'base64').toString('latin1')).not.toMatch(/flowing|jerky|secret|vosvfi-study/i);
    }
  });

  it('puts clips beside the page where they are large, alike and of even size', async () => {
    const output = join(folder, 'beside');
    const out = await run(
      '--method',
      ...methods,
      '-o',
      output,
      '--embed-limit',
      '0',
      '--fps',
      '24',
      '--same',
      '0',
      '--damaged',
      '0',
    );
    expect(out).toContain('in clips/ beside it');
    const made = JSON.parse(await readFile(join(output, 'study.json'), 'utf8')) as Study;
    const files = await readdir(join(output, 'clips'));
    expect(files.sort()).toEqual([...new Set(made.clips.map(({ media }) => `${media}.mp4`))].sort());
    const page = await readFile(join(output, 'index.html'), 'utf8');
    expect(page).toContain("media-src 'self' file:");
    const clip = await openFrameSequence(join(output, 'clips', files[0]!));
    expect([clip.width, clip.height, clip.count]).toEqual([50, 32, 6]);
  });

  it('touches nothing that is in its folder, whatever becomes of it', async () => {
    const output = join(folder, 'own');
    const ours = await writeSampleClips(join(output, 'clips'), ['one'], [16, 16]);
    await run('--method', ...ours, '-o', output, '--same', '0', '--damaged', '0');
    expect((await readdir(output)).sort()).toEqual(['clips', 'index.html', 'study.json']);
    expect((await readdir(join(output, 'clips'))).sort()).toEqual(['flowing', 'jerky']);
    await writeFile(join(output, 'clips', 'jerky', 'one', '3.png'), 'no picture');
    await expect(run('--method', ...ours, '-o', join(output, 'again'))).rejects.toThrow('3.png');
    expect(await readdir(join(output, 'again'))).toEqual([]);
  });

  it('says what clips lack', async () => {
    const other = join(folder, 'other');
    const make = (...args: string[]) => run('-o', join(folder, 'none'), ...args);
    await expect(make('--method', methods[0]!)).rejects.toThrow('expected NAME=FOLDER twice or more, found 1');
    await expect(make('--method', methods[0]!, `X=${join(folder, 'nowhere')}`)).rejects.toThrow('no such folder');
    const pixel = { data: new Uint8Array(2 * 2 * 3), width: 2, height: 2 };
    await writeFrame(join(other, 'secret-name', '0.png'), pixel);
    await expect(make('--method', methods[0]!, `X=${other}`)).rejects.toThrow(
      /1 frames of 2x2 at 30 a second; .* 6 frames of 50x32/,
    );
    await writeFrame(join(other, 'more', '0.png'), pixel);
    await expect(make('--method', methods[0]!, `X=${other}`)).rejects.toThrow('lacks more');
    await expect(make('--method', methods[0]!, methods[0]!)).rejects.toThrow('two methods "Flowing"');
  });

  it('counts answers as a table, JSON and Markdown', async () => {
    const made = JSON.parse(await readFile(join(folder, 'study', 'study.json'), 'utf8')) as Study;
    const spoilt = new Set(made.clips.filter((clip) => clip.isDamaged).map(({ id }) => id));
    const flowing = new Set(made.clips.filter(({ method }) => method === 'Flowing').map(({ id }) => id));
    const answers: Answers = {
      ...answersOf('p1', () => 'left', []),
      study: made.id,
      answers: made.trials.map(({ id, kind, pair: [left, right] }) => {
        const isLeft = kind === 'damaged' ? !spoilt.has(left) : flowing.has(left);
        return {
          trial: id,
          left,
          right,
          choice: kind === 'same' ? 'same' : isLeft ? 'left' : 'right',
          seconds: 1,
          loops: 1,
          slowest: 1,
        };
      }),
    };
    const save = async (name: string, content: unknown): Promise<string> => {
      await writeFile(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    const key = ['--study', join(folder, 'study', 'study.json')];
    const files = [await save('a1.json', answers), await save('a2.json', { ...answers, participant: 'p2' })];
    const markdown = join(folder, 'found.md');
    const table = await run('analyze', ...files, ...key, '--markdown', markdown);
    expect(table).toMatch(/Flowing +Jerky +2 +0 +0 +100.0 % +15.8 to 100.0 % +34.2 to 100.0 % +0.5000/);
    expect(table).toContain('2 participants, 0 excluded');
    expect(await readFile(markdown, 'utf8')).toContain('| secret-name | Flowing | Jerky | 2 | 0 | 0 | 100.0 % |');
    const json = JSON.parse(await run('analyze', ...files, ...key, '--json'));
    expect(json.pairs[0]).toMatchObject({ first: 'Flowing', firstWins: 2, winRate: 1 });

    const again = await save('a3.json', { ...answers, answers: [] });
    await expect(run('analyze', ...files, again, ...key)).rejects.toThrow(
      `${again}: holds answers of participant "p1", as ${files[0]} does`,
    );

    const bad = async (name: string, content: unknown, text: string) =>
      expect(run('analyze', await save(name, content), ...key)).rejects.toThrow(text);
    await bad('b1.json', { ...answers, study: 'abc' }, `belongs to study abc; expected ${made.id}`);
    await bad('b2.json', { ...answers, answers: [...answers.answers, answers.answers[0]] }, 'twice');
    await bad('b3.json', { ...answers, answers: [{ ...answers.answers[0], left: 'ff' }] }, 'shows ff and');
    await bad('b4.json', { ...answers, answers: [{ ...answers.answers[0], choice: 'both' }] }, 'answers.0.choice');
  });
});

it('a damaged clip is easy to see', () => {
  const data = Uint8Array.from({ length: 56 * 56 * 3 }, (_, i) => (i * 7) % 256);
  const { data: spoilt } = mosaic({ data, width: 56, height: 56 });
  const pixel = (x: number, y: number): number[] => [...spoilt.subarray((y * 56 + x) * 3, (y * 56 + x) * 3 + 3)];
  expect(pixel(4, 8)).toEqual([...data.subarray((8 * 56 + 4) * 3, (8 * 56 + 4) * 3 + 3)]);
  expect(pixel(7, 11)).toEqual(pixel(4, 8));
  expect(pixel(8, 8)).not.toEqual(pixel(4, 8));
});
