import { ConfigError, MediaError } from '@vosvfi/core';
import { describeProblems, WHOLE_SET } from '../evaluation/describe-problems.js';
import type { LayoutProblem, OpenedProtocol } from '../evaluation/item.js';
import type { Protocol } from '../evaluation/protocol-schema.js';
import { createItem } from './evaluation-item.js';
import { createGeometry } from './geometry.js';
import type { ItemSource } from './item-source.js';
import { readLayout } from './layouts/read-layout.js';
import { chooseFrames } from './selection.js';

/** Which part of a data set to evaluate. */
export interface OpenProtocolOptions {
  /** Ids of the items; default: all. */
  readonly items?: readonly string[];
  /** The first so many items. */
  readonly maxItems?: number;
  /** The first so many frames of each sequence. */
  readonly maxFrames?: number;
}

/**
 * Opens a data set for a protocol. Nothing but folders and lists is read; frames are read when they are asked for. Items that
 * lack files or frames are left out, and the warnings say so.
 * @param folder The data set's folder; undefined for protocols that make their pictures.
 * @throws ConfigError without a folder where one is needed, and for items that do not exist; MediaError if nothing is there
 * to be evaluated.
 */
export async function openProtocol(
  protocol: Protocol,
  folder: string | undefined,
  options: OpenProtocolOptions = {},
): Promise<OpenedProtocol> {
  const { sources, problems } = await readLayout(protocol, folder);
  const chosen = chooseSources(sources, options);
  const warnings = [...problems];
  const selection = { ...protocol.selection, maxFrames: smallest(protocol.selection.maxFrames, options.maxFrames) };
  const settings = { geometry: createGeometry(protocol.geometry), geometryKey: JSON.stringify(protocol.geometry) };
  const items = chosen.flatMap((source) => {
    const choice = chooseFrames(source.frameCount, selection);
    if (choice.predictions.length > 0) return [createItem(source, { choice, ...settings })];
    warnings.push(tooShort(source, choice.frameCount, protocol));
    return [];
  });
  if (items.length === 0) throw nothingToEvaluate(protocol, folder, warnings);
  const { items: expected } = protocol;
  const isPart = options.items !== undefined || options.maxItems !== undefined;
  if (!isPart && expected !== undefined && items.length !== expected) {
    warnings.push({
      path: WHOLE_SET,
      problem: `expected ${expected} items as the protocol has, found ${items.length}.`,
    });
  }
  return { items, warnings };
}

function chooseSources(sources: readonly ItemSource[], { items, maxItems }: OpenProtocolOptions): ItemSource[] {
  for (const id of items ?? []) {
    if (sources.some((source) => source.id === id)) continue;
    const known = sources.slice(0, 20).map((source) => source.id);
    throw new ConfigError('items', `the data set has no item "${id}", or not all of its files.`, {
      hint: `It has: ${known.join(', ')}${sources.length > 20 ? ` and ${sources.length - 20} more` : ''}.`,
    });
  }
  return sources.filter(({ id }) => items === undefined || items.includes(id)).slice(0, maxItems);
}

function smallest(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined ? second : Math.min(first, second ?? first);
}

function tooShort({ id, frameCount }: ItemSource, used: number, { selection }: Protocol): LayoutProblem {
  const needed = selection.first + selection.step + 1;
  const found = used < frameCount ? `only the first ${used} of ${frameCount} are used` : `found ${frameCount}`;
  return { path: id, problem: `left out: needs at least ${needed} frames, ${found}.` };
}

function nothingToEvaluate(
  protocol: Protocol,
  folder: string | undefined,
  problems: readonly LayoutProblem[],
): MediaError {
  const sentences = describeProblems(problems).join(' ');
  return new MediaError(folder ?? protocol.id, `holds nothing that "${protocol.id}" can evaluate. ${sentences}`, {
    hint: `The data set: ${protocol.source}`,
  });
}
