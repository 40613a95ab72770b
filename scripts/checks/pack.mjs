// Packs every public package as it would be published and looks at the tarball: publint (strict), attw (ESM only),
// what it holds, and whether each of its entry points loads in plain Node.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { publicPackages, report, root } from './workspace.mjs';

const megabyte = 1024 * 1024;

/** Resolution modes that an ESM-only package does not serve (attw's profile `esm-only`). */
const ignoredResolutions = new Set(['node10', 'node16-cjs']);

/** Packs all packages at once; the bootstrap tells which pnpm, otherwise it is the one on the path. */
function packAll(folder) {
  const filters = ['--filter', './packages/*', '--filter', './apps/*'];
  const parameters = ['-r', ...filters, 'pack', '--pack-destination', folder];
  const pnpm = process.env.VOSVFI_PNPM;
  const [command, first] = pnpm === undefined ? ['pnpm', []] : [process.execPath, [pnpm]];
  execFileSync(command, [...first, ...parameters], {
    cwd: root,
    shell: pnpm === undefined && process.platform === 'win32',
  });
}

async function lint(tarball) {
  const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** attw's problems, one sentence each, without the resolutions that do not apply. */
async function typeProblems(pack) {
  const { problems = [] } = await checkPackage(pack);
  return problems
    .filter(({ resolutionKind }) => !ignoredResolutions.has(resolutionKind))
    .map(({ kind, entrypoint = '', resolutionKind = '' }) => `attw: ${kind} ${entrypoint} ${resolutionKind}`.trimEnd());
}

function contentProblems(pack, manifest, size) {
  const files = pack.listFiles().map((file) => file.replace(/^.*?\/node_modules\/(@[^/]+\/)?[^/]+\//, ''));
  const missing = ['README.md', 'LICENSE', 'package.json'].filter((file) => !files.includes(file));
  const unwanted = files.filter((file) => /\.test\.|(^|\/)(fixtures|test)\/|\.tsbuildinfo$/.test(file));
  const fields = ['description', 'license', 'engines'].filter((field) => manifest[field] === undefined);
  return [
    ...missing.map((file) => `the tarball lacks ${file}`),
    ...unwanted.map((file) => `the tarball should not hold ${file}`),
    ...fields.map((field) => `package.json lacks "${field}"`),
    ...(size > 8 * megabyte ? [`the tarball has ${(size / megabyte).toFixed(1)} MB, at most 8 are wanted`] : []),
  ];
}

/** What the built code reads beside itself, such as `new URL('../assets/', import.meta.url)`, has to be packed too. */
function assetProblems(pack) {
  const files = pack.listFiles();
  return files
    .filter((file) => /\/dist\/.*\.js$/.test(file))
    .flatMap((file) =>
      [...pack.readFile(file).matchAll(/new URL\(\s*["'`](\.[^"'`$]*)["'`],\s*import\.meta\.url/g)]
        .map(([, path]) => [path, posix.join(posix.dirname(file), path)])
        // The TypeScript of workers is for running from source.
        .filter(([path, target]) => !path.endsWith('.ts') && !files.some((other) => other.startsWith(target)))
        .map(([path]) => `the tarball lacks ${path}, which ${posix.basename(file)} reads`),
    );
}

/** Imports each entry point from the build in one fresh Node process. */
function loadProblems({ folder, manifest }) {
  const entries = Object.keys(manifest.exports ?? {}).filter((path) => path !== './package.json');
  const script = entries.map((path) => `await import(${JSON.stringify(manifest.name + path.slice(1))});`).join('\n');
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
  return status === 0 ? [] : [`an entry point does not load: ${stderr}`];
}

/** All that is wrong with one package. */
async function check(entry, tarballs) {
  const { manifest } = entry;
  const name = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
  const tarball = readFileSync(join(tarballs, name));
  const pack = createPackageFromTarballData(new Uint8Array(tarball));
  const problems = [
    ...contentProblems(pack, manifest, tarball.byteLength),
    ...assetProblems(pack),
    ...(await lint(tarball)),
    ...(manifest.exports === undefined ? [] : await typeProblems(pack)),
    ...loadProblems(entry),
  ];
  return problems.map((problem) => `${manifest.name}: ${problem}`);
}

const tarballs = mkdtempSync(join(tmpdir(), 'vosvfi-pack-'));
try {
  packAll(tarballs);
  if (readdirSync(tarballs).length === 0) throw new Error('Nothing was packed.');
  const problems = [];
  for (const entry of publicPackages()) problems.push(...(await check(entry, tarballs)));
  report(problems);
} finally {
  rmSync(tarballs, { recursive: true, force: true });
}
