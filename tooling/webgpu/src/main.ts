import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { adapterEnvironment } from './adapter-environment.js';

const root = join(import.meta.dirname, '../../..');
const states = 'packages/runtime/test/parity/states';

/** What engine `webgpu` runs on; 140 MB, and so in no manifest. */
const packages = ['webgpu@0.6.2', '@tensorflow/tfjs-backend-webgpu@4.22.0'];

await new Command('webgpu')
  .description(
    'Tests engines graph-webgpu and webgpu: lowered operators over drawn shapes, training state on the device, the kernel ' +
      "parity suite, and oracles. Takes a graphics card if there is one, else SwiftShader (Debian's chromium).",
  )
  .option('--software', 'take SwiftShader even if there is a graphics card')
  .option('--folder <dir>', 'where the npm packages of engine webgpu go', join(root, 'node_modules/.cache/webgpu'))
  .option('--no-parity', 'leave the parity suite out')
  .option('--record', 'write what the parity suite finds where the table of docs/engine.md reads it')
  .option('--graphs <n>', 'trials of each case of the parity suite', '3')
  .option('--oracle <dir...>', 'folders with stored results of reference implementations')
  .action(async ({ software = false, folder, parity, record, graphs, oracle = [] }) => {
    const { adapter, variables } = adapterEnvironment(software);
    console.log(`Adapter: ${adapter}`);
    await install(folder);
    const env = { ...process.env, ...variables, NODE_PATH: join(folder, 'node_modules') };
    const pnpm = (...parameters: string[]) => run('pnpm', parameters, env);
    await pnpm('exec', 'vitest', 'run', '--config', 'tooling/webgpu/vitest.config.ts');
    for (const engine of parity ? ['graph-webgpu', 'webgpu'] : []) {
      const output = record ? ['-o', `${states}/${engine}.json`] : [];
      await pnpm('parity', '--engine', engine, '--graphs', graphs, ...output);
    }
    for (const path of oracle) await pnpm('oracle', '--engine', 'graph-webgpu', path);
  })
  .parseAsync();

async function install(folder: string): Promise<void> {
  if (existsSync(join(folder, 'node_modules/webgpu'))) return;
  await mkdir(folder, { recursive: true });
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...packages],
    process.env,
  );
}

/** @throws Error naming the program, if it does not end well. */
function run(program: string, parameters: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  console.log(`> ${[program, ...parameters].join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: 'inherit', cwd: root, env });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`${program} ended with status ${status}.`));
    });
  });
}
