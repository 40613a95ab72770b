import type { EngineStates, KernelState, KernelStates } from './engine-states.js';

/** Columns of the table: engine ids and what the documents call them. */
const columns: readonly (readonly [engine: string, title: string])[] = [
  ['graph', 'graph-cpu'],
  ['graph-webgpu', 'graph-webgpu'],
  ['cpu', 'cpu'],
  ['wasm', 'wasm'],
  ['webgpu', 'webgpu'],
  ['tensorflow', 'tensorflow'],
];

const BEGIN = '<!-- kernel table: begin (pnpm parity --table) -->';
const END = '<!-- kernel table: end -->';

/** The table of kernels and engines as Markdown, from what was recorded; engines without a record are left blank. */
function kernelTable(recorded: readonly EngineStates[]): string {
  const byEngine = new Map(recorded.map((states) => [states.engine, states]));
  const kernels = [...new Set(recorded.flatMap((states) => Object.keys(states.kernels)))].sort();
  const rows = kernels.map((kernel) => [
    `\`${kernel}\``,
    ...columns.map(([engine]) => cell(kernel, byEngine.get(engine)?.kernels[kernel])),
  ]);
  const counts = columns.map(([engine]) => countsOf(byEngine.get(engine)));
  const table = [
    ['kernel', ...columns.map(([, title]) => title)],
    ['---', ...columns.map(() => '---')],
    ...rows,
    [`**passed of ${kernels.length}**`, ...counts],
  ].map((cells) => `| ${cells.join(' | ')} |`);
  return [...table, '', ...recordLines(byEngine), ...failureLines(byEngine)].join('\n');
}

/**
 * `document` with the table between its markers brought up to date.
 * @throws Error if the markers are not there.
 */
export function withKernelTable(document: string, recorded: readonly EngineStates[]): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The document has no "${BEGIN}" with a "${END}" behind it.`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${kernelTable(recorded)}\n\n${document.slice(end)}`;
}

function cell(kernel: string, states: KernelStates | undefined): string {
  if (states === undefined) return '';
  const parts = [
    ...(states.value === undefined ? [] : [`${sign(kernel, states.value)}`]),
    ...(states.gradient === undefined ? [] : [`∂ ${sign(kernel, states.gradient)}`]),
  ];
  return parts.join(' ');
}

function sign(kernel: string, state: KernelState): string {
  if (state === 'passed') return '✓';
  if (state === 'reference') return 'ref';
  if ('failed' in state) return '✗';
  return state.missing === kernel ? 'missing' : `needs ${state.missing}`;
}

function countsOf(states: EngineStates | undefined): string {
  if (states === undefined) return '';
  const all = Object.values(states.kernels);
  const right = (state: KernelState | undefined) => state === undefined || state === 'passed' || state === 'reference';
  return String(all.filter(({ value, gradient }) => right(value) && right(gradient)).length);
}

function recordLines(byEngine: ReadonlyMap<string, EngineStates>): string[] {
  return columns.flatMap(([engine, title]) => {
    const states = byEngine.get(engine);
    if (states === undefined) return [`- ${title}: not recorded yet.`];
    const versions = Object.entries(states.versions).map(([name, version]) => `${name} ${version}`);
    return [`- ${title}: ${versions.join(', ')}; ${states.trials} trials of each case.`];
  });
}

/** What differs first, for every failure. */
function failureLines(byEngine: ReadonlyMap<string, EngineStates>): string[] {
  const lines = columns.flatMap(([engine, title]) =>
    Object.entries(byEngine.get(engine)?.kernels ?? {}).flatMap(([kernel, states]) =>
      (['value', 'gradient'] as const).flatMap((part) => {
        const state = states[part];
        if (typeof state !== 'object' || !('failed' in state)) return [];
        return [`- ${title}, \`${kernel}\`${part === 'gradient' ? ' differentiated' : ''}: \`${state.failed}\``];
      }),
    ),
  );
  return lines.length === 0 ? [] : ['', 'Failures (the first trial of each):', '', ...lines];
}
