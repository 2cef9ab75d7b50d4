/** One step of a pattern: a character (lower case), `*` within a segment, or `**` across segments. */
type Step = string;

/**
 * Compiles a path pattern: `*` stands for any characters but `/`, `**` for any characters at all; case is ignored.
 * Matching takes time in proportion to pattern times path, whatever the pattern (no backtracking).
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const steps: readonly Step[] = pattern.toLowerCase().match(/\*\*+|[\s\S]/g) ?? [];
  return (path) => {
    let reached = closure(steps, new Set([0]));
    for (const character of path.toLowerCase()) reached = closure(steps, advance(steps, reached, character));
    return reached.has(steps.length);
  };
}

const isAcross = (step: Step | undefined) => step !== undefined && step.length > 1;
const isWild = (step: Step | undefined) => step === '*' || isAcross(step);

/** Wildcards may stand for nothing: whoever reaches one also reaches what follows it. */
function closure(steps: readonly Step[], reached: Set<number>): Set<number> {
  for (const at of reached) if (isWild(steps[at])) reached.add(at + 1);
  return reached;
}

function advance(steps: readonly Step[], reached: ReadonlySet<number>, character: string): Set<number> {
  const next = new Set<number>();
  for (const at of reached) {
    const step = steps[at];
    if (step === character && !isWild(step)) next.add(at + 1);
    if (isAcross(step) || (step === '*' && character !== '/')) next.add(at);
  }
  return next;
}
