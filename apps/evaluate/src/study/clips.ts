import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Frame, MediaError } from '@vosvfi/core';
import {
  compareNatural,
  createVideo,
  type FrameSequence,
  frameBytes,
  openFrameSequence,
  type Rational,
  videoExtensions,
} from '@vosvfi/data';
import { cropFrame } from '@vosvfi/report';

/** Quality of x264 for all clips: differences to the frames given are below what can be seen. */
const clipQuality = 12;

/**
 * The clips in a method's folder, by name: videos, and folders of frames.
 * @throws MediaError if the folder is missing or empty, or two clips have one name.
 */
export async function listClips(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MediaError(folder, 'no such folder, or it cannot be read.', { cause });
  });
  const clips = new Map<string, string>();
  for (const entry of entries.sort((a, b) => compareNatural(a.name, b.name))) {
    const extension = extname(entry.name).toLowerCase();
    const isClip = entry.isDirectory() || videoExtensions.includes(extension);
    if (entry.name.startsWith('.') || !isClip) continue;
    const name = entry.isDirectory() ? entry.name : entry.name.slice(0, -extension.length);
    if (clips.has(name)) throw new MediaError(join(folder, entry.name), `is a second clip of the name ${name}.`);
    clips.set(name, join(folder, entry.name));
  }
  if (clips.size === 0) {
    throw new MediaError(
      folder,
      `holds no clips: neither videos (${videoExtensions.join(', ')}) nor folders of frames.`,
    );
  }
  return clips;
}

/**
 * Names that all methods have.
 * @throws MediaError naming a clip that one of them lacks.
 */
export function commonNames(
  folders: readonly { readonly folder: string; readonly clips: ReadonlyMap<string, string> }[],
): string[] {
  const names = [...new Set(folders.flatMap(({ clips }) => [...clips.keys()]))].sort(compareNatural);
  for (const { folder, clips } of folders) {
    const missing = names.filter((name) => !clips.has(name));
    if (missing.length > 0) {
      throw new MediaError(
        folder,
        `lacks ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}, which another method has.`,
      );
    }
  }
  return names;
}

/** Size, length and pace of a clip. */
export interface ClipFacts {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly frameRate: Rational;
}

/** What {@link encodeClip} does besides encoding. */
export interface EncodeOptions {
  /** Of folders of frames; videos have their own. */
  readonly frameRate: Rational;
  /** Spoil it so that everybody must see it. */
  readonly isDamaged: boolean;
}

/**
 * Encodes a clip as all others of a study: H.264 without sound and without a trace of where it comes from. An odd last row
 * or column of pixels is left out, as browsers want even sizes.
 * @throws MediaError if it cannot be read.
 */
export async function encodeClip(source: string, target: string, options: EncodeOptions): Promise<ClipFacts> {
  const sequence = await openFrameSequence(source);
  const facts = clipFacts(sequence, options.frameRate);
  const { width, height, count, frameRate } = facts;
  const writer = await createVideo(target, { width, height, frameRate, crf: clipQuality });
  try {
    for await (const frame of sequence.frames(0, count - 1)) {
      const even = cropFrame(frame, { x: 0, y: 0, width, height });
      await writer.write(options.isDamaged ? mosaic(even) : even);
    }
    await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return facts;
}

function clipFacts({ width, height, count, info }: FrameSequence, frameRate: Rational): ClipFacts {
  return {
    width: width - (width % 2),
    height: height - (height % 2),
    count,
    frameRate: info?.timeline.frameRate ?? frameRate,
  };
}

/** Squares of one color: about fourteen across the shorter side. */
export function mosaic(frame: Frame): Frame {
  const { width, height } = frame;
  const source = frameBytes(frame);
  const size = Math.max(2, Math.round(Math.min(width, height) / 14));
  const data = new Uint8Array(source.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = ((y - (y % size)) * width + x - (x % size)) * 3;
      data.set(source.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { data, width, height };
}
