/** One thing that VOSVFI uses, and whether this machine has it. */
export interface Check {
  readonly name: string;
  readonly usable: boolean;
  /** Nothing works without it; the others only widen what works. */
  readonly required: boolean;
  /** What was found, or why it cannot be used. */
  readonly found: string;
  /** What it is for and what to do; absent if it is usable. */
  readonly remedy?: string;
}

/** What went wrong, in one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
