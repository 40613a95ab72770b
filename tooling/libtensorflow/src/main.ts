import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { buildAddon } from './build-addon.js';
import { runProgram } from './run-program.js';

const root = join(import.meta.dirname, '../../..');
const states = 'packages/runtime/test/parity/states/tensorflow.json';

await new Command('libtensorflow')
  .description(
    "Builds tfjs-node against the library of PyPI's tensorflow-cpu (Linux x64; needs npm, pip, python3 and g++), and " +
      'runs the kernel parity suite and the tests of operators on engine tensorflow.',
  )
  .option('--folder <dir>', 'where to build; 1 GB', join(root, 'node_modules/.cache/libtensorflow'))
  .option('--no-parity', 'leave the parity suite out')
  .option('--build-only', 'only build, and print the NODE_PATH with which any command finds the package')
  .action(async ({ folder, parity, buildOnly }) => {
    const modules = await buildAddon(folder);
    console.log(`NODE_PATH=${modules}`);
    if (buildOnly) return;
    const env = { ...process.env, NODE_PATH: modules };
    const pnpm = (...parameters: string[]) => runProgram('pnpm', parameters, { cwd: root, env });
    await pnpm('exec', 'vitest', 'run', '--config', 'tooling/libtensorflow/vitest.config.ts');
    if (parity) await pnpm('parity', '--engine', 'tensorflow', '-o', states);
  })
  .parseAsync();
