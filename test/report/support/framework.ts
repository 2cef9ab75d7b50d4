import type { FrameworkView } from '../../../src/control/assessment.ts';
import { fail, judge, pass } from '../../control/build.ts';
import { catalogue, entry } from '../../control/catalogue-build.ts';

/** A framework of two subcategories: one with evidence and failing context, one that people alone decide. */
export function frameworkView(): FrameworkView {
  const evidence = [
    { strength: 'direct' as const, topics: ['pg.cmk'] },
    { strength: 'context' as const, topics: ['kv.keys'] },
  ];
  const manual = entry({ id: 'MEASURE 1.2', assessability: 'manual', ceiling: 'attestation-needed', evidence: [] });
  const facts = { severity: 'high', activity: 'encryption-setup' } as const;
  const { framework } = judge({
    controls: [],
    catalogue: catalogue(entry({ evidence }), manual),
    policies: new Map([
      ['direct', { ...facts, topic: 'pg.cmk' }],
      ['aside', { ...facts, topic: 'kv.keys' }],
    ]),
    findings: [pass({ policy: 'direct' }), fail({ policy: 'aside' })],
  });
  if (framework === undefined) throw new Error('no framework was rolled up');
  return framework;
}
