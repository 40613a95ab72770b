import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { planStudy } from '../../src/study/plan.js';
import { balancedSides } from '../../src/study/sides.js';
import { pageScript } from '../../src/study/study-page.js';

interface Arranged {
  readonly trial: string;
  readonly left: string;
  readonly right: string;
}

interface Session {
  readonly count: number;
  readonly answers: readonly (Arranged & { readonly choice: string; readonly seconds: number })[];
  current(): Arranged | undefined;
  answer(choice: string, facts: { seconds: number; loops: number; slowest: number }): boolean;
  back(): boolean;
  result(): { readonly isComplete: boolean; readonly study: string; readonly participant: string };
}

interface PageStudy {
  readonly id: string;
  readonly canTie: boolean;
  readonly trials: readonly {
    readonly id: string;
    readonly pair: readonly [string, string];
    readonly coin?: number;
    readonly isTurned?: boolean;
  }[];
}

interface StudyLogic {
  createRandom(text: string): () => number;
  arrange(trials: PageStudy['trials'], seed: string): Arranged[];
  keepUp(lead: number, rate: number): { readonly jumps: boolean; readonly rate: number };
  actionOfKey(key: string, canTie: boolean): string | undefined;
  createSession(study: PageStudy, participant: string, saved?: Session['answers']): Session;
}

const file = new URL('../../assets/study-logic.js', import.meta.url).href;
const { createRandom, arrange, keepUp, actionOfKey, createSession } = (await import(file)) as StudyLogic;

const trials = Array.from({ length: 200 }, (_, i) => ({ id: `t${i}`, pair: [`a${i}`, `b${i}`] as const }));
const study: PageStudy = { id: 'abc', canTie: true, trials: trials.slice(0, 3) };
const facts = { seconds: 2.345, loops: 2, slowest: 0.5 };

describe('order and sides', () => {
  it('are those of the seed', () => {
    expect(arrange(trials, 'x')).toEqual(arrange(trials, 'x'));
    expect(arrange(trials, 'x')).not.toEqual(arrange(trials, 'y'));
  });

  it('hold every trial once, either way around about as often', () => {
    const arranged = arrange(trials, 'seed');
    expect(arranged.map(({ trial }) => trial).sort()).toEqual(trials.map(({ id }) => id).sort());
    expect(arranged.map(({ trial }) => trial)).not.toEqual(trials.map(({ id }) => id));
    const turned = arranged.filter(({ left }) => left.startsWith('b')).length;
    // Standard deviation 7 of 200 fair coins.
    expect(Math.abs(turned - 100)).toBeLessThan(35);
    for (const { trial, left, right } of arranged)
      expect([left, right].sort()).toEqual([`a${trial.slice(1)}`, `b${trial.slice(1)}`]);
  });

  it('put every method on the left as often as on the right, for every participant', () => {
    const options = { title: '', question: '', seed: 8, canTie: true, repeats: 1, same: 1, damaged: 4 };
    const made = planStudy({ ...options, methods: ['A', 'B', 'C'], names: ['1', '2', '3', '4', '5', '6'] });
    const sides = balancedSides(made);
    const clips = new Map(made.clips.map((clip) => [clip.id, clip]));
    const kinds = new Map(made.trials.map(({ id, kind }) => [id, kind]));
    const page = made.trials.map(({ id, pair }) => ({ id, pair, ...sides.get(id) }));
    const seen = new Set<string>();
    for (let participant = 0; participant < 40; participant += 1) {
      const counts = new Map<string, number>();
      for (const { trial, left, right } of arrange(page, `p${participant}`)) {
        const [a, b] = [clips.get(left)!, clips.get(right)!];
        if (kinds.get(trial) === 'same') continue;
        const pair = kinds.get(trial) === 'damaged' ? 'damaged' : [a.method, b.method].sort().join('');
        const isFirst = kinds.get(trial) === 'damaged' ? a.isDamaged : a.method < b.method;
        counts.set(pair, (counts.get(pair) ?? 0) + (isFirst ? 1 : -1));
        if (trial === made.trials.find(({ kind }) => kind === 'compare')!.id) seen.add(left);
      }
      expect(Object.fromEntries(counts)).toEqual({ AB: 0, AC: 0, BC: 0, damaged: 0 });
    }
    // And still nobody knows the side of a clip from the sides that another saw.
    expect(seen.size).toBe(2);
    expect(JSON.stringify(page)).not.toMatch(/compare|damaged"|same"|"[ABC]"/);
  });

  it('come from evenly spread numbers', () => {
    const random = createRandom('even');
    const values = Array.from({ length: 8000 }, random);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const bins = Array.from({ length: 8 }, (_, bin) => values.filter((value) => Math.floor(value * 8) === bin).length);
    // Seven degrees of freedom: 29.9 is passed by one fair stream in 10,000.
    expect(bins.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(29.9);
  });
});

it('the second clip keeps up with the first', () => {
  expect(keepUp(0.001, 0.5)).toEqual({ jumps: false, rate: 0.5 });
  expect(keepUp(0.02, 1).rate).toBeCloseTo(0.92, 9);
  expect(keepUp(-0.1, 0.5).rate).toBeCloseTo(0.575, 9);
  expect(keepUp(0.3, 1)).toEqual({ jumps: true, rate: 1 });
});

it('keys do what the page says', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowDown', '0', ' ', 'r', 'R', 's', 'Backspace', 'x', 'Enter'];
  const actions = ['left', 'right', 'same', 'same', 'pause', 'replay', 'replay', 'speed', 'back', undefined, undefined];
  expect(keys.map((key) => actionOfKey(key, true))).toEqual(actions);
  expect(actionOfKey('ArrowDown', false)).toBeUndefined();
});

describe('a session', () => {
  it('goes through the pairs, back, and to the end', () => {
    const session = createSession(study, 'me');
    const [first, second] = arrange(study.trials, 'abc me');
    expect(session.current()).toEqual(first);
    expect(session.answer('left', facts)).toBe(true);
    expect(session.current()).toEqual(second);
    expect(session.back()).toBe(true);
    expect(session.current()).toEqual(first);
    expect(session.back()).toBe(false);
    expect(session.answer('neither', facts)).toBe(false);
    for (const choice of ['right', 'same', 'left']) expect(session.answer(choice, facts)).toBe(true);
    expect(session.current()).toBeUndefined();
    expect(session.answer('left', facts)).toBe(false);
    expect(session.answers[0]).toEqual({ ...first, choice: 'right', seconds: 2.35, loops: 2, slowest: 0.5 });
    expect(session.result()).toMatchObject({ study: 'abc', participant: 'me', isComplete: true });
  });

  it('goes on from what was kept, of the same participant only', () => {
    const session = createSession(study, 'me');
    session.answer('left', facts);
    expect(createSession(study, 'me', session.answers).answers).toEqual(session.answers);
    expect(createSession(study, 'me', session.answers).result().isComplete).toBe(false);
    const other = arrange(study.trials, 'abc you')[0]?.trial === session.answers[0]?.trial ? 'they' : 'you';
    expect(createSession(study, other, session.answers).answers).toEqual([]);
  });

  it('takes no tie where there is none', () => {
    expect(createSession({ ...study, canTie: false }, 'me').answer('same', facts)).toBe(false);
  });
});

it('the page runs the logic as a plain script', async () => {
  const script = await pageScript();
  expect(script).not.toMatch(/^(export|import) /m);
  // Up to its first look at the page, which is not there.
  expect(() => runInNewContext(script, {})).toThrow('document is not defined');
});
