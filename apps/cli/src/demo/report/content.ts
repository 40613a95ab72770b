import type { VideoResult } from '@vosvfi/interpolate';
import { type ChartOptions, type Color, photographAddress, pictureAddress, type Series, seriesColors } from '@vosvfi/report';
import type { ClipMoment } from '../clip.js';
import type { SceneResult, SceneResults } from '../scenes.js';
import type { DemoTable } from '../table.js';
import type { TrainingRecord } from '../training.js';
import type { Figure, ReportContent } from './report.js';

const [plainColor = '', awareColor = '', ...termColors] = seriesColors;
const trueMask: Color = [255, 255, 255];
const foundMask: Color = [255, 138, 0];

/** Scenes shown as pictures. */
const shownScenes = 4;
/** Pixels of a scene's pictures are enlarged so many times, so that outlines are thinner than pixels. */
const enlargement = 3;
/** Width of the real clip's pictures, pixels. */
const clipWidth = 480;

/** Everything the demo found out. */
export interface DemoFindings {
  readonly table: DemoTable;
  readonly plain: TrainingRecord;
  readonly aware: TrainingRecord;
  readonly results: SceneResults;
  readonly clip: { readonly credit: string; readonly video: VideoResult; readonly moment: ClipMoment | undefined };
  /** Seconds of each part. */
  readonly times: readonly (readonly [string, number])[];
}

/** Puts the findings into words, curves and pictures. */
export async function reportContent(findings: DemoFindings): Promise<ReportContent> {
  const { table, plain, aware, results, clip, times } = findings;
  const total = times.reduce((sum, [, seconds]) => sum + seconds, 0);
  return {
    table,
    notes: notes(table),
    charts: charts(plain, aware),
    scenes: await Promise.all(tellingScenes(results.scenes).map(sceneFigures)),
    clip: {
      title: 'A real clip at twice the frame rate',
      credit: `${clip.video.framesIn} frames became ${clip.video.framesOut} at ${clip.video.width} x ${clip.video.height}. ${clip.credit}`,
      figures: clip.moment === undefined ? [] : await clipFigures(clip.moment),
    },
    times: [...times, ['together', total] as const].map(([name, seconds]) => [name, `${seconds.toFixed(1)} s`]),
  };
}

function notes(table: DemoTable): string[] {
  const { seeds, steps, batchSize, scenes, parameters, network, size, secondsPerStep } = table;
  const seedText = seeds.length === 1 ? `one seed (${seeds[0]})` : `${seeds.length} seeds`;
  const ratio = secondsPerStep.vosAware / secondsPerStep.plain;
  return [
    `These numbers rest on ${seedText}, ${steps} steps of ${batchSize} scenes of ${size.join(' x ')} pixels for each network, and ${scenes} held-out scenes. That shows that everything works, not which objective is better: another seed can turn a difference of this size around.`,
    `Both networks: ${network}, ${parameters.toLocaleString('en')} parameters, the same initial weights, scenes and learning rates. A step took ${secondsPerStep.plain.toFixed(2)} s without masks and ${secondsPerStep.vosAware.toFixed(2)} s with them (${ratio.toFixed(2)} times as long). The finished network is the same size and speed either way.`,
    'The segmentation network that measures J and F is the one that supervised the second network, so these columns favour it.',
  ];
}

function curves(
  pick: (record: TrainingRecord) => Series['points'] | undefined,
  records: [TrainingRecord, TrainingRecord],
  smooth = 1,
) {
  const [plain, aware] = records;
  return [
    { name: 'without masks', color: plainColor, points: pick(plain) ?? [], smooth },
    { name: 'with masks', color: awareColor, points: pick(aware) ?? [], smooth },
  ];
}

function charts(plain: TrainingRecord, aware: TrainingRecord): ChartOptions[] {
  const both: [TrainingRecord, TrainingRecord] = [plain, aware];
  const vosTerms = [
    { key: 'vosForward', name: 'mask from the first frame', color: termColors[0] ?? '' },
    { key: 'vosBackward', name: 'mask from the last frame', color: termColors[1] ?? '' },
    { key: 'vosConsistency', name: 'agreement of the two', color: termColors[2] ?? '' },
  ];
  const axes = { xLabel: 'step' };
  return [
    {
      ...axes,
      title: 'Reconstruction loss',
      yLabel: 'loss',
      series: curves(({ terms }) => terms.reconstruction, both, 25),
      logarithmic: true,
    },
    {
      ...axes,
      title: 'VOS-aware terms (weighted)',
      yLabel: 'loss',
      series: vosTerms.map(({ key, ...series }) => ({ ...series, points: aware.terms[key] ?? [], smooth: 25 })),
    },
    {
      ...axes,
      title: 'PSNR on validation scenes',
      yLabel: 'dB',
      series: curves(({ validation }) => validation.psnr, both),
    },
    {
      ...axes,
      title: 'PSNR of the foreground',
      yLabel: 'dB',
      series: curves(({ validation }) => validation.foregroundPsnr, both),
    },
  ];
}

/** Scenes at even ranks of difficulty (overlap of mask found in the cross-fade), from hard to easy. */
function tellingScenes(scenes: readonly SceneResult[]): SceneResult[] {
  const overlap = ({ truth, made }: SceneResult): number => {
    const found = made[0]?.mask.data ?? truth[1].data;
    return found.reduce((sum, label, i) => sum + (label === truth[1].data[i] ? 1 : 0), 0) / found.length;
  };
  const ranked = [...scenes].sort((a, b) => overlap(a) - overlap(b));
  const count = Math.min(shownScenes, ranked.length);
  return Array.from({ length: count }, (_, i) => ranked[Math.floor((i * ranked.length) / (2 * count))] as SceneResult);
}

async function sceneFigures({ sample, truth, made }: SceneResult, index: number) {
  const figure = async (
    frame: Parameters<typeof pictureAddress>[0],
    caption: string,
    outlines = [] as Parameters<typeof pictureAddress>[1],
  ): Promise<Figure> => ({
    address: await pictureAddress(frame, outlines, enlargement),
    caption,
  });
  const figures = [
    await figure(sample.frames[0], 'first frame with its mask', [{ mask: truth[0], color: trueMask }]),
    ...(await Promise.all(
      made.map(({ name, frame, mask }) =>
        figure(frame, name, [
          { mask: truth[1], color: trueMask },
          { mask, color: foundMask },
        ]),
      ),
    )),
    await figure(sample.frames[2], 'last frame'),
    ...(await Promise.all(made.map(({ name, frame }) => figure(frame, `${name}, without outlines`)))),
  ];
  return { title: `Scene ${index + 1}`, figures };
}

async function clipFigures({ before, between, after }: ClipMoment): Promise<Figure[]> {
  return [
    { address: await photographAddress(before, clipWidth), caption: 'a frame of the clip' },
    { address: await photographAddress(between, clipWidth), caption: 'new frame, by the network trained with masks' },
    { address: await photographAddress(after, clipWidth), caption: 'the next frame of the clip' },
  ];
}
