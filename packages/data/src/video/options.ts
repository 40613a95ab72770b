import { processLines } from './process.js';

const hasFpsMode = new Map<string, Promise<boolean>>();

async function ask(path: string): Promise<boolean> {
  let found = false;
  for await (const line of processLines(path, ['-hide_banner', '-h', 'long'], () => {})) {
    found ||= line.startsWith('-fps_mode');
  }
  return found;
}

/** The arguments that keep each frame once and at its own time; builds before 5.1 know only `-vsync`. */
export async function passthroughArguments(ffmpeg: string): Promise<string[]> {
  let answer = hasFpsMode.get(ffmpeg);
  if (!answer) {
    answer = ask(ffmpeg);
    hasFpsMode.set(ffmpeg, answer);
  }
  return [(await answer) ? '-fps_mode' : '-vsync', 'passthrough'];
}
