import { type Frame, UnsupportedError, type WeightMap } from '@vosvfi/core';
import type { SegmenterOptions } from './registry.js';
import { createStcnPropagator, type StcnNetwork } from './stcn/index.js';
import type { VideoSegmenter } from './video-segmenter.js';

// TEMPORARY until stcn has its own.
export function createStcnVideoSegmenter(
  network: StcnNetwork,
  weights: WeightMap,
  options: SegmenterOptions,
): VideoSegmenter {
  const propagator = createStcnPropagator(network, weights, options);
  return {
    id: network.id,
    start() {
      let running: ReturnType<typeof propagator.frames> | undefined;
      let resolve: (frame: Frame) => void = () => {};
      let index = 0;
      let pending: Promise<Frame>;
      const arm = () => {
        pending = new Promise((r) => {
          resolve = r;
        });
      };
      return {
        async step(frame, given) {
          if (running === undefined && given !== undefined) {
            arm();
            running = propagator.frames(
              (async function* () {
                for (;;) {
                  const next = await pending;
                  arm();
                  yield next;
                }
              })(),
              given.masks,
            );
          } else if (given !== undefined) throw new UnsupportedError('masks twice');
          if (running === undefined) throw new UnsupportedError('no mask at first');
          resolve(frame);
          const { value } = await running.next();
          return { ...value!, index: index++ };
        },
        reset() {
          running = undefined;
          index = 0;
        },
      };
    },
    dispose: () => propagator.dispose(),
  };
}
