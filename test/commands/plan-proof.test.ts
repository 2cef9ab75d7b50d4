import { beforeAll, describe, expect, it } from 'vitest';
import { patchClasses } from '../../src/policy/policy.schema.ts';
import type { Step } from '../../src/remediate/step.ts';
import { type Judged, judgedEstate } from './judged-estate.ts';

const say = ({ policy, name, proof, unproven }: Step): string =>
  `${policy} ${name}: ${proof === null ? unproven : `${proof.before} -> ${proof.after} (${proof.because})`}`;

describe('the plan of the engram estate', () => {
  let engram: Judged;
  beforeAll(async () => {
    engram = await judgedEstate('engram');
    for (const s of engram.judgement.plan.steps)
      console.log(
        s.order,
        say(s),
        s.proof?.together,
        s.proof?.alsoChanges.map((a) => `${a.policy} ${a.resource.split('/').at(-1)} ${a.from}->${a.to}`).join('; '),
        s.after.length,
      );
  });

  it('turns every fail that is repaired in place to pass, each step tried out alone', () => {
    const inPlace = engram.judgement.plan.steps.filter((step) => patchClasses.includes(step.class));
    expect(inPlace.length).toBeGreaterThan(0);
    expect(inPlace.filter(({ proof }) => proof?.after !== 'pass').map(say)).toEqual([]);
    expect(inPlace.filter(({ proof }) => proof?.together !== 1).map(say)).toEqual([]);
  });
});
