/**
 * The colour table of PASCAL VOC and DAVIS, 256 RGB triples: bit k of the three lowest bits of each octal digit of the
 * index goes to red, green and blue, from the highest bit down.
 */
export const labelColours: readonly (readonly [number, number, number])[] = Array.from({ length: 256 }, (_, label) => {
  const colour: [number, number, number] = [0, 0, 0];
  for (let bit = 7, rest = label; rest > 0; bit--, rest >>= 3) {
    for (const channel of [0, 1, 2] as const) colour[channel] |= ((rest >> channel) & 1) << bit;
  }
  return colour;
});
