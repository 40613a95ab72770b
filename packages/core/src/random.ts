import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A seeded stream of random numbers. The same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform float in [low, high); [0, 1) by default. */
  uniform(low?: number, high?: number): number;
  /** Uniform integer in [low, high], both ends included. */
  integer(low: number, high: number): number;
  /** Normal deviate (Box-Muller). */
  normal(mean?: number, standardDeviation?: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** An independent stream that depends only on this stream's seed and the label, not on how much was drawn. */
  fork(label: string | number): Random;
  /** Serializable state; {@link restoreRandom} continues from it. */
  state(): { seed: number; words: number[] };
}

/** FNV-1a, 32 bit, over the UTF-8 bytes of `text`. */
export function hash32(text: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash;
}

function wrap(seed: number, generator: RandomGenerator): Random {
  const next = (): number => {
    // 53 random bits, as Math.random has.
    const high = (generator.next() >>> 0) >>> 5;
    const low = (generator.next() >>> 0) >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
  const random: Random = {
    uniform: (low = 0, high = 1) => low + (high - low) * next(),
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    normal: (mean = 0, standardDeviation = 1) => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return mean + standardDeviation * radius * Math.cos(2 * Math.PI * next());
    },
    chance: (p) => next() < p,
    fork: (label) => createRandom(hash32(`${seed}/${label}`)),
    state: () => ({ seed, words: [...generator.getState()] }),
  };
  return random;
}

/**
 * Four words of state from a seed (SplitMix32 with MurmurHash3's finalizer). The generator's own seeding puts the bare
 * seed into the state, which leaves the first draws of neighbouring seeds almost equal.
 */
function stateWords(seed: number): number[] {
  return [1, 2, 3, 4].map((i) => {
    let word = (seed + Math.imul(i, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  });
}

/** A stream from a 32-bit integer seed. */
export function createRandom(seed: number): Random {
  return wrap(seed, xoroshiro128plusFromState(stateWords(seed)));
}

/** Continues a stream from {@link Random.state}. */
export function restoreRandom(state: { seed: number; words: readonly number[] }): Random {
  return wrap(state.seed, xoroshiro128plusFromState([...state.words]));
}
