import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import type { LayoutProblem } from '../../evaluation/item.js';
import { composePoses, type ModelPoints, type Pose, poseOfMatrix } from '../../pose/pose.js';
import { addError, addSymmetricError, poseAccuracy, reprojectionError, rotationError } from '../../pose/pose-errors.js';
import { isFile, listFiles, requireFolder } from '../layouts/layout.js';
import { readNumberRows } from './number-rows.js';
import { readPlyPoints } from './ply.js';
import type { ResultProtocolOf } from './result-protocol.js';
import { type OpenedTask, percentMetric, summarizeItems, type TaskMetric, type TaskValues } from './task.js';

type PoseProtocol = ResultProtocolOf<'pose'>;

/** An object and the test pictures of it. */
interface PosedObject {
  readonly name: string;
  readonly points: ModelPoints;
  /** In metres, as the points. */
  readonly diameter: number;
  /** Names of the files of true poses. */
  readonly files: readonly string[];
}

/** Where pictures and poses of an object lie. */
const TEST = 'real_test';

/**
 * Opens Linemod as EPro-PnP keeps it: `models/NAME/NAME.ply` in metres, `models/models_info.txt` in millimetres,
 * `real_test/NAME/000000-pose.txt` with three rows [R | t] in metres.
 * @throws MediaError if the folder or a model is unusable.
 */
export async function openPose(protocol: PoseProtocol, folder: string): Promise<OpenedTask> {
  await requireFolder(folder);
  const diameters = await readDiameters(join(folder, 'models', 'models_info.txt'));
  const objects: PosedObject[] = [];
  const problems: LayoutProblem[] = [];
  for (const { name, number } of protocol.objects) {
    const object = await readObject(name, diameters.get(number), folder);
    if ('problem' in object) problems.push(object);
    else objects.push(object);
  }
  const metrics = metricsOf(protocol);
  return {
    items: objects.map(({ name }) => name),
    problems,
    metrics,
    score: async (results) => {
      const items: { id: string; values: TaskValues }[] = [];
      let missing = 0;
      for (const object of objects) {
        const errors = await errorsOf(object, { protocol, folder, results });
        missing += errors.missing;
        items.push({ id: object.name, values: valuesOf(object, protocol, errors) });
      }
      return { summary: summarizeItems(items, metrics), items, facts: { 'missing poses': missing } };
    },
  };
}

function metricsOf({ distances, pixels }: PoseProtocol): TaskMetric[] {
  return [
    ...pixels.map((limit) => percentMetric(`rep-${limit}px`, `REP-${limit}px`)),
    ...distances.map((share) => percentMetric(`add-${share}d`, `ADD(-S)-${share}d`)),
  ].map((metric) => ({ ...metric, digits: 2 }));
}

/** Diameters in metres by the number of the object. */
async function readDiameters(file: string): Promise<Map<number, number>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MediaError(file, 'no such file, or it cannot be read; it holds the diameters of the models.', { cause });
  });
  const diameters = new Map<number, number>();
  for (const line of text.split('\n')) {
    const found = /^\s*(\d+)\D.*?'?diameter'?\W+([\d.]+)/.exec(line);
    if (found !== null) diameters.set(Number(found[1]), Number(found[2]) / 1000);
  }
  return diameters;
}

async function readObject(
  name: string,
  diameter: number | undefined,
  folder: string,
): Promise<PosedObject | LayoutProblem> {
  const model = join('models', name, `${name}.ply`);
  if (!(await isFile(join(folder, model)))) return { path: model, problem: 'no such file.' };
  if (diameter === undefined) return { path: 'models/models_info.txt', problem: `has no diameter of ${name}.` };
  const files = (await listFiles(join(folder, TEST, name))).filter((file) => file.endsWith('-pose.txt'));
  if (files.length === 0) return { path: join(TEST, name), problem: 'holds no poses (000000-pose.txt).' };
  const points = await readPlyPoints(join(folder, model));
  const size = extent(points);
  if (size < 2 * diameter && size > diameter / 4) return { name, points, diameter, files };
  const hint = size > 100 * diameter ? ' It seems to be in millimetres; metres are needed.' : '';
  return { path: model, problem: `is ${size} across, but the diameter is ${diameter} m.${hint}` };
}

/** The longest side of the box around points. */
function extent(points: ModelPoints): number {
  const sides = [0, 1, 2].map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = axis; i < points.length; i += 3) {
      low = Math.min(low, points[i]!);
      high = Math.max(high, points[i]!);
    }
    return high - low;
  });
  return Math.max(...sides);
}

interface PoseErrors {
  /** In metres; NaN where no pose was found. */
  readonly distances: readonly number[];
  /** In pixels; NaN where no pose was found. */
  readonly projections: readonly number[];
  readonly missing: number;
}

/** Half a turn about the z axis. */
const halfTurn: Pose = { rotation: [-1, 0, 0, 0, -1, 0, 0, 0, 1], translation: [0, 0, 0] };

async function errorsOf(
  { name, points, files }: PosedObject,
  { protocol, folder, results }: { protocol: PoseProtocol; folder: string; results: string },
): Promise<PoseErrors> {
  const { symmetric, halfTurn: turnable, camera } = protocol;
  const distance = symmetric.includes(name) ? addSymmetricError : addError;
  const distances: number[] = [];
  const projections: number[] = [];
  let missing = 0;
  for (const file of files) {
    const result = join(results, name, file);
    if (!(await isFile(result))) {
      missing++;
      distances.push(Number.NaN);
      projections.push(Number.NaN);
      continue;
    }
    const [truth, estimate] = [await readPose(join(folder, TEST, name, file)), await readPose(result)];
    distances.push(distance(points, truth, estimate));
    const isTurned = turnable.includes(name) && rotationError(truth, estimate) > 90;
    projections.push(reprojectionError(points, truth, isTurned ? composePoses(estimate, halfTurn) : estimate, camera));
  }
  if (missing === files.length) {
    throw new MediaError(join(results, name), `holds none of the ${files.length} poses, such as ${files[0]}.`);
  }
  return { distances, projections, missing };
}

async function readPose(file: string): Promise<Pose> {
  const rows = await readNumberRows(file, { lengths: [4, 12] });
  const matrix = rows.length === 1 ? [0, 4, 8].map((start) => rows[0]!.slice(start, start + 4)) : rows;
  try {
    return poseOfMatrix(matrix);
  } catch (cause) {
    throw new MediaError(file, 'expected three rows of four finite numbers [R | t].', { cause });
  }
}

function valuesOf({ diameter }: PosedObject, { distances, pixels }: PoseProtocol, errors: PoseErrors): TaskValues {
  return Object.fromEntries([
    ...pixels.map((limit) => [`rep-${limit}px`, 100 * poseAccuracy(errors.projections, limit)] as const),
    ...distances.map((share) => [`add-${share}d`, 100 * poseAccuracy(errors.distances, share * diameter)] as const),
  ]);
}
