/** Values at evenly spaced places, from `start` on. */
export interface FilterTable {
  readonly start: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** Orientations of a scale. */
export const ORIENTATIONS = 6;

/** Steps of a transition from 0 to 1, over one octave. */
const TRANSITION = 256;
/** Steps of half a turn. */
const HALF_TURN = 1024;

/** The value at a place, linear between those of the table; beyond its ends that of the end. */
export function interpolate(place: number, { start, step, values }: FilterTable): number {
  const at = Math.min(values.length - 1, Math.max(0, (place - start) / step));
  const index = Math.min(values.length - 2, Math.floor(at));
  return values[index]! + (at - index) * (values[index + 1]! - values[index]!);
}

/** A raised cosine that lets frequencies above an octave pass, and its complement in power; places are octaves. */
export function passTables(octave: number): { readonly high: FilterTable; readonly low: FilterTable } {
  const place = { start: octave - (TRANSITION + 1) / TRANSITION, step: 1 / TRANSITION };
  const high = Float64Array.from({ length: TRANSITION + 3 }, (_, i) => {
    const inner = Math.min(TRANSITION + 1, Math.max(1, i));
    return Math.abs(Math.cos((Math.PI * (inner - TRANSITION - 1)) / (2 * TRANSITION)));
  });
  const low = high.map((value) => Math.sqrt(Math.max(0, 1 - value * value)));
  return { high: { ...place, values: high }, low: { ...place, values: low } };
}

/** How much of each angle an orientation lets pass: a power of its cosine on one side, nothing on the other. */
export function directionTable(orientation: number): FilterTable {
  const order = ORIENTATIONS - 1;
  const energy = (2 ** (2 * order) * factorial(order) ** 2) / (ORIENTATIONS * factorial(2 * order));
  const step = Math.PI / HALF_TURN;
  const first = -(2 * HALF_TURN + 1);
  const values = Float64Array.from({ length: 3 * HALF_TURN + 3 }, (_, i) => {
    const cosine = Math.cos((first + i) * step);
    return cosine > 0 ? 2 * Math.sqrt(energy) * cosine ** order : 0;
  });
  return { start: first * step + (Math.PI * orientation) / ORIENTATIONS, step, values };
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
