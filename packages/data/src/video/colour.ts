import type { VideoColour, VideoInfo } from './probe.js';

/** ffprobe's names of matrices to those of the scale filter. */
const scaleMatrices: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470bg: 'bt470',
  smpte240m: 'smpte240m',
  fcc: 'fcc',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

const SCALE_FLAGS = 'flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';

/** The matrix to convert by: the stated one, else as players guess, BT.709 from 720 lines on and BT.601 below. */
function matrixOf(colour: VideoColour, size: { width: number; height: number }): string {
  const stated = colour.matrix === undefined ? undefined : scaleMatrices[colour.matrix];
  return stated ?? (Math.min(size.width, size.height) >= 720 ? 'bt709' : 'smpte170m');
}

/** What of a file decides how its pictures become RGB. */
export type ColourFacts = Pick<VideoInfo, 'pixelFormat' | 'colour' | 'width' | 'height'>;

/** True if the samples are RGB already, so that no matrix applies. */
function isRgb({ pixelFormat }: ColourFacts): boolean {
  return /^(gbr|rgb|bgr|argb|abgr|rgba|bgra|pal8)/.test(pixelFormat);
}

/**
 * The filter that turns decoded pictures into 8-bit RGB.
 * @param size what they are resized to; by default they keep theirs.
 */
export function decodeFilter(info: ColourFacts, size?: { readonly width: number; readonly height: number }): string {
  const resize = size ? `w=${size.width}:h=${size.height}:` : '';
  if (isRgb(info)) return size ? `scale=${resize}${SCALE_FLAGS},format=rgb24` : 'format=rgb24';
  const isFull = info.colour.range === 'pc' || info.pixelFormat.startsWith('yuvj');
  const conversion = `in_color_matrix=${matrixOf(info.colour, info)}:in_range=${isFull ? 'pc' : 'tv'}:out_range=pc`;
  return `scale=${resize}${conversion}:${SCALE_FLAGS},format=rgb24`;
}

/** The filter that turns 8-bit RGB into what is encoded, and marks it with the colour it is in. */
export function encodeFilter(
  colour: VideoColour,
  size: { width: number; height: number },
  pixelFormat: string,
): string {
  const range = colour.range ?? 'tv';
  const conversion = `in_range=pc:out_color_matrix=${matrixOf(colour, size)}:out_range=${range}`;
  const marks = [`range=${range}`];
  if (isKnownMatrix(colour)) marks.push(`colorspace=${colour.matrix}`);
  if (colour.primaries !== undefined) marks.push(`color_primaries=${colour.primaries}`);
  if (colour.transfer !== undefined) marks.push(`color_trc=${colour.transfer}`);
  return `scale=${conversion}:${SCALE_FLAGS},format=${pixelFormat},setparams=${marks.join(':')}`;
}

/** The same marks for the encoder, for ffmpeg versions that do not take them from the pictures. */
export function encodeColourArguments(colour: VideoColour): string[] {
  const args = ['-color_range', colour.range ?? 'tv'];
  if (isKnownMatrix(colour)) args.push('-colorspace', colour.matrix!);
  if (colour.primaries !== undefined) args.push('-color_primaries', colour.primaries);
  if (colour.transfer !== undefined) args.push('-color_trc', colour.transfer);
  return args;
}

/** A matrix of RGB samples (`gbr`) does not describe the YUV that is written. */
function isKnownMatrix({ matrix }: VideoColour): boolean {
  return matrix !== undefined && matrix in scaleMatrices;
}

/** True for the transfer curves of high dynamic range, PQ and HLG. */
export function isHighDynamicRange({ transfer }: VideoColour): boolean {
  return transfer === 'smpte2084' || transfer === 'arib-std-b67';
}
