import { type RejectionReason, reasonTexts, rejectionReasons } from './assess.js';
import type { TripletRecord } from './triplet-masks.js';

/** What came of a run. */
export interface MaskReport {
  readonly dir: string;
  readonly output: string;
  readonly model: string;
  readonly triplets: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Triplets by reason; one can have several. */
  readonly reasons: Readonly<Record<RejectionReason, number>>;
  /** Triplets whose frames cannot be used, and why. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
  /** Accepted triplets of each list. */
  readonly train: number;
  readonly test: number;
  /** Mean share of the frames that accepted masks cover, and mean overlap after motion; null where none is accepted. */
  readonly meanArea: number | null;
  readonly meanOverlap: number | null;
}

/** True for triplets whose masks are for training. */
export function isAccepted(record: TripletRecord): record is Exclude<TripletRecord, { broken: string }> {
  return !('broken' in record) && record.reasons.length === 0;
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4));
}

/** Names of a data set's lists. */
export interface ListNames {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** Adds up what came of a run. */
export function createReport(
  facts: Pick<MaskReport, 'dir' | 'output' | 'model'>,
  lists: ListNames,
  records: ReadonlyMap<string, TripletRecord>,
): MaskReport {
  const all = [...records.values()];
  const accepted = all.filter(isAccepted);
  const broken = all.flatMap((one) => ('broken' in one ? [{ name: one.name, reason: one.broken }] : []));
  const has = (reason: RejectionReason) => all.filter((one) => 'reasons' in one && one.reasons.includes(reason)).length;
  const names = new Set(accepted.map(({ name }) => name));
  return {
    ...{ dir: facts.dir, output: facts.output, model: facts.model },
    triplets: all.length,
    accepted: accepted.length,
    rejected: all.length - accepted.length - broken.length,
    reasons: Object.fromEntries(rejectionReasons.map((reason) => [reason, has(reason)])) as MaskReport['reasons'],
    broken,
    train: lists.train.filter((name) => names.has(name)).length,
    test: lists.test.filter((name) => names.has(name)).length,
    meanArea: mean(accepted.flatMap(({ areas }) => areas)),
    meanOverlap: mean(accepted.flatMap(({ overlaps }) => overlaps)),
  };
}

const percent = (share: number | null) => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);
const MOST_BROKEN = 20;

/** The report for people, as Markdown. */
export function formatReport(report: MaskReport): string {
  const { triplets, accepted, rejected, broken, reasons } = report;
  const share = (count: number) => (triplets === 0 ? '-' : percent(count / triplets));
  const rows = [
    ['accepted', accepted],
    ['rejected', rejected],
    ['broken', broken.length],
  ] as const;
  const why = rejectionReasons.filter((reason) => reasons[reason] > 0);
  return [
    `# Masks by ${report.model}`,
    '',
    `${triplets} triplets of ${report.dir}; ${report.train} accepted for training, ${report.test} for tests.`,
    '',
    '| | triplets | share |',
    '| --- | ---: | ---: |',
    ...rows.map(([name, count]) => `| ${name} | ${count} | ${share(count)} |`),
    '',
    `Accepted masks cover ${percent(report.meanArea)} of a frame and overlap by ${percent(report.meanOverlap)} after motion, on average.`,
    ...(why.length > 0 ? ['', '| reason of rejection | triplets | |', '| --- | ---: | --- |'] : []),
    ...why.map((reason) => `| ${reason} | ${reasons[reason]} | ${reasonTexts[reason]} |`),
    ...(broken.length > 0 ? ['', 'Frames that cannot be used:', ''] : []),
    ...broken.slice(0, MOST_BROKEN).map(({ name, reason }) => `- ${name}: ${reason}`),
    ...(broken.length > MOST_BROKEN ? [`- and ${broken.length - MOST_BROKEN} more (report.json)`] : []),
    '',
    'In `contact-sheet.png`, triplets with a green bar are accepted, with a red bar rejected; objects are tinted.',
    '',
  ].join('\n');
}
