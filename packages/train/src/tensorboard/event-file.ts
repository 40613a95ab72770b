import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { EventSchema, SessionLog_SessionStatus as SessionStatus, type Summary_ValueSchema } from './event_pb.js';
import { histogramOf } from './histogram.js';
import { frameRecord } from './record.js';

/** A picture as TensorBoard keeps it: an encoded file (PNG or JPEG) and its size in pixels. */
export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Writes one event file that TensorBoard reads. What is added stays in memory until `flush`, which appends whole records,
 * so that a reader never sees half of one unless the process dies within the call.
 */
export interface EventFile {
  readonly path: string;
  /** Bytes that wait for `flush`. */
  readonly pendingBytes: number;
  /** One event with these values; names are tags, `/` groups them. A value that is not finite is shown as such. */
  scalars(step: number, values: Readonly<Record<string, number>>): void;
  image(step: number, tag: string, picture: EncodedPicture): void;
  /** The distribution of `values`; those that are not finite are left out, and nothing is written if none is. */
  histogram(step: number, tag: string, values: ArrayLike<number>): void;
  /** Appends what is pending. @throws what the file system throws; the pending bytes are lost then. */
  flush(): Promise<void>;
}

/** Options of {@link createEventFile}. */
export interface EventFileOptions {
  /** First step that this file may hold. TensorBoard hides what earlier files of the folder say about it and later ones. */
  readonly firstStep: number;
  /** Seconds since 1970; default: the clock. */
  readonly now?: () => number;
  /** Default: this machine's name. */
  readonly host?: string;
}

type Content = NonNullable<MessageInitShape<typeof EventSchema>['what']>;
type ValueInit = MessageInitShape<typeof Summary_ValueSchema>;

/** Files that this process has begun: the last part of their names. */
let filesBegun = 0;

/** Red, green, blue in `Summary.Image.colorspace`. */
const rgb = 3;

/**
 * Begins an event file `events.out.tfevents.<seconds>.<host>.<pid>.<n>` in `folder`; nothing is on the disk before `flush`.
 * A resumed run begins another file in the same folder with the step it goes on with.
 */
export function createEventFile(folder: string, options: EventFileOptions): EventFile {
  const { firstStep, now = () => Date.now() / 1000, host = hostname() } = options;
  const seconds = String(Math.floor(now())).padStart(10, '0');
  const safeHost = host.replace(/[^\w.-]/g, '_') || 'host';
  const path = join(folder, `events.out.tfevents.${seconds}.${safeHost}.${process.pid}.${filesBegun++}`);
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;

  const add = (step: number, what: Content): void => {
    const event = create(EventSchema, { wallTime: now(), step: BigInt(step), what });
    const record = frameRecord(toBinary(EventSchema, event));
    pending.push(record);
    pendingBytes += record.length;
  };
  const summarize = (step: number, value: ValueInit[]): void => add(step, { case: 'summary', value: { value } });

  // Readers look for this version before they honour a session's start.
  add(0, { case: 'fileVersion', value: 'brain.Event:2' });
  add(firstStep, { case: 'sessionLog', value: { status: SessionStatus.START } });

  return {
    path,
    get pendingBytes() {
      return pendingBytes;
    },
    scalars: (step, values) => {
      const entries = Object.entries(values);
      if (entries.length === 0) return;
      summarize(
        step,
        entries.map(([tag, value]) => ({ tag, value: { case: 'simpleValue', value } })),
      );
    },
    image: (step, tag, { bytes, width, height }) => {
      const image = { width, height, colorspace: rgb, encodedImageString: bytes };
      summarize(step, [{ tag, value: { case: 'image', value: image } }]);
    },
    histogram: (step, tag, values) => {
      const found = histogramOf(values);
      if (found === undefined) return;
      const { min, max, count, sum, sumOfSquares, limits, counts } = found;
      const histo = {
        min,
        max,
        num: count,
        sum,
        sumSquares: sumOfSquares,
        bucketLimit: [...limits],
        bucket: [...counts],
      };
      summarize(step, [{ tag, value: { case: 'histo', value: histo } }]);
    },
    flush: async () => {
      if (pending.length === 0) return;
      const bytes = Buffer.concat(pending);
      pending = [];
      pendingBytes = 0;
      await mkdir(folder, { recursive: true });
      await appendFile(path, bytes);
    },
  };
}
