import { describe, expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import type { Attestation, ControlItem } from '../../src/control/control.schema.ts';
import { asked, attestation, CATALOG, control, digest, fail, firstItem, item, judge, pass, workload } from './build.ts';

const question = (over: Partial<typeof asked> = {}, its: Partial<ControlItem> = {}) => ({
  controls: [control([item({ attestation: { ...asked, ...over }, ...its })])],
  findings: [pass()],
});

function answer(statements: readonly Attestation[], over: Partial<AssessInput> = {}) {
  const assessment = judge({ ...question(), attestations: statements, ...over });
  const { status, attestation: view, conflict } = firstItem(assessment);
  return { status, item: view?.state, states: assessment.attestations.map(({ state }) => state), view, conflict };
}

const file = { file: 'evidence/log.txt', sha256: digest };

describe('one statement on one item', () => {
  test.each<[string, Partial<Attestation>, string, string, string]>([
    ['stands', {}, 'valid', 'valid', 'met'],
    ['with a comment stands', { statement: 'yes-with-comment' }, 'valid', 'valid', 'met'],
    ['holds through its last day', { assessedOn: '2026-11-01', validUntil: '2026-11-15' }, 'valid', 'valid', 'met'],
    [
      'ends with it',
      { assessedOn: '2026-11-01', validUntil: '2026-11-14' },
      'expired',
      'expired',
      'attestation-needed',
    ],
    ['made today stands', { assessedOn: '2026-11-15' }, 'valid', 'valid', 'met'],
    ['dated tomorrow', { assessedOn: '2026-11-16' }, 'future-dated', 'future-dated', 'attestation-needed'],
    ['claiming more than maxAge', { validUntil: '2027-02-09' }, 'refused', 'missing', 'attestation-needed'],
    ['ending before it began', { validUntil: '2026-11-09' }, 'refused', 'missing', 'attestation-needed'],
    ['of a day that is none', { validUntil: '2026-11-31' }, 'refused', 'missing', 'attestation-needed'],
    [
      'with evidence that is missing',
      { evidence: [file] },
      'evidence-mismatch',
      'evidence-mismatch',
      'attestation-needed',
    ],
    ['for an undeclared environment', { environments: ['staging'] }, 'unmatched', 'out-of-scope', 'attestation-needed'],
    ['on another item', { item: `${CATALOG}#C-1.9` }, 'unmatched', 'missing', 'attestation-needed'],
    ['on another edition', { item: 'engram-platform@2025.1#C-1.1' }, 'unmatched', 'missing', 'attestation-needed'],
    ['that says no', { statement: 'no' }, 'valid', 'said-no', 'not-met'],
  ])('%s', (_, over, listed, seen, status) => {
    expect(answer([attestation(over)])).toMatchObject({ states: [listed], item: seen, status });
  });

  test('evidence is compared by its digest, under the attestation and the file as written', () => {
    const statement = attestation({ evidence: [file] });
    const found = (value: string | null) => new Map([[`A-1/${file.file}`, value]]);
    const states = [digest, digest.toUpperCase(), 'b'.repeat(64), null].map(
      (value) => answer([statement], { evidenceDigests: found(value) }).states[0],
    );
    expect(states).toEqual(['valid', 'valid', 'evidence-mismatch', 'evidence-mismatch']);
  });

  test('the same file twice is one piece of evidence', () => {
    const over = { ...question({ evidenceMin: 2 }), evidenceDigests: new Map([[`A-1/${file.file}`, digest]]) };
    expect(answer([attestation({ evidence: [file, file] })], over)).toMatchObject({
      states: ['refused'],
      status: 'attestation-needed',
    });
  });

  test('an item that asks nothing leaves a statement unmatched and its status to the policies', () => {
    const over = { controls: [control([item()])], findings: [pass()] };
    expect(answer([attestation({ statement: 'no' })], over)).toMatchObject({ states: ['unmatched'], status: 'met' });
  });

  test('a no needs no proof: it counts also without its evidence or with too long a term', () => {
    expect(answer([attestation({ statement: 'no', evidence: [file] })]).status).toBe('not-met');
    expect(answer([attestation({ statement: 'no', validUntil: '2030-01-01' })]).status).toBe('not-met');
    expect(answer([attestation({ statement: 'no', assessedOn: '2026-08-01', validUntil: '2026-10-01' })]).status).toBe(
      'attestation-needed',
    );
  });
});

describe('several statements', () => {
  const older = (over: Partial<Attestation>, id: string) =>
    attestation({ assessedOn: '2026-11-01', validUntil: '2027-01-01', ...over }, id);

  test('the newest valid one counts', () => {
    expect(answer([older({ statement: 'no' }, 'A-old'), attestation({}, 'A-new')])).toMatchObject({
      status: 'met',
      view: { attestation: 'A-new' },
    });
    expect(answer([older({}, 'A-old'), attestation({ statement: 'no' }, 'A-new')]).status).toBe('not-met');
  });

  test('of two of one day the no counts', () => {
    expect(answer([attestation({}, 'A-z'), attestation({ statement: 'no' }, 'A-a')]).status).toBe('not-met');
  });

  test('an older valid one counts where the newer does not', () => {
    expect(answer([older({}, 'A-old'), attestation({ evidence: [file] }, 'A-new')])).toMatchObject({
      status: 'met',
      view: { attestation: 'A-old' },
    });
  });

  test('every environment whose class requires it needs one', () => {
    const environments = { prod: { class: 'prod' }, uat1: { class: 'uat' }, dev: { class: 'dev' } } as const;
    const over = {
      ...question({ required: { prod: true, uat: true, dev: false } }),
      workload: workload({ environments }),
    };
    expect(answer([attestation()], over)).toMatchObject({ status: 'attestation-needed', item: 'out-of-scope' });
    expect(answer([attestation()], over).view?.because).toContain('uat1');
    expect(answer([attestation(), attestation({ environments: ['uat1'] }, 'A-2')], over).status).toBe('met');
    expect(answer([attestation({ environments: ['prod', 'uat1'] })], over).status).toBe('met');
  });

  test('of several valid ones the item shows the one that ends first', () => {
    const environments = { a: { class: 'prod' }, b: { class: 'prod' } } as const;
    const two = [
      attestation({ environments: ['a'] }, 'A-a'),
      attestation({ environments: ['b'], validUntil: '2026-12-01' }, 'A-b'),
    ];
    expect(answer(two, { workload: workload({ environments }) }).view).toMatchObject({
      state: 'valid',
      attestation: 'A-b',
      validUntil: '2026-12-01',
    });
  });
});

describe('where a statement is required', () => {
  test('nowhere in scope: the item says so and is decided by its policies', () => {
    const over = { workload: workload({ environments: { dev: { class: 'dev' } } }) };
    expect(answer([], { ...over, findings: [pass({ environment: 'dev', class: 'dev' })] })).toMatchObject({
      item: 'not-required',
      status: 'met',
    });
  });

  test('for what belongs to no environment, by the class it is judged as', () => {
    const over = { workload: workload({ environments: { dev: { class: 'dev' } } }) };
    expect(answer([], { ...over, findings: [pass({ environment: null })] }).status).toBe('attestation-needed');
  });

  test('without a declaration, as prod', () => {
    expect(answer([], { workload: null }).status).toBe('attestation-needed');
    expect(answer([attestation()], { workload: null }).status).toBe('met');
    expect(answer([attestation({ environments: ['dev'] })], { workload: null }).item).toBe('out-of-scope');
  });

  test('never for classes that the control does not speak of', () => {
    const classes = { appliesTo: { classes: ['dev' as const], types: [] } };
    const controls = [control([item({ attestation: asked })], classes)];
    expect(answer([], { controls }).item).toBe('not-required');
  });
});

describe('a yes against a fail', () => {
  test('is not met, and named as a conflict', () => {
    expect(answer([attestation()], { findings: [fail()] })).toMatchObject({
      status: 'not-met',
      conflict: 'A-1 states yes, while failing: pg-cmk 1',
    });
  });

  test.each<[string, Partial<AssessInput>, Partial<Attestation>]>([
    [
      'the fail stands in an environment that the statement does not name',
      { findings: [fail({ environment: 'dev', class: 'dev' })] },
      {},
    ],
    ['the statement says not-applicable', { findings: [fail()] }, { statement: 'not-applicable' }],
    ['the statement is no longer valid', { findings: [fail()] }, { validUntil: '2026-11-12' }],
    ['nothing fails', { findings: [pass()] }, {}],
  ])('is no conflict where %s', (_, over, its) => {
    expect(answer([attestation(its)], over).conflict).toBeNull();
  });
});
