import { join } from 'node:path';
import { ConfigError } from '@vosvfi/core';
import {
  findProtocol,
  type OpenedProtocol,
  openProtocol,
  type Protocol,
  resultProtocols,
  withMaskFolder,
} from '@vosvfi/eval';
import { type EvaluationFlags, sequenceNames } from './options.js';

/** A protocol as the options change it, its data, and what is different. */
export interface OpenedData {
  readonly protocol: Protocol;
  readonly opened: OpenedProtocol;
  /** A sentence each. */
  readonly deviations: readonly string[];
}

type Flags = Pick<EvaluationFlags, 'data' | 'ssim' | 'sequences' | 'list' | 'limit' | 'limitSequences' | 'masks'>;

/**
 * Finds a protocol and opens its data.
 * @throws ConfigError for an unknown protocol and options that do not fit; MediaError for data that are not there.
 */
export async function openData(id: string, flags: Flags): Promise<OpenedData> {
  requireInterpolation(id);
  const found = findProtocol(id);
  const deviations: string[] = [];
  const protocol = flags.ssim === undefined ? found : withSsim(found, flags.ssim, deviations);
  if (flags.data === undefined && protocol.layout.kind !== 'synthetic') {
    throw new ConfigError('--data', `protocol "${id}" needs a data set.`, { hint: `${protocol.source}` });
  }
  const items = await sequenceNames(flags);
  const opened = await openProtocol(protocol, flags.data, {
    ...(items && { items }),
    ...(flags.limit !== undefined && { maxFrames: flags.limit }),
    ...(flags.limitSequences !== undefined && { maxItems: flags.limitSequences }),
  });
  if (items) deviations.push(`Only these sequences: ${items.join(', ')}.`);
  if (flags.limit !== undefined) deviations.push(`Only the first ${flags.limit} frames of each sequence.`);
  if (flags.limitSequences === 1) deviations.push('Only the first sequence.');
  else if (flags.limitSequences !== undefined) deviations.push(`Only the first ${flags.limitSequences} sequences.`);
  return { protocol, opened: flags.masks === undefined ? opened : withMasks(opened, flags.masks), deviations };
}

/** @throws ConfigError for a protocol of results in files. */
function requireInterpolation(id: string): void {
  if (!resultProtocols.some((protocol) => protocol.id === id)) return;
  throw new ConfigError('protocol', `"${id}" judges what other programs wrote to files.`, {
    hint: `Run vosvfi evaluate results ${id} --data FOLDER --results FOLDER.`,
  });
}

/** Masks of the only sequence lie in the folder, of several in folders of their names below it. */
function withMasks({ items, warnings }: OpenedProtocol, folder: string): OpenedProtocol {
  if (items.length === 1) return { items: [withMaskFolder(items[0]!, folder)], warnings };
  return { items: items.map((item) => withMaskFolder(item, join(folder, item.id))), warnings };
}

function withSsim(protocol: Protocol, variant: string, deviations: string[]): Protocol {
  const metric = variant === 'skimage-gaussian' ? 'ssim' : `ssim-${variant}`;
  const place = protocol.metrics.findIndex((one) => one.metric === 'ssim' || one.metric.startsWith('ssim-'));
  if (place < 0) throw new ConfigError('--ssim', `protocol "${protocol.id}" measures no SSIM.`);
  const replaced = protocol.metrics[place]!;
  if (replaced.metric === metric) return protocol;
  deviations.push(`SSIM is ${variant}.`);
  const { as: _, ...rest } = replaced;
  return { ...protocol, metrics: protocol.metrics.with(place, { ...rest, metric, options: {} }) };
}
