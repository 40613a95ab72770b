import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.js';
import { nodeApiHeadersVersion, tensorflowVersion, tfjsNodeVersion } from './versions.js';

/** Version of Node-API for which tfjs-node looks first on every Node.js that is supported here. */
const napiVersion = 8;

/**
 * Makes tfjs-node in `folder` as its own install script would, but with the library of PyPI's wheel. What is there
 * already is used again.
 *
 * @returns The node_modules that holds it.
 */
export async function buildAddon(folder: string): Promise<string> {
  const modules = join(folder, 'node_modules');
  const addonFolder = join(modules, '@tensorflow/tfjs-node/lib', `napi-v${napiVersion}`);
  const addon = join(addonFolder, 'tfjs_binding.node');
  if (existsSync(addon)) return modules;
  await mkdir(folder, { recursive: true });
  await installSources(folder);
  const library = await unpackLibrary(folder);
  await mkdir(addonFolder, { recursive: true });
  await runProgram('g++', compilerParameters(modules, library, addon), { cwd: folder });
  return modules;
}

async function installSources(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const packages = [`@tensorflow/tfjs-node@${tfjsNodeVersion}`, `node-api-headers@${nodeApiHeadersVersion}`];
  await runProgram('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: folder });
}

/** @returns The folder with the libraries and `include`. */
async function unpackLibrary(folder: string): Promise<string> {
  const unpacked = join(folder, 'tensorflow');
  if (!existsSync(join(unpacked, 'libtensorflow_cc.so.2'))) {
    const wanted = [
      '--no-deps',
      '--only-binary=:all:',
      '--python-version=3.11',
      `tensorflow-cpu==${tensorflowVersion}`,
    ];
    await runProgram('python3', ['-m', 'pip', 'download', ...wanted, '--dest', folder], { cwd: folder });
    const wheel = (await readdir(folder)).find((name) => name.startsWith('tensorflow_cpu-') && name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip left no wheel of tensorflow-cpu in ${folder}.`);
    const script = join(import.meta.dirname, 'unpack-wheel.py');
    await runProgram('python3', [script, join(folder, wheel), folder], { cwd: folder });
  }
  return unpacked;
}

function compilerParameters(modules: string, library: string, addon: string): string[] {
  const sources = join(modules, '@tensorflow/tfjs-node/binding');
  return [
    ...['-std=c++17', '-O2', '-shared', '-fPIC', `-DNAPI_VERSION=${napiVersion}`],
    ...[`-I${join(modules, 'node-api-headers/include')}`, `-I${join(library, 'include')}`],
    ...[join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc'), '-o', addon],
    ...[`-L${library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${library}`],
  ];
}
