import type { TripletSample } from '../sample.js';
import type { Foreground } from './collate.js';

/** A sample of a series, ready for a batch. */
export interface DrawnSample {
  readonly sample: TripletSample;
  /** The labels of its masks that become 1. */
  readonly foreground: Foreground;
}

/** An endless series of samples. */
export interface SampleSeries {
  /** Samples number `first` to `first + count - 1`: a pure function of both, of the series' options and of the files. */
  draw(first: number, count: number): Promise<readonly DrawnSample[]>;
}

/** What all samples of a series have in common. */
export interface SeriesFacts {
  /** Names the series in messages, such as `synthetic scenes` or `triplets of FOLDER`. */
  readonly label: string;
  /** Pixels; undefined where samples may differ. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** False: samples have no masks. */
  readonly hasMasks: boolean;
  /** False: not all samples have flow. */
  readonly hasFlow: boolean;
}
