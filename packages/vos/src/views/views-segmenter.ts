import { ConfigError, type Frame, type HostTensor, hostTensor } from '@vosvfi/core';
import { largestLabel } from '../label-map.js';
import type { GivenMasks, SegmentedFrame, VideoSegmentation, VideoSegmenter } from '../video-segmenter.js';

/**
 * Several views of a video (windows of other sizes, mirrored), segmented side by side: probabilities are their mean, and
 * every view goes on from that mean, so that one that loses the objects is set right by the others. Costs as much as the
 * views together.
 *
 * @param views At least one; all can be amended (see {@link VideoSegmentation}). Taken over: disposed with this one.
 * @throws ConfigError without a view, or for one that cannot be amended.
 */
export function createViewsSegmenter(views: readonly VideoSegmenter[]): VideoSegmenter {
  if (views.length === 0) throw new ConfigError('views', 'expected at least one.');
  return {
    id: views.length === 1 ? views[0]!.id : `mean of ${views.length} views: ${views.map(({ id }) => id).join('; ')}`,
    start: () => new ViewsSegmentation(views.map((view) => amendable(view))),
    dispose: async () => {
      for (const view of views) await view.dispose();
    },
  };
}

type Amendable = VideoSegmentation & Required<Pick<VideoSegmentation, 'amend'>>;

function amendable(view: VideoSegmenter): Amendable {
  const segmentation = view.start();
  if (segmentation.amend === undefined) {
    throw new ConfigError('views', `${view.id} cannot be told what the other views found.`);
  }
  return segmentation as Amendable;
}

class ViewsSegmentation implements VideoSegmentation {
  readonly #views: readonly Amendable[];

  constructor(views: readonly Amendable[]) {
    this.#views = views;
  }

  async step(frame: Frame, given?: GivenMasks): Promise<SegmentedFrame> {
    const found: SegmentedFrame[] = [];
    for (const view of this.#views) found.push(await view.step(frame, given));
    const [first] = found as [SegmentedFrame];
    if (found.length === 1 || first.labels.length === 0) return first;
    const probabilities = mean(found.map((view) => view.probabilities));
    // Given masks are remembered by each view as it sees them.
    if (given === undefined) for (const view of this.#views) view.amend(probabilities);
    return { ...first, probabilities, mask: largestLabel(probabilities, first.labels) };
  }

  amend(probabilities: HostTensor): void {
    for (const view of this.#views) view.amend(probabilities);
  }

  reset(): void {
    for (const view of this.#views) view.reset();
  }
}

function mean(tensors: readonly HostTensor[]): HostTensor {
  const [{ shape, data }] = tensors as [HostTensor];
  const sum = Float32Array.from(data);
  for (const tensor of tensors.slice(1)) for (let i = 0; i < sum.length; i++) sum[i]! += tensor.data[i]!;
  for (let i = 0; i < sum.length; i++) sum[i]! /= tensors.length;
  return hostTensor(sum, shape);
}
