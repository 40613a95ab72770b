import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError, writeFileAtomically } from '@vosvfi/core';
import { type Rational, toNumber } from '@vosvfi/data';
import { type ClipFacts, commonNames, encodeClip, listClips } from './clips.js';
import { type PlanOptions, planStudy } from './plan.js';
import { renderStudy, type StudyMedia } from './study-page.js';
import type { Study } from './study-schema.js';

/** What {@link makeStudy} makes a study of. */
export interface StudyOptions extends Omit<PlanOptions, 'methods' | 'names'> {
  readonly methods: readonly { readonly name: string; readonly folder: string }[];
  /** Of folders of frames. */
  readonly frameRate: Rational;
  /** Clips go into the page if they have no more bytes than this together, else beside it. */
  readonly embedBytes: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was made. */
export interface MadeStudy {
  readonly study: Study;
  /** For participants. */
  readonly page: string;
  /** For the organizer alone. */
  readonly key: string;
  readonly isEmbedded: boolean;
  readonly bytes: number;
}

/**
 * Makes a blind study of methods' clips of the same names: `index.html` for participants, with the clips in it or beside it
 * in `clips/`, and `study.json`, which says what is what.
 * @throws MediaError for clips that are missing, damaged, or of another size, length or pace than those they are shown with.
 */
export async function makeStudy(folder: string, options: StudyOptions): Promise<MadeStudy> {
  const { methods, embedBytes, frameRate, onProgress } = options;
  const listed = await Promise.all(
    methods.map(async ({ folder: path }) => ({ folder: path, clips: await listClips(path) })),
  );
  const study = planStudy({ ...options, methods: methods.map(({ name }) => name), names: commonNames(listed) });
  const clips = [...new Map(study.clips.map((clip) => [clip.media, clip])).values()];
  await mkdir(folder, { recursive: true });
  // A folder of its own: one of the name `clips` may be there already, with the originals.
  const encoded = await mkdtemp(join(folder, '.clips-'));
  try {
    const facts = new Map<string, { readonly source: string; readonly facts: ClipFacts }>();
    const media = new Map<string, Uint8Array>();
    for (const [i, { media: key, name, method, isDamaged }] of clips.entries()) {
      const source = listed[study.methods.indexOf(method)]?.clips.get(name) as string;
      const file = join(encoded, `${key}.mp4`);
      const own = await encodeClip(source, file, { frameRate, isDamaged });
      const other = facts.get(name);
      if (other === undefined) facts.set(name, { source, facts: own });
      else checkAlike(source, own, other.source, other.facts);
      media.set(key, await readFile(file));
      onProgress?.(i + 1, clips.length);
    }
    const bytes = [...media.values()].reduce((sum, { length }) => sum + length, 0);
    const isEmbedded = bytes <= embedBytes;
    if (!isEmbedded)
      await moveFiles(
        [...media.keys()].map((key) => `${key}.mp4`),
        encoded,
        join(folder, 'clips'),
      );
    return { ...(await writePages(folder, study, isEmbedded ? media : 'beside')), study, isEmbedded, bytes };
  } finally {
    await rm(encoded, { recursive: true });
  }
}

async function moveFiles(names: readonly string[], from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of names) await rename(join(from, name), join(to, name));
}

async function writePages(folder: string, study: Study, media: StudyMedia): Promise<Pick<MadeStudy, 'page' | 'key'>> {
  const page = join(folder, 'index.html');
  const key = join(folder, 'study.json');
  await writeFileAtomically(page, await renderStudy(study, media));
  await writeFileAtomically(key, `${JSON.stringify(study, undefined, 2)}\n`);
  return { page, key };
}

function checkAlike(source: string, own: ClipFacts, otherSource: string, other: ClipFacts): void {
  const describe = ({ width, height, count, frameRate }: ClipFacts): string =>
    `${count} frames of ${width}x${height} at ${Number(toNumber(frameRate).toFixed(3))} a second`;
  if (describe(own) !== describe(other)) {
    throw new MediaError(
      source,
      `has ${describe(own)}; ${otherSource}, which it is compared with, has ${describe(other)}.`,
    );
  }
}
