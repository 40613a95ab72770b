// Who may import whom. Imports go down only:
// apps -> train -> (models, vos, losses, data) -> ops -> runtime -> core; eval -> (data, ops, runtime, core).

/** What each package may import of the others; its tests may also use tooling/testing. */
const allowed = {
  core: [],
  runtime: ['core'],
  data: ['core'],
  ops: ['runtime', 'core'],
  models: ['ops', 'runtime', 'core'],
  vos: ['ops', 'runtime', 'core'],
  losses: ['ops', 'runtime', 'core'],
  report: ['data', 'core'],
  terminal: [],
  eval: ['data', 'ops', 'runtime', 'core'],
  train: ['models', 'vos', 'losses', 'data', 'ops', 'runtime', 'core'],
};

const test = '(\\.test\\.ts$|/test/|/testing/)';

const layers = Object.entries(allowed).map(([name, below]) => ({
  name: `layer-${name}`,
  comment: `packages/${name} may import ${below.length === 0 ? 'no other package' : below.join(', ')}.`,
  severity: 'error',
  from: { path: `^packages/${name}/` },
  to: { path: '^(packages|apps)/', pathNot: `^packages/(${[name, ...below].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'known-package',
      comment: 'A new package needs a line in `allowed` of .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${Object.keys(allowed).join('|')})/` },
      to: {},
    },
    {
      name: 'app-to-app',
      comment: 'Apps are separate; only cli mounts the others.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/cli/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'tooling-does-not-ship',
      comment: 'What ships imports nothing of tooling/; tests and build configurations may.',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: `(${test}|\\.config\\.ts$)` },
      to: { path: '^tooling/' },
    },
    {
      name: 'tests-do-not-ship',
      comment: 'Only tests import tests.',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: test },
      to: { path: '^(packages|apps)/.*\\.test\\.ts$' },
    },
    {
      name: 'packages-by-name',
      comment: 'Another package is imported by its name, not by a path into its folder.',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/([^/]+)/' },
      to: { dependencyTypes: ['local'], path: '^(packages|apps|tooling)/', pathNot: '^$1/$2/' },
    },
    {
      name: 'tfjs-through-runtime',
      comment:
        "TensorFlow.js is imported as `import * as tf from '@vosvfi/runtime/tf'`, so that a program has one copy.",
      severity: 'error',
      from: { pathNot: '^packages/runtime/' },
      to: { path: '@tensorflow/' },
    },
    {
      name: 'onnxruntime-through-runtime',
      comment: 'Only packages/runtime runs ONNX Runtime; tests may load exported files with it.',
      severity: 'error',
      from: { pathNot: `(^packages/runtime/|^tooling/|${test})` },
      to: { path: 'onnxruntime-' },
    },
    {
      name: 'no-cycles',
      comment:
        'Files that need each other are one file, or a third is missing. Types alone may: they are gone at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'The import does not lead to a file or an installed package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependency',
      comment: "The imported package is missing from the importing package's package.json.",
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '/node_modules/vitest/' },
    },
    {
      name: 'no-development-dependency-at-run-time',
      comment: 'What ships may not import a devDependency.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: test },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|apps|tooling)/[^/]+/(dist|coverage|test/fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@vosvfi/source', 'types', 'node', 'import', 'require', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
