const marker = Symbol.for('vosvfi.error');

/** Extra facts of a {@link VosvfiError}. */
export interface VosvfiErrorOptions {
  /** What the reader can do about it, appended to the message. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Base of every error VOSVFI throws on purpose. `code` is stable; `message` names what was wrong, where, and what to do. */
export class VosvfiError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly [marker] = true;

  constructor(code: string, message: string, options: VosvfiErrorOptions = {}) {
    super(options.hint === undefined ? message : `${message} ${options.hint}`, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }

  /** True for errors of this class, of any installed copy of this package, unlike `instanceof`. */
  static isInstance<T extends VosvfiError>(
    this: { readonly prototype: T; readonly name: string },
    value: unknown,
  ): value is T {
    if (typeof value !== 'object' || value === null || !(marker in value)) return false;
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit this and mean themselves.
    const { name, prototype } = this;
    return (prototype as object) === VosvfiError.prototype || (value as VosvfiError).name === name;
  }
}

/** A tensor, frame or mask has the wrong shape. */
export class ShapeError extends VosvfiError {
  constructor(subject: string, expected: string, actual: string | readonly number[], options?: VosvfiErrorOptions) {
    const found = typeof actual === 'string' ? actual : `[${actual.join(', ')}]`;
    super('VOSVFI_SHAPE', `${subject}: expected ${expected}, found ${found}.`, options);
  }
}

/** A configuration, recipe or argument is invalid; `path` names the field. */
export class ConfigError extends VosvfiError {
  readonly path: string;
  constructor(path: string, message: string, options?: VosvfiErrorOptions) {
    super('VOSVFI_CONFIG', `${path}: ${message}`, options);
    this.path = path;
  }
}

/** A weights file or checkpoint cannot be read or does not fit the network. */
export class CheckpointError extends VosvfiError {
  readonly file: string;
  constructor(file: string, message: string, options?: VosvfiErrorOptions) {
    super('VOSVFI_CHECKPOINT', `${file}: ${message}`, options);
    this.file = file;
  }
}

/** An image, video, mask or data-set file is missing, damaged or does not fit the others. */
export class MediaError extends VosvfiError {
  readonly file: string;
  constructor(file: string, message: string, options?: VosvfiErrorOptions) {
    super('VOSVFI_MEDIA', `${file}: ${message}`, options);
    this.file = file;
  }
}

/** A capability is missing: a kernel on an engine, a time a network was not trained for, an option of a format. */
export class UnsupportedError extends VosvfiError {
  constructor(message: string, options?: VosvfiErrorOptions) {
    super('VOSVFI_UNSUPPORTED', message, options);
  }
}

/** The machine lacks something: an executable, a native library, a device. */
export class EnvironmentError extends VosvfiError {
  constructor(message: string, options?: VosvfiErrorOptions) {
    super('VOSVFI_ENVIRONMENT', message, options);
  }
}

/** Training cannot go on: a loss term or gradient is not finite, a run folder does not fit its recipe. */
export class TrainingError extends VosvfiError {
  constructor(message: string, options?: VosvfiErrorOptions) {
    super('VOSVFI_TRAINING', message, options);
  }
}
