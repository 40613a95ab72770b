import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EnvironmentError, UnsupportedError } from '@vosvfi/core';
import * as tf from '../tf.js';
import { adapterRemedy } from './adapter-remedy.js';

/** The packages that bring WebGPU to Node, and TensorFlow.js to WebGPU. */
const packageNames = ['webgpu', '@tensorflow/tfjs-backend-webgpu'] as const;

/** What of `webgpu` is used; its own types would need those of browsers. */
interface WebgpuModule {
  create(options: readonly string[]): Gpu;
  readonly globals: Readonly<Record<string, unknown>>;
}

interface Gpu {
  requestAdapter(options: object): Promise<Adapter | null>;
}

interface Adapter {
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
  requestDevice(options: object): Promise<Device>;
}

interface Device {
  pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  destroy(): void;
}

interface BackendModule {
  readonly WebGPUBackend: new (device: Device, info: Adapter['info']) => tf.KernelBackend;
}

/** Limits that TensorFlow.js wants as large as the adapter has them. */
const limitNames = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

/** The graphics adapter in use, in words; undefined before the back-end has been loaded. */
export function webgpuAdapter(): string | undefined {
  return adapterName;
}

let adapterName: string | undefined;
let activeDevice: Device | undefined;

/**
 * Runs `body` and waits for what the device has to say about it. A program that the device refuses is skipped
 * otherwise, and leaves whatever was in its result's memory.
 *
 * @throws UnsupportedError with the device's complaint.
 */
export async function checkedByDevice<T>(body: () => Promise<T>): Promise<T> {
  const device = activeDevice;
  if (device === undefined) return body();
  const scopes = ['validation', 'out-of-memory', 'internal'] as const;
  for (const scope of scopes) device.pushErrorScope(scope);
  const [result] = await Promise.allSettled([body()]);
  const errors = await Promise.all(scopes.map(() => device.popErrorScope()));
  const complaint = errors.find((error) => error !== null);
  if (complaint) throw refusal(complaint.message);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

function refusal(message: string): UnsupportedError {
  const program = /"+(\w+)Program"+/.exec(message)?.[1];
  const subject = program === undefined ? 'a program of TensorFlow.js' : `TensorFlow.js's program for ${program}`;
  return new UnsupportedError(`Engine "webgpu": the device refuses ${subject}: ${message.trim().slice(0, 300)}`, {
    hint: 'Use engine "graph-webgpu", "graph" or "cpu".',
  });
}

/**
 * Loads TensorFlow.js's back-end `webgpu`, which Node has from the package `webgpu` (Dawn). The current back-end stays
 * what it was.
 *
 * @throws EnvironmentError with what to do, if a package is missing or no graphics adapter is found.
 */
export async function loadWebgpu(): Promise<void> {
  if (tf.findBackendFactory('webgpu') !== null) return;
  const [dawn, backend] = packageNames.map(find) as [string, string];
  const { create, globals } = await loaded<WebgpuModule>('webgpu', () => import(pathToFileURL(dawn).href));
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const { WebGPUBackend } = await loaded<BackendModule>('@tensorflow/tfjs-backend-webgpu', () => shared(backend));
  const gpu = create([]);
  const adapter = await requestAdapter(gpu);
  const device = await adapter.requestDevice({
    requiredFeatures: ['timestamp-query'].filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(limitNames.map((name) => [name, adapter.limits[name]])),
  });
  activeDevice = device;
  adapterName = [adapter.info.description, adapter.info.vendor, adapter.info.architecture].find((text) => text) ?? '';
  offer(gpu);
  const made = new WebGPUBackend(device, adapter.info);
  tf.registerBackend('webgpu', () => made, 0);
  // Dawn keeps a process alive, and crashes it, when a device is left at the end.
  process.once('exit', () => device.destroy());
}

async function requestAdapter(gpu: Gpu): Promise<Adapter> {
  let reason = 'none was found';
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter !== null) return adapter;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new EnvironmentError(`Engine "webgpu" needs a graphics adapter: ${reason}.`, { hint: adapterRemedy() });
}

/**
 * Puts WebGPU where browsers have it: the back-end looks there. Only after it has been loaded, since it would then
 * register itself, and asks for features that do not exist.
 */
function offer(gpu: Gpu): void {
  const place = { value: gpu, configurable: true, writable: true };
  // Node has a navigator from 21 on.
  const { navigator } = globalThis as { navigator?: object };
  if (navigator !== undefined) Object.defineProperty(navigator, 'gpu', place);
  else Object.defineProperty(globalThis, 'navigator', { ...place, value: { gpu } });
}

/** Where a package lies that this library or the program has installed. */
function find(name: string): string {
  for (const origin of [import.meta.url, join(process.cwd(), '/')]) {
    try {
      return createRequire(origin).resolve(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new EnvironmentError(`Engine "webgpu" needs the package ${name}, which is not installed.`, {
    hint: `Run: npm install webgpu @tensorflow/tfjs-backend-webgpu@${tf.version_core}`,
  });
}

async function loaded<T>(name: string, load: () => Promise<unknown> | unknown): Promise<T> {
  try {
    return (await load()) as T;
  } catch (error) {
    throw new EnvironmentError(`Engine "webgpu" cannot load ${name}: ${(error as Error).message.split('\n')[0]}`, {
      hint: `Run: npm install ${name}`,
      cause: error,
    });
  }
}

/** Loads the back-end so that it shares TensorFlow.js with this library: a second copy would have an engine of its own. */
function shared(backend: string): unknown {
  const ours = createRequire(import.meta.url);
  const theirs = createRequire(backend);
  const core = createRequire(ours.resolve('@tensorflow/tfjs')).resolve('@tensorflow/tfjs-core');
  const { version } = theirs('@tensorflow/tfjs-core/package.json') as { version: string };
  if (version !== tf.version_core) {
    throw new Error(`it belongs to TensorFlow.js ${version}, and VOSVFI to ${tf.version_core}`);
  }
  ours(core);
  theirs.cache[theirs.resolve('@tensorflow/tfjs-core')] ??= ours.cache[core];
  return theirs(backend);
}
