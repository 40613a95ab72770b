import { resolve } from 'node:path';
import { ConfigError, type Frame, type Mask, type OnProgress } from '@vosvfi/core';
import {
  type FrameSequence,
  type GivenMaskOptions,
  isHighDynamicRange,
  openFrameSequence,
  type PlacedMask,
  placeMasks,
  readGivenMasks,
  readMask,
} from '@vosvfi/data';
import { seenMasks, type VideoSegmenter } from '@vosvfi/vos';
import { type MaskFolder, type MaskSettings, openMaskFolder } from './mask-folder.js';
import { createObjectLog, type ObjectPresence } from './object-log.js';
import { checkOverlay, type OverlayOptions, writeOverlay } from './overlay-video.js';
import { type Direction, lengthOf, type Pass, planPasses, shortenPass } from './passes.js';
import { describeInput, digestOf } from './settings.js';

/** Options of {@link segmentVideo}. */
export interface SegmentOptions {
  /** Video file, or folder whose pictures are the frames. */
  readonly input: string;
  /** Folder for the masks. */
  readonly output: string;
  /** Mask files for frames; or one file for the first frame, or a folder of files named as the frames are. */
  readonly masks: string | readonly PlacedMask[];
  /** Opened once everything else is known to be good, disposed of at the end; not opened if all masks are there. */
  readonly openSegmenter: () => Promise<VideoSegmenter>;
  /** What determines the segmenter's results, by name: network, weights, memory. A run goes on only with the same. */
  readonly segmenterSettings: MaskSettings;
  /** Default `both`. */
  readonly direction?: Direction;
  /** What grey values of mask files mean, and whether masks of another size are scaled. */
  readonly maskOptions?: GivenMaskOptions;
  /** Also write a video of the frames with their masks. */
  readonly overlay?: OverlayOptions;
  /** Throw away the masks of a run with other settings; else they are an error. Default false. */
  readonly overwrite?: boolean;
  /** See `VideoReaderOptions`; applies to reading forward. */
  readonly damage?: 'error' | 'conceal';
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What {@link segmentVideo} made. */
export interface SegmentResult {
  readonly output: string;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Masks that were there already. */
  readonly kept: number;
  /** Frames that went through the network, those gone through again after an interruption included. */
  readonly segmented: number;
  readonly objects: readonly ObjectPresence[];
  readonly overlay?: string;
}

/** Objects of fewer pixels are easily lost, because networks work on a coarse grid. */
const SMALL_OBJECT = 64;

function warnOfSmallObjects(masks: ReadonlyMap<number, Mask>, onProgress: OnProgress): void {
  for (const [frame, { data }] of masks) {
    const areas = new Map<number, number>();
    for (const label of data) if (label !== 0 && label !== 255) areas.set(label, (areas.get(label) ?? 0) + 1);
    for (const [label, area] of [...areas].sort(([a], [b]) => a - b)) {
      if (area >= SMALL_OBJECT) continue;
      const pixels = area === 1 ? '1 pixel' : `${area} pixels`;
      onProgress({ type: 'warning', message: `object ${label} has ${pixels} in frame ${frame}: it may get lost.` });
    }
  }
}

function checkInput({ path, info }: FrameSequence, { output, overlay }: SegmentOptions, onProgress: OnProgress): void {
  if (resolve(path) === resolve(output)) throw new ConfigError('output', `is the folder of the frames, ${path}.`);
  if (overlay !== undefined && resolve(path) === resolve(overlay.file)) {
    throw new ConfigError('overlay', `is the input, ${path}.`);
  }
  if (info !== undefined && isHighDynamicRange(info.colour)) {
    const message = `${path}: high dynamic range (${info.colour.transfer}) is seen in 8 bits; masks may be worse for it.`;
    onProgress({ type: 'warning', message });
  }
}

/** What a pass tells of each frame. */
type OnMask = (frame: number, mask: Mask) => Promise<void>;

/** Goes through the frames of a pass. The next frame is read while the network works. */
async function runPass(
  segmenter: VideoSegmenter,
  frames: AsyncGenerator<Frame, void, undefined>,
  { first, last }: Pass,
  masks: ReadonlyMap<number, Mask>,
  onMask: OnMask,
): Promise<void> {
  const segmentation = segmenter.start();
  const step = last < first ? -1 : 1;
  let known: readonly number[] = [];
  let upcoming = frames.next();
  try {
    for (let number = first; ; number += step) {
      const { value: frame, done } = await upcoming;
      if (done) return;
      upcoming = frames.next();
      // The loop throws the error, if any, when it comes to this frame.
      upcoming.catch(() => {});
      const given = masks.get(number);
      const { mask, labels } = await segmentation.step(frame, given && seenMasks(given, known));
      known = labels;
      await onMask(number, mask);
    }
  } finally {
    segmentation.reset();
    await frames.return();
  }
}

async function segmentMissing(
  options: SegmentOptions,
  sequence: FrameSequence,
  masks: ReadonlyMap<number, Mask>,
  folder: MaskFolder,
  log: ReturnType<typeof createObjectLog>,
): Promise<number> {
  const { direction = 'both', signal } = options;
  const { width, height, count } = sequence;
  const plan = planPasses(direction, [...masks.keys()], count);
  const background: Mask = { data: new Uint8Array(width * height), width, height };
  for (const frame of plan.background) {
    signal?.throwIfAborted();
    await folder.write(frame, background);
  }
  const passes = plan.passes.flatMap((pass) => shortenPass(pass, folder.missing) ?? []);
  if (passes.length === 0) return 0;
  if (passes.some(({ first, last }) => last < first)) await sequence.checkBackward();
  const total = passes.reduce((sum, pass) => sum + lengthOf(pass), 0);
  let done = 0;
  const segmenter = await options.openSegmenter();
  try {
    for (const pass of passes) {
      await runPass(segmenter, sequence.frames(pass.first, pass.last), pass, masks, async (frame, mask) => {
        signal?.throwIfAborted();
        await folder.write(frame, mask);
        log.add(frame, mask);
        done++;
        options.onProgress?.({ type: 'progress', stage: 'frames', done, total });
      });
    }
  } finally {
    await segmenter.dispose();
  }
  return total;
}

/**
 * Carries given masks through a video and writes one palette PNG file in the format of DAVIS for each frame, with the
 * labels of the given masks. Frames stream: memory does not grow with the length beyond what the network remembers.
 *
 * Files appear when they are complete, and the folder says by what settings they were made. After an interruption the
 * same call goes on: what is there is kept, and frames are gone through again only where the network's memory needs it, so
 * that the masks are those of a run in one piece.
 * @throws ConfigError for options that do not fit the input or the folder; MediaError for unusable media and masks;
 * UnsupportedError for an overlay that cannot be written.
 */
export async function segmentVideo(options: SegmentOptions): Promise<SegmentResult> {
  const { input, output, direction = 'both', maskOptions = {}, overlay, damage = 'error', signal } = options;
  const onProgress = options.onProgress ?? (() => {});
  const sequence = await openFrameSequence(input, { damage, ...(signal && { signal }) });
  checkInput(sequence, options, onProgress);
  if (overlay !== undefined) checkOverlay(sequence);
  const placed = typeof options.masks === 'string' ? await placeMasks(options.masks, sequence) : options.masks;
  const masks = await readGivenMasks(placed, sequence, maskOptions);
  warnOfSmallObjects(masks, onProgress);
  const { names, width, height, count } = sequence;
  const folder = await openMaskFolder(output, {
    names,
    settings: {
      ...(await describeInput(sequence)),
      masks: digestOf([...masks].flatMap(([frame, { data }]) => [String(frame), data])),
      direction,
      ...options.segmenterSettings,
    },
    overwrite: options.overwrite ?? false,
  });
  const kept = count - folder.missing.size;
  const log = createObjectLog();
  const segmented = await segmentMissing(options, sequence, masks, folder, log);
  for (let frame = 0; frame < count; frame++) {
    if (log.seen.has(frame)) continue;
    signal?.throwIfAborted();
    log.add(frame, await readMask(folder.fileOf(frame), { grey: 'labels' }));
  }
  if (overlay !== undefined) {
    await writeOverlay(sequence, folder.fileOf, { ...overlay, onProgress, ...(signal && { signal }) });
  }
  return {
    ...{ output, frames: count, width, height, kept, segmented, objects: log.objects() },
    ...(overlay && { overlay: overlay.file }),
  };
}
