import { createRequire } from 'node:module';
import { join } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';
import { repairBackend } from '../repairs/repair-kernel.js';
import { tensorflowRepairs } from '../repairs/tensorflow-repairs.js';
import * as tf from '../tf.js';
import { restoreRemovedUtilFunctions } from './removed-util-functions.js';
import { findTensorflowPackage, type TensorflowPackage } from './tensorflow-package.js';

/** The back-end object of tfjs-node, as far as it is used here. */
interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/** What runs engine `tensorflow`. */
export interface TensorflowFacts {
  readonly package: TensorflowPackage;
  /** Version of the native library. */
  readonly libraryVersion: string;
  readonly device: 'cpu' | 'gpu';
}

/**
 * Loads tfjs-node, which registers the back-end `tensorflow`. The current back-end stays what it was.
 *
 * @throws EnvironmentError with what to do, if the package is missing, of another version, or cannot load its library.
 */
export function loadTensorflow(): TensorflowFacts {
  const found = findTensorflowPackage(tf.version_core);
  if (tf.findBackendFactory('tensorflow') === null) load(found);
  const { isUsingGpuDevice, binding } = tf.findBackend('tensorflow') as unknown as NodeBackend;
  return { package: found, libraryVersion: binding.TF_Version, device: isUsingGpuDevice ? 'gpu' : 'cpu' };
}

function load({ name, folder }: TensorflowPackage): void {
  const require = createRequire(import.meta.url);
  restoreRemovedUtilFunctions(require('node:util') as object);
  // The library greets on stderr otherwise; warnings and errors stay.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  const previous = tf.getBackend() as string | undefined;
  try {
    shareTensorflowJs(require, folder);
    require(folder);
  } catch (error) {
    throw new EnvironmentError(`${name} cannot load its native library: ${(error as Error).message.split('\n')[0]}`, {
      hint: `Run: npm rebuild ${name} (with pnpm, allow its install script first: pnpm approve-builds)`,
      cause: error,
    });
  } finally {
    // Loading makes it the current back-end.
    if (previous) void tf.setBackend(previous);
  }
  if (tf.findBackendFactory('tensorflow') === null) {
    throw new EnvironmentError(`${name} has been loaded from ${folder}, but belongs to another TensorFlow.js engine.`, {
      hint: 'Load VOSVFI and it in one JavaScript context.',
    });
  }
  repairBackend('tensorflow', tensorflowRepairs);
}

/**
 * Makes `@tensorflow/tfjs` the same module for the package as for this one. A second copy would share the engine, but
 * replace the kernels of other back-ends with its own, which do not know the first copy's classes.
 */
function shareTensorflowJs(require: NodeJS.Require, folder: string): void {
  const ours = require.resolve('@tensorflow/tfjs');
  const theirs = createRequire(join(folder, 'package.json')).resolve('@tensorflow/tfjs');
  require(ours);
  require.cache[theirs] ??= require.cache[ours];
}
