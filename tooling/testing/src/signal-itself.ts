/** Variable that tells a process which signal to send itself, and when: `SIGINT <regular expression>`. */
const variable = 'VOSVFI_TEST_SIGNAL';

/** The environment of a process that calls {@link obeySignalRequest}: `signal` as soon as its stdout says `when`. */
export function signalRequest(signal: NodeJS.Signals, when: RegExp): NodeJS.ProcessEnv {
  return { ...process.env, [variable]: `${signal} ${when.source}` };
}

/**
 * For programs that tests start and interrupt: sends this process the signal of {@link signalRequest}. One sent by the
 * test could come too late, because the test may have to wait for the processor while its program works.
 */
export function obeySignalRequest(): void {
  const [, signal, source] = /^(SIG\w+) (.*)$/.exec(process.env[variable] ?? '') ?? [];
  if (signal === undefined || source === undefined) return;
  const when = new RegExp(source);
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  let isSent = false;
  stdout.write = (...args: unknown[]) => {
    if (!isSent && when.test(String(args[0]))) {
      isSent = true;
      process.kill(process.pid, signal);
    }
    return Reflect.apply(write, stdout, args);
  };
}
