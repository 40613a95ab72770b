import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { VosvfiError } from '@vosvfi/core';
import type { VideoProgram } from '@vosvfi/data';
import { type Check, messageOf } from './check.js';

const origins = { environment: 'environment variable', path: 'PATH', npm: 'npm package' } as const;

async function checkProgram(name: VideoProgram): Promise<Check> {
  const { findExecutable } = await import('@vosvfi/data');
  try {
    const { path, origin } = await findExecutable(name);
    const { stdout } = await promisify(execFile)(path, ['-version']);
    const version = /version (\S+)/.exec(stdout)?.[1] ?? 'unknown version';
    return { name, required: false, usable: true, found: `${version} at ${path} (${origins[origin]})` };
  } catch (error) {
    const hint = VosvfiError.isInstance(error) ? error.hint : undefined;
    const remedy = hint ?? 'Video files cannot be read or written with it; install another ffmpeg.';
    // The message of a VosvfiError ends with its hint.
    const found = messageOf(error).replace(` ${hint}`, '');
    return { name, required: false, usable: false, found, remedy };
  }
}

async function checkSharp(): Promise<Check> {
  const base = { name: 'sharp', required: true };
  try {
    const { default: sharp } = await import('sharp');
    const { data } = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#ff0000' } })
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (data[0] !== 255) throw new Error(`a red picture has ${data[0]} as red`);
    return {
      ...base,
      usable: true,
      found: `${sharp.versions.sharp ?? 'unknown version'}, libvips ${sharp.versions.vips}`,
    };
  } catch (error) {
    const remedy = 'Pictures are read and written with it. Install again with the optional dependencies of sharp.';
    return { ...base, usable: false, found: messageOf(error), remedy };
  }
}

/** Whether pictures and videos can be read and written. */
export async function checkMedia(): Promise<Check[]> {
  return [await checkSharp(), await checkProgram('ffmpeg'), await checkProgram('ffprobe')];
}
