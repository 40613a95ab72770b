import { join, resolve } from 'node:path';
import { ConfigError, type ProgressEvent, VosvfiError } from '@vosvfi/core';
import { writeContactSheet } from './contact-sheet.js';
import { collectInputs, type SourceInput } from './inputs.js';
import { writeManifest } from './manifest.js';
import { createReport, type PrepareReport } from './report.js';
import { createInlineRunner, createThreadRunner, type TaskRunner } from './runner.js';
import { type SelectedTriplet, selectTriplets } from './select.js';
import { type PrepareSettings, type PrepareSettingsInput, parsePrepareSettings } from './settings.js';
import { identifySource, openSource, type SourceIdentity } from './source.js';
import { licenseOf } from './source-terms.js';
import { claimFolder, readOutcome, type SourceOutcome, writeOutcome } from './state.js';

/** What `prepareTriplets` reports: progress in frames (stage `analyse`) and triplets (stage `write`), and each source's end. */
export type PrepareEvent =
  | ProgressEvent
  | {
      readonly type: 'source';
      readonly path: string;
      /** Triplets that may be taken. */
      readonly candidates: number;
      /** Why it could not be used. */
      readonly failure?: string;
    };

/** Options of {@link prepareTriplets}. */
export interface PrepareOptions {
  /** Videos, folders of videos or of pictures, patterns. */
  readonly inputs: readonly string[];
  /** The data set: new, empty, or of an interrupted run of the same settings, which is continued. */
  readonly output: string;
  readonly settings?: PrepareSettingsInput;
  /** Look at the sources only; nothing is written. False by default. */
  readonly dryRun?: boolean;
  /** Threads; 0 (default) does everything in this one. */
  readonly workers?: number;
  /** Name and version of the program, for the manifest. */
  readonly tool?: string;
  readonly onEvent?: (event: PrepareEvent) => void;
  readonly signal?: AbortSignal;
}

/** A source of a run. */
interface Source extends Partial<SourceIdentity> {
  readonly input: SourceInput;
  readonly license: string | null;
}

/** What the steps of a run share. */
interface Run {
  readonly dir: string;
  readonly dryRun: boolean;
  readonly settings: PrepareSettings;
  readonly runner: TaskRunner;
  readonly onEvent: (event: PrepareEvent) => void;
  readonly signal: AbortSignal;
}

/** The reason why a source cannot be used. @throws whatever concerns more than this source. */
function failureOf(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (!VosvfiError.isInstance(error) || !['VOSVFI_MEDIA', 'VOSVFI_UNSUPPORTED'].includes(error.code)) throw error;
  return error.message;
}

async function describeSource(input: SourceInput, settings: PrepareSettings): Promise<Source> {
  const license = await licenseOf(input, settings.license);
  // A file that is not there fails when it is opened, with a message of its own.
  const identity = await identifySource(input).catch(() => ({}));
  return { input, license, ...identity };
}

/** Adds up the progress of many sources. */
function createCounter(stage: string, total: number, onEvent: (event: PrepareEvent) => void) {
  const counts = new Map<number, number>();
  return (source: number, done: number) => {
    counts.set(source, done);
    const sum = [...counts.values()].reduce((all, one) => all + one, 0);
    onEvent({ type: 'progress', stage, done: sum, total: Math.max(total, sum) });
  };
}

async function listedFrames(source: Source, settings: PrepareSettings, run: Run): Promise<number | string> {
  try {
    return (await openSource(source.input, { damage: settings.damage })).length;
  } catch (error) {
    return failureOf(error, run.signal);
  }
}

async function analyse(run: Run, source: Source, onStep: (done: number) => void): Promise<SourceOutcome> {
  const { settings, signal } = run;
  try {
    return { analysis: await run.runner.run({ kind: 'analyse', input: source.input, settings }, { onStep, signal }) };
  } catch (error) {
    return { failure: failureOf(error, signal) };
  }
}

/** What every source holds; taken from an earlier run where it got that far. */
async function analyseAll(run: Run, sources: readonly Source[]): Promise<SourceOutcome[]> {
  const known: (SourceOutcome | undefined)[] = [];
  const lengths: (number | string)[] = [];
  for (const [k, source] of sources.entries()) {
    run.signal.throwIfAborted();
    known[k] = run.dryRun ? undefined : await readOutcome(run.dir, k);
    lengths[k] = known[k] ? 0 : await listedFrames(source, run.settings, run);
  }
  const total = lengths.reduce<number>((sum, length) => sum + (typeof length === 'number' ? length : 0), 0);
  const count = createCounter('analyse', total, run.onEvent);
  return Promise.all(
    sources.map(async (source, k) => {
      const length = lengths[k]!;
      const outcome =
        known[k] ??
        (typeof length === 'string' ? { failure: length } : await analyse(run, source, (done) => count(k, done)));
      if (!known[k] && !run.dryRun) await writeOutcome(run.dir, k, outcome);
      run.onEvent({
        ...{ type: 'source', path: source.input.path },
        ...('failure' in outcome
          ? { candidates: 0, failure: outcome.failure }
          : { candidates: outcome.analysis.candidates.length }),
      });
      return outcome;
    }),
  );
}

async function writeAll(run: Run, sources: readonly Source[], selected: readonly SelectedTriplet[]): Promise<void> {
  const count = createCounter('write', selected.length, run.onEvent);
  await Promise.all(
    sources.map(async ({ input }, k) => {
      const triplets = selected.filter(({ source }) => source === k);
      if (triplets.length === 0) return;
      const { settings, dir, signal } = run;
      const options = { onStep: (done: number) => count(k, done), signal };
      await run.runner.run({ kind: 'write', input, settings, dir, triplets }, options);
    }),
  );
}

function warn(report: PrepareReport, settings: PrepareSettings, onEvent: (event: PrepareEvent) => void): void {
  const say = (message: string) => onEvent({ type: 'warning', message });
  const { train, test, sources } = report;
  if (train + test === 0) say('No triplet is left; the reasons are in the report.');
  else if (test === 0 && settings.split < 1) {
    say('The test list is empty: every scene holds too large a share of the triplets to be left out of training.');
  }
  const unlicensed = sources.filter(({ license, taken }) => license === null && taken > 0).length;
  if (unlicensed > 0) {
    say(
      `${unlicensed} source${unlicensed === 1 ? ' states' : 's state'} no licence (--license, or NAME.license beside it).`,
    );
  }
}

/**
 * Makes a data set in the Vimeo-90K layout of videos: finds scenes, leaves out what no network learns from (cuts, repeated
 * and still frames, fades, blank and blurred ones), balances motion, and divides scenes between training and test. With
 * the same sources, settings and seed it makes the same data set, however many threads work on it. A source that cannot
 * be used is reported and left out; where no triplet is left, no list is written. A run that was interrupted is continued
 * by the same call.
 * @throws ConfigError for an invalid setting, or if the folder holds something else; MediaError if a file cannot be written.
 */
export async function prepareTriplets(options: PrepareOptions): Promise<PrepareReport> {
  const { output, dryRun = false, workers = 0, tool = '@vosvfi/data', onEvent = () => {}, signal } = options;
  const settings = parsePrepareSettings(options.settings ?? {});
  const inputs = await collectInputs(options.inputs);
  if (inputs.length === 0) throw new ConfigError('inputs', 'name at least one video.');
  const dir = resolve(output);
  const sources = await Promise.all(inputs.map((input) => describeSource(input, settings)));
  if (!dryRun) {
    await claimFolder(dir, { settings, sources: sources.map(({ input, ...facts }) => ({ ...input, ...facts })) });
  }
  const threads = Math.min(workers, sources.length);
  const runner = threads > 0 ? createThreadRunner(threads) : createInlineRunner();
  // An error in one source ends the work on the others, too.
  const end = new AbortController();
  const stop = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  const run: Run = { dir, dryRun, settings, runner, onEvent, signal: stop };
  try {
    const outcomes = await analyseAll(run, sources);
    const analyses = outcomes.map((outcome) => ('analysis' in outcome ? outcome.analysis : undefined));
    const selected = selectTriplets(analyses, settings);
    const described = sources.map(({ input, ...facts }, k) => ({ ...facts, path: input.path, outcome: outcomes[k]! }));
    const report = createReport(dir, dryRun, described, selected, settings);
    if (!dryRun && selected.length > 0) {
      await writeAll(run, sources, selected);
      await writeContactSheet(join(dir, 'contact-sheet.png'), dir, selected);
      await writeManifest(dir, { tool, settings, sources: described, selected, report });
    }
    warn(report, settings, onEvent);
    return report;
  } catch (error) {
    end.abort(error);
    throw error;
  } finally {
    await runner.dispose();
  }
}
