import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@vosvfi/core';
import { encodeOnce } from './encode-once.js';
import type { RunView, ViewOptions } from './run-view.js';
import { createSink } from './sink.js';

/** Folder of a run folder. */
const pictureFolderName = 'pictures';

/** The pictures of a validation. */
export interface PictureStep {
  readonly step: number;
  /** Name of a picture to its file. */
  readonly files: ReadonlyMap<string, string>;
}

/** Writes `pictures/step-NNNNNNNN/NAME.png`. A resumed session first removes the pictures of steps that it repeats. */
export function createPictureFiles({ runFolder, step: firstStep, onWarning }: ViewOptions): RunView {
  const sink = createSink({ name: 'pictures', onWarning });
  sink.add(() => removeAfter(runFolder, firstStep));
  return {
    event: (event) => {
      if (event.type !== 'validation') return;
      sink.add(async () => {
        for (const { name, frame } of event.pictures ?? []) {
          await writeFileAtomically(join(runFolder, pictureFile(event.step, name)), (await encodeOnce(frame)).bytes);
        }
      });
    },
    idle: () => sink.idle(),
    end: () => sink.idle(),
  };
}

/** Where in a run folder a picture lies. */
export function pictureFile(step: number, name: string): string {
  return join(pictureFolderName, stepFolder(step), `${name}.png`);
}

/** The pictures of a run, by step. Empty if it has none. */
export async function listPictures(runFolder: string): Promise<PictureStep[]> {
  const folder = join(runFolder, pictureFolderName);
  const steps: PictureStep[] = [];
  for (const name of (await namesIn(folder)).sort()) {
    const step = stepOf(name);
    if (step === undefined) continue;
    const pictures = (await namesIn(join(folder, name))).filter((file) => /^[^.].*\.png$/.test(file));
    const entries = pictures
      .sort(new Intl.Collator('en', { numeric: true }).compare)
      .map((file) => [file.slice(0, -'.png'.length), join(folder, name, file)] as const);
    steps.push({ step, files: new Map(entries) });
  }
  return steps;
}

function stepFolder(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

function stepOf(name: string): number | undefined {
  const digits = /^step-(\d{8,})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function removeAfter(runFolder: string, lastStep: number): Promise<void> {
  const folder = join(runFolder, pictureFolderName);
  for (const name of await namesIn(folder)) {
    if ((stepOf(name) ?? 0) > lastStep) await rm(join(folder, name), { recursive: true });
  }
}
