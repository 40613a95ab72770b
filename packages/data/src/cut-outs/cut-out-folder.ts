import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import { findPictures } from '../image/find-pictures.js';

/** Only formats that have transparency. */
const extensions: readonly string[] = ['.png', '.webp'];

/** Pictures of single things on a transparent ground, which synthetic scenes take as objects. */
export const cutOutsSchema = z.strictObject({
  /** PNG and WebP files in it and in folders below it are used. */
  folder: z.string().min(1),
  /** Names of files and folders that are passed over. */
  exclude: z.array(z.string().min(1)).default([]),
  /** Share of the objects that are cut-outs. */
  share: z.number().min(0).max(1).default(1),
  /** Longest side that cut-outs are kept at, pixels. */
  maxSide: z.int().min(32).max(2048).default(320),
  /** Change of colours: 0 keeps them, 1 changes brightness, contrast, saturation and tint strongly. */
  jitter: z.number().min(0).max(1).default(0.3),
  /** Memory for decoded cut-outs, MiB for each worker; those used longest ago are decoded again when needed. */
  cacheMegabytes: z.int().min(1).max(65536).default(192),
});

/** Options of {@link openCutOuts}. */
export type CutOutOptions = z.input<typeof cutOutsSchema>;

/** An opened folder of cut-outs: plain data, so that worker threads can be handed it. */
export interface CutOuts extends z.output<typeof cutOutsSchema> {
  /** Paths, in natural order. */
  readonly files: readonly string[];
}

/**
 * Lists the cut-outs of a folder; nothing is decoded yet.
 * @throws ConfigError for an invalid option; MediaError if the folder is missing or holds no picture.
 */
export async function openCutOuts(options: CutOutOptions): Promise<CutOuts> {
  const parsed = cutOutsSchema.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ConfigError(['cutOuts', ...issue.path].join('.'), `${issue.message}.`);
  }
  const { folder, exclude } = parsed.data;
  return { ...parsed.data, files: await findPictures(folder, { extensions, exclude, what: 'cut-outs' }) };
}
