/** What a pickle may hold after reading. All of it is data: nothing here can run. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Set<PickleValue>
  | PickleTuple
  | PickleDict
  | PickleNode;

/** A tuple, which unlike a list cannot change. */
export class PickleTuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** A `dict` or `OrderedDict`; keys keep their type, so 1 and "1" differ and no name can reach an object's prototype. */
export class PickleDict {
  readonly entries = new Map<PickleValue, PickleValue>();
}

/** Base of what a resolver of names or persistent ids adds to the plain values. */
export class PickleNode {
  /** Keeps other objects from passing as a node. */
  readonly isPickleNode = true;
}

/** An object of a permitted class as plain data: constructor arguments and attributes. */
export class PickleRecord extends PickleNode {
  readonly className: string;
  readonly args: readonly PickleValue[];
  readonly attributes = new Map<PickleValue, PickleValue>();
  constructor(className: string, args: readonly PickleValue[]) {
    super();
    this.className = className;
    this.args = args;
  }
}

/** A permitted global name. `make` gives the value that stands for a call of it. */
export class PickleGlobal extends PickleNode {
  readonly name: string;
  readonly make: (args: readonly PickleValue[]) => PickleValue;
  constructor(name: string, make: (args: readonly PickleValue[]) => PickleValue) {
    super();
    this.name = name;
    this.make = make;
  }
}

/** The bytes are not a pickle that this reader accepts. */
export class PickleError extends Error {
  override readonly name: string = 'PickleError';
}

/** The bytes end before the pickle does. */
export class PickleTruncatedError extends PickleError {
  override readonly name = 'PickleTruncatedError';
}

/** The pickle names something that a checkpoint does not need. */
export class PickleForbiddenError extends PickleError {
  override readonly name = 'PickleForbiddenError';
}
