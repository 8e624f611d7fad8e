/** A piece of a ring as an SVG path. Angles are degrees, clockwise from the top. */
export function arc(x: number, y: number, inner: number, outer: number, from: number, to: number): string {
  const end = Math.min(to, from + 359.99);
  const at = (radius: number, degrees: number): string => {
    const angle = ((degrees - 90) * Math.PI) / 180;
    return `${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`;
  };
  const large = end - from > 180 ? 1 : 0;
  const back = inner > 0 ? `A${inner} ${inner} 0 ${large} 0 ${at(inner, from)}` : '';
  return `M${at(outer, from)}A${outer} ${outer} 0 ${large} 1 ${at(outer, end)}L${at(inner, end)}${back}Z`;
}

/** The point at the middle of such a piece. */
export function middle(x: number, y: number, radius: number, from: number, to: number): [number, number] {
  const angle = (((from + to) / 2 - 90) * Math.PI) / 180;
  return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
}
