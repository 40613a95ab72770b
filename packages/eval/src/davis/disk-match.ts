/** 1 for every pixel within `radius` (Euclidean, inclusive, between pixel centres) of a set pixel of `target`: its dilation by a disk. */
export function dilateByDisk(target: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const isNear = nearnessTest(target, width, height, radius);
  const dilated = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) if (isNear(x, y)) dilated[i] = 1;
  }
  return dilated;
}

/**
 * Every row of `target` is turned into distances to its nearest set pixel; a pixel is near if, for some row offset dy, that
 * distance is at most sqrt(radius^2 - dy^2).
 */
function nearnessTest(
  target: Uint8Array,
  width: number,
  height: number,
  radius: number,
): (x: number, y: number) => boolean {
  const distances = rowDistances(target, width, height, radius);
  const reach = Array.from({ length: radius + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)));
  return (x, y) => {
    for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
      if (distances[row * width + x]! <= reach[Math.abs(row - y)]!) return true;
    }
    return false;
  };
}

/** Distance along the row to the nearest set pixel, at most `radius + 1`. */
function rowDistances(target: Uint8Array, width: number, height: number, radius: number): Uint16Array {
  const far = radius + 1;
  const distances = new Uint16Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    let distance = far;
    for (let i = start; i < start + width; i++) {
      distance = target[i] !== 0 ? 0 : Math.min(far, distance + 1);
      distances[i] = distance;
    }
    distance = far;
    for (let i = start + width - 1; i >= start; i--) {
      distance = target[i] !== 0 ? 0 : Math.min(far, distance + 1);
      if (distance < distances[i]!) distances[i] = distance;
    }
  }
  return distances;
}
