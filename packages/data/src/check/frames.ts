import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Frame, MediaError } from '@vosvfi/core';
import sharp from 'sharp';
import { readFrame, readMediaFile } from '../image/frame-file.js';
import type { Triple } from '../sample.js';
import { frameFiles } from '../triplets/layout.js';
import { type Finding, type FindingCode, finding } from './finding.js';

/** Three readable frames of one size. */
export interface ReadTriplet {
  readonly frames: Triple<Frame>;
  /** SHA-256 of the pixels of each. */
  readonly hashes: Triple<string>;
}

/** True if the file or folder is there. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What a failed reading says, without the name of the file in front. */
export function reasonOf(error: unknown, file: string): string {
  if (!MediaError.isInstance(error)) throw error;
  return error.message.startsWith(`${file}: `) ? error.message.slice(file.length + 2) : error.message;
}

async function checkChannels(file: string): Promise<string | undefined> {
  const { channels, depth, format } = await sharp(await readMediaFile(file)).metadata();
  if (channels === 3 && depth === 'uchar') return undefined;
  return `expected 8-bit RGB, found ${channels} channel${channels === 1 ? '' : 's'} of type ${depth} (${format}).`;
}

async function readOne(file: string, report: (code: FindingCode, message: string) => void): Promise<Frame | undefined> {
  if (!(await exists(file))) {
    report('missing-file', 'there is no such file.');
    return undefined;
  }
  try {
    const frame = await readFrame(file);
    const wrong = await checkChannels(file);
    if (wrong === undefined) return frame;
    report('not-rgb', wrong);
  } catch (error) {
    report('unreadable', reasonOf(error, file));
  }
  return undefined;
}

const sizeOf = ({ width, height }: { readonly width: number; readonly height: number }) => `${width} x ${height}`;

/** Reads the frames of a triplet; `undefined`, with findings, if they cannot be used. */
export async function readTripletFrames(
  dir: string,
  name: string,
  findings: Finding[],
): Promise<ReadTriplet | undefined> {
  const files = frameFiles(dir, name);
  const found = await Promise.all(
    files.map((file) =>
      readOne(file, (code, message) => findings.push(finding(code, name, relative(dir, file), message))),
    ),
  );
  const [first, second, third] = found;
  if (!first || !second || !third) return undefined;
  const odd = [second, third].findIndex((frame) => sizeOf(frame) !== sizeOf(first));
  if (odd >= 0) {
    const message = `expected ${sizeOf(first)} as im1.png has, found ${sizeOf([second, third][odd]!)}.`;
    findings.push(finding('size-differs', name, relative(dir, files[odd + 1]!), message));
    return undefined;
  }
  const hash = ({ data }: Frame) => createHash('sha256').update(data).digest('hex');
  return { frames: [first, second, third], hashes: [hash(first), hash(second), hash(third)] };
}
