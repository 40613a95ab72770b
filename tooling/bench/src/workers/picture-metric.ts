import { ConfigError, type Frame, type HostTensor } from '@vosvfi/core';
import { niqe, psnr, ssim } from '@vosvfi/eval';
import { createLpips, createPairMetric } from '@vosvfi/eval/learned';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads, options } = workerArguments('metric');
const { weights, inputs } = await readExchange(tensors);

function frameOf({ data, shape }: HostTensor): Frame {
  return { data: Uint8Array.from(data), width: shape[1]!, height: shape[0]! };
}

const [reference, distorted] = [frameOf(inputs.reference!), frameOf(inputs.distorted!)];

async function scores(): Promise<Record<string, number>> {
  if (options.metric === 'psnr-ssim') return { psnr: psnr(reference, distorted), ssim: ssim(reference, distorted) };
  if (options.metric === 'niqe') return { niqe: niqe(distorted, model, { luma: 'bt601' }) };
  if (options.metric === 'lpips') return { lpips: await lpips!.measure(reference, distorted) };
  throw new ConfigError('--metric', `expected psnr-ssim, niqe or lpips, found "${options.metric}".`);
}

const model = {
  mean: Float64Array.from(inputs.mean?.data ?? []),
  covariance: Float64Array.from(inputs.covariance?.data ?? []),
};
const lpips = options.metric === 'lpips' ? createPairMetric(createLpips(), { weights, threads }) : null;
await serve({ run: scores, check: await scores(), version: 'VOSVFI' });
await lpips?.dispose();
