import sharp from 'sharp';

/** How a picture's samples are stored. */
export type SampleDepth = 8 | 16 | 'float';

const pngSignature = [0x89, 0x50, 0x4e, 0x47];

/** Depth of a picture's samples, from its header. Of the formats that are read only PNG and TIFF have other than 8 bits, AVIF apart. */
export async function sampleDepth(bytes: Uint8Array): Promise<SampleDepth> {
  if (pngSignature.every((byte, i) => bytes[i] === byte)) return bytes[24] === 16 ? 16 : 8;
  const isTiff = (bytes[0] === 0x49 && bytes[1] === 0x49) || (bytes[0] === 0x4d && bytes[1] === 0x4d);
  if (!isTiff) return 8;
  const { depth } = await sharp(bytes).metadata();
  if (depth === 'float' || depth === 'double' || depth === 'complex' || depth === 'dpcomplex') return 'float';
  return depth === 'ushort' || depth === 'short' ? 16 : 8;
}

/** 16-bit samples, of which 65535 is white, as the nearest 8-bit ones. */
export function roundSamples(data: Uint16Array): Uint8Array {
  const rounded = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) rounded[i] = Math.round(data[i]! / 257);
  return rounded;
}
