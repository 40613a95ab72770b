import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTensorflowPackage } from './tensorflow-package.js';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'vosvfi-tensorflow-')));
});

afterEach(() => rm(folder, { recursive: true }));

async function install(project: string, name: string, version: string, under = ''): Promise<string> {
  const target = join(folder, project, under, 'node_modules', name);
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'package.json'), JSON.stringify({ name, version }));
  return target;
}

const find = (...projects: string[]) =>
  findTensorflowPackage(
    '4.22.0',
    projects.map((project) => join(folder, project, '/')),
  );

describe('findTensorflowPackage', () => {
  it('finds what is installed beside the library or the program', async () => {
    await install('program', '@tensorflow/tfjs', '4.22.0');
    const target = await install('program', '@tensorflow/tfjs-node', '4.22.0');
    expect(find('library', 'program')).toEqual({
      name: '@tensorflow/tfjs-node',
      version: '4.22.0',
      tfjsVersion: '4.22.0',
      folder: target,
    });
  });

  it('prefers the package for graphics cards', async () => {
    await install('program', '@tensorflow/tfjs', '4.22.0');
    await install('library', '@tensorflow/tfjs', '4.22.0');
    await install('library', '@tensorflow/tfjs-node', '4.22.0');
    await install('program', '@tensorflow/tfjs-node-gpu', '4.22.0');
    expect(find('library', 'program').name).toBe('@tensorflow/tfjs-node-gpu');
  });

  it('says what to install', () => {
    const missing = () => find('library', 'program');
    expect(missing).toThrow(EnvironmentError);
    expect(missing).toThrow('Run: npm install @tensorflow/tfjs-node@4.22.0');
  });

  it('takes no package that runs with another TensorFlow.js', async () => {
    const target = await install('program', '@tensorflow/tfjs-node', '4.10.0');
    await install('program', '@tensorflow/tfjs', '4.10.0', 'node_modules/@tensorflow/tfjs-node');
    const other = () => find('program');
    expect(other).toThrow(EnvironmentError);
    expect(other).toThrow(
      `@tensorflow/tfjs-node 4.10.0 in ${target} runs with TensorFlow.js 4.10.0, and VOSVFI with TensorFlow.js 4.22.0`,
    );
    expect(other).toThrow('Run: npm install @tensorflow/tfjs-node@4.22.0');
  });
});
