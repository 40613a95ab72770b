import type { X2Report } from './x2.js';

/** JSON in which an infinite number (the PSNR of equal frames) is the string "Infinity", because JSON has no such number. */
export function metricsJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_, part) => (part === Number.POSITIVE_INFINITY ? 'Infinity' : part), indent);
}

/** The report as JSON; an infinite PSNR becomes the string "Infinity". */
export function x2ReportJson(report: X2Report, indent = 0): string {
  return metricsJson(report, indent);
}
