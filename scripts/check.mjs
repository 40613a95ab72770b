#!/usr/bin/env node
// All checks of the repository, one line each, then the tests. `npm test` comes here; `npm test -- lint types` runs
// only the named ones. Ends with "N passed, N failed" (checks and tests together) and exit code 0 or 1.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './checks/workspace.mjs';

const bin = (name) => join(root, 'node_modules', name);
const own = (name) => [join(root, 'scripts', 'checks', `${name}.mjs`)];
const depcruise = bin('dependency-cruiser/bin/dependency-cruise.mjs');
const folders = ['packages', 'apps', 'tooling'].filter((folder) => existsSync(join(root, folder)));

/** Name, what it says, and the Node script with its arguments. `needs` names checks that must not have failed. */
const checks = [
  {
    name: 'build',
    title: 'every package builds',
    run: [bin('turbo/bin/turbo'), 'run', 'build', '--ui=stream', '--output-logs=errors-only', '--concurrency=2'],
  },
  {
    name: 'types',
    title: 'types, and declarations of the packages',
    run: [join(root, 'scripts', 'declarations.mjs')],
    needs: ['build'],
  },
  {
    name: 'lint',
    title: 'lint and format',
    run: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  },
  {
    name: 'imports',
    title: 'imports go down only',
    run: [depcruise, ...folders, '--output-type', 'err-long'],
  },
  {
    name: 'unused',
    title: 'no unused file, export or dependency',
    run: [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  },
  {
    name: 'workspace',
    title: 'one version of each dependency',
    run: [bin('sherif/index.js'), '-r', 'unordered-dependencies'],
  },
  { name: 'docs', title: 'public symbols are documented, examples compile', run: own('docs') },
  { name: 'links', title: 'links between documents lead somewhere', run: own('links') },
  { name: 'changesets', title: 'changesets name packages that exist', run: own('changesets') },
  {
    name: 'pack',
    title: 'packed packages resolve, load and hold what they should',
    run: own('pack'),
    needs: ['build', 'types'],
  },
];

const environment = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
};

/** Runs a Node script; gives its exit status and output, which is also shown while it runs where `show` is set. */
function node(parameters, { show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, {
      cwd: root,
      env: environment,
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(error.message)));
    // A process that it left behind may hold its pipes open for ever.
    child.on('exit', () => setTimeout(() => [child.stdout, child.stderr].map((pipe) => pipe?.destroy()), 5000).unref());
    child.on('close', (status) => resolve({ passed: status === 0, output: Buffer.concat(output).toString() }));
  });
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs one check and prints its line; the output only if it failed. */
async function runCheck({ name, title, run, needs = [] }, passedBefore) {
  const start = performance.now();
  const missing = needs.find((check) => passedBefore.get(check) === false);
  const { passed, output } = missing ? { passed: false, output: `not run: ${missing} failed` } : await node(run);
  console.log(`${passed ? 'pass' : 'FAIL'}  ${name.padEnd(10)}  ${title} (${seconds(start)})`);
  if (!passed) console.log(`${output.trimEnd().replace(/^/gm, '      ')}\n`);
  return passed;
}

/** Counts of vitest's report. A file that failed as a whole (it did not load) counts as one failure. */
function countTests(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken };
}

async function runTests() {
  const start = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'vosvfi-check-'));
  const report = join(folder, 'tests.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { passed } = await node([bin('vitest/vitest.mjs'), 'run', ...reporters], { show: true });
    const counts = countTests(report);
    // An error outside any test (an unhandled rejection) fails the run although every test passed.
    if (!passed && counts.failed === 0) counts.failed = 1;
    console.log(
      `${passed ? 'pass' : 'FAIL'}  tests       ${counts.passed} passed, ${counts.failed} failed (${seconds(start)})`,
    );
    return counts;
  } catch (error) {
    console.log(`FAIL  tests       vitest left no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const known = [...checks.map(({ name }) => name), 'tests'];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown check ${unknown.join(', ')}; there are: ${known.join(', ')}.`);
  process.exit(2);
}
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);

const results = new Map();
for (const check of checks) {
  if (isWanted(check.name)) results.set(check.name, await runCheck(check, results));
}
const tests = isWanted('tests') ? await runTests() : { passed: 0, failed: 0 };
const passed = [...results.values()].filter(Boolean).length + tests.passed;
const failed = [...results.values()].filter((ok) => !ok).length + tests.failed;
const bad = [...results].filter(([, ok]) => !ok).map(([name]) => name);
if (bad.length > 0) console.log(`Failed checks: ${bad.join(', ')}.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
