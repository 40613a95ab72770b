import { ConfigError } from '@vosvfi/core';
import type { Graph } from '../graph/graph.js';
import { channelsOf, pictureNode, picturesMade, picturesRead } from './picture-nodes.js';

/** Smallest and largest value of each channel of one value of a network. */
export interface ChannelRanges {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/**
 * What static quantization needs to know of a network: the ranges of its pictures, in the order in which the graph makes
 * them. Plain data, to be kept as JSON; it fits the same function with the same weights at any frame size.
 */
export interface Calibration {
  readonly format: 'vosvfi-calibration';
  readonly version: 1;
  readonly ranges: readonly ChannelRanges[];
}

/** The values whose ranges a {@link Calibration} of `graph` holds, in its order. */
export function calibratedValues(graph: Graph): string[] {
  const values = new Set<string>();
  for (const node of graph.nodes) {
    const picture = pictureNode(node, graph);
    if (picture === undefined) continue;
    for (const value of [...picturesRead(picture), ...picturesMade(picture)]) values.add(value);
  }
  return [...values];
}

/**
 * The ranges of `graph`'s values by name.
 * @throws ConfigError if the calibration is of another network.
 */
export function rangesByValue(graph: Graph, { ranges }: Calibration): Map<string, ChannelRanges> {
  const values = calibratedValues(graph);
  const fits =
    values.length === ranges.length &&
    values.every((value, index) => (ranges[index] as ChannelRanges).low.length === channelsOf(value, graph));
  if (!fits) {
    throw new ConfigError(
      'precision.calibration',
      `it has ranges of ${ranges.length} values and the function ${values.length}, or their channels differ.`,
      { hint: 'Calibrate again: a calibration belongs to one function with its weights.' },
    );
  }
  return new Map(values.map((value, index) => [value, ranges[index] as ChannelRanges]));
}

/**
 * A calibration read from JSON.
 * @throws ConfigError naming what is missing, unknown or not a number.
 */
export function parseCalibration(document: unknown): Calibration {
  const fail = (path: string, message: string): never => {
    throw new ConfigError(`calibration${path}`, message, { hint: 'Expected what saving a calibration wrote.' });
  };
  const record = (value: unknown, path: string, keys: readonly string[]): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null) return fail(path, `expected an object, found ${typeof value}.`);
    const unknown = Object.keys(value).find((key) => !keys.includes(key));
    if (unknown !== undefined) fail(`${path}.${unknown}`, 'is not known.');
    return value as Record<string, unknown>;
  };
  const { format, version, ranges } = record(document, '', ['format', 'version', 'ranges']);
  if (format !== 'vosvfi-calibration')
    fail('.format', `expected "vosvfi-calibration", found ${JSON.stringify(format)}.`);
  if (version !== 1) fail('.version', `expected 1, found ${JSON.stringify(version)}.`);
  if (!Array.isArray(ranges)) return fail('.ranges', 'expected a list.');
  const numbers = (value: unknown, path: string): number[] =>
    Array.isArray(value) && value.length > 0 && value.every((entry) => Number.isFinite(entry))
      ? value
      : fail(path, 'expected a list of numbers.');
  return {
    format: 'vosvfi-calibration',
    version: 1,
    ranges: ranges.map((entry: unknown, index) => {
      const path = `.ranges.${index}`;
      const { low, high } = record(entry, path, ['low', 'high']);
      const range = { low: numbers(low, `${path}.low`), high: numbers(high, `${path}.high`) };
      const isOrdered = range.low.length === range.high.length && range.low.every((v, i) => v <= range.high[i]!);
      return isOrdered ? range : fail(path, 'expected as many low as high, none above its high.');
    }),
  };
}
