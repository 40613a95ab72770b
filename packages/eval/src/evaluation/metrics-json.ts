/** JSON in which an infinite number (the PSNR of equal frames) is the string "Infinity", because JSON has no such number. */
export function metricsJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_, part) => (part === Number.POSITIVE_INFINITY ? 'Infinity' : part), indent);
}
