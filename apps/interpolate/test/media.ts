import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Frame } from '@vosvfi/core';
import { findExecutable, openVideo } from '@vosvfi/data';

const run = promisify(execFile);

/** Runs the ffmpeg that the packages find. */
export async function ffmpeg(...args: string[]): Promise<void> {
  const { path } = await findExecutable('ffmpeg');
  await run(path, ['-hide_banner', '-v', 'error', '-y', ...args]);
}

/** Time and hash of every audio packet. */
export async function audioPackets(file: string): Promise<string[]> {
  const { path } = await findExecutable('ffprobe');
  const args = ['-v', 'error', '-select_streams', 'a', '-show_data_hash', 'md5'];
  const { stdout } = await run(path, [...args, '-show_entries', 'packet=pts_time,data_hash', '-of', 'csv=p=0', file]);
  return stdout.trim().split('\n');
}

/** All frames of a video. */
export async function readAll(file: string): Promise<Frame[]> {
  const frames = [];
  for await (const frame of (await openVideo(file)).frames()) frames.push(frame);
  return frames;
}

/** Arguments for a moving test picture. */
export const pattern = (rate: string, size = '48x32') => ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${rate}`];
/** Arguments for a tone. */
export const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'];
/** Arguments for a quick H.264. */
export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
