/**
 * How many letters have to be put in, taken away or replaced to make one text of another.
 * @param most more steps than these are not counted: the answer is then some number above it
 */
export function editDistance(a: string, b: string, most = Math.max(a.length, b.length)): number {
  // What both begin or end with costs nothing.
  let start = 0;
  let [endA, endB] = [a.length, b.length];
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  const [height, width] = [endA - start, endB - start];
  if (Math.abs(height - width) > most) return most + 1;
  // Steps to each beginning of `b`, a letter of `a` after the other. What lies outside of the band takes too many.
  const row: number[] = [];
  for (let j = 0; j <= width; j++) row.push(j);
  for (let i = 1; i <= height; i++) {
    const letter = a.charCodeAt(start + i - 1);
    const first = Math.max(1, i - most);
    const last = Math.min(width, i + most);
    let diagonal = row[first - 1]!;
    let left = first === 1 ? i : most + 1;
    let least = left;
    row[first - 1] = left;
    for (let j = first; j <= last; j++) {
      const above = row[j]!;
      let steps = diagonal;
      if (letter !== b.charCodeAt(start + j - 1)) {
        if (above < steps) steps = above;
        if (left < steps) steps = left;
        steps++;
      }
      row[j] = steps;
      if (steps < least) least = steps;
      diagonal = above;
      left = steps;
    }
    if (least > most) return most + 1;
  }
  return row[width]!;
}
