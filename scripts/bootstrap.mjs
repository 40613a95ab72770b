#!/usr/bin/env node
// Takes a fresh clone to a result with nothing but Node and npm: `npm run demo` and `npm test` come through here.
// It installs the pinned pnpm inside the clone, installs the dependencies from the lock file and goes on from there.
// Plain Node, no dependencies, and syntax that old versions can parse, so that they get the clear message below.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [task, ...args] = process.argv.slice(2);

/** Ends with a message for a person; by default with the exit code of a machine that lacks something. */
function fail(message, exitCode = 3) {
  console.error(`\n${message}`);
  process.exit(exitCode);
}

function checkNode() {
  const minimum = /\d+\.\d+/.exec(manifest.engines.node)[0].split('.').map(Number);
  const found = process.versions.node.split('.').map(Number);
  if (found[0] > minimum[0] || (found[0] === minimum[0] && found[1] >= minimum[1])) return;
  fail(`VOSVFI needs Node ${manifest.engines.node}, this is ${process.versions.node} (${process.execPath}).
Install a newer one from https://nodejs.org and run the same command again.`);
}

/** npm and pnpm keep caches below the home folder; where that cannot be written they get one inside the clone. */
function homeVariables() {
  const home = homedir();
  try {
    if (home === '') throw new Error('no home folder');
    accessSync(home, constants.W_OK);
    return {};
  } catch {
    const own = join(tools, 'home');
    mkdirSync(own, { recursive: true });
    console.log(`No writable home folder: caches go to ${own}.`);
    return { HOME: own, USERPROFILE: own };
  }
}

function makeEnvironment(pnpmFolder) {
  const environment = {
    ...process.env,
    // Its install script would only fetch CUDA libraries; the CPU and WebGPU providers are inside the package.
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    TURBO_TELEMETRY_DISABLED: '1',
    ...homeVariables(),
  };
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') || 'PATH';
  environment[key] = [pnpmFolder, dirname(process.execPath), environment[key]].filter(Boolean).join(delimiter);
  return environment;
}

/** Runs a Node script, showing its output; returns whether it succeeded. */
function node(script, parameters, environment, cwd = root) {
  const { status, error } = spawnSync(process.execPath, [script, ...parameters], {
    cwd,
    env: environment,
    stdio: 'inherit',
  });
  if (error) console.error(error.message);
  return status === 0;
}

/** npm's own entry, so that no shell or `.cmd` wrapper is needed; `npm run` tells where it is. */
function npmEntry() {
  const beside = dirname(process.execPath);
  const candidates = [
    /npm-cli\.js$/.test(process.env.npm_execpath || '') ? process.env.npm_execpath : '',
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const entry = candidates.find((file) => file !== '' && existsSync(file));
  return entry || fail('npm was not found beside Node. Start with `npm run demo` or `npm test`.');
}

/** The pinned pnpm, installed below `.tools/` on first use; gives the folder of its executables. */
function installPnpm(version, environment) {
  const folder = join(tools, `pnpm-${version}`);
  const bin = join('node_modules', 'pnpm', 'bin', 'pnpm.cjs');
  if (!existsSync(join(folder, bin))) {
    console.log(`Installing pnpm ${version} into .tools/ (once).`);
    mkdirSync(tools, { recursive: true });
    const partial = mkdtempSync(join(tools, 'partial-'));
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--no-update-notifier', '--ignore-scripts'];
    const done = node(
      npmEntry(),
      ['install', `--prefix=${partial}`, ...quiet, `pnpm@${version}`],
      environment,
      partial,
    );
    if (!done || !existsSync(join(partial, bin))) {
      rmSync(partial, { recursive: true, force: true });
      fail(`pnpm ${version} could not be installed from the npm registry (npm's message is above).
Check the network and the proxy and registry settings (\`npm config get registry\`), then run the same command again.`);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  }
  return join(folder, bin);
}

function main() {
  checkNode();
  if (task !== 'demo' && task !== 'test') fail('Usage: node scripts/bootstrap.mjs demo|test [arguments]', 2);
  const version = /^pnpm@([^+]+)/.exec(manifest.packageManager)[1];
  const environment = makeEnvironment(join(tools, `pnpm-${version}`, 'node_modules', '.bin'));
  const pnpm = installPnpm(version, environment);
  const install = ['install', '--frozen-lockfile', '--prefer-offline', '--config.confirmModulesPurge=false'];
  if (!node(pnpm, [...install, '--reporter=append-only'], environment)) {
    fail(
      'The dependencies could not be installed (the message of pnpm is above). Mend that and run the same command again.',
    );
  }
  if (task === 'test') {
    const check = join(root, 'scripts', 'check.mjs');
    process.exit(node(check, args, { ...environment, VOSVFI_PNPM: pnpm }) ? 0 : 1);
  }
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  if (!node(turbo, ['run', 'build', '--ui=stream', '--output-logs=errors-only', '--concurrency=2'], environment)) {
    fail('The packages could not be built (the message is above).');
  }
  const { status } = spawnSync(process.execPath, [join(root, 'apps', 'cli', 'dist', 'main.js'), 'demo', ...args], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  });
  process.exit(status === null ? 1 : status);
}

main();
