import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import { findPictures } from '../image/find-pictures.js';

const extensions: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp'];

/** Photographs that surfaces of synthetic scenes are cut from. */
export const photoTexturesSchema = z.strictObject({
  /** JPEG, PNG and WebP files in it and in folders below it are used. */
  folder: z.string().min(1),
  /** Share of the surfaces (backgrounds, objects and painted clutter, each by itself) that show a photograph. */
  share: z.number().min(0).max(1).default(1),
  /** Longest side that photographs are kept at, pixels. */
  maxSide: z.int().min(64).max(8192).default(1024),
  /** Change of colours: 0 keeps them, 1 changes brightness, contrast, saturation and tint strongly. */
  jitter: z.number().min(0).max(1).default(0.3),
  /** Memory for decoded photographs, MiB for each worker; those used longest ago are decoded again when needed. */
  cacheMegabytes: z.int().min(1).max(65536).default(192),
});

/** Options of {@link openPhotoTextures}. */
export type PhotoTextureOptions = z.input<typeof photoTexturesSchema>;

/** An opened folder of photographs: plain data, so that worker threads can be handed it. */
export interface PhotoTextures extends z.output<typeof photoTexturesSchema> {
  /** Paths, in natural order. */
  readonly files: readonly string[];
}

/**
 * Lists the photographs of a folder; nothing is decoded yet.
 * @throws ConfigError for an invalid option; MediaError if the folder is missing or holds no photograph.
 */
export async function openPhotoTextures(options: PhotoTextureOptions): Promise<PhotoTextures> {
  const parsed = photoTexturesSchema.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ConfigError(['textures', ...issue.path].join('.'), `${issue.message}.`);
  }
  const files = await findPictures(parsed.data.folder, { extensions, what: 'photographs' });
  return { ...parsed.data, files };
}
