import { type Frame, type HostTensor, ShapeError } from '@vosvfi/core';
import { type Color, drawOutline } from '@vosvfi/report';

/** White pixels between the pictures of a row. */
const gap = 2;

/** Outlines of true masks and of masks that a network found. */
export const outlineColors = { truth: [255, 255, 255], found: [255, 138, 0] } as const satisfies Record<string, Color>;

/** A picture [H, W, 3] of values 0..1 (clamped) as bytes. */
export function bytesOf(picture: HostTensor): Frame {
  const { height, width } = sizeOf(picture, 3);
  const data = new Uint8Array(picture.data.length);
  for (let i = 0; i < data.length; i += 1) data[i] = byte(picture.data[i] as number);
  return { data, width, height };
}

/** The absolute difference of two pictures [H, W, 3], `times` as large, so that small errors are seen. */
export function errorPicture(made: HostTensor, truth: HostTensor, times = 4): Frame {
  const { height, width } = sizeOf(made, 3);
  const data = new Uint8Array(made.data.length);
  for (let i = 0; i < data.length; i += 1) {
    data[i] = byte(times * Math.abs((made.data[i] as number) - (truth.data[i] as number)));
  }
  return { data, width, height };
}

/** A copy of `frame` (of bytes) with the outlines of masks [H, W, 1], foreground above 1/2. */
export function withOutlines(frame: Frame, outlines: readonly { mask: HostTensor; color: Color }[]): Frame {
  const data = Uint8Array.from(frame.data);
  for (const { mask, color } of outlines) {
    const labels = Uint8Array.from(mask.data, (value) => (value > 0.5 ? 1 : 0));
    drawOutline(data, labels, frame.width, color);
  }
  return { ...frame, data };
}

/** Pictures (of bytes and of one size) side by side. */
export function contactRow(frames: readonly Frame[]): Frame {
  const { width: tileWidth = 0, height = 0 } = frames[0] ?? {};
  const width = frames.length * (tileWidth + gap) - gap;
  const data = new Uint8Array(width * height * 3).fill(255);
  frames.forEach((frame, i) => {
    for (let y = 0; y < height; y += 1) {
      const line = (frame.data as Uint8Array).subarray(y * tileWidth * 3, (y + 1) * tileWidth * 3);
      data.set(line, (y * width + i * (tileWidth + gap)) * 3);
    }
  });
  return { data, width, height };
}

function byte(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 255);
}

function sizeOf({ shape }: HostTensor, channels: number): { height: number; width: number } {
  const [height, width, found] = shape;
  if (height === undefined || width === undefined || found !== channels || shape.length !== 3) {
    throw new ShapeError('picture', `[height, width, ${channels}]`, shape);
  }
  return { height, width };
}
