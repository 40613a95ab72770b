import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fallback } from '../engine.js';

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

const suffix = '_kernel_time';

/** Nodes that ran on another provider than `provider`, from the text of a profile that ONNX Runtime wrote. */
export function fallbacksOf(profile: string, provider: string): Fallback[] {
  const found = new Map<string, Fallback>();
  for (const { cat, name, args } of JSON.parse(profile) as ProfileEvent[]) {
    if (cat !== 'Node' || !name.endsWith(suffix) || args?.provider === undefined || args.provider === provider)
      continue;
    const node = name.slice(0, -suffix.length);
    found.set(node, { node, operator: args.op_name ?? 'unknown' });
  }
  return [...found.values()];
}

/** A place for one profile, which ONNX Runtime writes when profiling ends. */
export async function temporaryProfile(): Promise<{
  readonly prefix: string;
  read(): Promise<string>;
  remove(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'vosvfi-profile-'));
  return {
    prefix: join(folder, 'profile'),
    read: async () => {
      const [file] = await readdir(folder);
      if (file === undefined) throw new Error(`ONNX Runtime wrote no profile into ${folder}.`);
      return readFile(join(folder, file), 'utf8');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
