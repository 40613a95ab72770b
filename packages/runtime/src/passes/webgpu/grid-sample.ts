import { UnsupportedError } from '@vosvfi/core';
import { sampleBilinear, sampleNearest } from './bilinear-taps.js';
import { missingOperators } from './missing-operators.js';
import { NodeWriter } from './node-writer.js';
import type { RewriteRule } from './rewrite-nodes.js';

/** GridSample by gathering rows of pixels. */
export const gridSample: RewriteRule = ({ node, inputs, graph, info }) => {
  const { mode = 'linear', padding_mode: padding = 'zeros', align_corners: aligned = 0 } = node.attributes;
  if ((mode !== 'linear' && mode !== 'nearest') || (padding !== 'zeros' && padding !== 'border')) {
    throw new UnsupportedError(`GridSample with mode ${mode} and padding ${padding} cannot run through WebGPU.`, {
      hint: 'Use mode linear or nearest with padding zeros or border, or engine "graph".',
    });
  }
  const w = new NodeWriter(graph);
  const [batch, channels, height, width] = info(0).shape as [number, number, number, number];
  const [, outHeight, outWidth] = info(1).shape as [number, number, number, number];
  const place = (component: number, extent: number) => {
    const position = graph.node('Gather', [inputs[1] as string, graph.scalar(component, 'int32')], { axis: 3 });
    const [scale, shift] = aligned ? [(extent - 1) / 2, (extent - 1) / 2] : [extent / 2, (extent - 1) / 2];
    const pixels = w.add(w.mul(position, w.float(scale)), w.float(shift));
    return padding === 'border' ? graph.node('Clip', [pixels, w.float(0), w.float(extent - 1)]) : pixels;
  };
  const first = graph.int32(
    Array.from({ length: batch }, (_, index) => index * height * width),
    [batch, 1, 1],
  );
  const rows = w.reshape(w.transpose(inputs[0] as string, [0, 2, 3, 1]), [batch * height * width, channels]);
  const picture = { rows, height, width, first };
  const [y, x] = [place(1, height), place(0, width)];
  const sampled =
    mode === 'linear' ? sampleBilinear(w, picture, y, x) : sampleNearest(w, picture, rounded(w, y), rounded(w, x));
  return [w.transpose(w.reshape(sampled, [batch, outHeight, outWidth, channels]), [0, 3, 1, 2])];
};

function rounded(w: NodeWriter, value: string): string {
  const node = { opType: 'Round', inputs: [value], outputs: [''], attributes: {} };
  const info = () => w.graph.info(value) ?? { shape: [], dtype: 'float32' as const };
  return missingOperators.Round?.({ node, inputs: [value], graph: w.graph, info })?.[0] as string;
}
