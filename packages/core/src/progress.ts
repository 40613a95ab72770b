/** Where a library writes what a person may want to read. Libraries never print; an app passes one of these. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What long calls report. `total` is absent where it is not known in advance. */
export type ProgressEvent =
  | {
      readonly type: 'progress';
      readonly stage: string;
      readonly done: number;
      readonly total?: number;
      readonly note?: string;
    }
  | { readonly type: 'warning'; readonly message: string };

/** Receives {@link ProgressEvent}s; called often, so it must be cheap. */
export type OnProgress = (event: ProgressEvent) => void;
