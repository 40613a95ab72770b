import type { Split } from '../triplets/layout.js';
import { type Finding, finding } from './finding.js';
import { hashDistance } from './perceptual-hash.js';

/** What is kept of a triplet to find others like it. */
export interface Fingerprint {
  readonly name: string;
  readonly split: Split | undefined;
  /** SHA-256 of its pixels, the same for the reversed triplet. */
  readonly exact: string;
  /** 64 bits for each frame. */
  readonly hashes: readonly [Uint16Array, Uint16Array, Uint16Array];
  /** Mean colours of a coarse grid of the middle frame, 0..255. */
  readonly thumbnail: Uint8Array;
}

/** Most bits of 64 in which each of the frames of near duplicates differ. */
const NEAR_BITS = 8;
/** Most mean difference of their thumbnails, levels of 255. */
const NEAR_COLOUR = 2.5;

const fileOf = (name: string) => `sequences/${name}`;

function meanDifference(first: Uint8Array, second: Uint8Array): number {
  if (first.length !== second.length) return Infinity;
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += Math.abs(first[i]! - second[i]!);
  return sum / first.length;
}

function isNear(first: Fingerprint, second: Fingerprint): boolean {
  return (
    first.hashes.every((hash, k) => hashDistance(hash, second.hashes[k]!) <= NEAR_BITS) &&
    meanDifference(first.thumbnail, second.thumbnail) <= NEAR_COLOUR
  );
}

/** Finds triplets that are equal, also in reverse, to an earlier one. */
export function findDuplicates(prints: readonly Fingerprint[]): { findings: Finding[]; unique: Fingerprint[] } {
  const seen = new Map<string, Fingerprint>();
  const findings: Finding[] = [];
  const unique = prints.filter((print) => {
    const first = seen.get(print.exact);
    if (!first) {
      seen.set(print.exact, print);
      return true;
    }
    const across = print.split !== first.split ? `, which is in the ${first.split ?? 'no'} list` : '';
    findings.push(finding('duplicate', print.name, fileOf(print.name), `has the pixels of ${first.name}${across}.`));
    return false;
  });
  return { findings, unique };
}

/** Finds triplets that look like an earlier one with which they share a quarter of the middle frame's hash; the worse if one is for training and the other for test. */
export function findNearDuplicates(prints: readonly Fingerprint[]): Finding[] {
  const parts = [0, 1, 2, 3].map(() => new Map<number, Fingerprint[]>());
  return prints.flatMap((print) => {
    const middle = print.hashes[1];
    const alike = new Set(parts.flatMap((part, k) => part.get(middle[k]!) ?? []));
    const near = [...alike].filter((other) => isNear(print, other));
    parts.forEach((part, k) => {
      const others = part.get(middle[k]!);
      if (others) others.push(print);
      else part.set(middle[k]!, [print]);
    });
    const across = near.find(({ split }) => split !== undefined && print.split !== undefined && split !== print.split);
    if (across) {
      const message = `looks like ${across.name}, which is in the ${across.split} list.`;
      return [finding('near-duplicate-across', print.name, fileOf(print.name), message)];
    }
    const [first] = near;
    if (!first) return [];
    return [finding('near-duplicate', print.name, fileOf(print.name), `looks like ${first.name}.`)];
  });
}
