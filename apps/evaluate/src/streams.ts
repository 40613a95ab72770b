/** The part of a stream that this command needs. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where a command writes: results to `out`, what a person may want to see meanwhile to `err`. */
export interface EvaluateStreams {
  readonly out: TextStream;
  readonly err: TextStream;
}
