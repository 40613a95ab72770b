import { createHash } from 'node:crypto';
import { ConfigError, createRandom, type Random } from '@vosvfi/core';
import type { Study } from './study-schema.js';

/** What a study asks. */
export interface PlanOptions {
  readonly title: string;
  readonly question: string;
  readonly methods: readonly string[];
  /** Names of the clips that every method has. */
  readonly names: readonly string[];
  readonly seed: number;
  /** Whether "no difference" is an answer. */
  readonly canTie: boolean;
  /** How often every pair is shown. */
  readonly repeats: number;
  /** Trials that show one clip twice. */
  readonly same: number;
  /** Trials that show a clip and its spoilt version. */
  readonly damaged: number;
}

type Clip = Study['clips'][number];
type Trial = Study['trials'][number];

/**
 * The clips and trials of a study, drawn from its seed. Ids say nothing about what they stand for, and neither does the order.
 * @throws ConfigError for less than two methods or no clip.
 */
export function planStudy(options: PlanOptions): Study {
  const { title, question, methods, names, seed, canTie, repeats } = options;
  if (methods.length < 2) throw new ConfigError('--method', `expected two or more, found ${methods.length}.`);
  if (names.length === 0) throw new ConfigError('--method', 'the folders hold no clips.');
  const random = createRandom(seed).fork('study');
  const nextId = idMaker(random.fork('ids'));
  const clips: Clip[] = names.flatMap((name) =>
    methods.map((method) => ({ id: nextId(), media: nextId(), name, method, isDamaged: false })),
  );
  const clipOf = (name: string, method: string): Clip =>
    clips.find((clip) => clip.name === name && clip.method === method && !clip.isDamaged) as Clip;
  const trials: Trial[] = [];
  const ask = (kind: Trial['kind'], name: string, first: Clip, second: Clip): void => {
    const pair: [string, string] = random.chance(0.5) ? [first.id, second.id] : [second.id, first.id];
    trials.push({ id: nextId(), kind, name, pair });
  };
  for (const name of names) {
    for (const [i, first] of methods.entries()) {
      for (const second of methods.slice(i + 1)) {
        for (let k = 0; k < repeats; k += 1) ask('compare', name, clipOf(name, first), clipOf(name, second));
      }
    }
  }
  const originals = shuffled(clips, random);
  for (let k = 0; k < options.same + options.damaged; k += 1) {
    const clip = originals[k % originals.length] as Clip;
    const isDamaged = k >= options.same;
    const twin = { ...clip, id: nextId(), isDamaged, media: isDamaged ? nextId() : clip.media };
    clips.push(twin);
    ask(isDamaged ? 'damaged' : 'same', clip.name, clip, twin);
  }
  const study = { title, question, seed, canTie, methods: [...methods], clips, trials: shuffled(trials, random) };
  const id = createHash('sha256').update(JSON.stringify(study)).digest('hex').slice(0, 16);
  return { format: 'vosvfi-study', formatVersion: 1, id, ...study };
}

function idMaker(random: Random): () => string {
  const taken = new Set<string>();
  return () => {
    let id: string;
    do id = random.integer(0, 0xffffffff).toString(16).padStart(8, '0');
    while (taken.has(id));
    taken.add(id);
    return id;
  };
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
